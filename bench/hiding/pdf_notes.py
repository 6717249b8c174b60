"""PDFs with a word in a note, a form field or an attached file."""

from collections.abc import Callable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from bench.hiding import Probe, word
from bench.hiding._pdf import attached, changed, document_with, drawn, field, form, noted
from scanner.model.place import Part

_Change = Callable[[Pdf, str], object]


def probes() -> Iterator[Probe]:
    """Yield a document for each place."""
    for place, (change, part) in _PLACES.items():
        yield _probe(place, change, part)


def _probe(place: str, change: _Change, part: Part | None) -> Probe:
    hidden = word("pdf", place)
    return Probe("pdf", place, "x.pdf", hidden, changed(lambda document: change(document, hidden)), part)


def _stamp(document: Pdf, hidden: str) -> None:
    noted(document, "Stamp", F=4, AP=Dictionary(N=form(document, hidden)))


def _hidden_stamp(document: Pdf, hidden: str) -> None:
    noted(document, "Stamp", F=2, AP=Dictionary(N=form(document, hidden)))


def _pressed(document: Pdf, hidden: str) -> None:
    field(document, "Btn", T="b", AP=Dictionary(N=form(document, "x"), D=form(document, hidden)))


def _choice(document: Pdf, hidden: str) -> None:
    states = Dictionary({f"/{hidden}": form(document, "x"), "/Off": form(document, "y")})
    field(document, "Btn", T="b", AS=Name.Off, AP=Dictionary(N=states))


def _widget_only(document: Pdf, hidden: str) -> None:
    field(document, "Tx", T="a", F=4, AP=Dictionary(N=form(document, hidden)))


def _form_in_xml(document: Pdf, hidden: str) -> None:
    packets = [document.make_stream(part) for part in (b"<xdp><field>", hidden.encode(), b"</field></xdp>")]
    names = Array()
    for at, packet in enumerate(packets):
        names.extend([pikepdf.String(str(at)), packet])
    document.Root.AcroForm = Dictionary(Fields=Array(), XFA=names)


def _attachment(name: str, data: bytes, description: str = "") -> Callable[[Pdf, str], None]:
    def change(document: Pdf, hidden: str) -> None:
        content = data.replace(b"{}", hidden.encode())
        file = attached(document, name.format(hidden), content, description.format(hidden))
        document.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array(["a", document.make_indirect(file)])))

    return change


def _attached_document(document: Pdf, hidden: str) -> None:
    _attachment("b.pdf", drawn(lambda canvas: canvas.drawString(72, 500, hidden)))(document, hidden)
    document.Root.Collection = Dictionary(Type=Name.Collection, View=Name.D)


def _attached_docx(document: Pdf, hidden: str) -> None:
    _attachment("b.docx", document_with(hidden))(document, hidden)


def _unnamed_attachment(document: Pdf, hidden: str) -> None:
    stream = document.make_stream(hidden.encode())
    stream.Type = Name.EmbeddedFile
    document.Root.AF = Array([document.make_indirect(Dictionary(Type=Name.Filespec, EF=Dictionary(F=stream)))])


def _left_over_attachment(document: Pdf, hidden: str) -> None:
    stream = document.make_stream(f"A plan with the word {hidden} in it.".encode())
    stream.Params = Dictionary(Size=50)
    document.Root.PieceInfo = Dictionary(Old=stream)


def _file_note(document: Pdf, hidden: str) -> None:
    noted(document, "FileAttachment", FS=attached(document, "a.txt", hidden.encode()))


def _collection(document: Pdf, hidden: str) -> None:
    column = Dictionary(Type=Name.CollectionField, Subtype=Name.S, N=hidden)
    document.Root.Collection = Dictionary(Type=Name.Collection, Schema=Dictionary(C=column))


def _collection_item(document: Pdf, hidden: str) -> None:
    file = attached(document, "a.txt", b"x")
    file.CI = Dictionary(Type=Name.CollectionItem, C=Dictionary(Type=Name.CollectionSubitem, D=hidden))
    document.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array(["a", document.make_indirect(file)])))


def _replies(document: Pdf, hidden: str) -> None:
    note = noted(document, "Text", Contents="x")
    noted(document, "Text", IRT=note, StateModel="Review", State="Accepted", Contents=hidden)


_PLACES: dict[str, tuple[_Change, Part | None]] = {
    "sticky note": (lambda pdf, w: noted(pdf, "Text", Contents=w), Part.ANNOTATION),
    "reply to a note": (_replies, Part.ANNOTATION),
    "note in UTF-16": (lambda pdf, w: noted(pdf, "Text", Contents="é " + w + " Ж"), Part.ANNOTATION),
    "free text without appearance": (lambda pdf, w: noted(pdf, "FreeText", Contents=w), Part.ANNOTATION),
    "subject of a note": (lambda pdf, w: noted(pdf, "Text", Subj=w), Part.ANNOTATION),
    "author of a note": (lambda pdf, w: noted(pdf, "Text", T=w), Part.ANNOTATION),
    "rich text of a note": (lambda pdf, w: noted(pdf, "Text", RC=f"<body><p>{w}</p></body>"), Part.ANNOTATION),
    "rich text in a stream": (
        lambda pdf, w: noted(pdf, "Text", RC=pdf.make_stream(f"<body><p>{w}</p></body>".encode())),
        None,
    ),
    "redaction overlay": (lambda pdf, w: noted(pdf, "Redact", OverlayText=w), Part.ANNOTATION),
    "link": (
        lambda pdf, w: noted(pdf, "Link", A=Dictionary(S=Name.URI, URI=f"https://a.example/{w}")),
        Part.METADATA,
    ),
    "link to a file": (lambda pdf, w: noted(pdf, "Link", A=Dictionary(S=Name.GoToR, F=f"{w}.pdf")), Part.METADATA),
    "stamp": (_stamp, Part.ANNOTATION),
    "hidden stamp": (_hidden_stamp, None),
    "button when pressed": (_pressed, None),
    "state of a button": (_choice, Part.FORM_FIELD),
    "field drawn only": (_widget_only, Part.ANNOTATION),
    "field value": (lambda pdf, w: field(pdf, "Tx", T="a", V=w), Part.FORM_FIELD),
    "field default": (lambda pdf, w: field(pdf, "Tx", T="a", DV=w), Part.FORM_FIELD),
    "field help": (lambda pdf, w: field(pdf, "Tx", T="a", TU=w), Part.FORM_FIELD),
    "field name": (lambda pdf, w: field(pdf, "Tx", T=w), Part.FORM_FIELD),
    "field options": (lambda pdf, w: field(pdf, "Ch", T="a", Opt=Array([Array(["a", w])])), Part.FORM_FIELD),
    "field in a stream": (lambda pdf, w: field(pdf, "Tx", T="a", V=pdf.make_stream(w.encode())), Part.FORM_FIELD),
    "button caption": (lambda pdf, w: field(pdf, "Btn", T="a", MK=Dictionary(CA=w)), Part.FORM_FIELD),
    "form in XML": (_form_in_xml, Part.FORM_FIELD),
    "attached text": (_attachment("a.txt", b"{}"), None),
    "attached document": (_attached_docx, None),
    "attached PDF": (_attached_document, None),
    "attached file's name": (_attachment("{}.txt", b"x"), None),
    "attached file's description": (_attachment("a.txt", b"x", "{}"), Part.METADATA),
    "attachment without a name": (_unnamed_attachment, None),
    "attachment left over": (_left_over_attachment, None),
    "file in a note": (_file_note, None),
    "column of a collection": (_collection, Part.METADATA),
    "value in a collection": (_collection_item, Part.METADATA),
}
