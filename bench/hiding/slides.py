"""PowerPoint presentations made by python-pptx, each with a word in one place where PowerPoint can keep it."""

# ruff: noqa: E501 - a place stands in a line, however long

import io
from collections.abc import Callable, Iterator

import openpyxl
import pptx
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.presentation import Presentation
from pptx.slide import Slide
from pptx.util import Inches

from bench.hiding import Probe, word
from bench.hiding._packages import NAMESPACES, Link, entries, extended, xml, zipped
from scanner.model.place import Part

_P = "presentationml."
_MS = "application/vnd.ms-powerpoint."
_SLIDE = "ppt/slides/slide1.xml"
_TEXT = "<p:txBody><a:bodyPr/><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:txBody>"
_SP = '<p:sp><p:nvSpPr><p:cNvPr id="77" name="x"/><p:cNvSpPr/><p:nvPr>{}</p:nvPr></p:nvSpPr><p:spPr/>{}</p:sp>'
_BOX = Inches(1), Inches(1), Inches(2), Inches(1)

_PARTS: dict[str, tuple[str, str, str, Part | None]] = {
    "comment": ("ppt/comments/comment1.xml", f"{_P}comments", '<p:cmLst><p:cm authorId="0" idx="1"><p:text>{}</p:text></p:cm></p:cmLst>', Part.COMMENT),
    "comment's author": ("ppt/commentAuthors.xml", f"{_P}commentAuthors", '<p:cmAuthorLst><p:cmAuthor id="0" name="{}" initials="A"/></p:cmAuthorLst>', None),
    "modern comment": ("ppt/comments/modernComment_1.xml", f"{_MS}comments+xml", "<p188:cmLst xmlns:p188='u'><p188:cm id='i'><p188:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></p188:txBody></p188:cm></p188:cmLst>", Part.COMMENT),
    "reply to a modern comment": ("ppt/comments/modernComment_1.xml", f"{_MS}comments+xml", "<p188:cmLst xmlns:p188='u'><p188:cm id='i'><p188:replyLst><p188:reply><p188:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></p188:txBody></p188:reply></p188:replyLst></p188:cm></p188:cmLst>", Part.COMMENT),
    "modern author": ("ppt/authors.xml", f"{_MS}authors+xml", '<p188:authorLst xmlns:p188="u"><p188:author id="i" name="{}"/></p188:authorLst>', None),
    "modern author's account": ("ppt/authors.xml", f"{_MS}authors+xml", '<p188:authorLst xmlns:p188="u"><p188:author id="i" name="A" userId="S::{}::g"/></p188:authorLst>', None),
    "tag": ("ppt/tags/tag1.xml", f"{_P}tags", '<p:tagLst><p:tag name="N" val="{}"/></p:tagLst>', None),
    "tag's name": ("ppt/tags/tag1.xml", f"{_P}tags", '<p:tagLst><p:tag name="{}" val="x"/></p:tagLst>', None),
    "diagram": ("ppt/diagrams/data1.xml", "drawingml.diagramData", "<dgm:dataModel><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>{}</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>", Part.TEXT_BOX),
    "diagram's layout": ("ppt/diagrams/layout1.xml", "drawingml.diagramLayout", '<dgm:layoutDef><dgm:title val="{}"/></dgm:layoutDef>', None),
    "new chart": ("ppt/charts/chartEx1.xml", "application/vnd.ms-office.chartex+xml", "<cx:chartSpace><cx:chartData><cx:data id='0'><cx:strDim type='cat'><cx:lvl><cx:pt idx='0'>{}</cx:pt></cx:lvl></cx:strDim></cx:data></cx:chartData></cx:chartSpace>", Part.TEXT_BOX),
    "slide left over": ("ppt/slides/slide9.xml", f"{_P}slide", f"<p:sld><p:cSld><p:spTree>{_SP.format('', _TEXT)}</p:spTree></p:cSld></p:sld>", Part.SLIDE),
    "slide left over without a type": ("ppt/slides/slide9.xml", "", f"<p:sld><p:cSld><p:spTree>{_SP.format('', _TEXT)}</p:spTree></p:cSld></p:sld>", None),
    "handout master": ("ppt/handoutMasters/handoutMaster1.xml", f"{_P}handoutMaster", f"<p:handoutMaster><p:cSld><p:spTree>{_SP.format('', _TEXT)}</p:spTree></p:cSld></p:handoutMaster>", Part.MASTER),
    "name of the theme": ("ppt/theme/theme9.xml", "theme", '<a:theme name="{}"/>', None),
    "name of a colour": ("ppt/theme/theme9.xml", "theme", '<a:theme name="x"><a:custClrLst><a:custClr name="{}"/></a:custClrLst></a:theme>', None),
    "who changed it": ("ppt/changesInfos/changesInfo1.xml", f"{_MS}changesinfo+xml", '<pc:chgInfo xmlns:pc="u"><pc:docChgLst><pc:chgData name="{}" userId="i"/></pc:docChgLst></pc:chgInfo>', None),
    "page title of a web export": ("ppt/presProps.xml", f"{_P}presProps", '<p:presentationPr><p:htmlPubPr title="{}"/></p:presentationPr>', None),
    "name of a table style": ("ppt/tableStyles.xml", f"{_P}tableStyles", '<a:tblStyleLst><a:tblStyle styleName="{}"/></a:tblStyleLst>', None),
    "custom XML": ("customXml/item7.xml", "application/xml", "<root><a>{}</a></root>", None),
    "control": ("ppt/activeX/activeX1.xml", "application/vnd.ms-office.activeX+xml", '<ax:ocx xmlns:ax="u"><ax:ocxPr ax:name="Caption" ax:value="{}"/></ax:ocx>', None),
    "old drawing": ("ppt/drawings/vmlDrawing1.vml", "application/vnd.openxmlformats-officedocument.vmlDrawing", "<xml><v:shape id='s'><v:textbox><div>{}</div></v:textbox></v:shape></xml>", Part.TEXT_BOX),
    "ink's words": ("ppt/ink/ink1.xml", "application/inkml+xml", "<ink xmlns='u'><annotation type='t'>{}</annotation></ink>", None),
}  # fmt: skip

# Put into the only slide, among its shapes.
_ON_SLIDE: dict[str, tuple[str, Part | None]] = {
    "split over runs": (_SP.format("", "<p:txBody><a:p><a:r><a:t>{0[0]}</a:t></a:r><a:r><a:rPr b='1'/><a:t>{0[1]}</a:t></a:r></a:p></p:txBody>"), Part.SLIDE),
    "field": (_SP.format("", "<p:txBody><a:p><a:fld id='i' type='datetime1'><a:t>{}</a:t></a:fld></a:p></p:txBody>"), Part.SLIDE),
    "footer": (_SP.format('<p:ph type="ftr" idx="11"/>', _TEXT), Part.FOOTER),
    "date": (_SP.format('<p:ph type="dt" idx="10"/>', _TEXT), None),
    "group": (f"<p:grpSp><p:nvGrpSpPr/><p:grpSpPr/>{_SP.format('', _TEXT)}</p:grpSp>", Part.SLIDE),
    "group in a group": (f"<p:grpSp><p:grpSp>{_SP.format('', _TEXT)}</p:grpSp></p:grpSp>", Part.SLIDE),
    "hidden shape": (f'<p:sp><p:nvSpPr><p:cNvPr id="5" name="x" hidden="1"/></p:nvSpPr>{_TEXT}</p:sp>', Part.HIDDEN),
    "alternative text": ('<p:pic><p:nvPicPr><p:cNvPr id="5" name="x" descr="{}"/></p:nvPicPr></p:pic>', None),
    "alternative title": ('<p:pic><p:nvPicPr><p:cNvPr id="5" name="x" title="{}"/></p:nvPicPr></p:pic>', None),
    "object's name": ('<p:pic><p:nvPicPr><p:cNvPr id="5" name="{}"/></p:nvPicPr></p:pic>', None),
    "link's tip": ('<p:sp><p:nvSpPr><p:cNvPr id="5" name="x"><a:hlinkClick r:id="" tooltip="{}"/></p:cNvPr></p:nvSpPr></p:sp>', None),
    "tip under the pointer": ('<p:sp><p:nvSpPr><p:cNvPr id="5" name="x"><a:hlinkHover r:id="" tooltip="{}"/></p:cNvPr></p:nvSpPr></p:sp>', None),
    "title of the slide linked to": ('<p:sp><p:nvSpPr><p:cNvPr id="5" name="x"><a:hlinkClick r:id="" action="ppaction://hlinkpres?slideindex=1&amp;slidetitle={}"/></p:cNvPr></p:nvSpPr></p:sp>', None),
    "macro to run": ('<p:sp><p:nvSpPr><p:cNvPr id="5" name="x"><a:hlinkClick r:id="" action="ppaction://macro?name={}"/></p:cNvPr></p:nvSpPr></p:sp>', None),
    "sound's name": ('<p:sp><p:nvSpPr><p:cNvPr id="5" name="x"><a:hlinkClick r:id=""><a:snd name="{}"/></a:hlinkClick></p:cNvPr></p:nvSpPr></p:sp>', None),
    "name of an object": ('<p:graphicFrame><a:graphic><a:graphicData uri="u"><p:oleObj name="{}" progId="Package"/></a:graphicData></a:graphic></p:graphicFrame>', None),
    "formula": ("<p:sp><p:txBody><a:p><mc:AlternateContent><mc:Choice Requires='a14'><m:oMath><m:r><m:t>{}</m:t></m:r></m:oMath></mc:Choice></mc:AlternateContent></a:p></p:txBody></p:sp>", None),
    "bookmark in a film": ('<p:pic><p:nvPicPr><p:nvPr><p:extLst><p:ext uri="u"><p14:media xmlns:p14="u"><p14:bmkLst><p14:bmk name="{}" time="1"/></p14:bmkLst></p14:media></p:ext></p:extLst></p:nvPr></p:nvPicPr></p:pic>', None),
    "word art watermark": ('<p:sp><p:nvSpPr><p:cNvPr id="5" name="Watermark 4"/></p:nvSpPr>' + _TEXT + "</p:sp>", Part.WATERMARK),
    "for old programs": (f"<mc:AlternateContent><mc:Choice Requires='p14'/><mc:Fallback>{_SP.format('', _TEXT)}</mc:Fallback></mc:AlternateContent>", Part.SLIDE),
    "table's cell": ("<p:graphicFrame><a:graphic><a:graphicData uri='u'><a:tbl><a:tr h='1'><a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>", Part.SLIDE),
}  # fmt: skip

_IN_MAIN = {
    "section": '<p:extLst><p:ext uri="u"><p14:sectionLst xmlns:p14="u"><p14:section name="{}" id="i"/></p14:sectionLst></p:ext></p:extLst>',
    "custom show": '<p:custShowLst><p:custShow name="{}" id="0"/></p:custShowLst>',
}


def _saved(made: Presentation) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _on(change: Callable[[Presentation, Slide, str], object]) -> Callable[[str], bytes]:
    def make(hidden: str) -> bytes:
        made = pptx.Presentation()
        slide = made.slides.add_slide(made.slide_layouts[6])
        slide.shapes.add_textbox(*_BOX).text_frame.text = "An ordinary line."
        change(made, slide, hidden)
        return _saved(made)

    return make


def _box(_: Presentation, slide: Slide, hidden: str) -> None:
    slide.shapes.add_textbox(*_BOX).text_frame.text = hidden


def _beside(_: Presentation, slide: Slide, hidden: str) -> None:
    slide.shapes.add_textbox(Inches(-20), *_BOX[1:]).text_frame.text = hidden


def _hidden_slide(made: Presentation, slide: Slide, hidden: str) -> None:
    _box(made, slide, hidden)
    slide._element.set("show", "0")  # noqa: SLF001 - the library has no switch for it


def _notes(_: Presentation, slide: Slide, hidden: str) -> None:
    slide.notes_slide.notes_text_frame.text = hidden


def _notes_shape(_: Presentation, slide: Slide, hidden: str) -> None:
    _box(_, slide, hidden)
    slide.notes_slide.shapes._spTree.append(slide.shapes[-1]._element)  # noqa: SLF001 - the library has no way to it


def _on_master(made: Presentation, _: Slide, hidden: str) -> None:
    made.slide_master.shapes[0].text_frame.text = hidden


def _on_layout(made: Presentation, _: Slide, hidden: str) -> None:
    made.slide_layouts[3].placeholders[0].text_frame.text = hidden


def _layout_name(made: Presentation, _: Slide, hidden: str) -> None:
    made.slide_layouts[3].name = hidden


def _on_notes_master(made: Presentation, _: Slide, hidden: str) -> None:
    made.notes_master.placeholders[0].text_frame.text = hidden


def _chart(where: str) -> Callable[[Presentation, Slide, str], None]:
    def change(_: Presentation, slide: Slide, hidden: str) -> None:
        data = CategoryChartData()
        data.categories = [hidden if where == "category" else "a"]
        data.add_series(hidden if where == "series" else "s", (1,))
        chart = slide.shapes.add_chart(XL_CHART_TYPE.PIE, *_BOX, data).chart
        if where == "title":
            chart.chart_title.text_frame.text = hidden

    return change


def _link(_: Presentation, slide: Slide, hidden: str) -> None:
    slide.shapes[0].text_frame.paragraphs[0].runs[0].hyperlink.address = f"https://a.example/{hidden}"


def _object(_: Presentation, slide: Slide, hidden: str) -> None:
    made = openpyxl.Workbook()
    made.active["A1"] = hidden
    buffer = io.BytesIO()
    made.save(buffer)
    buffer.seek(0)
    slide.shapes.add_ole_object(buffer, "Excel.Sheet.12", *_BOX[:2])


def _keyword(made: Presentation, _: Slide, hidden: str) -> None:
    made.core_properties.keywords = hidden


_MADE: dict[str, tuple[Callable[[str], bytes], Part | None]] = {
    "text box": (_on(_box), Part.SLIDE),
    "text box off the slide": (_on(_beside), Part.SLIDE),
    "hidden slide": (_on(_hidden_slide), Part.HIDDEN),
    "speaker notes": (_on(_notes), Part.SPEAKER_NOTES),
    "shape on the notes": (_on(_notes_shape), Part.SPEAKER_NOTES),
    "master": (_on(_on_master), Part.MASTER),
    "layout": (_on(_on_layout), Part.MASTER),
    "name of a layout": (_on(_layout_name), None),
    "notes master": (_on(_on_notes_master), Part.MASTER),
    **{f"chart's {where}": (_on(_chart(where)), Part.TEXT_BOX) for where in ("title", "category", "series")},
    "link": (_on(_link), None),
    "embedded workbook": (_on(_object), None),
    "keyword": (_on(_keyword), Part.PROPERTY),
    "custom property": (lambda hidden: extended(_on(_box)("x"), {"docProps/custom.xml": ("custom-properties", f'<Properties><property name="MSIP_Label_1_Name"><lpwstr>{hidden}</lpwstr></property></Properties>'.encode())}), Part.PROPERTY),
    "film's address": (lambda hidden: extended(_on(_box)("x"), {}, [Link(_SLIDE, "video", f"file:///C:/{hidden}.mp4", external=True)]), None),
    "name of a file": (lambda hidden: extended(_on(_box)("x"), {f"ppt/media/{hidden}.png": ("image/png", b"\x89PNG\r\n\x1a\n")}), None),
    "zip comment": (lambda hidden: extended(_on(_box)("x"), {}, comment=hidden.encode()), None),
}  # fmt: skip


class _Word(str):
    __slots__ = ()

    def __getitem__(self, at: object) -> str:
        return (str(self)[:6], str(self)[6:])[int(str(at))]


def _put(name: str, ending: str, root: str, content: str) -> bytes:
    files = entries(_on(_box)("x"))
    source = files[name].decode()
    at = source.index(root) + len(root)
    stop = source.index(">", at)
    source = f"{source[:at]} {NAMESPACES}>{source[stop + 1 :]}".replace(ending, content + ending, 1)
    files[name] = source.encode()
    return zipped(files)


def probes() -> Iterator[Probe]:
    """Yield a presentation for each place."""
    plain = _on(_box)("An ordinary line.")
    for place, (name, kind, source, part) in _PARTS.items():
        hidden = word("pptx", place)
        yield Probe(
            "pptx", place, "talk.pptx", hidden, extended(plain, {name: (kind, xml(source.replace("{}", hidden)))}), part
        )
    for place, (content, part) in _ON_SLIDE.items():
        hidden = word("pptx", place)
        yield Probe(
            "pptx",
            place,
            "talk.pptx",
            hidden,
            _put(_SLIDE, "</p:spTree>", "<p:sld", content.format(_Word(hidden))),
            part,
        )
    for place, content in _IN_MAIN.items():
        hidden = word("pptx", place)
        made = _put("ppt/presentation.xml", "</p:presentation>", "<p:presentation", content.format(hidden))
        yield Probe("pptx", place, "talk.pptx", hidden, made)
    for place, (make, part) in _MADE.items():
        hidden = word("pptx", place)
        yield Probe("pptx", place, "talk.pptx", hidden, make(hidden), part)
