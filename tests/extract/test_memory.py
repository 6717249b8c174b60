"""Nothing of a document is kept for the next: what lasts as long as the process holds no words of any."""

import encodings
import gc

import pytest
from pdfminer.psparser import LIT, PSKeywordTable, PSLiteralTable

from bench.hostile._pdf import SAID, flate, usual, written
from scanner.extract import Budget, pdf
from scanner.extract._pdf import syntax
from scanner.extract._text.encoding import decodings
from scanner.model.document import Blob, Segment
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.place import Place

_WORD = "QXZVORDNUNG"
_NAMED = written(
    usual(b"/%b gs (a) Tj" % _WORD.encode())
    | {9: b"<</%b 1/Subtype/%b/N 424242>>" % (_WORD.encode(), _WORD.encode()), 10: flate(b"%b Do" % _WORD.encode())}
)
# A page of a font that says nothing of its letters: it is read once more, by pdfminer.six.
_AGAIN = written({**usual(), 4: flate(SAID + b" /%b BMC" % _WORD.encode())})[:-40]


def _kept():
    tables = (*PSLiteralTable.dict, *PSKeywordTable.dict)
    return [word for word in tables if _WORD in (word if isinstance(word, str) else word.decode("latin-1"))]


@pytest.mark.parametrize("data", [_NAMED, _AGAIN, _NAMED[:-60]])
def test_names_of_a_pdf_are_forgotten_with_it(read, data):
    assert read(pdf, data).items
    assert _kept() == []
    assert [table.cache_info().currsize for table in (syntax._name, syntax._number, syntax._reference)] == [0, 0, 0]


def test_the_words_that_pdfminer_compares_with_are_kept(read):
    catalog = LIT("Catalog")
    read(pdf, _NAMED)
    assert LIT("Catalog") is catalog


def test_the_names_of_an_outer_pdf_last_until_it_is_read():
    budget = Budget(DEFAULT_LIMITS, 10_000)
    outer = pdf.extract(Blob(Place("a"), "application/pdf", _NAMED), budget)
    first = next(outer)
    inner = list(pdf.extract(Blob(Place("b"), "application/pdf", _NAMED), budget))
    rest = list(outer)
    assert [type(item) for item in (first, *rest)] == [type(item) for item in inner]
    assert any(isinstance(item, Segment) for item in inner)
    assert _kept() == []


def test_a_pdf_that_is_left_half_read_is_forgotten_as_well():
    reading = pdf.extract(Blob(Place("a"), "application/pdf", _NAMED), Budget(DEFAULT_LIMITS, 10_000))
    next(reading)
    del reading
    gc.collect()
    assert syntax._name.cache_info().currsize == 0


def test_a_name_of_an_encoding_that_is_none_is_not_kept_when_it_is_long():
    decodings("grüße".encode("cp1252"), "x" * 500)
    assert not [name for name in encodings._cache if len(name) > 100]
