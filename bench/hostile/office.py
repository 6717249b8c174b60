"""Office packages whose parts are too deep, too many, too large, point at each other, or are not what they say."""

from collections.abc import Iterator
from functools import partial

from bench.hostile import BOMB, MARKED, MARKING, Hostile
from bench.hostile import _packing as p
from bench.hostile._packages import BODY, book, document, parts_of_document, slides

_LAUGHS = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
_OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
_SAID = f"<w:p><w:r><w:t>{MARKING}</w:t></w:r></w:p>"


def documents() -> Iterator[Hostile]:
    """Yield the packages."""
    yield from _depth()
    yield from _entities()
    yield from _sizes()
    yield from _links()


def _depth() -> Iterator[Hostile]:
    nests = {
        "tables": ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 2000),
        "boxes": ("<w:p><w:r><w:pict><w:txbxContent>", "</w:txbxContent></w:pict></w:r></w:p>", 2000),
        "controls": ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", 3000),
        "choices": ("<mc:AlternateContent><mc:Choice>", "</mc:Choice></mc:AlternateContent>", 3000),
        "unknown": ("<w:zzz>", "</w:zzz>", 100_000),
        "in-prefixes": ("<q:zzz a='1'>", "</q:zzz>", 50_000),
        "runs": ("<w:p><w:r>", "</w:r></w:p>", 3000),
    }
    for name, (begin, end, times) in nests.items():
        yield Hostile(f"deep-{name}.docx", partial(document, _SAID + begin * times + end * times), BOMB | MARKED)
    deep = "<w:x>" * 20_000 + "</w:x>" * 20_000
    for part in (
        "word/styles.xml",
        "word/header1.xml",
        "word/settings.xml",
        "customXml/item1.xml",
        "docProps/app.xml",
        "word/theme/theme1.xml",
        "word/webSettings.xml",
        "word/numbering.xml",
        "word/fontTable.xml",
    ):
        yield Hostile(
            f"deep-{part.replace('/', '-')}.docx",
            partial(document, _SAID, {part: f"<w:hdr xmlns:w='w'>{deep}</w:hdr>".encode()}),
            BOMB | MARKED,
        )
    for part in ("[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels"):
        yield Hostile(f"deep-{part.replace('/', '-')}.docx", partial(_with_depth, part), BOMB)
    yield Hostile("deep-sheet.xlsx", lambda: book("<row>" + "<c><is>" * 5000 + "</is></c>" * 5000 + "</row>"), BOMB)
    yield Hostile("deep-strings.xlsx", lambda: book("<row/>", f"<si>{'<r>' * 5000}<t>x</t>{'</r>' * 5000}</si>"), BOMB)
    yield Hostile("deep-slide.pptx", lambda: slides(["<p:grpSp>" * 5000 + "</p:grpSp>" * 5000]), BOMB)
    yield Hostile(
        "fields-50000.docx",
        lambda: document("<w:p>" + '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 50_000 + f"</w:p>{_SAID}"),
        MARKED,
    )


def _with_depth(part: str) -> bytes:
    parts = parts_of_document(_SAID)
    root, _, rest = parts[part].partition(b">")
    parts[part] = root + b">" + b"<x>" * 20_000 + b"</x>" * 20_000 + rest
    return p.zipped(parts)


def _entities() -> Iterator[Hostile]:
    for name, prologue, word in (("laughs", _LAUGHS, "&b;"), ("file", _OUTSIDE, "&e;")):
        for part in ("word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels", "docProps/core.xml"):
            yield Hostile(
                f"entity-{name}-{part.replace('/', '-')}.docx", partial(_declared, part, prologue, word), BOMB
            )
    yield Hostile("utf-16.docx", lambda: _recoded("utf-16"), MARKED)
    yield Hostile("utf-32.docx", lambda: _recoded("utf-32"), MARKED)
    yield Hostile("cp037.docx", lambda: _recoded("cp037"), MARKED, "XML in EBCDIC is not read")


def _declared(part: str, prologue: str, word: str) -> bytes:
    parts = parts_of_document(_SAID)
    content = parts.get(part, b"<cp:coreProperties xmlns:cp='c'></cp:coreProperties>").decode()
    at = content.rindex("</")
    parts[part] = f"{prologue}{content[:at]}{word}{content[at:]}".encode()
    return p.zipped(parts)


def _recoded(encoding: str) -> bytes:
    parts = parts_of_document(_SAID)
    parts["word/document.xml"] = (
        f'<?xml version="1.0" encoding="{encoding}"?>{parts["word/document.xml"].decode()}'.encode(encoding)
    )
    return p.zipped(parts)


def _sizes() -> Iterator[Hostile]:
    paragraph = (b"<w:p><w:r><w:t>Words of a line, and more of them.</w:t></w:r></w:p>" * 20_000)[: p.MIB // 68 * 68]
    yield Hostile("part-of-1g.docx", partial(_grown, "word/document.xml", paragraph, 1024), BOMB | MARKED, heavy=True)
    yield Hostile(
        "zeros-of-1g.docx", partial(_grown, "word/document.xml", bytes(p.MIB), 1024), BOMB | MARKED, heavy=True
    )
    yield Hostile(
        "blanks-of-1g.docx", partial(_grown, "word/document.xml", b" " * p.MIB, 1024), BOMB | MARKED, heavy=True
    )
    yield Hostile(
        "media-of-1g.docx", partial(_grown, "word/media/image1.bin", bytes(p.MIB), 1024), BOMB | MARKED, heavy=True
    )
    yield Hostile("types-of-1g.docx", partial(_grown, "[Content_Types].xml", b" " * p.MIB, 1024), BOMB, heavy=True)
    yield Hostile(
        "parts-20000.docx",
        lambda: document(_SAID, {f"word/p{n}.xml": b"<x/>" for n in range(20_000)}),
        BOMB | MARKED,
        heavy=True,
    )
    yield Hostile(
        "attributes-200000.docx",
        lambda: document(f"<w:p {' '.join(f'w:a{n}={chr(34)}1{chr(34)}' for n in range(200_000))}/>{_SAID}"),
        MARKED,
    )
    yield Hostile(
        "attribute-of-10m.docx", lambda: document(f'<w:p w:x="{"y" * 10_000_000}"/>{_SAID}'), MARKED, heavy=True
    )
    yield Hostile(
        "text-of-30m.docx",
        lambda: document(f"{_SAID}<w:p><w:r><w:t>{'word ' * 6_000_000}</w:t></w:r></w:p>"),
        MARKED,
        heavy=True,
    )
    yield Hostile("paragraphs-300000.docx", lambda: document("<w:p/>" * 300_000 + _SAID), MARKED, heavy=True)
    yield Hostile(
        "runs-of-letters.docx",
        lambda: document("<w:p>" + "".join(f"<w:r><w:t>{c}</w:t></w:r>" for c in MARKING) + "</w:p>"),
        MARKED,
    )


def _grown(part: str, block: bytes, times: int) -> bytes:
    """Return a document one part of which goes on and on."""
    parts = parts_of_document(_SAID)
    head, tail = parts.pop(part, b""), b""
    if part.endswith(".xml"):
        at = head.rindex(b"</", 0, head.rindex(b"</")) if part.startswith("word") else head.rindex(b"</")
        head, tail = head[:at], head[at:]
    size = len(head) + len(block) * times + len(tail)
    big = p.Entry(part.encode(), p.deflated(head, times, tail, block), size)
    return p.written([*(p.stored(name.encode(), data) for name, data in parts.items()), big])


def _links() -> Iterator[Hostile]:
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    one = f'<Relationship Id="r{{0}}" Type="{kinds}/{{1}}" Target="{{2}}"/>'
    yield Hostile(
        "links-100000.docx",
        lambda: document(
            _SAID,
            {
                "word/_rels/document.xml.rels": rels.format(
                    "".join(one.format(n, "header", f"h{n}.xml") for n in range(100_000))
                ).encode()
            },
        ),
        MARKED,
    )
    yield Hostile(
        "links-in-a-ring.docx",
        lambda: document(
            _SAID,
            {
                f"word/_rels/h{n}.xml.rels": rels.format(one.format(1, "header", f"h{(n + 1) % 50}.xml")).encode()
                for n in range(50)
            },
        ),
        MARKED,
    )
    yield Hostile(
        "chunk-of-itself.docx",
        lambda: document(
            _SAID + '<w:altChunk r:id="r1"/>',
            {"word/_rels/document.xml.rels": rels.format(one.format(1, "aFChunk", "document.xml")).encode()},
        ),
        MARKED,
    )
    yield Hostile("documents-in-documents.docx", partial(_embedded, 9), MARKED)
    yield Hostile("documents-30-deep.docx", partial(_embedded, 30), BOMB)
    yield Hostile(
        "no-types.docx",
        lambda: p.zipped({n: d for n, d in parts_of_document(_SAID).items() if n != "[Content_Types].xml"}),
        MARKED,
    )
    yield Hostile(
        "main-is-missing.docx",
        lambda: p.zipped({n: d for n, d in parts_of_document(_SAID).items() if n != "word/document.xml"}),
        BOMB,
    )
    yield Hostile(
        "type-is-a-lie.docx", lambda: document(_SAID, {"word/media/image1.png": BODY.format(_SAID).encode()}), MARKED
    )
    yield Hostile(
        "marked-in-a-font.docx", lambda: document("<w:p/>", {"word/unknown.dat": f"{MARKING}\n".encode()}), MARKED
    )
    yield Hostile(
        "macros-of-nothing.docm",
        lambda: document(_SAID, {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4000}),
        MARKED,
    )
    yield Hostile(
        "names-in-two-cases.docx",
        lambda: p.zipped(
            [*parts_of_document("<w:p/>").items(), ("WORD/DOCUMENT.XML", parts_of_document(_SAID)["word/document.xml"])]
        ),
        MARKED,
    )


def _embedded(levels: int) -> bytes:
    data = document(_SAID)
    for _ in range(levels):
        data = document("<w:p/>", {"word/embeddings/inner.docx": data})
    return data
