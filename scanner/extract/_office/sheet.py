"""Reads a worksheet: one line a row, its page headers and footers, its formulas and input helps."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Final

from scanner.extract._lines import Lines
from scanner.extract._markup.xml import attribute
from scanner.extract._office.attributes import attribute_lines
from scanner.extract._office.formats import day
from scanner.extract._office.references import resolved
from scanner.extract._office.sift import sift, sift_whole
from scanner.model.place import Part, Place

_PAGE_PARTS: Final = {"header": Part.HEADER, "footer": Part.FOOTER}
# Codes in page headers: ECMA-376 part 1, section 18.3.1.46. &L, &C and &R begin the left, centre and right section.
_SECTION: Final = re.compile(r"&[LCRlcr]")
_CODE: Final = re.compile(r'&(?:"[^"]*"|[0-9]{1,3}|[Kk](?:[0-9A-Fa-f]{6}|[0-9]{2}[+-][0-9]{3})|[A-Za-z](?=.|$))')
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LONGEST_ROW: Final = 1 << 20
_EXACT: Final = 1e21
# Kinds of cells whose values need nothing resolved; and how many of them may stand in a row that is held.
_DIRECT: Final = frozenset({"", "n", "s"})
_MOST_DIRECT: Final = 200
_ON: Final = ("1", "true", "on")
_MOST_COLUMNS: Final = 1000
_LAST: Final = itemgetter(-1)
_LONGEST_COLUMN: Final = 3
_HIDDEN: Final = re.compile(r"\bhidden=[\"'](?:1|true|on)[\"']")
# The cells that programs write. Empty ones only have looks. Of the others: a number or the number of a string, a
# formula with or without its value, a string in place; last what is no such cell.
_START: Final = r'<c(?: r="([A-Z]++)[0-9]++")?+(?: s="([0-9]++)")?+(?: t="([A-Za-z]++)")?+'
_EMPTY: Final = re.compile(r'(?:<c(?: r="[A-Z]++[0-9]++")?+(?: s="[0-9]++")?+(?: t="[A-Za-z]++")?+/>)++')
_CELL: Final = re.compile(
    rf"{_START}>(?:<v>([^<]*+)</v></c>"
    r"|(?:<f(?: [^<>/]*+)?+(?:/>|>([^<]*+)</f>))?+(?:<v>([^<]*+)</v>|<v/>)?+</c>"
    r'|<is><t(?: xml:space="preserve")?+>([^<]*+)</t></is></c>)|(.)',
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Workbook:
    """What the cells of every sheet refer to: shared strings by their number, and the formats that show days."""

    shared: Callable[[str], str]
    dates: frozenset[str]
    since_1904: bool


class SheetWalker:
    """Walks one worksheet. `place` is the sheet's; headers and footers get its title."""

    def __init__(self, lines: Lines, place: Place, book: Workbook) -> None:
        """Write to `lines`."""
        self._lines = lines
        self._place = place
        self._hidden_place = replace(place, part=Part.HIDDEN)
        self._book = book
        self._row: list[str] = []
        self._unseen: list[str] = []
        self._long = 0
        self._cell: tuple[str, str, str] = ("", "", "")
        self._pieces: list[str] = []
        self._value: list[str] = []
        self._phonetic = False
        self._in_cell = False
        self._hidden_row = False
        self._hidden_columns: list[range] = []
        self._letters: dict[str, bool] = {}

    def whole(self, data: bytes) -> Iterator[None] | None:
        """Return the walk of a sheet that is at hand; None: it must be parsed."""
        return sift_whole(data, "<row", "</row>", self._take_row, self, deepest=self._lines.limits.xml_depth)

    def rows(self, stream: Iterator[bytes]) -> Iterator[bytes]:
        """Take the ordinary rows out of a stream of XML, and yield all else of it for a parser, in order."""
        return sift(stream, "<row", "</row>", self._take_row)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Enter an element."""
        self._pieces.clear()
        if name == "c":
            reference = attribute(attributes, "r").rstrip("0123456789")
            self._cell = reference, attribute(attributes, "s"), attribute(attributes, "t")
            self._value.clear()
            self._in_cell = True
        elif name == "rPh":
            self._phonetic = True
        elif name == "row":
            self._hidden_row = attribute(attributes, "hidden") in _ON
        elif name == "col" and attribute(attributes, "hidden") in _ON:
            self._hide(attribute(attributes, "min"), attribute(attributes, "max"))
        for place, text in attribute_lines(name, attributes, self._place):
            self._lines.add(place, text)

    def end(self, name: str) -> None:
        """Leave an element; what it held depends on which."""
        text = "".join(self._pieces)
        self._pieces.clear()
        if name == "rPh":
            self._phonetic = False
        elif name in {"v", "t"}:
            if self._phonetic:
                self._lines.add(replace(self._place, part=Part.METADATA, title="reading aid"), text)
            else:
                self._value.append(text)
        elif name == "f" and self._in_cell:
            self._formula(text)
        elif name == "c":
            self._end_cell()
            self._in_cell = False
        elif name == "row":
            self._end_row()
        elif name[-6:].lower() in _PAGE_PARTS:
            self._page_part(_PAGE_PARTS[name[-6:].lower()], text)
        elif text.strip():
            self._lines.add(replace(self._place, part=Part.METADATA), text.strip())

    def text(self, data: str) -> None:
        """Take characters."""
        self._pieces.append(data)

    def close(self) -> None:
        """Hand on the row the stream ended in."""
        self._end_cell()
        self._end_row()

    def _take_row(self, attributes: str, body: str) -> Iterator[None] | None:
        cells = _CELL.findall(_EMPTY.sub("", body) if "/>" in body else body)
        if any(map(_LAST, cells)):
            return None
        self._hidden_row = "hidden=" in attributes and _HIDDEN.search(attributes) is not None
        return self._take_cells(cells, aside=self._hidden_row or bool(self._hidden_columns) or "&" in body)

    def _take_cells(self, cells: list[tuple[str, ...]], *, aside: bool) -> Iterator[None]:
        dates, use, row = self._book.dates, self._book.shared, self._row
        for column, style, kind, alone, formula, result, inline, _ in cells:
            if formula:
                self._formula(resolved(formula))
            value = alone or result or inline
            if not value:
                continue
            if aside or kind not in _DIRECT or style in dates or len(row) > _MOST_DIRECT:
                if self._put((column, style, kind), resolved(value)):
                    yield
            elif text := use(value) if kind == "s" else number(value) if "E" in value or "e" in value else value:
                row.append(text)
                self._long += len(text)
        self._end_row()

    def _end_cell(self) -> None:
        self._put(self._cell, "".join(self._value))
        self._value.clear()

    def _put(self, cell: tuple[str, str, str], value: str) -> bool:
        """Take a value, and tell whether the row became too long to be held."""
        column, style, kind = cell
        if kind == "s":
            value = self._book.shared(value)
        elif kind in {"", "n"}:
            value = day(value, since_1904=self._book.since_1904) if style in self._book.dates else number(value)
        else:
            value = plain(value)
        if value:
            (self._unseen if self._hidden_row or self._is_hidden(column) else self._row).append(value)
            self._long += len(value)
            if self._long > _LONGEST_ROW:
                self._end_row()
                return True
        return False

    def _end_row(self) -> None:
        if self._row:
            self._lines.add(self._place, "\t".join(self._row))
            self._row.clear()
        if self._unseen:
            self._lines.add(self._hidden_place, "\t".join(self._unseen))
            self._unseen.clear()
        self._long = 0

    def _hide(self, first: str, last: str) -> None:
        if first.isdecimal() and last.isdecimal() and len(self._hidden_columns) < _MOST_COLUMNS:
            self._hidden_columns.append(range(int(first[:9]), int(last[:9]) + 1))

    def _is_hidden(self, column: str) -> bool:
        if not self._hidden_columns:
            return False
        if column not in self._letters:
            at = 0
            for letter in column.upper()[:_LONGEST_COLUMN]:
                at = at * 26 + ord(letter) - ord("A") + 1
            self._letters[column] = any(at in columns for columns in self._hidden_columns)
        return self._letters[column]

    def _formula(self, text: str) -> None:
        # A formula without a literal says nothing that its value and the cells it names do not say.
        if '"' in text or "'" in text:
            self._lines.add(replace(self._place, part=Part.CODE), text)

    def _page_part(self, part: Part, text: str) -> None:
        for shown in page_lines(text):
            self._lines.add(replace(self._place, part=part), plain(shown))


def page_lines(text: str) -> Iterator[str]:
    """Yield the sections of a page header or footer that show something, without the codes that shape them."""
    for section in _SECTION.split(text.replace("&&", "\0")):
        shown = _CODE.sub("", section).replace("\0", "&").strip()
        if shown:
            yield shown


def number(text: str) -> str:
    """Return a number as it is kept in a cell, long whole ones without an exponent: they are often account numbers."""
    if "E" in text or "e" in text:
        try:
            value = float(text)
        except ValueError:
            return text
        if value.is_integer() and abs(value) < _EXACT:
            return str(int(value))
    return text


def plain(text: str) -> str:
    """Return a string with its escapes `_xHHHH_` resolved (ECMA-376 part 1, section 22.9.2.19)."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(_unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return match[0] if "\ud800" <= character <= "\udfff" else character
