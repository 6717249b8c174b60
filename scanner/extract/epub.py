"""Reads electronic books: what their package says of them, and every page as a file of its own."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from scanner.extract import zip as archives
from scanner.extract._archive.member import BROKEN
from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._markup.xml import attribute, read_xml, walk
from scanner.extract._office.whole import Packed
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset({"application/epub+zip"})

Item = Segment | Member | Problem

_ENCRYPTION: Final = "META-INF/encryption.xml"
# Fonts are only made unusable elsewhere (EPUB 3.3, section 4.2.6.3.1, and Adobe's own way).
_OF_FONTS: Final = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_NOT_READ: Final = re.compile(r"mimetype|.*\.(?:ttf|otf|woff2?)", re.IGNORECASE)
_MOST_NAMED: Final = 20


def extract(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Yield the book's properties, its members, and a problem for those that are locked."""
    lines = Lines(budget)
    locked: frozenset[str] = frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(blob.data)) as archive:
            packed = Packed(archive, blob.data, budget)
            locked = _locked(packed)
            for info in archive.infolist():
                if info.filename.lower().endswith(".opf"):
                    about = read_xml(packed.pieces(info), _About(lines, blob.place), lines, blob.place)
                    # It comes once more as a member: what is wrong with it is said there.
                    yield from (item for item in about if isinstance(item, Segment))
    except (*BROKEN, NotImplementedError, UnreadableError):
        pass  # the archive says what is wrong with it
    yield from _members(blob, budget, locked)


def _members(blob: Blob, budget: Budget, locked: frozenset[str]) -> Iterator[Item]:
    named = 0
    for item in archives.extract(blob, budget):
        if not isinstance(item, Member):
            yield item
        elif item.place.members[-1] in locked:
            named += 1
            if named <= _MOST_NAMED:
                yield Problem(item.place, Reason.ENCRYPTED, "locked by the publisher")
        elif not _NOT_READ.fullmatch(item.place.members[-1]):
            yield item
    if named > _MOST_NAMED:
        yield Problem(blob.place, Reason.ENCRYPTED, f"{named} files are locked by the publisher")


def _locked(packed: Packed) -> frozenset[str]:
    walker = _Locked()
    for info in packed.archive.infolist():
        if info.filename == _ENCRYPTION:
            for _ in walk(packed.pieces(info), walker, packed.budget.limits.xml_depth):
                pass
    return frozenset(walker.found)


class _Locked:
    """Walks `META-INF/encryption.xml`: the files that cannot be read without a key."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self._method = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "EncryptedData":
            self._method = ""
        elif name == "EncryptionMethod":
            self._method = self._method or attribute(attributes, "Algorithm")
        elif name == "CipherReference" and self._method not in _OF_FONTS:
            self.found.add(posixpath.normpath(unquote(attribute(attributes, "URI"))).lstrip("/"))

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...

    def close(self) -> None: ...


class _About:
    """Walks the package document: each piece of its metadata is a property (EPUB 3.3, section 5.5)."""

    def __init__(self, lines: Lines, place: Place) -> None:
        self._lines = lines
        self._base = replace(place, part=Part.PROPERTY)
        self._inside = False
        self._title = ""
        self._pieces: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "metadata":
            self._inside = True
        elif self._inside:
            self._title = attribute(attributes, "property") or attribute(attributes, "name") or name
            self._pieces.clear()
            for key in ("content", "file-as"):
                if value := attribute(attributes, key):
                    self._lines.add(replace(self._base, title=self._title), value)

    def end(self, name: str) -> None:
        text = "".join(self._pieces).strip()
        self._pieces.clear()
        if text and self._inside and self._title:
            self._lines.add(replace(self._base, title=self._title), text)
        self._inside = self._inside and name != "metadata"

    def text(self, data: str) -> None:
        self._pieces.append(data)

    def close(self) -> None: ...
