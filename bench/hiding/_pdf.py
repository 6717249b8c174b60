"""Makes PDFs for hiding places: pages drawn by reportlab, changed object by object with pikepdf."""

import io
from collections.abc import Callable, Mapping

import docx
import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from reportlab.pdfgen.canvas import Canvas

SENTENCE = "Minutes of the meeting, as agreed."
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:pdfx="http://ns.adobe.com/pdfx/1.3/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "{}</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def drawn(draw: Callable[[Canvas], object], *, pages: int = 1) -> bytes:
    """Return a PDF in which every page has a sentence and what `draw` draws."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=True)
    for _ in range(pages):
        canvas.setFont("Helvetica", 12)
        canvas.drawString(72, 600, SENTENCE)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def changed(change: Callable[[Pdf], object], data: bytes = b"", **save: object) -> bytes:
    """Return a PDF, a page with a sentence unless given, as it is after a change."""
    with pikepdf.open(io.BytesIO(data or drawn(lambda _: None))) as document:
        change(document)
        buffer = io.BytesIO()
        document.save(buffer, **{"deterministic_id": "encryption" not in save} | save)  # type: ignore[arg-type] # options of any type are passed on
    return buffer.getvalue()


def noted(document: Pdf, subtype: str, **values: object) -> Dictionary:
    """Put a note on the first page."""
    note = Dictionary(Type=Name.Annot, Subtype=Name("/" + subtype), Rect=Array([100, 100, 300, 140]), **values)  # type: ignore[arg-type] # pikepdf turns any value into an object
    made = document.make_indirect(note)
    page = document.pages[0].obj
    page.Annots = Array([*page.get("/Annots", []), made])
    return made


def field(document: Pdf, kind: str, **values: object) -> None:
    """Put a form field on the first page."""
    made = noted(document, "Widget", FT=Name("/" + kind), **values)
    document.Root.AcroForm = Dictionary(Fields=Array([made]))


def form(document: Pdf, words: str) -> pikepdf.Stream:
    """Return a drawing with words in it, for a note or a page."""
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    content = f"BT /F9 12 Tf 5 5 Td ({words}) Tj ET".encode()
    made = document.make_stream(content)
    made.Type, made.Subtype, made.BBox = Name.XObject, Name.Form, Array([0, 0, 190, 30])
    made.Resources = Dictionary(Font=Dictionary(F9=font))
    return made


def attached(document: Pdf, name: str, data: bytes, description: str = "") -> Dictionary:
    """Return a file specification with a file in it."""
    packed = document.make_stream(data)
    packed.Type = Name.EmbeddedFile
    made = Dictionary(Type=Name.Filespec, F=name, UF=name, EF=Dictionary(F=packed, UF=packed))
    if description:
        made.Desc = description
    return made


def appended(data: bytes, number: int, source: str) -> bytes:
    """Save an object anew behind a file, as an editor does that writes only what has changed."""
    before = int(data[data.rindex(b"startxref") + 9 :].split()[0])
    trailer = data[data.rindex(b"trailer") :]
    kept = trailer[trailer.index(b"<<") + 2 : trailer.rindex(b">>")]
    body = b"\n%d 0 obj\n%s\nendobj\n" % (number, source.encode("latin-1"))
    start = len(data) + 1
    xref = b"xref\n%d 1\n%010d 00000 n \n" % (number, start)
    tail = b"trailer\n<<%s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (kept, before, len(data) + len(body))
    return data + body + xref + tail


def document_with(hidden: str) -> bytes:
    """Return a Word document with a word in it."""
    document = docx.Document()
    document.add_paragraph(hidden)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def stream(data: bytes, attributes: str = "") -> bytes:
    """Return the source of a stream object."""
    return f"<<{attributes}/Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream"


def written(objects: Mapping[int, str | bytes], *, trailer: str = "", end: bytes = b"%%EOF\n") -> bytes:
    """Write objects by number as a PDF with a cross-reference table; number 1 is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = {}
    for number, content in objects.items():
        offsets[number] = len(out)
        out += f"{number} 0 obj\n".encode() + (content if isinstance(content, bytes) else content.encode("latin-1"))
        out += b"\nendobj\n"
    start = len(out)
    size = max(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n".encode()
    for number in range(1, size):
        out += f"{offsets.get(number, 0):010} {'00000 n' if number in offsets else '65535 f'} \n".encode()
    return bytes(out) + f"trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n".encode() + end
