"""PDFs whose objects, pages, tables and streams refer to themselves, to each other, or nowhere."""

from collections.abc import Iterator
from functools import partial

from bench.hostile import BOMB, MARKED, MARKING, Hostile
from bench.hostile._pdf import SAID, flate, stream, usual, written


def documents() -> Iterator[Hostile]:
    """Yield the documents."""
    yield from _pages()
    yield from _objects()
    yield from _tables()
    yield from _trees()


def _pages() -> Iterator[Hostile]:
    kids = b"<</Type/Pages/Kids[%s]/Count %d>>"
    yield Hostile("kids-of-themselves.pdf", lambda: written(usual() | {2: kids % (b"2 0 R 3 0 R", 2)}), MARKED)
    yield Hostile(
        "kids-in-a-ring.pdf",
        lambda: written(
            usual() | {2: kids % (b"3 0 R 7 0 R", 2), 7: kids % (b"8 0 R", 1), 8: kids % (b"7 0 R 2 0 R", 2)}
        ),
        MARKED,
    )
    yield Hostile("parents-in-a-ring.pdf", lambda: written(usual(page=b"/Parent 3 0 R")), MARKED)
    yield Hostile(
        "same-page-100000.pdf",
        lambda: written(usual() | {2: kids % (b"3 0 R " * 100_000, 100_000)}),
        MARKED,
        heavy=True,
    )
    yield Hostile("kids-doubling.pdf", _doubling, MARKED, heavy=True)
    yield Hostile("kids-100000-deep.pdf", _deep_kids, heavy=True)
    yield Hostile("count-2-billion.pdf", lambda: written(usual() | {2: kids % (b"3 0 R", 2_147_483_647)}), MARKED)
    yield Hostile("count-negative.pdf", lambda: written(usual() | {2: b"<</Type/Pages/Kids[3 0 R]/Count -5>>"}), MARKED)
    yield Hostile("pages-20000.pdf", _many_pages, MARKED, heavy=True)
    yield Hostile("no-pages.pdf", lambda: written({1: b"<</Type/Catalog>>", 4: stream(SAID)}), BOMB)
    yield Hostile(
        "page-box-huge.pdf", lambda: written(usual(page=b"/MediaBox[-1e38 -1e38 1e38 1e38]/UserUnit 1e30")), MARKED
    )


def _doubling() -> bytes:
    objects = usual()
    objects[2] = b"<</Type/Pages/Kids[3 0 R 10 0 R]/Count 2>>"
    for number in range(10, 40):
        objects[number] = b"<</Type/Pages/Kids[%d 0 R %d 0 R]/Count 2>>" % (number + 1, number + 1)
    return written(objects | {40: objects[3]})


def _deep_kids() -> bytes:
    objects = usual()
    objects[2] = b"<</Type/Pages/Kids[10 0 R]/Count 1>>"
    for number in range(10, 30_000):
        objects[number] = b"<</Type/Pages/Kids[%d 0 R]/Parent %d 0 R/Count 1>>" % (number + 1, number - 1)
    return written(objects | {30_000: objects[3]})


def _many_pages() -> bytes:
    objects = usual()
    for number in range(10, 20_010):
        objects[number] = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    listed = b" ".join(b"%d 0 R" % number for number in range(10, 20_010))
    objects[2] = b"<</Type/Pages/Kids[3 0 R %s]/Count 20001>>" % listed
    return written(objects)


def _objects() -> Iterator[Hostile]:
    yield Hostile(
        "lists-1m-deep.pdf", lambda: written(usual() | {9: b"[" * 1_000_000 + b"]" * 1_000_000}), MARKED, heavy=True
    )
    yield Hostile(
        "dictionaries-200000-deep.pdf",
        lambda: written(usual() | {9: b"<</A" * 200_000 + b" 1" + b">>" * 200_000}),
        MARKED,
        heavy=True,
    )
    yield Hostile("brackets-1m.pdf", lambda: written(usual() | {9: b"(" * 1_000_000 + b")" * 1_000_000}), MARKED)
    yield Hostile("string-open.pdf", lambda: written(usual()) + b"9 0 obj (" + b"\\(" * 500_000, MARKED)
    yield Hostile("dictionaries-open.pdf", lambda: b"%PDF-1.4\n" + b"<<" * 500_000 + written(usual()))
    yield Hostile("name-of-5m.pdf", lambda: written(usual() | {9: b"/" + b"n#41" * 1_250_000}), MARKED)
    yield Hostile(
        "names-200000.pdf",
        lambda: written(usual() | {9: b"<<" + b"".join(b"/N%d %d " % (n, n) for n in range(200_000)) + b">>"}),
        MARKED,
    )
    yield Hostile(
        "refers-to-itself.pdf", lambda: written(usual() | {9: b"9 0 R", 4: stream(SAID, b"/X 9 0 R")}), MARKED
    )
    yield Hostile(
        "length-of-itself.pdf", lambda: written(usual() | {4: b"<</Length 4 0 R>>stream\n%s\nendstream" % SAID}), MARKED
    )
    yield Hostile(
        "length-in-a-ring.pdf",
        lambda: written(usual() | {4: b"<</Length 8 0 R>>stream\n%s\nendstream" % SAID, 8: b"9 0 R", 9: b"8 0 R"}),
        MARKED,
    )
    for name, length in (("huge", b"99999999999999999999"), ("negative", b"-1"), ("short", b"3"), ("text", b"(x)")):
        yield Hostile(f"length-{name}.pdf", partial(_long, length), MARKED)
    yield Hostile(
        "number-of-1m-digits.pdf",
        lambda: written(usual() | {9: b"[" + b"9" * 1_000_000 + b" " + b"." * 50_000 + b"]"}),
        MARKED,
    )
    yield Hostile(
        "same-object-10000.pdf",
        lambda: written(usual()) + b"".join(b"5 0 obj\n<</A %d>>\nendobj\n" % n for n in range(10_000)),
        MARKED,
    )
    yield Hostile(
        "objects-200000.pdf",
        lambda: written(usual()) + b"".join(b"%d 0 obj 1 endobj\n" % n for n in range(100, 200_100)),
        MARKED,
        heavy=True,
    )
    yield Hostile("comments-1m.pdf", lambda: b"%PDF-1.4\n" + b"%\n" * 1_000_000 + written(usual())[9:], MARKED)
    yield Hostile(
        "marked-in-no-page.pdf", lambda: written(usual(b"") | {4: stream(b""), 9: f"({MARKING})".encode()}), MARKED
    )


def _long(length: bytes) -> bytes:
    return written(usual() | {4: b"<</Length %s>>stream\n%s\nendstream" % (length, SAID)})


def _tables() -> Iterator[Hostile]:
    plain = written(usual())
    yield Hostile(
        "table-of-itself.pdf",
        lambda: written(usual(), trailer=b"/Prev %d" % plain.rindex(b"xref", 0, plain.rindex(b"startxref"))),
        MARKED,
    )
    yield Hostile("table-nowhere.pdf", lambda: plain.replace(b"startxref\n", b"startxref\n9"), MARKED)
    yield Hostile("table-negative.pdf", lambda: plain.replace(b"startxref\n", b"startxref\n-"), MARKED)
    yield Hostile("table-of-100m.pdf", lambda: plain.replace(b"xref\n1 1", b"xref\n1 99999999"), MARKED)
    yield Hostile("table-gone.pdf", lambda: plain[: plain.rindex(b"xref\n1")], MARKED)
    yield Hostile("size-2-billion.pdf", lambda: written(usual(), trailer=b"/Size 2147483647"), MARKED)
    yield Hostile("table-stream-of-itself.pdf", lambda: _table_stream(b"/Index[0 6]/W[1 4 2]", own=True), MARKED)
    yield Hostile("table-stream-wide.pdf", lambda: _table_stream(b"/Index[0 2147483647]/W[1 2147483647 1]"), MARKED)
    yield Hostile("table-stream-negative.pdf", lambda: _table_stream(b"/Index[-5 10]/W[-1 2 0]"), MARKED)
    yield Hostile(
        "revisions-2000.pdf",
        lambda: (
            plain
            + b"".join(
                b"5 0 obj<</A %d>>endobj\ntrailer<</Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (n, n, n)
                for n in range(2000)
            )
        ),
        MARKED,
    )
    yield Hostile("head-at-1000.pdf", lambda: b" " * 1000 + plain, MARKED)
    yield Hostile("head-at-1m.pdf", lambda: b"x" * 1_000_000 + plain)
    yield Hostile("ends-1m.pdf", lambda: plain + b"%%EOF\n" * 200_000, MARKED)
    yield Hostile("cut-in-half.pdf", lambda: plain[: len(plain) // 2 + 80], MARKED)


def _table_stream(said: bytes, *, own: bool = False) -> bytes:
    body = written(usual())
    body = body[: body.rindex(b"xref\n1")]
    at = len(body)
    prev = b"/Prev %d" % at if own else b""
    table = flate(bytes(7 * 6), b"/Type/XRef/Size 9/Root 1 0 R" + said + prev)
    return body + b"8 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, at)


def _trees() -> Iterator[Hostile]:
    ring = b"<</Title(%d)/Next %d 0 R/First %d 0 R/Parent 9 0 R>>"
    outline = {n: ring % (n, 10 + (n - 9) % 20, 10 + (n - 8) % 20) for n in range(10, 30)}
    yield Hostile("outline-in-a-ring.pdf", lambda: written(usual(catalog=b"/Outlines 10 0 R") | outline), MARKED)
    yield Hostile(
        "names-in-a-ring.pdf",
        lambda: written(
            usual(catalog=b"/Names<</EmbeddedFiles 9 0 R/Dests 9 0 R>>")
            | {9: b"<</Kids[9 0 R 9 0 R 10 0 R]>>", 10: b"<</Kids[9 0 R]>>"}
        ),
        MARKED,
    )
    yield Hostile(
        "fields-in-a-ring.pdf",
        lambda: written(
            usual(catalog=b"/AcroForm<</Fields[9 0 R]>>")
            | {9: b"<</T(a)/Kids[10 0 R]/Parent 10 0 R>>", 10: b"<</T(b)/Kids[9 0 R]/Parent 9 0 R>>"}
        ),
        MARKED,
    )
    yield Hostile(
        "structure-in-a-ring.pdf",
        lambda: written(
            usual(catalog=b"/StructTreeRoot 9 0 R") | {9: b"<</K[9 0 R 10 0 R]>>", 10: b"<</K 9 0 R/P 10 0 R>>"}
        ),
        MARKED,
    )
    yield Hostile("notes-50000.pdf", _notes, MARKED, heavy=True)
    yield Hostile(
        "actions-in-a-ring.pdf",
        lambda: written(
            usual(catalog=b"/OpenAction 9 0 R") | {9: b"<</S/URI/URI(http://192.0.2.1)/Next[9 0 R 9 0 R]>>"}
        ),
        MARKED,
    )
    yield Hostile("files-in-files-8.pdf", lambda: _attached(7), MARKED)
    yield Hostile("files-in-files-30.pdf", lambda: _attached(30), BOMB)
    yield Hostile(
        "objects-in-themselves.pdf",
        lambda: written(usual() | {9: flate(b"9 0 10 3 <<>> ", b"/Type/ObjStm/N 2/First 9/Extends 9 0 R")}),
        MARKED,
    )
    yield Hostile(
        "objects-2-billion.pdf",
        lambda: written(usual() | {9: flate(b"10 0 1", b"/Type/ObjStm/N 2147483647/First 5")}),
        MARKED,
    )
    yield Hostile(
        "objects-first-negative.pdf",
        lambda: written(usual() | {9: flate(b"10 -5 11 99999 1", b"/Type/ObjStm/N 2/First -9")}),
        MARKED,
    )
    yield Hostile(
        "objects-in-objects-8.pdf",
        lambda: written(
            usual()
            | {
                n: flate(
                    b"%d 0 %d 0 R" % (n + 40, n + 1), b"/Type/ObjStm/N 1/First 5/Extends %d 0 R" % (10 + (n - 9) % 8)
                )
                for n in range(10, 18)
            }
        ),
        MARKED,
    )


def _notes() -> bytes:
    objects = usual(page=b"/Annots[%s]" % b" ".join(b"%d 0 R" % n for n in range(10, 50_010)))
    return written(
        objects
        | {
            n: b"<</Type/Annot/Subtype/Text/Contents(n)/Popup %d 0 R/Parent %d 0 R>>" % (n, n)
            for n in range(10, 50_010)
        }
    )


def _attached(levels: int) -> bytes:
    data = written(usual())
    for _ in range(levels):
        names = b"/Names<</EmbeddedFiles<</Names[(a)9 0 R]>>>>"
        data = written(
            usual(catalog=names)
            | {
                4: stream(b""),
                9: b"<</Type/Filespec/F(a.pdf)/EF<</F 10 0 R>>>>",
                10: flate(data, b"/Type/EmbeddedFile"),
            }
        )
    return data
