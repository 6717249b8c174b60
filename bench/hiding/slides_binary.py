"""PowerPoint 97 presentations with a word in every place a person can see, unhide or recover."""

import gzip
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from bench.hiding import Probe, word
from bench.hiding._biff_file import atom, book, compound, container, properties, record, strings
from bench.hiding._packages import zipped
from bench.hiding._ppt_file import (
    DOCUMENT,
    MASTER,
    NOTES,
    STORAGE,
    chars,
    drawn,
    narrow_chars,
    picture,
    shape,
    show,
    slide,
    slide_list,
    string,
    tag,
    text_shape,
)
from scanner.model.place import Part

_GOLDEN = Path(__file__).parents[2] / "tests" / "data" / "legacy-ppt" / "golden.ppt.gz"
_META = Part.METADATA
_WRITTEN = {
    "title property": Part.PROPERTY,
    "core property": Part.PROPERTY,
    "custom property MSIP_Label value": Part.PROPERTY,
    "slide text box": Part.SLIDE,
    "word in two runs": Part.SLIDE,
    "word beside other letters": Part.SLIDE,
    "table cell": Part.SLIDE,
    "group shape text": Part.SLIDE,
    "off-slide text box": Part.SLIDE,
    "hidden slide": Part.HIDDEN,
    "speaker notes": Part.SPEAKER_NOTES,
    "hyperlink target": _META,
    "slide comment": Part.COMMENT,
    "comment author": _META,
    "footer": Part.FOOTER,
    "name of a show": _META,
}

Made = Iterator[tuple[str, Part, bytes]]


def probes() -> Iterator[Probe]:
    """Yield the presentation that LibreOffice wrote once for each place, then one for each place it does not know."""
    written = gzip.decompress(_GOLDEN.read_bytes())
    for place, part in _WRITTEN.items():
        yield Probe("ppt", place, "show.ppt", word("ppt", place), written, part)
    for made in (_slides(), _shapes(), _document(), _edits(), _packed()):
        for place, part, data in made:
            yield Probe("ppt", place, "show.ppt", word("ppt", place), data, part)


def _slides() -> Made:
    text = word("ppt", "outline text")
    document = container(DOCUMENT, slide_list(1, atom(0x0F9F, bytes(4)), narrow_chars(text)))
    yield "outline text", Part.SLIDE, show([document, slide()])
    text = word("ppt", "outline of a hidden slide")
    document = container(DOCUMENT, slide_list(1, chars(text)))
    yield "outline of a hidden slide", Part.HIDDEN, show([document, slide(hidden=True)])
    document = container(DOCUMENT, slide_list(1))
    text = word("ppt", "slide master text")
    yield "slide master text", Part.MASTER, show([document, slide(), container(MASTER, text_shape(text))])
    text = word("ppt", "notes of no slide")
    yield "notes of no slide", Part.SPEAKER_NOTES, show([document, slide(), container(NOTES, text_shape(text))])
    text = word("ppt", "notes master text")
    masters = container(DOCUMENT, atom(0x03E9, bytes(24) + struct.pack("<II", 3, 0) + bytes(8)), slide_list(1))
    yield "notes master text", Part.MASTER, show([masters, slide(), container(NOTES, text_shape(text))])
    text = word("ppt", "handout text")
    yield "handout text", Part.MASTER, show([document, slide(), container(0x0FC9, text_shape(text))])
    text = word("ppt", "slide name")
    yield "slide name", _META, show([document, slide(string(text, 3))])
    text = word("ppt", "footer placeholder")
    footer = container(0xF011, atom(0x0BC3, struct.pack("<iBBH", 0, 9, 0, 0)))
    yield "footer placeholder", Part.FOOTER, show([document, slide(text_shape(text, footer))])
    text = word("ppt", "slide in no list")
    yield "slide in no list", Part.SLIDE, show([container(DOCUMENT), slide(text_shape(text))])


def _shapes() -> Made:
    document = container(DOCUMENT, slide_list(1))
    for place, number, part in (
        ("alt text", 0x381, _META),
        ("shape name", 0x380, _META),
        ("WordArt", 0xC0, Part.WATERMARK),
        ("shape tip", 0x38D, _META),
    ):
        yield place, part, show([document, slide(shape(properties({number: word("ppt", place)})))])
    text = word("ppt", "macro of a button")
    button = container(0xF011, container(0x0FF2, atom(0x0FF3, bytes(16)), string(text, 2)))
    yield "macro of a button", _META, show([document, slide(shape(button))])
    text = word("ppt", "tag value")
    pair = container(0x1388, container(0x1389, string("LABEL"), string(text, 1)))
    yield "tag value", Part.PROPERTY, show([document, slide(shape(container(0xF011, pair)))])


def _document() -> Made:
    for place, kind, instance, part in (
        ("header of the notes", 0x0FD9, 1, Part.HEADER),
        ("footer of the slides", 0x0FD9, 2, Part.FOOTER),
        ("fixed date", 0x0FD9, 0, Part.FOOTER),
        ("link target", 0x0FD7, 1, _META),
        ("link label", 0x0FD7, 0, _META),
        ("name of an embedded object", 0x0FCC, 3, _META),
        ("sound name", 0x07E6, 0, _META),
        ("path of a film", 0x1006, 0, _META),
    ):
        found = container(kind, string(word("ppt", place), instance))
        yield place, part, show([container(DOCUMENT, slide_list(1), found), slide()])
    text = word("ppt", "comment beside the slide")
    note = container(0x2EE0, string("Ann"), string(text, 1), string("A", 2), atom(0x2EE1, bytes(28)))
    yield (
        "comment beside the slide",
        Part.COMMENT,
        show([container(DOCUMENT, slide_list(1)), slide(tag("___PPT10", note))]),
    )
    text = word("ppt", "data of an add-in")
    kept = tag("VENDOR", bytes(8) + text.encode())
    yield "data of an add-in", _META, show([container(DOCUMENT, slide_list(1), kept), slide()])


def _edits() -> Made:
    document = container(DOCUMENT, slide_list(1))
    text = word("ppt", "earlier edit")
    yield "earlier edit", Part.DELETED, show([document, slide(text_shape("now"))], [slide(text_shape(text))])
    text = word("ppt", "no list of edits")
    data = container(DOCUMENT) + slide(text_shape(text))
    yield "no list of edits", Part.SLIDE, compound({"PowerPoint Document": data})
    text = word("ppt", "PowerPoint 95")
    yield "PowerPoint 95", Part.RAW, compound({"PP40": bytes(16) + text.encode() + bytes(16)})


def _packed() -> Made:
    document = container(DOCUMENT, slide_list(1))
    text = word("ppt", "embedded workbook")
    inner = compound({"Workbook": book(before=[strings(text)])})
    packed = atom(STORAGE, struct.pack("<I", len(inner)) + zlib.compress(inner), 1)
    yield "embedded workbook", _META, show([document, slide(), packed])
    text = word("ppt", "embedded workbook, not compressed")
    inner = compound({"Workbook": book([record(0x0204, bytes(6), b"\x0e\0\0", text.encode())])})
    yield "embedded workbook, not compressed", Part.SHEET, show([document, slide(), atom(STORAGE, inner)])
    text = word("ppt", "custom XML")
    store = {"MsoDataStore/A/Item": f"<a><b>{text}</b></a>".encode()}
    yield "custom XML", Part.BODY, show([document, slide()], beside=store)
    text = word("ppt", "picture of a drawing program")
    pictures = {"Pictures": picture(0xF01B, 0x216, drawn(text))}
    yield "picture of a drawing program", Part.TEXT_BOX, show([document, slide()], beside=pictures)
    text = word("ppt", "picture of an embedded object")
    shown = container(DOCUMENT, slide_list(1), container(0x0FCC, atom(0x0FC1, bytes(8) + drawn(text))))
    yield "picture of an embedded object", Part.TEXT_BOX, show([shown, slide()])
    text = word("ppt", "layout kept for newer programs")
    newer = zipped({"drs/slideLayouts/slideLayout1.xml": f"<p><a:p><a:t>{text}</a:t></a:p></p>".encode()})
    layout = container(MASTER, atom(0x041E, newer))
    yield "layout kept for newer programs", Part.MASTER, show([document, slide(), layout])
    text = word("ppt", "shape kept for newer programs")
    newer = zipped({"drs/shapexml.xml": f"<p><a:p><a:t>{text}</a:t></a:p></p>".encode()})
    table = struct.pack("<HI", 0x83A9, len(newer)) + newer
    kept = struct.pack("<HHI", 1 << 4 | 3, 0xF122, len(table)) + table
    yield "shape kept for newer programs", _META, show([document, slide(shape(kept))])
