"""PDFs with a word in an object that no page draws, or that only one reader in many looks at."""

from collections.abc import Callable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from bench.hiding import Probe, word
from bench.hiding._pdf import XMP, changed, field, form, noted
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


def _info(key: str, value: str = "{}") -> Callable[[Pdf, str], None]:
    def change(document: Pdf, hidden: str) -> None:
        document.docinfo[key.format(hidden)] = pikepdf.String(value.format(hidden))

    return change


def _xmp(inner: str) -> Callable[[Pdf, str], None]:
    def change(document: Pdf, hidden: str) -> None:
        stream = document.make_stream(XMP.format(inner.format(hidden)).encode())
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
