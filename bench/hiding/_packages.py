"""Puts parts into zipped office documents that a real program or library wrote."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OFFICE = "application/vnd.openxmlformats-officedocument."
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:cx="http://schemas.microsoft.com/office/drawing/2014/chartex" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
)


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship from one part to another, or to somewhere outside."""

    source: str
    kind: str
    target: str
    id: str = "rIdProbe1"
    external: bool = False

    def __str__(self) -> str:
        """Return the element."""
        kind = self.kind if "://" in self.kind else RELATION + self.kind
        mode = ' TargetMode="External"' if self.external else ""
        return f'<Relationship Id="{self.id}" Type="{kind}" Target="{self.target}"{mode}/>'


def xml(source: str) -> bytes:
    """Return an XML part; its root gets the usual prefixes."""
    root, _, rest = source.partition(">")
    closing = "/>" if root.endswith("/") else ">"
    whole = f"{root.removesuffix('/')} {NAMESPACES}{closing}{rest}"
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{whole}'.encode()


def entries(data: bytes) -> dict[str, bytes]:
    """Return the entries of a zip by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes], *, comment: bytes = b"", stored: Sequence[str] = ()) -> bytes:
    """Return a zip of parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2031, 4, 17, 0, 0, 0)), content, how)
        archive.comment = comment
    return buffer.getvalue()


def extended(
    data: bytes, parts: Mapping[str, tuple[str, bytes]], links: Sequence[Link] = (), *, comment: bytes = b""
) -> bytes:
    """Return a document with more parts, each with its content type (none: it gets none), and relationships."""
    files = entries(data)
    types = files["[Content_Types].xml"].decode()
    for name, (kind, content) in parts.items():
        files[name] = content
        said = kind if "/" in kind or not kind else f"{OFFICE}{kind}+xml"
        if said and f'"/{name}"' not in types:
            types = types.replace("</Types>", f'<Override PartName="/{name}" ContentType="{said}"/></Types>')
    files["[Content_Types].xml"] = types.encode()
    for link in links:
        folder, _, base = link.source.rpartition("/")
        name = f"{folder}/_rels/{base}.rels".lstrip("/")
        empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        before = files.get(name, empty).replace(b"<Relationships", b"<Relationships", 1)
        files[name] = before.replace(b"</Relationships>", f"{link}</Relationships>".encode())
    return zipped(files, comment=comment)


def replaced(data: bytes, name: str, old: str, new: str) -> bytes:
    """Return a document in one part of which a text is replaced.

    Raises:
        ValueError: the text is not there.
    """
    files = entries(data)
    before = files[name].decode()
    if old not in before:
        message = f"{old!r} is not in {name}"
        raise ValueError(message)
    files[name] = before.replace(old, new, 1).encode()
    return zipped(files)
