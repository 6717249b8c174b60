"""Forgets what reading a PDF leaves behind in tables that last as long as the process: its names and numbers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from pdfminer import pdfdevice, pdfdocument, pdffont, pdfinterp, pdfpage, pdfparser
from pdfminer.psparser import PSKeywordTable, PSLiteralTable

from scanner.extract._pdf.syntax import forget_values

# Each makes words of its own when it is loaded; those are compared by identity and must stay.
_LOADED: Final = (pdfdevice, pdfdocument, pdffont, pdfinterp, pdfpage, pdfparser)
_TABLES: Final[tuple[dict[Any, Any], ...]] = (PSLiteralTable.dict, PSKeywordTable.dict)
_OWN: Final = tuple(frozenset(table) for table in _TABLES)


class _Open:
    """How many PDFs are being read: one may be packed in another."""

    count = 0


@contextmanager
def forgotten_afterwards() -> Iterator[None]:
    """Drop what the documents read meanwhile left in the tables, once the outermost is done."""
    _Open.count += 1
    try:
        yield
    finally:
        _Open.count -= 1
        if not _Open.count:
            forget_values()
            for table, own in zip(_TABLES, _OWN, strict=True):
                for word in table.keys() - own:
                    del table[word]
