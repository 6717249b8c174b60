"""PDFs with a word in an object that no page draws, or that only one reader in many looks at."""

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


def _cropped(document: Pdf, hidden: str) -> None:
    page = document.pages[0]
    page.contents_add(f"BT /F1 12 Tf 72 700 Td ({hidden}) Tj ET".encode())
    page.cropbox = Array([0, 0, 400, 650])


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


def _info(key: str, value: str = "{}") -> Callable[[Pdf, str], None]:
    def change(document: Pdf, hidden: str) -> None:
        document.docinfo[key.format(hidden)] = pikepdf.String(value.format(hidden))

    return change


_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:pdfx="http://ns.adobe.com/pdfx/1.3/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "{}</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def _xmp(inner: str) -> Callable[[Pdf, str], None]:
    def change(document: Pdf, hidden: str) -> None:
        stream = document.make_stream(_XMP.format(inner.format(hidden)).encode())
        stream.Type, stream.Subtype = Name.Metadata, Name.XML
        document.Root.Metadata = stream

    return change


def _picture_xmp(document: Pdf, hidden: str) -> None:
    _xmp("<dc:rights>{}</dc:rights>")(document, hidden)
    picture = document.make_stream(bytes(4))
    picture.Type, picture.Subtype, picture.Width, picture.Height = Name.XObject, Name.Image, 2, 2
    picture.ColorSpace, picture.BitsPerComponent, picture.Metadata = Name.DeviceGray, 8, document.Root.Metadata
    del document.Root.Metadata
    document.pages[0].Resources.XObject = Dictionary(Im=picture)


def _script(document: Pdf, hidden: str) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=f"app.alert('{hidden}')")


def _script_stream(document: Pdf, hidden: str) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=document.make_stream(f"var a = '{hidden}'".encode()))


def _script_name(document: Pdf, hidden: str) -> None:
    action = document.make_indirect(Dictionary(S=Name.JavaScript, JS="1"))
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([hidden, action])))


def _structure(key: str) -> Callable[[Pdf, str], None]:
    def change(document: Pdf, hidden: str) -> None:
        root = document.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        element = Dictionary({"/Type": Name.StructElem, "/S": Name.Figure, "/P": root, f"/{key}": hidden})
        root.K = document.make_indirect(element)
        document.Root.StructTreeRoot = root

    return change


def _layer(document: Pdf, hidden: str) -> None:
    group = document.make_indirect(Dictionary(Type=Name.OCG, Name=hidden))
    document.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))


def _hidden_layer(document: Pdf, hidden: str) -> None:
    _layer(document, "L")
    page = document.pages[0]
    page.Resources.Properties = Dictionary(L0=document.Root.OCProperties.OCGs[0])
    page.contents_add(f"/OC /L0 BDC BT /F1 12 Tf 72 500 Td ({hidden}) Tj ET EMC".encode())


def _signature(key: str) -> Callable[[Pdf, str], None]:
    def change(document: Pdf, hidden: str) -> None:
        value = {"/Type": Name.Sig, "/Filter": Name("/Adobe.PPKLite"), "/ByteRange": Array([0, 1, 2, 3])}
        value |= {"/Contents": pikepdf.String(b"\x30\x80\xff"), f"/{key}": pikepdf.String(hidden)}
        field(document, "Sig", T="s", V=document.make_indirect(Dictionary(value)))

    return change


def _type3(document: Pdf, hidden: str) -> None:
    glyph = document.make_stream(b"500 0 d0 0 0 400 400 re f")
    letters = sorted(set(hidden))
    names = {f"/{letter}": glyph for letter in letters}
    font = Dictionary(Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 500, 500]))
    font.FontMatrix, font.FirstChar, font.LastChar = Array([0.001, 0, 0, 0.001, 0, 0]), 65, 90
    font.Widths, font.CharProcs = Array([500] * 26), Dictionary(names)
    font.Encoding = Dictionary(Differences=Array([65, *[Name(f"/{chr(code)}") for code in range(65, 91)]]))
    document.pages[0].Resources.Font.T3 = font
    document.pages[0].contents_add(f"BT /T3 12 Tf 72 500 Td ({hidden}) Tj ET".encode())


def _pattern(document: Pdf, hidden: str) -> None:
    tile = form(document, hidden)
    del tile.Subtype
    tile.Type, tile.PatternType, tile.PaintType, tile.TilingType = Name.Pattern, 1, 1, 1
    tile.XStep, tile.YStep = 200, 40
    page = document.pages[0]
    page.Resources.Pattern = Dictionary(P0=tile)
    page.contents_add(b"/Pattern cs /P0 scn 72 300 200 100 re f")


def _replies(document: Pdf, hidden: str) -> None:
    note = noted(document, "Text", Contents="x")
    noted(document, "Text", IRT=note, StateModel="Review", State="Accepted", Contents=hidden)


def _hidden_drawing(document: Pdf, hidden: str) -> None:
    _layer(document, "L")
    drawing = form(document, hidden)
    drawing.OC = document.Root.OCProperties.OCGs[0]
    document.pages[0].Resources.XObject = Dictionary(Fm=drawing)
    document.pages[0].contents_add(b"q 1 0 0 1 72 500 cm /Fm Do Q")


def _hidden_note(document: Pdf, hidden: str) -> None:
    _layer(document, "L")
    group = document.Root.OCProperties.OCGs[0]
    noted(document, "Stamp", F=4, OC=group, AP=Dictionary(N=form(document, hidden)))


def _masked(document: Pdf, hidden: str) -> None:
    mask = Dictionary(S=Name.Luminosity, G=form(document, hidden))
    document.pages[0].Resources.ExtGState = Dictionary(G0=Dictionary(SMask=mask))
    document.pages[0].contents_add(b"/G0 gs 0 0 9 9 re f")


def _destination(document: Pdf, hidden: str) -> None:
    target = Array([document.pages[0].obj, Name.Fit])
    document.Root.Names = Dictionary(Dests=Dictionary(Names=Array([hidden, target])))


def _old_destination(document: Pdf, hidden: str) -> None:
    named = Dictionary({f"/{hidden}": Array([document.pages[0].obj, Name.Fit])})
    document.Root.Dests = document.make_indirect(named)


_PLACES: dict[str, tuple[_Change, Part | None]] = {
    "text outside the crop box": (_cropped, Part.BODY),
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
    "keywords": (_info("/Keywords"), Part.PROPERTY),
    "label": (_info("/MSIP_Label_1_Name"), Part.PROPERTY),
    "name of a property": (_info("/{}", "x"), Part.METADATA),
    "XMP": (_xmp("<dc:rights>{}</dc:rights>"), Part.PROPERTY),
    "XMP property of its own": (_xmp("<pdfx:Marking>{}</pdfx:Marking>"), Part.PROPERTY),
    "XMP of a picture": (_picture_xmp, Part.PROPERTY),
    "script": (_script, Part.CODE),
    "script in a stream": (_script_stream, Part.CODE),
    "script when closing": (
        lambda pdf, w: setattr(pdf.Root, "AA", Dictionary(WC=Dictionary(S=Name.JavaScript, JS=f"app.alert('{w}')"))),
        Part.CODE,
    ),
    "name of a script": (_script_name, Part.METADATA),
    "alt text of a figure": (_structure("Alt"), Part.METADATA),
    "actual text of an element": (_structure("ActualText"), Part.METADATA),
    "expansion of an element": (_structure("E"), Part.METADATA),
    "title of an element": (_structure("T"), Part.METADATA),
    "layer name": (_layer, Part.METADATA),
    "hidden layer": (_hidden_layer, Part.BODY),
    "drawing on a hidden layer": (_hidden_drawing, None),
    "stamp on a hidden layer": (_hidden_note, None),
    "soft mask": (_masked, None),
    "private data": (
        lambda pdf, w: setattr(pdf.Root, "PieceInfo", Dictionary(App=Dictionary(Private=Dictionary(Note=w)))),
        Part.METADATA,
    ),
    "destination": (_destination, Part.METADATA),
    "destination by a name object": (_old_destination, Part.METADATA),
    "page label": (
        lambda pdf, w: setattr(pdf.Root, "PageLabels", Dictionary(Nums=Array([0, Dictionary(S=Name.D, P=w)]))),
        Part.METADATA,
    ),
    "article title": (
        lambda pdf, w: setattr(pdf.Root, "Threads", Array([Dictionary(I=Dictionary(Title=w))])),
        Part.METADATA,
    ),
    "signer": (_signature("Name"), Part.METADATA),
    "reason of a signature": (_signature("Reason"), Part.METADATA),
    "place of a signature": (_signature("Location"), Part.METADATA),
    "contact of a signer": (_signature("ContactInfo"), Part.METADATA),
    "Type 3 font": (_type3, None),
    "pattern": (_pattern, None),
}
