"""Reads compound files that no other reader knows: property sets, macros, embedded files, and strings of the rest."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from scanner.extract._binary import HEAD, is_container, is_picture
from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._ole.compound import OLE_MAGIC, Compound, Path, open_compound
from scanner.extract._ole.escher import drawing_texts
from scanner.extract._ole.escher_source import source_problems
from scanner.extract._ole.hwp import hangul_sections, inflated
from scanner.extract._ole.objects import embedded_file, is_embedded_file, speak, within
from scanner.extract._ole.properties import PROPERTY_SIGN, property_sets
from scanner.extract._ole.protection import rights
from scanner.extract._ole.unused import unused_space
from scanner.extract._ole.vba import macro_projects, read_macros
from scanner.extract._ole.works import chunk_texts, is_chunked, old_text
from scanner.extract._text.encoding import decodings
from scanner.extract._text.strings import document_strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

MEDIA_TYPES: Final = frozenset(
    {
        "application/x-ole-storage",
        "application/vnd.visio",
        "application/x-mspublisher",
        "application/vnd.stardivision.writer",
        "application/vnd.stardivision.calc",
        "application/vnd.stardivision.draw",
        "application/x-hwp",
        "application/vnd.ms-works",
        "application/vnd.ms-project",
        "application/x-solidworks",
        "application/x-msi",
    }
)

# What an installer consists of is a table of strings, and what Windows keeps of thumbnails a list of names.
_ALL_STRINGS: Final = frozenset({"application/x-msi", "application/x-hwp", "application/x-mspublisher"})
_NAMES: Final = frozenset({"catalog", "mm", "spelling", "quill", "\x03internal", "envelope", "matost"})
_PREVIEW: Final = "prvtext"
_THUMBNAIL: Final = re.compile(rb"[\s\S]{12,24}?\xff\xd8\xff")
_CABINET: Final = b"MSCF"
_DRAWINGS: Final = frozenset({"escherstm", "escherdelaystm"})
_EQUATION: Final = "equation native"
# A character of a formula: its record, its font, itself in two bytes (MathType's MTEF 3, record 2).
_LETTERS: Final = re.compile(rb"[\x02\x12\x22\x32\x42][\x80-\xff]([\x20-\x7e])\x00")
_MAIN: Final = frozenset(
    {"worddocument", "workbook", "book", "powerpoint document", "__properties_version1.0", "contents"}
)
_PUBLISHER: Final = "application/x-mspublisher"
_OLD_WORKS: Final = "mn0"
_HANGUL: Final = "application/x-hwp"
_HANGUL_TEXT: Final = frozenset({"bodytext", "viewtext"})
_SMALLEST: Final = 4
_MACRO_STREAMS: Final = frozenset({"vba", "project", "projectwm", "projectlk"})
_FORM_STREAMS: Final = frozenset({"f", "o", "\x03vbframe", "\x01compobj"})

Item = Segment | Member | Problem


def extract(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Yield the text that can be had, the files inside, and a problem where a kind of document is not known."""
    try:
        compound = open_compound(blob.data)
    except UnreadableError as error:
        found = document_strings(blob.data)
        if found:
            budget.text(len(found))
            yield Segment(replace(blob.place, part=Part.RAW), found)
        yield Problem(blob.place, error.reason, error.detail)
        return
    yield from _Reading(blob, compound, budget).items()
    for fault in compound.faults:
        yield Problem(blob.place, Reason.CORRUPT, fault)


class _Reading:
    """One compound file while it is read. `unknown` tells whether a stream in it is of no kind that is known."""

    def __init__(self, blob: Blob, compound: Compound, budget: Budget) -> None:
        self._blob = blob
        self._place = blob.place
        self._compound = compound
        self._budget = budget
        self._lines = Lines(budget)
        self.unread: Counter[Reason] = Counter()
        self.unknown = False

    def items(self) -> Iterator[Item]:
        compound = self._compound
        yield from rights(compound, self._place)
        projects = frozenset(_key(path) for path in macro_projects(compound))
        yield from read_macros(compound, self._lines, self._place)
        inner = self._documents()
        for storage in ((), *compound.storages):
            if not _is_below(storage, inner):
                yield from property_sets(compound, self._lines, self._place, storage)
        yield from self._lines.rest()
        yield from self._members(inner)
        if self._blob.media_type == _HANGUL:
            yield from self._hangul()
        for path in compound.streams:
            if _is_below(path, inner) or _is_macro(_key(path), projects):
                continue
            yield from self._stream(path)
            yield from self._lines.ready()
        yield from unused_space(self._blob, compound, self._lines, self._budget)
        yield from self._lines.rest()
        yield from source_problems(self.unread, self._place)
        if self.unknown and self._blob.media_type not in _ALL_STRINGS:
            yield Problem(self._place, Reason.UNSUPPORTED, f"no reader yet for {self._blob.media_type}")

    def _documents(self) -> Mapping[Path, None]:
        """Return the outermost storages that are documents by themselves."""
        found: dict[Path, None] = {}
        for path in self._compound.streams:
            if len(path) > 1 and path[-1].casefold() in _MAIN - {"contents"}:
                key = path[:-1]
                if not any(key[:depth] in found for depth in range(1, len(key))):
                    found[key] = None
        return found

    def _members(self, inner: Mapping[Path, None]) -> Iterator[Item]:
        for path in inner:
            data = self._compound.packed(path)
            self._budget.expand(len(data))
            yield Member(within(self._place, path[-1]), data)

    def _hangul(self) -> Iterator[Item]:
        try:
            for number, text in hangul_sections(self._compound):
                self._budget.expand(len(text))
                self._lines.add(replace(self._place, number=number), text)
                yield from self._lines.ready()
        except UnreadableError as error:
            yield Problem(self._place, error.reason, error.detail)

    def _stream(self, path: Path) -> Iterator[Item]:
        name = path[-1].casefold()
        if name.startswith(PROPERTY_SIGN) or speak(self._compound, path, self._lines, self._place):
            return
        try:
            raw = self._content(path)
        except UnreadableError as error:
            yield Problem(self._place, error.reason, error.detail)
            return
        if is_picture(raw[:HEAD]) or _THUMBNAIL.match(raw[:64]):
            return
        if is_chunked(raw) or name == _OLD_WORKS:
            for text in chunk_texts(raw) if is_chunked(raw) else decodings(old_text(raw)):
                self._lines.add(self._place, text)
        elif is_embedded_file(name) and self._blob.media_type != _PUBLISHER:
            yield from embedded_file(self._compound, path, self._lines, self._place, self._budget)
        elif is_container(raw[:HEAD]) or raw.startswith(_CABINET):
            self._budget.expand(len(raw))
            yield Member(within(self._place, path[-1]), raw)
        elif len(raw) >= _SMALLEST:
            self._strings(path, name, raw)

    def _content(self, path: Path) -> bytes:
        """Return a stream, unpacked where its kind of document packs it.

        Raises:
            UnreadableError: it cannot be read.
        """
        raw = self._compound.read(*path)
        if self._blob.media_type != _HANGUL:
            return raw
        if path[0].casefold() in _HANGUL_TEXT:
            return b""
        unpacked, broken = inflated(raw)
        if broken:
            return raw
        # Embedded objects stand behind their length.
        return unpacked[4:] if unpacked[4:12] == OLE_MAGIC else unpacked

    def _strings(self, path: Path, name: str, raw: bytes) -> None:
        """Write what can be read in a stream of another kind."""
        if name in _DRAWINGS:
            for part, title, text in drawing_texts(raw, self.unread):
                self._lines.add(replace(self._place, part=part, title=title), text)
            return
        if name == _PREVIEW:
            self._lines.add(
                replace(self._place, part=Part.METADATA, title="preview"), raw.decode("utf-16-le", "replace")
            )
            return
        if name == _EQUATION:
            formula = b"".join(_LETTERS.findall(raw)).decode("ascii")
            self._lines.add(replace(self._place, part=Part.METADATA, title="formula"), formula)
            return
        self._lines.add(replace(self._place, part=Part.RAW, title="/".join(path)), document_strings(raw))
        self.unknown = self.unknown or name not in _NAMES


def _key(path: Path) -> Path:
    return tuple(name.casefold() for name in path)


def _is_below(path: Path, storages: Mapping[Path, None]) -> bool:
    return any(path[:depth] in storages for depth in range(1, len(path) + 1))


def _is_macro(path: Path, projects: frozenset[Path]) -> bool:
    """Tell whether a stream belongs to a project of macros: its folder of modules, its settings, its forms."""
    for depth in range(len(path)):
        if path[:depth] not in projects:
            continue
        if path[depth] in _MACRO_STREAMS or (len(path) > depth + 1 and path[-1] in _FORM_STREAMS):
            return True
    return False
