"""Reads the text of PDF pages a second time, with pdfminer.six, where PDFium gave none."""

import io
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFResourceManager, PDFTextState
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.utils import Matrix, Point, mult_matrix

from scanner.extract._budget import Budget
from scanner.extract._pdf.content import Interpreter
from scanner.extract._pdf.rc4 import Document
from scanner.model.document import Blob, Segment

# What it has to say about damaged files is said in problems.
logging.getLogger("pdfminer").addHandler(logging.NullHandler())
logging.getLogger("pdfminer").propagate = False

# It is slow, and this is a second look.
_MOST_PAGES: Final = 200
_NEW_LINE: Final = 0.5  # of the height of a character
_GAP: Final = 0.18
_SPACE: Final = 32
# So pdfminer writes characters whose meaning it does not know.
_UNKNOWN: Final = re.compile(r"(?:\(cid:[0-9]+\)\s?){4,}")

_Edges = tuple[float, float, float, float]
"""Left, bottom, right and top."""


def pages_again(blob: Blob, budget: Budget, wanted: frozenset[int] | None, password: str = "") -> Iterator[Segment]:
    """Yield the text of the wanted pages, all when None, as far as it can be had: 200 pages at most.

    Raises:
        LimitReachedError: there is more text than the limit.
    """
    found: list[str] = []
    device = _Characters(found)
    interpreter = Interpreter(device.rsrcmgr, device)
    for number, page in enumerate(_pages(blob.data, password), 1):
        if number > _MOST_PAGES:
            return
        if wanted is not None and number not in wanted:
            continue
        found.clear()
        # pdfminer raises whatever a broken page makes it; what came before counts.
        with suppress(Exception):
            interpreter.process_page(page)
        text = "".join(found).strip("\n")
        if text and not text.isspace():
            budget.text(len(text))
            yield Segment(replace(blob.place, page=number), text)


def is_understood(text: str) -> bool:
    """Tell whether no word in a text from here is made of characters that nobody knows."""
    return _UNKNOWN.search(text) is None


def _pages(data: bytes, password: str) -> Iterator[PDFPage]:
    """Yield the pages of a document, as far as its page tree holds together."""
    try:
        yield from PDFPage.create_pages(Document(PDFParser(io.BytesIO(data)), password))
    except Exception:  # noqa: BLE001 - pdfminer raises whatever a broken file makes it
        return


@dataclass(frozen=True, slots=True)
class _Glyph:
    """What a code of a font means, and how far and where it is drawn, in sizes of the font."""

    text: str
    width: float
    left: float
    bottom: float


class _Characters(PDFTextDevice):
    """Takes characters in the order in which they are drawn; nothing is laid out, since that can take for ever."""

    def __init__(self, found: list[str]) -> None:
        super().__init__(PDFResourceManager())
        self._found = found
        self._last: _Edges | None = None
        self._known: dict[PDFFont, dict[int, _Glyph]] = {}

    def begin_page(self, *_: Any) -> None:
        """What stands on a page does not go on with the last one."""
        self._last = None

    def render_string(self, textstate: PDFTextState, seq: Iterable[object], *_: Any) -> None:
        """Take the characters of a string where they stand (ISO 32000-2, 9.4.4)."""
        # The interpreter shows nothing without a font, and has a matrix for every page.
        font = cast("PDFFont", textstate.font)
        size, scaling = textstate.fontsize, textstate.scaling * 0.01
        between_words = 0.0 if font.is_multibyte() else textstate.wordspace * scaling
        known = self._known.setdefault(font, {})
        matrix = mult_matrix(textstate.matrix, cast("Matrix", self.ctm))
        pen = _Pen(matrix, textstate.linematrix, down=font.is_vertical())
        between = 0.0
        for item in seq:
            if isinstance(item, (int, float)):
                pen.move(-item * 0.001 * size * scaling)
                between = textstate.charspace * scaling
            for code in font.decode(item) if isinstance(item, bytes) else ():
                glyph = known.get(code) or known.setdefault(code, _glyph(font, code))
                pen.move(between)
                width = glyph.width * size * scaling
                self._add(glyph.text, pen.edges(glyph.left * size, glyph.bottom * size + textstate.rise, width, size))
                pen.move(width + (between_words if code == _SPACE else 0.0))
                between = textstate.charspace * scaling
        textstate.linematrix = (pen.x, pen.y)

    def _add(self, text: str, edges: _Edges) -> None:
        if self._last is not None:
            self._found.append(_between(self._last, edges))
        self._found.append(text)
        self._last = edges


class _Pen:
    """Where the next character stands, and which way the writing goes."""

    __slots__ = ("_down", "_matrix", "x", "y")

    def __init__(self, matrix: Matrix, spot: Point, *, down: bool) -> None:
        self._matrix = matrix
        self._down = down
        self.x, self.y = spot

    def move(self, width: float) -> None:
        """Go on with the writing."""
        if self._down:
            self.y += width
        else:
            self.x += width

    def edges(self, left: float, bottom: float, width: float, size: float) -> _Edges:
        """Return where a character stands on the page."""
        a, b, c, d, e, f = self._matrix
        x, y = self.x * a + self.y * c + e, self.x * b + self.y * d + f
        right, top = (left + size, bottom + width) if self._down else (left + width, bottom + size)
        ax, bx, cy, dy = a * left, b * left, c * bottom, d * bottom
        to_ax, to_bx, to_cy, to_dy = a * right, b * right, c * top, d * top
        return (
            min(ax, to_ax) + min(cy, to_cy) + x,
            min(bx, to_bx) + min(dy, to_dy) + y,
            max(ax, to_ax) + max(cy, to_cy) + x,
            max(bx, to_bx) + max(dy, to_dy) + y,
        )


def _glyph(font: PDFFont, code: int) -> _Glyph:
    try:
        text = font.to_unichr(code)
    except PDFUnicodeNotDefined:
        text = f"(cid:{code})"
    place = font.char_disp(code)
    if not isinstance(place, tuple):
        return _Glyph(text, font.char_width(code), 0.0, font.get_descent())
    x, y = place
    return _Glyph(text, font.char_width(code), -0.5 if x is None else -0.001 * x, 0.001 * (1000 - y))


def _between(last: _Edges, edges: _Edges) -> str:
    """Return what stands between two characters."""
    x0, y0, x1, y1 = last
    height = max(y1 - y0, edges[3] - edges[1], 1.0)
    if abs(y0 - edges[1]) > _NEW_LINE * height and abs(x0 - edges[0]) > _GAP * height:
        return "\n"
    if edges[0] < x0 - height:
        return "\n"
    return " " if edges[0] - x1 > _GAP * height else ""
