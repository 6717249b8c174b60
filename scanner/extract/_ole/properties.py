"""Reads the property sets of compound files ([MS-OLEPS]): title, author, company, and what users and labels add."""

import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from scanner.extract._lines import Lines
from scanner.extract._ole.compound import Compound
from scanner.extract._text.code_page import UTF_16, WESTERN, decode_page
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Problem, Reason
from scanner.model.place import Part, Place

PROPERTY_SIGN: Final = "\x05"
"""What the names of streams begin with that hold a property set ([MS-OLEPS] 2.24)."""

_SUMMARY: Final = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
_DOCUMENT: Final = bytes.fromhex("02d5cdd59c2e1b10939708002b2cf9ae")
# By the names that the same properties have in Office Open XML (ECMA-376 parts 1 and 2).
_NAMES: Final = {
    _SUMMARY: {
        2: "title", 3: "subject", 4: "creator", 5: "keywords", 6: "description", 7: "Template", 8: "lastModifiedBy",
        9: "revision", 10: "TotalTime", 11: "lastPrinted", 12: "created", 13: "modified", 14: "Pages", 15: "Words",
        16: "Characters", 17: "thumbnail", 18: "Application", 19: "DocSecurity",
    },
    _DOCUMENT: {
        2: "category", 3: "PresentationFormat", 4: "Bytes", 5: "Lines", 6: "Paragraphs", 7: "Slides", 8: "Notes",
        9: "HiddenSlides", 10: "MMClips", 11: "ScaleCrop", 12: "HeadingPairs", 13: "TitlesOfParts", 14: "Manager",
        15: "Company", 16: "LinksUpToDate", 17: "CharactersWithSpaces", 19: "SharedDoc", 20: "HyperlinkBase",
        21: "HLinks", 22: "HyperlinksChanged", 23: "AppVersion", 26: "contentType", 27: "contentStatus",
        28: "language", 29: "version",
    },
}  # fmt: skip
_MARK: Final = b"\xfe\xff"
_MOST_SETS: Final = 8
_DICTIONARY: Final = 0
_CODE_PAGE: Final = 1
_STRUCTURE: Final = frozenset({_DICTIONARY, _CODE_PAGE})
# Of what programs count themselves, words and pages and the like, nothing is told: numbers, switches, the thumbnail.
_COUNTS: Final = frozenset(kind.to_bytes(2, "little") for kind in (2, 3, 11, 71))
_NARROW: Final = b"\x1e\x00"
_SIZE: Final = struct.Struct("<I")
_VECTOR: Final = 0x1000
_ARRAY: Final = 0x2000
_VARIANT: Final = 12
_CLIPBOARD: Final = 71
_WIDE: Final = re.compile("[^\x00-\x1f\x7f-\x9f\ufffd]{3,}")
_DEEPEST: Final = 4
_DAYS_IN: Final = timedelta(days=1)
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)
_NUMBERS: Final = {
    2: struct.Struct("<h"), 3: struct.Struct("<i"), 4: struct.Struct("<f"), 5: struct.Struct("<d"),
    7: struct.Struct("<d"), 16: struct.Struct("<b"), 17: struct.Struct("<B"), 18: struct.Struct("<H"),
    19: struct.Struct("<I"), 20: struct.Struct("<q"), 21: struct.Struct("<Q"), 22: struct.Struct("<i"),
    23: struct.Struct("<I"), 10: struct.Struct("<I"),
}  # fmt: skip


def property_sets(compound: Compound, lines: Lines, base: Place, path: tuple[str, ...] = ()) -> Iterator[Problem]:
    """Write the properties of all property sets right within a storage to `lines`; yield what cannot be read."""
    for stream in compound.inside(*path):
        if stream[-1].startswith(PROPERTY_SIGN) and compound.has(*stream):
            try:
                add_properties(compound.read(*stream), lines, base)
            except UnreadableError as error:
                place = Place(base.file, base.members, Part.METADATA, title="properties")
                yield Problem(place, error.reason, error.detail)


def add_properties(raw: bytes, lines: Lines, base: Place) -> None:
    """Write the properties of one stream to `lines`, each at a place that is titled with its name.

    Raises:
        UnreadableError: not all of it could be read; what could is written.
    """
    if not raw:
        return
    if not raw.startswith(_MARK) or len(raw) < 28:  # noqa: PLR2004 - the header's size
        raise UnreadableError(Reason.CORRUPT, "a property set does not begin as one")
    (count,) = struct.unpack_from("<I", raw, 24)
    broken = count > _MOST_SETS
    for number in range(min(count, _MOST_SETS)):
        at = 28 + number * 20
        if at + 20 > len(raw):
            broken = True
            break
        (offset,) = struct.unpack_from("<I", raw, at + 16)
        found = _Set(raw, raw[at : at + 16], offset, lines, base)
        found.add()
        broken = broken or found.broken
    if broken:
        raise UnreadableError(Reason.CORRUPT, "a property set is damaged")


class _Set:
    """One property set; `broken` tells whether something in it could not be read."""

    def __init__(self, raw: bytes, kind: bytes, start: int, lines: Lines, base: Place) -> None:
        self._raw = raw
        self._start = start
        self._lines = lines
        self._base = base
        self._names = dict(_NAMES.get(kind, {}))
        self._is_known = bool(self._names)
        self._page = WESTERN
        # Properties may share bytes in a hostile file, and then all of them together are no larger than this.
        self._left = 4 * len(raw) + 4096
        self._padded = True
        self.broken = False

    def add(self) -> None:
        """Write all properties."""
        offsets = self._offsets()
        if _CODE_PAGE in offsets and (page := self._number(2, offsets[_CODE_PAGE] + 4)) is not None:
            self._page = page
        if _DICTIONARY in offsets:
            self._dictionary(offsets[_DICTIONARY])
        file, members, raw = self._base.file, self._base.members, self._raw
        for key, at in offsets.items():
            kind = raw[at : at + 2]
            if key in _STRUCTURE or (self._is_known and kind in _COUNTS):
                continue
            text = self._string(at) if kind == _NARROW else None
            if text is None:
                values, _ = self._typed(at, 0)
                text = "\n".join(filter(None, values))
            if text and not text.isspace():
                title = self._names.get(key) or f"property {key:#x}"
                self._lines.add(Place(file, members, Part.PROPERTY, None, None, title), text)

    def _string(self, at: int) -> str | None:
        """Return a value that is one string, as most are; None where it is cut off or too much was read before."""
        raw = self._raw
        if at + 8 > len(raw):
            return None
        (size,) = _SIZE.unpack_from(raw, at + 4)
        end = at + 8 + size
        if end > len(raw) or self._left < size + 4:
            return None
        self._left -= size + 4
        return _clean(decode_page(raw[at + 8 : end], self._page))

    def _offsets(self) -> dict[int, int]:
        """Return where each property begins, by its number (2.20)."""
        count = self._number(4, self._start + 4)
        if count is None:
            return {}
        at = self._start + 8
        most = (len(self._raw) - at) // 8
        if count > most:
            self.broken = True
        pairs = struct.unpack_from(f"<{2 * min(count, most)}I", self._raw, at)
        return {key: self._start + offset for key, offset in zip(pairs[::2], pairs[1::2], strict=True)}

    def _dictionary(self, at: int) -> None:
        """Take the names that users gave (2.17); a name can be a marking, too, and titles are not searched."""
        count = self._number(4, at)
        at += 4
        wide = self._page == UTF_16
        names = Place(self._base.file, self._base.members, Part.METADATA, title="property names")
        for _ in range(count or 0):
            key, length = self._number(4, at), self._number(4, at + 4)
            if key is None or length is None:
                return
            size = length * 2 if wide else length
            name = _clean(decode_page(self._take(at + 8, size), self._page))
            at += 8 + size + (-size % 4 if wide else 0)
            if name:
                self._names[key] = name
                self._lines.add(names, name)

    def _typed(self, at: int, depth: int) -> tuple[list[str], int]:
        """Return the values of a typed property value (2.15), and where it ends."""
        kind = self._number(2, at)
        if kind is None or depth > _DEEPEST:
            self.broken = True
            return [], at
        at += 4
        if kind & _ARRAY:
            self.broken = True
            return [], at
        if not kind & _VECTOR:
            return self._value(kind, at, depth)
        # Office does not pad strings in lists ([MS-OSHARED] 2.3.3.1.8), others do as is said ([MS-OLEPS] 2.14).
        before, self._padded = self.broken, False
        found, end = self._list(kind & ~_VECTOR, at, depth)
        self._padded = True
        if self.broken and not before:
            self.broken = before
            found, end = self._list(kind & ~_VECTOR, at, depth)
        return found, end

    def _list(self, kind: int, at: int, depth: int) -> tuple[list[str], int]:
        """Return the values of a list, and where it ends."""
        count = self._number(4, at)
        at += 4
        found: list[str] = []
        for _ in range(count or 0):
            self._left -= 1
            if at >= len(self._raw) or self.broken or self._left < 0:
                self.broken = True
                break
            values, at = self._value(kind, at, depth)
            found += values
        return found, at

    def _value(self, kind: int, at: int, depth: int) -> tuple[list[str], int]:
        """Return a value without its type, and where the next begins."""
        if kind == _VARIANT:
            return self._typed(at, depth + 1)
        if kind in {8, 30, 31}:
            size = self._number(4, at) or 0
            wide = kind == 31  # noqa: PLR2004 - VT_LPWSTR: its size counts characters
            raw = self._take(at + 4, 2 * size if wide else size)
            text = _clean(decode_page(raw, UTF_16 if wide else self._page))
            return [text], at + 4 + len(raw) + (-len(raw) % 4 if wide or self._padded else 0)
        if kind in _NUMBERS:
            form = _NUMBERS[kind]
            raw = self._take(at, form.size)
            return [str(form.unpack(raw)[0]) if len(raw) == form.size else ""], at + max(4, form.size)
        if kind == 64:  # noqa: PLR2004 - VT_FILETIME
            return [_moment(int.from_bytes(self._take(at, 8), "little"))], at + 8
        if kind == 11:  # noqa: PLR2004 - VT_BOOL
            return ["true" if any(self._take(at, 2)) else "false"], at + 4
        return self._block(kind, at)

    def _block(self, kind: int, at: int) -> tuple[list[str], int]:
        """Return the text in a value that is bytes, such as the list of hyperlinks."""
        fixed = {0: 0, 1: 0, 6: 8, 14: 16, 72: 16}
        if kind in fixed:
            return [], at + fixed[kind]
        size = self._number(4, at) or 0
        raw = self._take(at + 4, size)
        found = [] if kind == _CLIPBOARD else _WIDE.findall(raw[: len(raw) & ~1].decode("utf-16-le", "replace"))
        return found, at + 4 + len(raw) + -len(raw) % 4

    def _take(self, at: int, size: int) -> bytes:
        if self._left < 0 or at + size > len(self._raw):
            self.broken = True
            size = max(0, min(size, len(self._raw) - at)) if self._left >= 0 else 0
        self._left -= size + 1
        return self._raw[at : at + size]

    def _number(self, size: int, at: int) -> int | None:
        raw = self._raw[at : at + size]
        if self._left < 0 or len(raw) < size:
            self.broken = True
            return None
        self._left -= 1
        return int.from_bytes(raw, "little")


def _clean(text: str) -> str:
    return text.rstrip("\0").replace("\0", "\n").strip()


def _moment(ticks: int) -> str:
    """Return a time as text; a short one is a duration, as that of editing is."""
    span = timedelta(microseconds=ticks // 10)
    if not ticks:
        return ""
    if span < 3650 * _DAYS_IN:
        return str(span)
    try:
        return (_EPOCH + span).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return ""
