"""PDFs whose streams expand, whose pages draw without end, and whose fonts and forms call themselves."""

import base64
import zlib
from collections.abc import Iterator
from functools import partial

from bench.hostile import BOMB, MARKED, MARKING, Hostile
from bench.hostile import _packing as p
from bench.hostile._pdf import SAID, flate, packed, stream, usual, written

_DRAWN = (
    b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 7 0 R>>"
    b"/Encoding<</Differences[0/a]>>/FirstChar 0/LastChar 255/Widths[1]/Resources<</Font<</F 5 0 R>>>>>>"
)
_PATTERN = (
    b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 1e-9/YStep 1e-9"
    b"/Resources<</Pattern<</P 7 0 R>>>>"
)
_SYSTEM = b"/Registry(Adobe)/Ordering(Identity)/Supplement 0"


def documents() -> Iterator[Hostile]:
    """Yield the documents."""
    yield from _streams()
    yield from _drawing()
    yield from _beside()


def _with(number: int, content: bytes, **more: bytes) -> bytes:
    return written(usual(**more) | {number: content})


def _streams() -> Iterator[Hostile]:
    yield Hostile("zeros-1g.pdf", lambda: _with(4, packed(p.zlibbed(SAID, 1024))), BOMB, heavy=True)
    yield Hostile("blanks-1g.pdf", lambda: _with(4, packed(p.zlibbed(SAID, 1024, fill=b" " * p.MIB))), BOMB, heavy=True)
    yield Hostile(
        "packed-twice-2g.pdf",
        lambda: _with(4, packed(zlib.compress(p.zlibbed(SAID, 2048)), filters=b"[/FlateDecode/FlateDecode]")),
        BOMB,
        heavy=True,
    )
    yield Hostile(
        "packed-thrice.pdf",
        lambda: _with(
            4,
            packed(
                zlib.compress(zlib.compress(p.zlibbed(SAID, 2048))), filters=b"[/FlateDecode/FlateDecode/FlateDecode]"
            ),
        ),
        BOMB,
        heavy=True,
    )
    yield Hostile(
        "streams-300-times-16m.pdf",
        lambda: written(usual() | {n: packed(p.zlibbed(b"", 16)) for n in range(10, 310)}),
        BOMB | MARKED,
        heavy=True,
    )
    yield Hostile(
        "filters-1000.pdf", lambda: _with(9, packed(b"x" * 50, filters=b"[" + b"/ASCIIHexDecode" * 1000 + b"]")), MARKED
    )
    yield Hostile(
        "filters-of-lengths.pdf",
        lambda: _with(4, packed(b"\x81 " * 2_000_000 + b"\x80", filters=b"/RunLengthDecode")),
        heavy=True,
    )
    yield Hostile(
        "lzw-of-one-code.pdf", lambda: _with(9, packed(b"\x80" + b"\xff" * 500_000, filters=b"/LZWDecode")), MARKED
    )
    yield Hostile(
        "letters-of-zeros.pdf", lambda: _with(9, packed(b"z" * 3_000_000 + b"~>", filters=b"/ASCII85Decode")), MARKED
    )
    yield Hostile(
        "ascii85-and-flate.pdf",
        lambda: _with(
            4, packed(base64.a85encode(zlib.compress(SAID)) + b"~>", filters=b"[/ASCII85Decode/FlateDecode]")
        ),
        MARKED,
    )
    for name, said in (
        ("columns", b"/Predictor 12/Columns 2147483647"),
        ("colors", b"/Predictor 15/Colors 2147483647/BitsPerComponent 2147483647"),
        ("negative", b"/Predictor 2/Columns -1"),
    ):
        yield Hostile(
            f"predictor-{name}.pdf", partial(_with, 9, flate(b"x" * 1000, b"/DecodeParms<<%s>>" % said)), MARKED
        )
    yield Hostile(
        "predictor-50m.pdf",
        lambda: _with(9, packed(p.zlibbed(b"", 50), b"/DecodeParms<</Predictor 15/Columns 1>>")),
        MARKED,
        heavy=True,
    )
    yield Hostile(
        "objects-of-1g.pdf",
        lambda: _with(9, packed(p.zlibbed(b"10 0 ", 1024), b"/Type/ObjStm/N 1/First 5")),
        BOMB | MARKED,
        heavy=True,
    )
    yield Hostile(
        "picture-65000.pdf",
        lambda: _with(
            6,
            packed(
                p.zlibbed(b"", 200),
                b"/Type/XObject/Subtype/Image/Width 65000/Height 65000/BitsPerComponent 8/ColorSpace/DeviceRGB",
            ),
        ),
        MARKED,
        heavy=True,
    )
    yield Hostile(
        "picture-2-billion.pdf",
        lambda: written(
            usual(b"q 1 0 0 1 0 0 cm /X Do Q")
            | {6: stream(b"", b"/Type/XObject/Subtype/Image/Width 2147483647/Height 2147483647/BitsPerComponent 16")}
        ),
        MARKED,
    )
    yield Hostile(
        "cut-stream.pdf", lambda: _with(4, packed(zlib.compress(SAID + bytes(range(256)) * 40)[:-40])), MARKED
    )


def _drawing() -> Iterator[Hostile]:
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<<%s>>/Font<</F 5 0 R>>>>"
    yield Hostile(
        "form-of-itself.pdf", lambda: written(usual(b"/X Do") | {6: stream(b"/X Do", form % b"/X 6 0 R")}), MARKED
    )
    yield Hostile(
        "forms-in-a-ring.pdf",
        lambda: written(
            usual(b"/X Do")
            | {6: stream(b"/Y Do /Y Do", form % b"/Y 7 0 R"), 7: stream(b"/X Do /X Do", form % b"/X 6 0 R")}
        ),
        MARKED,
        "PDFium does not come back from them before the page has a text",
    )
    yield Hostile("forms-10-to-12.pdf", _forms, heavy=True)
    yield Hostile(
        "operators-2m.pdf",
        lambda: written(usual() | {4: flate(SAID + b"\n" + b"0 0 m 9 9 l S " * 700_000)}),
        MARKED,
        heavy=True,
    )
    yield Hostile(
        "states-1m.pdf", lambda: written(usual() | {4: flate(SAID + b"\n" + b"q " * 1_000_000)}), MARKED, heavy=True
    )
    yield Hostile(
        "letters-100000.pdf",
        lambda: written(usual() | {4: flate(SAID + b"\nBT /F 5 Tf " + b"1 0 Td (a) Tj " * 100_000 + b"ET")}),
        MARKED,
        heavy=True,
    )
    yield Hostile(
        "letters-in-one-place.pdf",
        lambda: written(usual() | {4: flate(SAID + b"\nBT /F 5 Tf " + b"(a) Tj 1 0 0 1 5 5 Tm " * 50_000 + b"ET")}),
        MARKED,
        heavy=True,
    )
    yield Hostile(
        "letters-of-the-marking.pdf",
        lambda: written(
            usual()
            | {4: flate(b"BT /F 12 Tf 50 700 Td " + b" ".join(b"(%c) Tj" % c for c in MARKING.encode()) + b" ET")}
        ),
        MARKED,
    )
    yield Hostile(
        "operands-1m.pdf",
        lambda: written(usual() | {4: flate(SAID + b"\n" + b"1 " * 1_000_000 + b"re")}),
        MARKED,
        heavy=True,
    )
    yield Hostile(
        "lists-in-text-100000-deep.pdf",
        lambda: written(usual() | {4: flate(SAID + b"\n" + b"[" * 100_000 + b"] TJ")}),
        MARKED,
    )
    yield Hostile(
        "contents-100000.pdf",
        lambda: written(
            usual() | {3: usual()[3].replace(b"/Contents 4 0 R", b"/Contents[%s]" % (b"4 0 R " * 100_000))}
        ),
        MARKED,
        heavy=True,
    )
    yield Hostile(
        "contents-of-themselves.pdf",
        lambda: written(usual() | {7: b"[4 0 R 7 0 R]", 3: usual()[3].replace(b"/Contents 4 0 R", b"/Contents 7 0 R")}),
        MARKED,
    )
    yield Hostile(
        "picture-in-text-open.pdf",
        lambda: written(usual() | {4: flate(SAID + b"\nBI /W 9 /H 9 ID " + b"E I EI" * 200_000)}),
        MARKED,
    )
    yield Hostile(
        "pattern-of-itself.pdf",
        lambda: written(
            usual(b"/Pattern cs /P scn 0 0 600 800 re f", page=b"/Resources<</Pattern<</P 7 0 R>>/Font<</F 5 0 R>>>>")
            | {
                7: stream(
                    b"/Pattern cs /P scn 0 0 9 9 re f",
                    _PATTERN,
                )
            }
        ),
        MARKED,
    )
    yield Hostile(
        "size-of-letters-1e38.pdf",
        lambda: written(usual(b"BT /F 1e38 Tf 1e38 0 0 1e38 1e38 1e38 Tm (a) Tj ET")),
        MARKED,
    )


def _forms() -> bytes:
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
    objects = usual(b"/X Do " * 10) | {6: stream(b"/X Do " * 10, form % 20)}
    for number in range(20, 32):
        objects[number] = stream(b"/X Do " * 10, form % (number + 1))
    return written(objects | {32: stream(b"0 0 m", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")})


def _beside() -> Iterator[Hostile]:
    font = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[8 0 R]/ToUnicode 7 0 R>>"
    ranges = (
        b"/CIDInit/ProcSet findresource begin begincmap 1 begincodespacerange <0000><FFFF> endcodespacerange %s endcmap"
    )
    small = b"1 beginbfrange <00000000><FFFFFFFF><0041> endbfrange"
    many = b"100 beginbfrange " + b"<0000><FFFF><0041>" * 2000 + b" endbfrange"
    for name, said in (
        ("range", small),
        ("ranges", many),
        ("text-long", b"1 beginbfchar <0041><" + b"0041" * 100_000 + b"> endbfchar"),
    ):
        yield Hostile(f"map-of-letters-{name}.pdf", partial(_mapped, font, flate(ranges % said)))
    yield Hostile(
        "map-uses-itself.pdf",
        lambda: _mapped(font, flate(ranges % b"/A usecmap", b"/Type/CMap/CMapName/A/UseCMap 7 0 R")),
    )
    yield Hostile(
        "font-of-itself.pdf",
        lambda: _mapped(b"<</Type/Font/Subtype/Type0/DescendantFonts[5 0 R]/ToUnicode 5 0 R>>", b"null"),
    )
    yield Hostile(
        "letters-that-draw-themselves.pdf",
        lambda: written(
            usual()
            | {
                5: _DRAWN,
                7: stream(b"BT /F 9 Tf (\\000\\000) Tj ET"),
            }
        ),
    )
    yield Hostile(
        "widths-2-billion.pdf",
        lambda: written(
            usual() | {5: b"<</Type/Font/Subtype/TrueType/BaseFont/A/FirstChar 0/LastChar 2147483647/Widths[1 2]>>"}
        ),
        MARKED,
    )
    laughs = b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><x>&b;</x>"
    yield Hostile(
        "laughs-in-metadata.pdf",
        lambda: written(usual(catalog=b"/Metadata 9 0 R") | {9: stream(laughs, b"/Type/Metadata/Subtype/XML")}),
        MARKED,
    )
    yield Hostile(
        "laughs-in-form.pdf", lambda: written(usual(catalog=b"/AcroForm<</XFA 9 0 R>>") | {9: stream(laughs)}), MARKED
    )
    yield Hostile(
        "locked-lie.pdf",
        lambda: written(
            usual(), trailer=b"/Encrypt<</Filter/Standard/V 99/R 99/Length 2147483647/O(x)/U(x)/P -1>>/ID[(a)(b)]"
        ),
        BOMB,
    )
    yield Hostile("locked-by-itself.pdf", lambda: written(usual() | {9: b"9 0 R"}, trailer=b"/Encrypt 9 0 R"))
    yield Hostile(
        "script.pdf", lambda: written(usual(catalog=b"/OpenAction<</S/JavaScript/JS(while\\(1\\);)>>")), MARKED
    )
    yield Hostile("launches.pdf", lambda: written(usual(catalog=b"/OpenAction<</S/Launch/F(/bin/sh)>>")), MARKED)
    yield Hostile(
        "stream-in-a-file.pdf",
        lambda: written(usual() | {9: b"<</Length 0/F(/etc/passwd)/FFilter/FlateDecode>>stream\nendstream"}),
        MARKED,
    )


def _mapped(font: bytes, cmap: bytes) -> bytes:
    descendant = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<<%s>>>>" % _SYSTEM
    page = b"BT /F 12 Tf 50 700 Td <00410042> Tj ET"
    return written(usual() | {4: stream(page), 5: font, 7: cmap, 8: descendant})
