"""Reads the texts that Windows metafiles draw: EMF with its EMF+ part ([MS-EMF], [MS-EMFPLUS]) and WMF ([MS-WMF])."""

import struct
from dataclasses import dataclass, field
from typing import Final

from scanner.extract._text.encoding import decodings

_MOST_RECORDS: Final = 1_000_000
_PLACEABLE: Final = b"\xd7\xcd\xc6\x9a"
_WMF: Final = (b"\x01\x00\x09\x00", b"\x02\x00\x09\x00")
_EMF_SIGN_AT: Final = 40
_GLYPHS: Final = 0x10
_NO_RECTANGLE: Final = 0x100
_NARROW: Final = 0x200
# Records that carry the dots of a picture, in which words may be seen that no record spells.
_EMF_DOTS: Final = frozenset({76, 77, 78, 79, 80, 81, 114, 116})
_WMF_DOTS: Final = frozenset({0x0922, 0x0940, 0x0B23, 0x0B41, 0x0D33, 0x0F43})
# Records that are read: most of a picture are lines and areas.
_EMF_TEXTS: Final = frozenset({1, 70, 83, 84, 96, 97, 108})
_WMF_FONT: Final = 0x02FB
_WMF_TEXTS: Final = frozenset({_WMF_FONT, 0x0521, 0x0A32, 0x0626})
_EMF_HEAD: Final = struct.Struct("<II")
_WMF_HEAD: Final = struct.Struct("<IH")
_CHARSETS: Final = {
    128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 77: "mac_roman",
}  # fmt: skip


@dataclass(slots=True)
class Drawing:
    """What a metafile says: the texts it draws, lines put together by their places, and the comments in it.

    `dots` is True where it also shows bitmaps; `whole` is False where it breaks off.
    """

    comments: list[bytes] = field(default_factory=list, repr=False)
    dots: bool = False
    whole: bool = False
    _pieces: list[str] = field(default_factory=list)
    _at: tuple[int, int] | None = None
    _end: float = 0.0
    _wide: float = 0.0

    def add(self, text: str, x: int, y: int, advance: int) -> None:
        """Take a text drawn from a point on; `advance` is how far it reaches, 0 where that is not known."""
        text = text.rstrip("\x00")
        if not text:
            return
        if self._pieces:
            self._pieces.append(self._between(x, y))
        self._pieces.append(text)
        self._at = (x, y)
        self._end = x + advance
        self._wide = abs(advance) / len(text)

    def text(self) -> str:
        """Return the drawn texts as lines."""
        return "".join(self._pieces)

    def _between(self, x: int, y: int) -> str:
        if self._at is None or y != self._at[1]:
            return "\n"
        if x == self._at[0]:
            # Each starts where the one before it ended: the pen keeps its place.
            return ""
        return "" if abs(x - self._end) <= max(1.0, self._wide * 0.3) else " "


def is_metafile(head: bytes) -> bool:
    """Tell a metafile by its first 64 bytes."""
    return head.startswith((_PLACEABLE, *_WMF)) or (
        head.startswith(b"\x01\x00\x00\x00") and head[_EMF_SIGN_AT : _EMF_SIGN_AT + 4] == b" EMF"
    )


def drawing(data: bytes) -> Drawing:
    """Return what a metafile says; nothing for other bytes."""
    found = Drawing()
    if data.startswith(b"\x01\x00\x00\x00"):
        _emf(data, found)
    elif data.startswith((_PLACEABLE, *_WMF)):
        _wmf(data, found)
    return found


def _emf(data: bytes, found: Drawing) -> None:
    unpack = _EMF_HEAD.unpack_from
    at, last = 0, len(data) - 8
    for _ in range(_MOST_RECORDS):
        if at > last:
            return
        kind, size = unpack(data, at)
        end = at + size
        if size < 8 or end > last + 8:  # noqa: PLR2004 - a record's kind and size
            return
        if kind in _EMF_TEXTS:
            _emf_record(kind, data[at:end], found)
        elif kind in _EMF_DOTS:
            found.dots = True
        elif kind == 14:  # noqa: PLR2004 - the last record
            found.whole = True
            return
        at = end


def _emf_record(kind: int, record: bytes, found: Drawing) -> None:
    try:
        if kind == 1:
            count, start = struct.unpack_from("<II", record, 60)
            found.comments.append(record[start : start + 2 * min(count, 1 << 16)])
        elif kind in {83, 84}:
            _text_record(record, 36, kind == 84, found)  # noqa: PLR2004 - its characters have two bytes
        elif kind in {96, 97}:
            (count,) = struct.unpack_from("<I", record, 36)
            for number in range(min(count, len(record) // 40)):
                _text_record(record, 40 + 40 * number, kind == 97, found)  # noqa: PLR2004 - as above
        elif kind == 108:  # noqa: PLR2004 - a short text
            x, y, count, options = struct.unpack_from("<iiII", record, 8)
            start = 36 if options & _NO_RECTANGLE else 52
            raw = record[start : start + count * (1 if options & _NARROW else 2)]
            found.add(raw.decode("latin-1" if options & _NARROW else "utf-16-le", "replace"), x, y, 0)
        elif kind == 70:  # noqa: PLR2004 - a comment
            if record[12:16] == b"EMF+":
                _plus(record[16:], found)
            else:
                found.comments.append(record[12:])
    except struct.error:
        return


def _text_record(record: bytes, at: int, wide: bool, found: Drawing) -> None:  # noqa: FBT001 - one of two kinds
    """Take a text object ([MS-EMF] 2.2.5); glyph numbers of a font are no text."""
    x, y, count, start, options = struct.unpack_from("<iiIII", record, at)
    (steps,) = struct.unpack_from("<I", record, at + 36)
    if options & _GLYPHS or not count:
        return
    raw = record[start : start + count * (2 if wide else 1)]
    text = raw.decode("utf-16-le", "replace") if wide else decodings(raw)[0]
    known = steps and steps + 4 * count <= len(record)
    advance = sum(struct.unpack_from(f"<{count}i", record, steps)) if known else 0
    found.add(text, x, y, advance)


def _plus(data: bytes, found: Drawing) -> None:
    """Take the records of EMF+ in one comment ([MS-EMFPLUS] 2.3.4.14 and 2.3.4.6)."""
    at = 0
    while at + 12 <= len(data):
        kind, flags, size, length = struct.unpack_from("<HHII", data, at)
        body = data[at + 12 : at + 12 + length]
        if kind == 0x401C and len(body) >= 28:  # noqa: PLR2004 - a string in a rectangle
            (count,) = struct.unpack_from("<I", body, 8)
            x, y = struct.unpack_from("<ff", body, 12)
            found.add(body[28 : 28 + 2 * count].decode("utf-16-le", "replace"), _whole(x), _whole(y), 0)
        elif kind == 0x4036 and len(body) >= 16 and body[4] & 1:  # noqa: PLR2004 - characters at their places
            (count,) = struct.unpack_from("<I", body, 12)
            found.add(body[16 : 16 + 2 * count].decode("utf-16-le", "replace"), at, -1, 0)
        elif kind == 0x4008 and flags >> 8 & 0x7F == 5:  # noqa: PLR2004 - a picture among the objects
            found.dots = True
        at += max(size, 12)


def _whole(value: float) -> int:
    return int(value) if abs(value) < 1e9 else 0  # noqa: PLR2004 - not a number, too, is no place


def _wmf(data: bytes, found: Drawing) -> None:
    unpack = _WMF_HEAD.unpack_from
    at, last = (22 if data.startswith(_PLACEABLE) else 0) + 18, len(data) - 6
    codec: str | None = None
    for _ in range(_MOST_RECORDS):
        if at > last:
            return
        words, kind = unpack(data, at)
        end = at + 2 * words
        if kind in _WMF_TEXTS and words >= 3:  # noqa: PLR2004 - a record's size and kind
            record = data[at + 6 : end]
            if kind != _WMF_FONT:
                _wmf_record(kind, record, codec, found)
            elif len(record) > 13:  # noqa: PLR2004 - where its character set stands
                codec = _CHARSETS.get(record[13], codec)
        elif kind in _WMF_DOTS:
            found.dots = found.dots or words >= 3  # noqa: PLR2004 - as above
        elif kind == 0:
            found.whole = True
            return
        if words < 3:  # noqa: PLR2004 - as above
            return
        at = end


def _wmf_record(kind: int, record: bytes, codec: str | None, found: Drawing) -> None:
    try:
        if kind == 0x0521:  # noqa: PLR2004 - a text
            (count,) = struct.unpack_from("<H", record)
            raw = record[2 : 2 + count]
            y, x = struct.unpack_from("<hh", record, 2 + count + count % 2)
            found.add(decodings(raw, codec)[0], x, y, 0)
        elif kind == 0x0A32:  # noqa: PLR2004 - a text with the places of its characters
            y, x, count, options = struct.unpack_from("<hhHH", record)
            start = 16 if options & 6 else 8
            steps = start + count + count % 2
            known = steps + 2 * count <= len(record)
            advance = sum(struct.unpack_from(f"<{count}h", record, steps)) if known else 0
            if not options & _GLYPHS:
                found.add(decodings(record[start : start + count], codec)[0], x, y, advance)
        elif kind == 0x0626:  # noqa: PLR2004 - an escape: comments, among others
            found.comments.append(record[4:])
    except struct.error:
        return
