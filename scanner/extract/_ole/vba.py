"""Reads Visual Basic projects ([MS-OVBA]): the source of every module, the project's own texts and its forms."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from scanner.extract._lines import Lines
from scanner.extract._ole.compound import Compound, Path
from scanner.extract._ole.vba_packed import unpack_container
from scanner.extract._text.code_page import WESTERN, decode_page
from scanner.extract._text.strings import document_strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Problem, Reason
from scanner.model.place import Part, Place

_FOLDER: Final = "vba"
_CACHES: Final = ("_vba_project", "__srp_", "dir")
_FORM_STREAMS: Final = frozenset({"f", "o", "\x03vbframe"})
# A container whose first words are those every module begins with (2.4.1.1, 3.1).
_SOURCE: Final = re.compile(rb"\x01[\s\S][\xb0-\xbf]\x00Attribut(?=[\s\S])")
_MOST_PROJECTS: Final = 64
_MOST_TRIED: Final = 16
# Records of the dir stream (2.3.4.2).
_PAGE: Final = 0x0003
_VERSION: Final = 0x0009
_NAME: Final = 0x0019
_STREAM_NAME_WIDE: Final = 0x0032
_OFFSET: Final = 0x0031
_TEXTS: Final = frozenset({0x0004, 0x0005, 0x0006, 0x000C, 0x0016, 0x001C})
_REFERENCES: Final = frozenset({0x000D, 0x000E, 0x002F, 0x0033})
_REFERENCE: Final = re.compile(rb"[\x20-\x7e\x80-\xff]{4,}")


@dataclass(slots=True)
class _Module:
    name: str
    stream: str
    offset: int


def macro_projects(compound: Compound) -> tuple[Path, ...]:
    """Return the paths of the storages that hold a Visual Basic project, an empty one for the root."""
    found = [path[:-1] for path in compound.storages if path[-1].casefold() == _FOLDER]
    return tuple(dict.fromkeys(found))


def read_macros(compound: Compound, lines: Lines, base: Place) -> Iterator[Problem]:
    """Write the source of all macros in a compound file to `lines`; yield what of it cannot be read."""
    projects = macro_projects(compound)
    if len(projects) > _MOST_PROJECTS:
        yield Problem(base, Reason.PARTIAL, f"only the first {_MOST_PROJECTS} macro projects were read")
    for project in projects[:_MOST_PROJECTS]:
        yield from _Project(compound, project, lines, base).read()


class _Project:
    """One project: its storage, and where its texts go."""

    def __init__(self, compound: Compound, path: Path, lines: Lines, base: Place) -> None:
        self._compound = compound
        self._path = path
        self._lines = lines
        self._base = base
        self._page = WESTERN
        self._about = replace(base, part=Part.METADATA, title="macro project")

    def read(self) -> Iterator[Problem]:
        """Write everything in the project that is text; yield what cannot be read."""
        modules, broken = self._directory()
        streams = [path for path in self._compound.inside(*self._path, _FOLDER) if self._compound.has(*path)]
        known = {module.stream.casefold(): module for module in modules}
        for path in streams:
            name = path[-1].casefold()
            if not name.startswith(_CACHES):
                module = known.pop(name, None)
                yield from self._source(
                    path, module or _Module(path[-1], path[-1], -1), sure=broken or module is not None
                )
        if known:
            yield Problem(self._code("dir"), Reason.CORRUPT, "a macro module is missing")
        yield from self._beside()

    def _directory(self) -> tuple[list[_Module], bool]:
        """Return the modules that the dir stream names, and whether it is damaged."""
        try:
            raw, whole = unpack_container(self._compound.read(*self._path, _FOLDER, "dir"))
        except UnreadableError:
            return [], True
        modules: list[_Module] = []
        for kind, data in _records(raw):
            if kind == _PAGE and len(data) >= 2:  # noqa: PLR2004 - as long as the number
                self._page = struct.unpack_from("<H", data)[0]
            elif kind == _NAME:
                name = decode_page(data, self._page)
                modules.append(_Module(name, name, -1))
            elif kind in _TEXTS:
                self._say(decode_page(data, self._page))
            elif kind in _REFERENCES:
                for match in _REFERENCE.findall(data):
                    self._say(decode_page(match, self._page))
            elif modules:
                _describe(modules[-1], kind, data)
        return modules, not whole

    def _source(self, path: Path, module: _Module, *, sure: bool) -> Iterator[Problem]:
        """Write the source of a module, which stands packed behind its compiled form (2.3.4.3)."""
        place = self._code(module.name)
        try:
            raw = self._compound.read(*path)
        except UnreadableError as error:
            yield Problem(place, error.reason, error.detail)
            return
        text, whole = b"", False
        if 0 <= module.offset < len(raw):
            text, whole = unpack_container(raw[module.offset :])
        if not whole:
            # A wrong offset does not hide the source: it is known by its first words.
            for match in islice(_SOURCE.finditer(raw), _MOST_TRIED):
                other, complete = unpack_container(raw[match.start() :])
                if len(other) > len(text) or (complete and not whole):
                    text, whole = other, complete
        for line in decode_page(text, self._page).splitlines():
            self._lines.add(place, line)
        if whole and text:
            return
        if sure or text:
            # Compiled code keeps the words of its constants.
            self._lines.add(place, document_strings(raw))
            gone = "a macro's source is damaged" if text else "a macro's source is gone, and its compiled form not read"
            yield Problem(place, Reason.PARTIAL, gone)

    def _beside(self) -> Iterator[Problem]:
        """Write what stands beside the modules: the project's settings, and forms with what is written on them."""
        for path in self._compound.inside(*self._path):
            name = path[-1].casefold()
            if self._compound.has(*path):
                if name == "project":
                    yield from self._plain(path, self._about)
                continue
            if name == _FOLDER:
                continue
            for below in _streams_below(self._compound, path):
                if below[-1].casefold() in _FORM_STREAMS:
                    yield from self._plain(below, self._code(path[-1]))

    def _plain(self, path: Path, place: Place) -> Iterator[Problem]:
        try:
            raw = self._compound.read(*path)
        except UnreadableError as error:
            yield Problem(place, error.reason, error.detail)
            return
        is_form = path[-1].casefold() in {"f", "o"}
        for line in (document_strings(raw) if is_form else decode_page(raw, self._page)).splitlines():
            self._lines.add(place, line)

    def _code(self, name: str) -> Place:
        return replace(self._base, part=Part.CODE, title=name)

    def _say(self, text: str) -> None:
        text = text.replace("\0", "\n").strip()
        if text:
            self._lines.add(self._about, text)


def _describe(module: _Module, kind: int, data: bytes) -> None:
    """Take what a record of the dir stream says about the module that was named last."""
    if kind == _STREAM_NAME_WIDE:
        module.stream = data.decode("utf-16-le", "replace") or module.stream
    elif kind == _OFFSET and len(data) >= 4:  # noqa: PLR2004 - as long as the number
        module.offset = struct.unpack_from("<I", data)[0]


def _streams_below(compound: Compound, path: Path) -> Iterator[Path]:
    waiting = [path]
    while waiting:
        for below in compound.inside(*waiting.pop()):
            if compound.has(*below):
                yield below
            else:
                waiting.append(below)


def _records(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the number and data of each record of the unpacked dir stream."""
    at = 0
    while at + 6 <= len(raw):
        kind, size = struct.unpack_from("<HI", raw, at)
        # This one says 4 and has 6 (2.3.4.2.1.11).
        size = 6 if kind == _VERSION else size
        yield kind, raw[at + 6 : at + 6 + size]
        at += 6 + size
