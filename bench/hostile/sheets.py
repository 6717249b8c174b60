"""Workbooks, slides and OpenDocuments that are small, and large once they are read."""

import zipfile
from collections.abc import Iterator
from functools import partial

from bench.hostile import BOMB, MARKED, MARKING, Hostile
from bench.hostile import _packing as p
from bench.hostile._packages import book, odf, slides


def documents() -> Iterator[Hostile]:
    """Yield the packages."""
    yield from _books()
    yield from _opendocuments()


def _books() -> Iterator[Hostile]:
    said = f'<c t="inlineStr"><is><t>{MARKING}</t></is></c>'
    yield Hostile(
        "one-string-often.xlsx",
        lambda: book(
            f"<row>{said}" + '<c t="s"><v>0</v></c>' * 200_000 + "</row>", f"<si><t>{'word ' * 20_000}</t></si>"
        ),
        BOMB | MARKED,
        heavy=True,
    )
    yield Hostile(
        "strings-outside.xlsx",
        lambda: book("<row>" + '<c t="s"><v>99999999999</v></c><c t="s"><v>-5</v></c>' * 20_000 + said + "</row>"),
        MARKED,
    )
    yield Hostile(
        "far-cells.xlsx",
        lambda: book(
            "".join(f'<row r="{n * 1000}"><c r="XFD{n * 1000}"><v>1</v></c></row>' for n in range(1, 1048))
            + f"<row>{said}</row>"
        ),
        MARKED,
    )
    yield Hostile(
        "rows-300000.xlsx",
        lambda: book("<row><c><v>1</v></c></row>" * 300_000 + f"<row>{said}</row>"),
        MARKED,
        heavy=True,
    )
    yield Hostile(
        "columns-without-end.xlsx", lambda: book(f'<row><c r="{"Z" * 100_000}1"><v>1</v></c>{said}</row>'), MARKED
    )
    yield Hostile(
        "number-of-1m-digits.xlsx", lambda: book(f'<row><c s="0"><v>{"9" * 1_000_000}</v></c>{said}</row>'), MARKED
    )
    yield Hostile(
        "slides-3000.pptx",
        lambda: slides(
            ["<p:sp/>"] * 3000 + [f"<p:sp><p:txBody><a:p><a:r><a:t>{MARKING}</a:t></a:r></a:p></p:txBody></p:sp>"]
        ),
        MARKED,
        heavy=True,
    )


def _opendocuments() -> Iterator[Hostile]:
    said = f"<text:p>{MARKING}</text:p>"
    yield Hostile(
        "blanks-2-billion.odt", lambda: odf("text", f'{said}<text:p><text:s text:c="2000000000"/>x</text:p>'), MARKED
    )
    yield Hostile(
        "blanks-often.odt",
        lambda: odf("text", said + '<text:p><text:s text:c="65000"/>x</text:p>' * 20_000),
        MARKED,
        heavy=True,
    )
    yield Hostile("cells-repeated.ods", partial(_repeated, said), MARKED)
    yield Hostile(
        "deep-spans.odt",
        lambda: odf("text", said + "<text:p>" + "<text:span>" * 20_000 + "</text:span>" * 20_000 + "</text:p>"),
        BOMB | MARKED,
    )
    yield Hostile(
        "deep-tables.odt",
        lambda: odf(
            "text",
            said
            + "<table:table><table:table-row><table:table-cell>" * 2000
            + "</table:table-cell></table:table-row></table:table>" * 2000,
        ),
        BOMB | MARKED,
    )
    yield Hostile(
        "styles-in-a-ring.odt",
        lambda: odf(
            "text",
            said,
            "".join(
                f'<style:style style:name="s{n}" style:family="text" style:parent-style-name="s{(n + 1) % 500}"/>'
                for n in range(500)
            ),
        ),
        MARKED,
    )
    yield Hostile("laughs.odt", lambda: odf("text", said, prologue="<!DOCTYPE x [<!ENTITY a 'b'>]>"), BOMB)
    yield Hostile("deep-flat.fodt", lambda: odf("text", said + "<text:section>" * 20_000, flat=True), BOMB | MARKED)
    yield Hostile("objects-30-deep.odt", lambda: _objects(30, said), BOMB)
    yield Hostile("overlap-quoted.odt", lambda: p.overlapping_quoted(100, 1, "Object %d/content.xml"), BOMB)
    yield Hostile(
        "type-only.odt",
        lambda: p.zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}, zipfile.ZIP_STORED),
        BOMB,
    )


def _repeated(said: str) -> bytes:
    cells = '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cells}</table:table-row>'
    last = f"<table:table-row><table:table-cell>{said}</table:table-cell></table:table-row>"
    return odf("spreadsheet", f'<table:table table:name="t">{row}{last}</table:table>')


def _objects(levels: int, said: str) -> bytes:
    data = odf("text", said)
    for _ in range(levels):
        data = odf("text", "<text:p>x</text:p>", more={"Object 1": data})
    return data
