"""Fixtures for tests of readers: run one over bytes, and build Office packages part by part."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from scanner.extract import Budget
from scanner.model.document import Blob, Member, Problem, Segment
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.place import Part, Place


@dataclass(frozen=True)
class Read:
    """What a reader made of a document named `x`."""

    items: tuple

    @property
    def texts(self):
        """The texts by place, as `part` or `part number "title" page n`."""
        found = {}
        for item in self.items:
            if isinstance(item, Segment):
                key = str(item.place).partition("#")[2]
                found[key] = f"{found[key]}\n{item.text}" if key in found else item.text
        return found

    @property
    def all(self):
        return "\n".join(self.texts.values())

    @property
    def problems(self):
        return [(item.reason.value, item.detail) for item in self.items if isinstance(item, Problem)]

    @property
    def reasons(self):
        return [reason for reason, _ in self.problems]

    @property
    def members(self):
        return {item.place.members[-1]: item.data for item in self.items if isinstance(item, Member)}


@pytest.fixture
def read():
    """Run a reader over bytes."""

    def run(reader, data, *, media_type="", limits=DEFAULT_LIMITS):
        return Read(tuple(reader.extract(Blob(Place("x"), media_type, data), Budget(limits, len(data)))))

    return run


_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
)
_PREFIX = "application/vnd.openxmlformats-officedocument."
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


@pytest.fixture
def package():
    """Zip an Office package.

    `parts` maps a part's name to `(content type, XML)`; a content type without a slash is one of Office's. XML may
    begin with any root: the usual prefixes are bound. Bytes are stored as they are. `links` maps a part's name to
    `(id, type, target)` lines; an external target has `://` in it.
    """

    def build(parts: Mapping, links: Mapping = {}, *, comment=b"", bare=()):
        types, files = [], {}
        for name, (content_type, content) in parts.items():
            said = content_type if "/" in content_type or not content_type else f"{_PREFIX}{content_type}+xml"
            if said:
                types.append(f'<Override PartName="/{name}" ContentType="{said}"/>')
            if isinstance(content, str):
                root, _, rest = content.partition(">")
                closing = "/>" if root.endswith("/") else ">"
                content = f"{root.removesuffix('/')} {_NAMESPACES}{closing}{rest}"  # noqa: PLW2901 - the XML, whole
                content = f'<?xml version="1.0" encoding="UTF-8"?>{content}'.encode()  # noqa: PLW2901 - as above
            files[name] = content
        for source, lines in links.items():
            folder, _, base = source.rpartition("/")
            relations = "".join(
                f'<Relationship Id="{id_}" Type="{kind if "://" in kind else _RELATION + kind}" Target="{target}"'
                f"{' TargetMode=' + chr(34) + 'External' + chr(34) if '://' in target else ''}/>"
                for id_, kind, target in lines
            )
            files[f"{folder}/_rels/{base}.rels".lstrip("/")] = f"<Relationships>{relations}</Relationships>".encode()
        files["[Content_Types].xml"] = f"<Types>{''.join(types)}</Types>".encode()
        files |= dict(bare)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
            archive.comment = comment
        return buffer.getvalue()

    return build


class Look:
    """What a reader yielded, kept as it is; for tests that ask for the parts and titles of places."""

    def __init__(self, items):
        self.items = list(items)
        self.segments = [item for item in self.items if isinstance(item, Segment)]
        self.problems = [item for item in self.items if isinstance(item, Problem)]
        self.reasons = [problem.reason for problem in self.problems]
        self.members = {item.place.members[-1]: item.data for item in self.items if isinstance(item, Member)}

    def text(self, part=Part.BODY, title=None):
        """Return the text of one part, its segments a line each."""
        return "\n".join(item.text for item in self.segments if (item.place.part, item.place.title) == (part, title))


@pytest.fixture
def look():
    """Run a reader over a blob of a media type and a name."""

    def run(reader, data, media_type="x/x", name="f", limits=DEFAULT_LIMITS):
        return Look(reader.extract(Blob(Place(name), media_type, data), Budget(limits, len(data))))

    return run
