"""PDFs with a word wherever a page shows it, covers it or moves it out of sight."""

import io
from collections.abc import Callable, Iterator

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from bench.hiding import Probe, word
from bench.hiding._pdf import drawn
from scanner.model.place import Part

_Draw = Callable[[Canvas, str], object]


def probes() -> Iterator[Probe]:
    """Yield a document for each place."""
    for place, (draw, part) in _DRAWN.items():
        yield _probe(place, draw, part)


def _probe(place: str, draw: _Draw, part: Part | None) -> Probe:
    hidden = word("pdf", place)
    return Probe("pdf", place, "x.pdf", hidden, drawn(lambda canvas: draw(canvas, hidden)), part)


def _at(x: float, y: float, size: float = 12) -> Callable[[Canvas, str], None]:
    def draw(canvas: Canvas, hidden: str) -> None:
        canvas.setFont("Helvetica", size)
        canvas.drawString(x, y, hidden)

    return draw


def _mode(mode: int) -> Callable[[Canvas, str], None]:
    def draw(canvas: Canvas, hidden: str) -> None:
        text = canvas.beginText(72, 500)
        text.setTextRenderMode(mode)
        text.textLine(hidden)
        canvas.drawText(text)

    return draw


def _white(canvas: Canvas, hidden: str) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 500, hidden)


def _covered(canvas: Canvas, hidden: str) -> None:
    canvas.drawString(72, 500, hidden)
    canvas.rect(60, 490, 300, 30, fill=1)


def _behind_picture(canvas: Canvas, hidden: str) -> None:
    canvas.drawString(72, 500, hidden)
    pixels = b"P6 2 2 255 " + bytes(12)
    canvas.drawImage(ImageReader(io.BytesIO(pixels)), 60, 400, 300, 200)


def _turned(angle: float, size: float) -> Callable[[Canvas, str], None]:
    def draw(canvas: Canvas, hidden: str) -> None:
        canvas.saveState()
        canvas.translate(297, 421)
        canvas.rotate(angle)
        canvas.setFont("Helvetica", size)
        canvas.drawCentredString(0, 0, hidden)
        canvas.restoreState()

    return draw


def _letters(step: float, down: float = 0) -> Callable[[Canvas, str], None]:
    def draw(canvas: Canvas, hidden: str) -> None:
        for at, letter in enumerate(hidden):
            canvas.drawString(72 + at * step, 500 - at * down, letter)

    return draw


def _backwards(canvas: Canvas, hidden: str) -> None:
    for at in reversed(range(len(hidden))):
        canvas.drawString(72 + at * 9, 500, hidden[at])


def _spaced(canvas: Canvas, hidden: str) -> None:
    text = canvas.beginText(72, 500)
    text.setCharSpace(14)
    text.textLine(hidden)
    canvas.drawText(text)


def _clipped(canvas: Canvas, hidden: str) -> None:
    path = canvas.beginPath()
    path.rect(0, 0, 5, 5)
    canvas.clipPath(path, stroke=0)
    canvas.drawString(72, 500, hidden)


def _in_form(canvas: Canvas, hidden: str) -> None:
    canvas.beginForm("drawing")
    canvas.drawString(72, 500, hidden)
    canvas.endForm()
    canvas.doForm("drawing")


def _unused_form(canvas: Canvas, hidden: str) -> None:
    canvas.beginForm("drawing")
    canvas.drawString(72, 500, hidden)
    canvas.endForm()


def _artifact(kind: str, y: float) -> Callable[[Canvas, str], None]:
    def draw(canvas: Canvas, hidden: str) -> None:
        canvas._code.append(f"/Artifact <</Type /Pagination /Subtype /{kind}>> BDC")  # noqa: SLF001 - no other way
        canvas.drawString(72, y, hidden)
        canvas._code.append("EMC")  # noqa: SLF001 - as above

    return draw


def _marked(key: str) -> Callable[[Canvas, str], None]:
    def draw(canvas: Canvas, hidden: str) -> None:
        canvas._code.append(f"/Span <</{key} ({hidden})>> BDC")  # noqa: SLF001 - as above
        canvas.drawString(72, 500, "x")
        canvas._code.append("EMC")  # noqa: SLF001 - as above

    return draw


def _bookmark(canvas: Canvas, hidden: str) -> None:
    canvas.bookmarkPage("here")
    canvas.addOutlineEntry(hidden, "here")


_DRAWN: dict[str, tuple[_Draw, Part | None]] = {
    "page text": (_at(72, 500), Part.BODY),
    "invisible text": (_mode(3), Part.BODY),
    "clipping text": (_mode(7), Part.BODY),
    "outlined text": (_mode(1), Part.BODY),
    "white text": (_white, Part.BODY),
    "tiny text": (_at(72, 500, 0.5), Part.BODY),
    "text below the page": (_at(72, -200), Part.BODY),
    "text right of the page": (_at(900, 500), Part.BODY),
    "text under a bar": (_covered, Part.BODY),
    "text behind a picture": (_behind_picture, Part.BODY),
    "text clipped away": (_clipped, Part.BODY),
    "text turned upside down": (_turned(180, 12), None),
    "text up the margin": (_turned(90, 12), None),
    "slanted watermark": (_turned(45, 60), Part.WATERMARK),
    "letter by letter": (_letters(9), Part.BODY),
    "letters with wide gaps": (_letters(20), Part.BODY),
    "letters very far apart": (_letters(36), Part.BODY),
    "letters below each other": (_letters(0, 14), Part.BODY),
    "letters down the page in steps": (_letters(10, 20), None),
    "letters last to first": (_backwards, Part.BODY),
    "letters spaced by the font": (_spaced, Part.BODY),
    "drawing used on the page": (_in_form, Part.BODY),
    "drawing never used": (_unused_form, None),
    "header by its mark": (_artifact("Header", 800), Part.HEADER),
    "footer by its mark": (_artifact("Footer", 30), Part.FOOTER),
    "watermark by its mark": (_artifact("Watermark", 421), Part.WATERMARK),
    "actual text in the content": (_marked("ActualText"), None),
    "alt text in the content": (_marked("Alt"), None),
    "expansion in the content": (_marked("E"), None),
    "bookmark": (_bookmark, Part.METADATA),
}
