"""Gathers the text of a rich text: bytes in the encoding of their font, lines by the place they stand in."""

import html
import re
from dataclasses import dataclass, field, replace
from typing import Final

from scanner.extract._lines import LONGEST_LINE, Lines
from scanner.extract._text.encoding import decodings
from scanner.model.place import Part, Place

_MOST_DOUBTS: Final = 1 << 20
_MOST_NUMBERED: Final = 10_000
_WORDS: Final = re.compile(r"[^\W\d_]{3}")
_HALVES: Final = re.compile("[\ud800-\udfff]")
_HEXADECIMAL: Final = re.compile(r"[0-9a-fA-F\s]*")
# Nobody writes four letters beyond ASCII in a row in an encoding of the West.
_FOREIGN: Final = re.compile(rb"[\x80-\xff]{4}|[\xc3-\xf4][\x80-\xbf]")


@dataclass(frozen=True, slots=True)
class Codec:
    """How bytes of text are read; `stated` where the document or the font says so."""

    name: str
    stated: bool


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Bytes that may have been meant in another encoding than the one that is stated."""

    raw: bytes
    text: str


_Pieces = list[str | _Doubt]


@dataclass(slots=True)
class Scope:
    """Something with paragraphs of its own. Within what stands `aside` of the page, hidden text is like any other."""

    place: Place
    aside: bool = False
    unknown: bool = False
    shown: _Pieces = field(default_factory=list)
    hidden: _Pieces = field(default_factory=list)
    deleted: _Pieces = field(default_factory=list)
    mixed: _Pieces | None = None
    doubtful: bool = False
    length: int = 0


class RichText:
    """Takes text as it comes; `scope`, `hidden`, `deleted`, `muted` and `codec` say what becomes of it.

    Whoever changes one of them calls `settle` before.
    """

    def __init__(self, lines: Lines, place: Place) -> None:
        """Write to `lines`, at places within the document `place`."""
        self._lines = lines
        self._base = place
        self.scope = Scope(place)
        self.hidden = False
        self.deleted = False
        self.muted = False
        self.codec = Codec("cp1252", stated=False)
        self.page: list[str] | None = None
        self.off_page = False
        self.source = False
        self.visible = False
        self.full = False
        self._pending: list[bytes] = []
        self._numbers: dict[Part, int] = {}
        self._doubts: list[tuple[Place, _Pieces]] = []
        self._doubted = 0

    def raw(self, data: bytes) -> None:
        """Take bytes in the encoding of the font."""
        if self._pending or not data.isascii():
            self._pending.append(data)
        else:
            self._write(data.decode("ascii"))

    def put(self, text: str) -> None:
        """Take characters."""
        if self._pending:
            self.settle()
        self._write(text)

    def settle(self) -> None:
        """Read the bytes that have come so far."""
        if not self._pending:
            return
        raw = b"".join(self._pending)
        self._pending.clear()
        text = raw.decode(self.codec.name, "replace")
        if not self._is_sure(raw, text):
            self.scope.doubtful = True
            self._write(_Doubt(raw, text))
        else:
            self._write(text)

    def open(self, part: Part, title: str | None = None, *, aside: bool = False, unknown: bool = False) -> None:
        """Let what comes stand in a part of its own, until the scope that was there before is put back."""
        self.settle()
        if part is Part.TEXT_BOX and self.scope.place.part not in {Part.BODY, Part.TEXT_BOX}:
            place = replace(self.scope.place, title="text box")
        else:
            number = None if title is not None or aside else self._number(part)
            place = replace(self._base, part=part, number=number, title=title)
        self.scope = Scope(place, aside=aside, unknown=unknown)
        self.muted = self.source = False

    def turn(self, part: Part, into: Part) -> None:
        """Let the scope be another part, if it is the one."""
        if self.scope.place.part is part:
            self.scope.place = replace(self.scope.place, part=into, number=self._number(into))

    def leave(self, scope: Scope) -> None:
        """End what stands in the scope, and go back to an earlier one."""
        self.end_line()
        self.scope = scope

    def end_line(self) -> None:
        """End the line."""
        self.settle()
        if self.page is not None and not self.off_page:
            self.page.append("\n")
        scope = self.scope
        shown = scope.shown
        if scope.hidden or scope.deleted or scope.doubtful:
            self._end_doubtful(scope)
        elif shown:
            self._line(scope, scope.place, "".join(shown))  # type: ignore[arg-type] # without doubts all are texts
        else:
            return
        shown.clear()
        scope.length = 0

    def add(self, part: Part, title: str | None, text: str) -> None:
        """Add a line that stands beside the page."""
        if text.strip():
            self._lines.add(replace(self._base, part=part, title=title), text)

    def other_readings(self) -> None:
        """Add the lines that read differently in the other encodings that they may be in."""
        raw = [piece.raw for _, pieces in self._doubts for piece in pieces if isinstance(piece, _Doubt)]
        if not raw:
            return
        seen = {(place, _joined(pieces)) for place, pieces in self._doubts}
        for reading in decodings(b"\n".join(raw), self.codec.name):
            texts = reading.split("\n")
            if len(texts) != len(raw):
                continue
            rest = iter(texts)
            for place, pieces in self._doubts:
                line = "".join(next(rest) if isinstance(piece, _Doubt) else piece for piece in pieces)
                if (place, line) not in seen:
                    seen.add((place, line))
                    self._lines.add(place, line)

    def _number(self, part: Part) -> int | None:
        """Count the parts of a kind; who counts more than so many does it to fill the memory."""
        number = self._numbers[part] = self._numbers.get(part, 0) + 1
        return number if number <= _MOST_NUMBERED else None

    def _is_sure(self, raw: bytes, text: str) -> bool:
        """Tell whether bytes are in the encoding that is stated. By the standard all text is ASCII, escaped or not."""
        return self.codec.stated and "\ufffd" not in text and not (self.codec.name == "cp1252" and _FOREIGN.search(raw))

    def _write(self, piece: str | _Doubt) -> None:
        scope = self.scope
        if self.page is not None and not self.off_page:
            self._write_page(piece if isinstance(piece, str) else piece.text)
        if self.muted:
            return
        if scope.aside or not (self.hidden or self.deleted):
            scope.shown.append(piece)
            if scope.mixed is not None:
                scope.mixed.append(piece)
        elif self.deleted:
            scope.deleted.append(piece)
        else:
            if scope.mixed is None:
                scope.mixed = list(scope.shown)
            scope.mixed.append(piece)
            scope.hidden.append(piece)
        scope.length += len(piece if isinstance(piece, str) else piece.text)
        if scope.length > LONGEST_LINE:
            self.end_line()
            self.full = True

    def _write_page(self, text: str) -> None:
        """Keep the HTML that a rich text was made of ([MS-OXRTFEX] 2.1.3.1)."""
        if self.page is not None and (self.source or self.scope.place == self._base):
            self.page.append(text if self.source else html.escape(text, quote=False))

    def _end_doubtful(self, scope: Scope) -> None:
        """End a line of which not everything is shown, or not everything is sure."""
        self._doubtful(scope, scope.place, scope.shown)
        self._doubtful(scope, replace(self._base, part=Part.DELETED), scope.deleted)
        hidden = replace(self._base, part=Part.HIDDEN)
        self._doubtful(scope, hidden, scope.hidden)
        if scope.mixed and scope.hidden and len(scope.mixed) > len(scope.hidden):
            # A marking of which a part is hidden is one all the same.
            self._doubtful(scope, hidden, scope.mixed)
        scope.hidden.clear()
        scope.deleted.clear()
        scope.mixed = None
        scope.doubtful = False

    def _doubtful(self, scope: Scope, place: Place, pieces: _Pieces) -> None:
        if not pieces:
            return
        self._line(scope, place, _joined(pieces))
        size = sum(len(piece.raw) for piece in pieces if isinstance(piece, _Doubt))
        if size and self._doubted + size <= _MOST_DOUBTS:
            self._doubted += size
            self._doubts.append((place, list(pieces)))

    def _line(self, scope: Scope, place: Place, line: str) -> None:
        if scope.unknown and (not _WORDS.search(line) or _HEXADECIMAL.fullmatch(line)):
            return
        line = mended(line)
        self.visible = self.visible or (place.part in {Part.BODY, Part.TEXT_BOX} and not line.isspace())
        self._lines.add(place, line)


def _joined(pieces: _Pieces) -> str:
    return "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)


def mended(text: str) -> str:
    """Return a text whose characters beyond the first 65,536 are whole, and U+FFFD for half of one."""
    if text.isascii() or not _HALVES.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
