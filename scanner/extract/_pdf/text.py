"""Reads the text of PDF pages a second time, with pdfminer.six, where PDFium gave none."""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTContainer, LTPage
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

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
# So pdfminer writes characters whose meaning it does not know.
_UNKNOWN: Final = re.compile(r"(?:\(cid:[0-9]+\)\s?){4,}")


def pages_again(blob: Blob, budget: Budget, wanted: frozenset[int] | None) -> Iterator[Segment]:
    """Yield the text of the wanted pages, all when None, as far as it can be had: 200 pages at most.

    Raises:
        LimitReachedError: there is more text than the limit.
    """
    found: list[str] = []
    device = _Characters(found)
    interpreter = Interpreter(device.rsrcmgr, device)
    for number, page in enumerate(_pages(blob.data), 1):
        if number > _MOST_PAGES:
            return
        if wanted is not None and number not in wanted:
            continue
        found.clear()
        try:
            interpreter.process_page(page)
        except RecursionError:
            pass
        except Exception:  # noqa: BLE001, S110 - pdfminer raises whatever a broken page makes it; what came before counts
            pass
        text = "".join(found).strip("\n")
        if text and not text.isspace():
            budget.text(len(text))
            yield Segment(replace(blob.place, page=number), text)


def is_understood(text: str) -> bool:
    """Tell whether no word in a text from here is made of characters that nobody knows."""
    return _UNKNOWN.search(text) is None


def _pages(data: bytes) -> Iterator[PDFPage]:
    """Yield the pages of a document, as far as its page tree holds together."""
    try:
        yield from PDFPage.create_pages(Document(PDFParser(io.BytesIO(data))))
    except Exception:  # noqa: BLE001 - pdfminer raises whatever a broken file makes it
        return


class _Characters(PDFLayoutAnalyzer):
    """Takes characters in the order in which they are drawn; nothing is laid out, since that can take for ever."""

    def __init__(self, found: list[str]) -> None:
        super().__init__(PDFResourceManager(), laparams=None)
        self._found = found

    def paint_path(self, *_: Any, **__: Any) -> None:
        """Lines and curves are no text."""

    def render_image(self, *_: Any, **__: Any) -> None:
        """Neither are pictures."""

    def receive_layout(self, ltpage: LTPage) -> None:
        last: LTChar | None = None
        for character in _characters(ltpage):
            if last is not None:
                self._found.append(_between(last, character))
            self._found.append(character.get_text())
            last = character


def _characters(container: LTContainer[Any]) -> Iterator[LTChar]:
    for item in container:
        if isinstance(item, LTChar):
            yield item
        elif isinstance(item, LTContainer):
            yield from _characters(item)


def _between(last: LTChar, character: LTChar) -> str:
    height = max(last.height, character.height, 1.0)
    if abs(last.y0 - character.y0) > _NEW_LINE * height and abs(last.x0 - character.x0) > _GAP * height:
        return "\n"
    if character.x0 < last.x0 - height:
        return "\n"
    return " " if character.x0 - last.x1 > _GAP * height else ""
