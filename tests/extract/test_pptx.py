import io

import pptx as python_pptx
import pytest
from pptx.util import Inches

from scanner.extract import pptx

SLIDE = "presentationml."
T = "SECRET//NOFORN"
MAIN = "ppt/presentation.xml"


def shape(text, *, name="Box", kind="", hidden=""):
    placeholder = f'<p:nvPr><p:ph type="{kind}"/></p:nvPr>' if kind else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="{name}"{hidden}/>{placeholder}</p:nvSpPr>'
        f"<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def presentation(*slides, extra=None, order=None):
    ids = "".join(f'<p:sldId id="{256 + at}" r:id="rId{at}"/>' for at in order or range(1, len(slides) + 1))
    parts = {MAIN: (f"{SLIDE}presentation.main", f"<p:presentation><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>")}
    for at, xml in enumerate(slides, 1):
        parts[f"ppt/slides/slide{at}.xml"] = (f"{SLIDE}slide", f"<p:sld><p:spTree>{xml}</p:spTree></p:sld>")
    links = {MAIN: [(f"rId{at}", "slide", f"slides/slide{at}.xml") for at in range(1, len(slides) + 1)]}
    return parts | (extra or {}), links


def test_slides_are_numbered_as_they_are_shown(package, read):
    slides, links = presentation(shape("first made"), shape("second made"), shape("third made"), order=[3, 1])

    assert read(pptx, package(slides, links)).texts == {
        "slide 1": "third made",
        "slide 2": "first made",
        "slide 3": "second made",
    }


def test_notes_have_the_number_of_their_slide(package, read):
    notes = {"ppt/notesSlides/notesSlide1.xml": (f"{SLIDE}notesSlide", f"<p:notes>{shape(T)}</p:notes>")}
    slides, links = presentation(shape("one"), shape("two"), extra=notes)
    links["ppt/notesSlides/notesSlide1.xml"] = [("rId1", "slide", "../slides/slide2.xml")]

    assert read(pptx, package(slides, links)).texts["speaker notes 2"] == T


def test_notes_of_no_slide_have_a_number_of_their_own(package, read):
    notes = {"ppt/notesSlides/notesSlide9.xml": (f"{SLIDE}notesSlide", f"<p:notes>{shape(T)}</p:notes>")}
    slides, links = presentation(shape("one"), extra=notes)

    assert read(pptx, package(slides, links)).texts["speaker notes 1"] == T


ON_SLIDE = {
    "text box": (shape(T), "slide 1"),
    "group": (f"<p:grpSp><p:grpSp>{shape(T)}</p:grpSp></p:grpSp>", "slide 1"),
    "table": (
        (
            f"<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>{T}</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl>"
            "</p:graphicFrame>"
        ),
        "slide 1",
    ),
    "footer": (shape(T, kind="ftr"), "footer 1"),
    "header": (shape(T, kind="hdr"), "header 1"),
    "title": (shape(T, kind="title"), "slide 1"),
    "watermark": (shape(T, name="Watermark 3"), "watermark"),
    "hidden shape": (shape(T, hidden=' hidden="1"'), "hidden text 1"),
    "alt text": (f'<p:pic><p:cNvPr descr="{T}"/></p:pic>', 'metadata "alt text"'),
}


@pytest.mark.parametrize("name", ON_SLIDE)
def test_a_marking_on_a_slide_is_found_at_its_place(name, package, read):
    xml, place = ON_SLIDE[name]
    slides, links = presentation(xml + shape("after"))
    found = read(pptx, package(slides, links)).texts

    assert found[place].split("\n")[0] == T
    assert "after" in found["slide 1"]


BESIDE = {
    "master": ("ppt/slideMasters/slideMaster1.xml", f"{SLIDE}slideMaster", shape(T), 'slide master 1 "master"'),
    "layout": ("ppt/slideLayouts/slideLayout1.xml", f"{SLIDE}slideLayout", shape(T), 'slide master 1 "layout"'),
    "notes master": (
        "ppt/notesMasters/notesMaster1.xml",
        f"{SLIDE}notesMaster",
        shape(T),
        'slide master 1 "notes master"',
    ),
    "comment": ("ppt/comments/comment1.xml", f"{SLIDE}comments", f"<p:cm><p:text>{T}</p:text></p:cm>", "comment 1"),
    "modern comment": (
        "ppt/comments/modernComment.xml",
        "application/vnd.ms-powerpoint.comments+xml",
        f"<p:cm><p:txBody><a:p><a:r><a:t>{T}</a:t></a:r></a:p></p:txBody></p:cm>",
        "comment 1",
    ),
    "tag": ("ppt/tags/tag1.xml", f"{SLIDE}tags", f'<p:tag name="Mark" val="{T}"/>', 'property "Mark"'),
    "SmartArt": (
        "ppt/diagrams/data1.xml",
        "drawingml.diagramData",
        f"<dgm:pt><dgm:t><a:p><a:r><a:t>{T}</a:t></a:r></a:p></dgm:t></dgm:pt>",
        'text box 1 "diagram"',
    ),
    "chart": (
        "ppt/charts/chart1.xml",
        "drawingml.chart",
        f"<c:cat><c:pt><c:v>{T}</c:v></c:pt></c:cat>",
        'text box 1 "chart"',
    ),
}


@pytest.mark.parametrize("name", BESIDE)
def test_a_marking_beside_the_slides_is_found_at_its_place(name, package, read):
    path, kind, inner, place = BESIDE[name]
    slides, links = presentation(shape("one"), extra={path: (kind, f"<p:root>{inner}</p:root>")})

    assert read(pptx, package(slides, links)).texts.get(place) == T


def test_a_workbook_packed_in_is_a_member(package, read):
    slides, links = presentation(
        shape("one"), extra={"ppt/embeddings/book.xlsx": ("application/x-xlsx", b"PK\x03\x04")}
    )

    assert read(pptx, package(slides, links)).members == {"ppt/embeddings/book.xlsx": b"PK\x03\x04"}


def test_a_presentation_made_with_python_pptx_is_read_whole(read):
    made = python_pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Title"
    slide.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = T
    slide.notes_slide.notes_text_frame.text = "noted"
    buffer = io.BytesIO()
    made.save(buffer)
    found = read(pptx, buffer.getvalue())

    assert found.texts["slide 1"].split() == ["Title", T]
    assert "noted" in found.texts["speaker notes 1"]
    assert not found.problems
