"""PDFs with a word in a file that is locked, damaged or packed, or that keeps an earlier state of itself."""

import io
from collections.abc import Callable, Iterator
from typing import Literal

import pikepdf
from pikepdf import Name, Pdf

from bench.hiding import Probe, word
from bench.hiding._pdf import XMP, appended, changed, document_with, drawn
from scanner.model.place import Part

_RC4 = 3


def probes() -> Iterator[Probe]:
    """Yield a document for each place."""
    for place, (make, part) in _PLACES.items():
        hidden = word("pdf", place)
        yield Probe("pdf", place, "x.pdf", hidden, make(hidden), part)


def _page(hidden: str) -> bytes:
    return drawn(lambda canvas: canvas.drawString(72, 500, hidden))


def _saved(hidden: str, **save: object) -> bytes:
    return changed(lambda _: None, _page(hidden), **save)


def _locked(level: Literal[3, 4, 6]) -> Callable[[str], bytes]:
    def make(hidden: str) -> bytes:
        modern = level > _RC4
        lock = pikepdf.Encryption(owner="o", user="", R=level, aes=modern, metadata=modern)
        return changed(lambda document: _keyword(document, hidden), encryption=lock)

    return make


def _keyword(document: Pdf, hidden: str) -> None:
    document.docinfo[Name.Keywords] = pikepdf.String(hidden)


def _locked_but_labelled(hidden: str) -> bytes:
    def change(document: Pdf) -> None:
        stream = document.make_stream(XMP.format(f"<dc:rights>{hidden}</dc:rights>").encode())
        stream.Type, stream.Subtype = Name.Metadata, Name.XML
        document.Root.Metadata = stream

    return changed(change, encryption=pikepdf.Encryption(owner="o", user="u", R=6, metadata=False))


def _plain(hidden: str) -> bytes:
    """Return a page whose drawing instructions are not packed and come last in the file."""
    return (
        b"%%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R"
        b"/Resources<</Font<</F1 4 0 R>>>>>>\nendobj\n"
        b"4 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n"
        b"5 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n"
    ) % (len(_content(hidden)), _content(hidden))


def _content(hidden: str) -> bytes:
    return f"BT /F1 12 Tf 72 500 Td ({hidden}) Tj ET".encode()


def _with_table(data: bytes, shift: int = 0) -> bytes:
    """Return objects with a cross-reference table behind them, all its offsets off by `shift`."""
    numbers = range(1, 1 + data.count(b" obj\n"))
    offsets = [data.index(b"\n%d 0 obj" % number) + 1 + shift for number in numbers]
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(offsets) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(data))
    return data + table + trailer


def _replaced(number: int, source: str) -> Callable[[str], bytes]:
    return lambda hidden: appended(_with_table(_plain(hidden)), number, source)


def _replaced_info(hidden: str) -> bytes:
    data = _with_table(_plain("x")[:-1] + b"\n6 0 obj\n<</Keywords(%s)>>\nendobj\n" % hidden.encode())
    data = data.replace(b"/Root 1 0 R", b"/Info 6 0 R/Root 1 0 R")
    return appended(data, 6, "<</Keywords(public)>>")


def _replaced_note(hidden: str) -> bytes:
    note = b"<</Type/Annot/Subtype/Text/Rect[1 1 9 9]/Contents(%s)>>"
    data = _plain("x").replace(b"/MediaBox", b"/Annots[6 0 R]/MediaBox")
    data = _with_table(data + b"6 0 obj\n" + note % hidden.encode() + b"\nendobj\n")
    return appended(data, 6, (note % b"public").decode())


def _removed_page(hidden: str) -> bytes:
    data = drawn(lambda canvas: canvas.drawString(72, 500, hidden if canvas.getPageNumber() > 1 else "x"), pages=2)
    with pikepdf.open(io.BytesIO(data)) as document:
        tree = document.Root.Pages.objgen[0]
        first = document.pages[0].objgen[0]
    return appended(data, tree, f"<</Type/Pages/Count 1/Kids[{first} 0 R]>>")


def _left_over_content(hidden: str) -> bytes:
    return _with_table(
        _plain("x")
        + b"6 0 obj\n<</Length %d>>\nstream\n" % len(_content(hidden))
        + _content(hidden)
        + b"\nendstream\nendobj\n"
    )


def _left_over_object(hidden: str) -> bytes:
    return _with_table(_plain("x") + b"6 0 obj\n<</Type/Annot/Subtype/Text/Contents(%s)>>\nendobj\n" % hidden.encode())


def _left_over_page(hidden: str) -> bytes:
    page = b"<</Type/%b/MediaBox[0 0 595 842]/Contents 7 0 R/Resources<</Font<</F1 4 0 R>>>>>>"
    content = b"<</Length %d>>\nstream\n%b\nendstream" % (len(_content(hidden)), _content(hidden))
    return _with_table(_plain("x") + b"6 0 obj\n%b\nendobj\n7 0 obj\n%b\nendobj\n" % (page % b"Page", content))


def _template(hidden: str) -> bytes:
    data = _left_over_page(hidden).replace(b"6 0 obj\n<</Type/Page/", b"6 0 obj\n<</Type/Template/")
    return data.replace(b"/Pages 2 0 R>>", b"/Pages 2 0 R/Names<</Templates<</Names[(t)6 0 R]>>>>>>")


def _remark(hidden: str) -> bytes:
    return _with_table(_plain("x") + b"% " + hidden.encode() + b"\n")


def _form_data(hidden: str) -> bytes:
    fields = b"<</FDF<</Fields[<</T(name)/V(%s)>>]>>>>" % hidden.encode()
    return b"%FDF-1.2\n1 0 obj\n" + fields + b"\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"


def _form_data_note(hidden: str) -> bytes:
    note = b"<</Type/Annot/Subtype/Text/Page 0/Contents(%s)>>" % hidden.encode()
    return b"%FDF-1.2\n1 0 obj\n<</FDF<</Annots[" + note + b"]>>>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"


_GENERATED = pikepdf.ObjectStreamMode.generate
_PLACES: dict[str, tuple[Callable[[str], bytes], Part | None]] = {
    "objects in streams": (lambda hidden: _saved(hidden, object_stream_mode=_GENERATED), Part.BODY),
    "property in an object stream": (
        lambda hidden: changed(lambda pdf: _keyword(pdf, hidden), object_stream_mode=_GENERATED),
        Part.PROPERTY,
    ),
    "linearized": (lambda hidden: _saved(hidden, linearize=True), Part.BODY),
    "locked by RC4, empty password": (_locked(3), Part.PROPERTY),
    "locked by AES-128, empty password": (_locked(4), Part.PROPERTY),
    "locked by AES-256, empty password": (_locked(6), Part.PROPERTY),
    "metadata of a locked file": (_locked_but_labelled, Part.PROPERTY),
    "earlier content of a page": (_replaced(5, "<</Length 0>>\nstream\n\nendstream"), Part.DELETED),
    "earlier page": (_replaced(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"), Part.DELETED),
    "removed page": (_removed_page, Part.DELETED),
    "earlier property": (_replaced_info, Part.DELETED),
    "earlier note": (_replaced_note, Part.DELETED),
    "content of no page": (_left_over_content, None),
    "page in no tree": (_left_over_page, None),
    "hidden template of a page": (_template, None),
    "note of no page": (_left_over_object, None),
    "remark between objects": (_remark, Part.METADATA),
    "junk before the header": (lambda hidden: b"junk\r\n" * 20 + _page(hidden), Part.BODY),
    "cut short": (_plain, Part.BODY),
    "cut in the last stream": (lambda hidden: _plain(hidden)[:-20], Part.BODY),
    "wrong offsets": (lambda hidden: _with_table(_plain(hidden), 7), Part.BODY),
    "no ends of objects": (
        lambda hidden: _plain(hidden).replace(b"endobj\n", b"") + b"trailer\n<</Root 1 0 R>>",
        Part.BODY,
    ),
    "document behind the end": (lambda hidden: _page("x") + document_with(hidden), None),
    "text behind the end": (lambda hidden: _page("x") + hidden.encode(), Part.METADATA),
    "form data": (_form_data, Part.FORM_FIELD),
    "note in form data": (_form_data_note, Part.ANNOTATION),
}
