"""Reads OpenDocument texts, sheets, slides and drawings, packed or flat, and the files of OpenOffice.org 1."""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from scanner.extract._archive.zipped import read_zip
from scanner.extract._binary import HEAD, is_picture
from scanner.extract._budget import Budget
from scanner.extract._image.pictured import pictured
from scanner.extract._lines import Lines
from scanner.extract._markup.record import RecordWalker
from scanner.extract._markup.xml import Walker, attribute, read_xml, walk
from scanner.extract._office.odf_styles import Styles
from scanner.extract._office.odf_walk import OdfWalker
from scanner.extract._office.properties import PropertyWalker
from scanner.extract._office.skim import plain_text
from scanner.extract._office.whole import Packed
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

_KINDS: Final = ("text", "spreadsheet", "presentation", "graphics", "chart", "formula", "image")
_VARIANTS: Final = ("", "-template", "-flat-xml")

MEDIA_TYPES = frozenset(
    {f"application/vnd.oasis.opendocument.{kind}{variant}" for kind in _KINDS for variant in _VARIANTS}
    | {f"application/vnd.oasis.opendocument.text-{kind}" for kind in ("master", "master-template", "web")}
    | {f"application/vnd.sun.xml.{kind}" for kind in ("writer", "calc", "impress", "draw", "math", "writer.global")}
    | {f"application/vnd.sun.xml.{kind}.template" for kind in ("writer", "calc", "impress", "draw")}
)

Item = Segment | Member | Problem

_MANIFEST: Final = "META-INF/manifest.xml"
_FIRST: Final = ("meta.xml", "styles.xml", "content.xml")
# Names that programs give to the parts of a package.
_USUAL: Final = re.compile(
    r"(?:content|meta|styles|settings)\.xml|mimetype|layout-cache|manifest\.rdf|(?:META-INF|Thumbnails|Configurations2"
    r"|Object(?:Replacements/Object)? ?[0-9]+|Fonts)(?:/.*)?|Pictures/(?:[0-9A-Fa-f]{16,}|image[0-9]*)\.\w+"
)
_NO_TEXT: Final = frozenset({"mimetype", "layout-cache"})
_VISIBLE: Final = frozenset({Part.BODY, Part.SLIDE, Part.SHEET, Part.TEXT_BOX})


def extract(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Yield body, sheets or slides, headers, footers, notes, comments, deletions, properties and the rest."""
    if blob.media_type.endswith("-flat-xml"):
        return _flat(blob, budget)
    return read_zip(blob, budget, lambda archive: _Reading(blob.place, Packed(archive, blob.data, budget)).items())


def _flat(blob: Blob, budget: Budget) -> Iterator[Item]:
    lines = Lines(budget)
    walker = OdfWalker(lines, blob.place, Styles())
    yield from read_xml((blob.data,), walker, lines, blob.place)
    for number, data in enumerate(walker.packed, 1):
        budget.expand(len(data))
        if not is_picture(data[:HEAD]):
            yield Member(replace(blob.place, members=(*blob.place.members, f"object {number}")), data)


class _Reading:
    """One packed document while it is read."""

    def __init__(self, place: Place, packed: Packed) -> None:
        self._place = place
        self._packed = packed
        self._budget = packed.budget
        self._archive = packed.archive
        self._lines = Lines(packed.budget)
        self._styles = Styles()
        self._pictures = 0

    def items(self) -> Iterator[Item]:
        entries = [info for info in self._archive.infolist() if info.file_size and not info.filename.endswith("/")]
        most = self._budget.limits.members
        if most and len(entries) > most:
            entries = entries[:most]
            yield Problem(self._place, Reason.TOO_MANY_MEMBERS, f"more than {most} parts")
        self._beside(entries)
        encrypted = self._encrypted(entries)
        if encrypted:
            yield Problem(self._place, Reason.ENCRYPTED, "needs a password")
        seen: set[Part] = set()
        for info in sorted(entries, key=lambda info: _FIRST.index(info.filename) if info.filename in _FIRST else 3):
            if info.filename in encrypted or info.filename in _NO_TEXT:
                continue
            for item in self._part(info):
                if isinstance(item, Segment):
                    seen.add(item.place.part)
                yield item
        yield from self._lines.rest()
        if not encrypted and not any(info.filename == "content.xml" for info in entries):
            yield Problem(self._place, Reason.CORRUPT, "the document's content is missing")
        elif self._pictures and not seen & _VISIBLE and not encrypted:
            yield Problem(self._place, Reason.IMAGE, f"no text, but pictures: {self._pictures}")

    def _beside(self, entries: list[zipfile.ZipInfo]) -> None:
        for comment in (self._archive.comment, *(info.comment for info in self._archive.infolist())):
            if comment:
                self._lines.add(self._titled("zip comment"), comment.decode("utf-8", "replace"))
        for info in entries:
            if not _USUAL.fullmatch(info.filename):
                self._lines.add(self._titled("part name"), info.filename)

    def _encrypted(self, entries: list[zipfile.ZipInfo]) -> frozenset[str]:
        manifest = _Manifest()
        for info in entries:
            if info.filename == _MANIFEST:
                data = self._packed.small(info)
                if data is not None and plain_text(data) is not None and b"encryption-data" not in data:
                    continue
                try:
                    for _ in walk(
                        self._packed.pieces(info) if data is None else (data,), manifest, self._lines.limits.xml_depth
                    ):
                        pass
                except UnreadableError:
                    # It is read once more as a part, and is a problem there.
                    break
        return frozenset(manifest.encrypted)

    def _part(self, info: zipfile.ZipInfo) -> Iterator[Item]:
        walker = self._walker(info.filename)
        if walker is None:
            yield from self._binary(info)
            return
        data = self._packed.small(info)
        stream = self._packed.pieces(info) if data is None else (data,)
        yield from read_xml(stream, walker, self._lines, self._titled(info.filename))

    def _walker(self, name: str) -> Walker | None:
        folder, base = posixpath.split(name)
        if base == "meta.xml":
            return PropertyWalker(self._lines, self._place, depth=3)
        if name in _FIRST:
            return OdfWalker(self._lines, self._place, self._styles)
        if base in _FIRST:
            return OdfWalker(self._lines, replace(self._place, part=Part.TEXT_BOX, title=folder), Styles())
        if base.endswith((".xml", ".rdf", ".xlb", ".xba")):
            place = replace(self._titled(name), part=Part.CODE if folder.startswith("Basic") else Part.METADATA)
            return RecordWalker(self._lines, place)
        return None

    def _binary(self, info: zipfile.ZipInfo) -> Iterator[Item]:
        try:
            data = b"".join(self._packed.pieces(info))
        except UnreadableError as error:
            yield Problem(self._titled(info.filename), error.reason, error.detail)
            return
        if is_picture(data[:HEAD]):
            self._pictures += info.filename.startswith("Pictures/")
            for shown, text in pictured(data):
                name = info.filename
                place = replace(self._place, part=Part.TEXT_BOX, title=name) if shown else self._titled(name)
                self._lines.add(place, text)
            yield from self._lines.ready()
        else:
            yield Member(replace(self._place, members=(*self._place.members, info.filename)), data)

    def _titled(self, title: str) -> Place:
        return replace(self._place, part=Part.METADATA, title=title)


class _Manifest:
    """Notes which parts of the package are encrypted (ODF 1.3 part 2, section 3.8)."""

    def __init__(self) -> None:
        self.encrypted: set[str] = set()
        self._path = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "file-entry":
            self._path = attribute(attributes, "full-path")
        elif name == "encryption-data":
            self.encrypted.add(self._path)

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...

    def close(self) -> None: ...
