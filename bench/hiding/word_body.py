"""Word documents made by python-docx, each with a word in one place of the body where Word can keep it."""

# ruff: noqa: E501 - a place stands in a line, however long

import io
from collections.abc import Iterator
from functools import cache

import docx

from bench.hiding import Probe, word
from bench.hiding._packages import NAMESPACES, entries, zipped
from scanner.model.place import Part

_RUN = "<w:r><w:t>{}</w:t></w:r>"
_P = f"<w:p>{_RUN}</w:p>"
_BOX = f"<w:txbxContent>{_P}</w:txbxContent>"
_SHAPE = '<wps:wsp><wps:cNvPr id="9" name="Box 9"/><wps:spPr/><wps:txbx>' + _BOX + "</wps:txbx><wps:bodyPr/></wps:wsp>"
_GRAPHIC = (
    '<w:r><w:drawing><wp:anchor><wp:docPr id="8" name="Box 8"/><a:graphic><a:graphicData uri="u">{}</a:graphicData>'
    "</a:graphic></wp:anchor></w:drawing></w:r>"
)
_PICT = '<w:r><w:pict><v:shape id="s1" style="width:9pt">{}</v:shape></w:pict></w:r>'
_PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="4" {}/><a:graphic><a:graphicData uri="u"><pic:pic><pic:nvPicPr>'
    "<pic:cNvPr id='5' {}>{}</pic:cNvPr></pic:nvPicPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)
_FIELD = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin">{}</w:fldChar></w:r><w:r><w:instrText>{}</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
)
_ROW = "<w:tbl><w:tr>{}<w:tc><w:tcPr>{}</w:tcPr>{}</w:tc></w:tr></w:tbl>"
_SDT = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
_HALF = "{0[0]}", "{0[1]}"
_MARKED = '<w:pPr><w:rPr><w:del w:id="3" w:author="A"/></w:rPr></w:pPr>'

# What is put into the body, and where the word should be said to stand. `{}` is the word, `{0[0]}` its first half.
_BODY: dict[str, tuple[str, Part | None]] = {
    "body paragraph": (_P, Part.BODY),
    "nested table cell": (f"<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc>{_P}</w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>", Part.BODY),
    "split over runs": ("<w:p><w:r><w:t>{0[0]}</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>{0[1]}</w:t></w:r></w:p>", Part.BODY),
    "split by a spelling mark": ('<w:p><w:r><w:t>{0[0]}</w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:t>{0[1]}</w:t></w:r></w:p>', Part.BODY),
    "split by a bookmark": ('<w:p><w:r><w:t>{0[0]}</w:t></w:r><w:bookmarkStart w:id="1" w:name="b"/><w:r><w:t>{0[1]}</w:t></w:r></w:p>', Part.BODY),
    "split by a page end": ("<w:p><w:r><w:t>{0[0]}</w:t><w:lastRenderedPageBreak/><w:t>{0[1]}</w:t></w:r></w:p>", None),
    "split by a soft hyphen element": ("<w:p><w:r><w:t>{0[0]}</w:t><w:softHyphen/><w:t>{0[1]}</w:t></w:r></w:p>", None),
    "split by an insertion": ('<w:p><w:r><w:t>{0[0]}</w:t></w:r><w:ins w:id="1" w:author="A"><w:r><w:t>{0[1]}</w:t></w:r></w:ins></w:p>', Part.BODY),
    "split by a deletion": ('<w:p><w:r><w:t>{0[0]}</w:t></w:r><w:del w:id="1" w:author="A"><w:r><w:delText>zz</w:delText></w:r></w:del><w:r><w:t>{0[1]}</w:t></w:r></w:p>', Part.BODY),
    "ends in a deletion": ('<w:p><w:r><w:t>{0[0]}</w:t></w:r><w:del w:id="1" w:author="A"><w:r><w:delText>{0[1]}</w:delText></w:r></w:del></w:p>', Part.DELETED),
    "joined by a deleted paragraph mark": (f"<w:p>{_MARKED}<w:r><w:t>{{0[0]}}</w:t></w:r></w:p><w:p><w:r><w:t>{{0[1]}}</w:t></w:r></w:p>", Part.BODY),
    "joined by a style separator": ("<w:p><w:pPr><w:rPr><w:vanish/><w:specVanish/></w:rPr></w:pPr><w:r><w:t>{0[0]}</w:t></w:r></w:p><w:p><w:r><w:t>{0[1]}</w:t></w:r></w:p>", Part.BODY),
    "tracked deletion": ('<w:p><w:del w:id="1" w:author="A"><w:r><w:delText>{}</w:delText></w:r></w:del></w:p>', Part.DELETED),
    "tracked insertion": ('<w:p><w:ins w:id="1" w:author="A">' + _RUN + "</w:ins></w:p>", Part.BODY),
    "inserted and deleted": ('<w:p><w:ins w:id="1" w:author="A"><w:del w:id="2" w:author="B"><w:r><w:delText>{}</w:delText></w:r></w:del></w:ins></w:p>', Part.DELETED),
    "moved from here": (f'<w:p><w:moveFrom w:id="1" w:author="A">{_RUN}</w:moveFrom></w:p>', Part.DELETED),
    "moved to here": (f'<w:p><w:moveTo w:id="1" w:author="A">{_RUN}</w:moveTo></w:p>', Part.BODY),
    "deleted table row": (_ROW.format('<w:trPr><w:del w:id="1" w:author="A"/></w:trPr>', "", _P), Part.DELETED),
    "deleted table cell": (_ROW.format("", '<w:cellDel w:id="1" w:author="A"/>', _P), Part.DELETED),
    "author of a change": ('<w:p><w:ins w:id="1" w:author="{}"><w:r><w:t>x</w:t></w:r></w:ins></w:p>', Part.METADATA),
    "author of a change of format": ('<w:p><w:r><w:rPr><w:b/><w:rPrChange w:id="1" w:author="{}"/></w:rPr><w:t>x</w:t></w:r></w:p>', Part.METADATA),
    "name of a move": ('<w:p><w:moveFromRangeStart w:id="1" w:author="A" w:name="{}"/></w:p>', None),
    "old number of a list": ('<w:p><w:pPr><w:numPr><w:numberingChange w:id="1" w:author="A" w:original="{}"/></w:numPr></w:pPr></w:p>', None),
    "hidden text": ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{}</w:t></w:r></w:p>", Part.HIDDEN),
    "hidden on web pages": ("<w:p><w:r><w:rPr><w:webHidden/></w:rPr><w:t>{}</w:t></w:r></w:p>", Part.BODY),
    "white and tiny": ('<w:p><w:r><w:rPr><w:color w:val="FFFFFF"/><w:sz w:val="2"/></w:rPr><w:t>{}</w:t></w:r></w:p>', None),
    "struck through": ("<w:p><w:r><w:rPr><w:dstrike/></w:rPr><w:t>{}</w:t></w:r></w:p>", Part.BODY),
    "text box": (f"<w:p>{_GRAPHIC.format(_SHAPE)}</w:p>", Part.TEXT_BOX),
    "text box in a group": (f"<w:p>{_GRAPHIC.format('<wpg:wgp><wpg:grpSp>' + _SHAPE + '</wpg:grpSp></wpg:wgp>')}</w:p>", Part.TEXT_BOX),
    "old text box": (f"<w:p>{_PICT.format('<v:textbox>' + _BOX + '</v:textbox>')}</w:p>", Part.TEXT_BOX),
    "box for new programs only": (f"<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'>{_SHAPE}</mc:Choice></mc:AlternateContent></w:r></w:p>", Part.TEXT_BOX),
    "box for old programs only": (f"<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'/><mc:Fallback>{_PICT.format('<v:textbox>' + _BOX + '</v:textbox>')}</mc:Fallback></mc:AlternateContent></w:r></w:p>", Part.TEXT_BOX),
    "word art": (f"<w:p>{_PICT.format('<v:textpath on=' + chr(39) + 't' + chr(39) + ' string=' + chr(34) + '{}' + chr(34) + '/>')}</w:p>", None),
    "frame": ('<w:p><w:pPr><w:framePr w:w="99" w:hAnchor="page"/></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>', None),
    "content control": (_SDT.format("", _P), Part.BODY),
    "content control in a line": (f"<w:p>{_SDT.format('', _RUN)}</w:p>", Part.BODY),
    "control's title": (_SDT.format('<w:alias w:val="{}"/>', "<w:p/>"), None),
    "control's tag": (_SDT.format('<w:tag w:val="{}"/>', "<w:p/>"), None),
    "control's choice": (_SDT.format('<w:dropDownList><w:listItem w:displayText="{}" w:value="1"/></w:dropDownList>', "<w:p/>"), Part.FORM_FIELD),
    "control's value": (_SDT.format('<w:comboBox><w:listItem w:displayText="x" w:value="{}"/></w:comboBox>', "<w:p/>"), Part.FORM_FIELD),
    "control's repeated section": (_SDT.format('<w15:repeatingSection><w15:sectionTitle w15:val="{}"/></w15:repeatingSection>', "<w:p/>"), None),
    "field code": (_FIELD.format("", "DOCPROPERTY {}", "x"), Part.METADATA),
    "field result": (_FIELD.format("", "TITLE", "{}"), Part.BODY),
    "field code split": ('<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDETEXT {0[0]}</w:instrText></w:r><w:r><w:instrText>{0[1]}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>', Part.METADATA),
    "simple field's code": ('<w:p><w:fldSimple w:instr="FILLIN {}"><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>', Part.METADATA),
    "simple field's result": (f'<w:p><w:fldSimple w:instr="TITLE">{_RUN}</w:fldSimple></w:p>', Part.BODY),
    "deleted field code": ('<w:p><w:del w:id="1" w:author="A"><w:r><w:delInstrText>REF {}</w:delInstrText></w:r></w:del></w:p>', None),
    "form field's name": (_FIELD.format('<w:ffData><w:name w:val="{}"/></w:ffData>', "FORMTEXT", "x"), None),
    "form field's default": (_FIELD.format('<w:ffData><w:textInput><w:default w:val="{}"/></w:textInput></w:ffData>', "FORMTEXT", "x"), Part.FORM_FIELD),
    "form field's help": (_FIELD.format('<w:ffData><w:helpText w:type="text" w:val="{}"/></w:ffData>', "FORMTEXT", "x"), Part.FORM_FIELD),
    "form field's status": (_FIELD.format('<w:ffData><w:statusText w:type="text" w:val="{}"/></w:ffData>', "FORMTEXT", "x"), Part.FORM_FIELD),
    "form field's choice": (_FIELD.format('<w:ffData><w:ddList><w:listEntry w:val="{}"/></w:ddList></w:ffData>', "FORMDROPDOWN", "x"), Part.FORM_FIELD),
    "form field's macro": (_FIELD.format('<w:ffData><w:entryMacro w:val="{}"/></w:ffData>', "FORMTEXT", "x"), None),
    "formula": ("<w:p><m:oMathPara><m:oMath><m:r><m:t>{}</m:t></m:r></m:oMath></m:oMathPara></w:p>", Part.BODY),
    "ruby base": ("<w:p><w:r><w:ruby><w:rt><w:r><w:t>x</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>{}</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>", Part.BODY),
    "ruby text": ("<w:p><w:r><w:ruby><w:rt><w:r><w:t>{}</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>x</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>", None),
    "smart tag": (f'<w:p><w:smartTag w:uri="u" w:element="e">{_RUN}</w:smartTag></w:p>', Part.BODY),
    "smart tag's property": ('<w:p><w:smartTag w:uri="u" w:element="e"><w:smartTagPr><w:attr w:name="n" w:val="{}"/></w:smartTagPr></w:smartTag></w:p>', None),
    "custom XML around": (f'<w:customXml w:element="e">{_P}</w:customXml>', Part.BODY),
    "written right to left": (f'<w:p><w:dir w:val="rtl">{_RUN}</w:dir></w:p>', Part.BODY),
    "bookmark": ('<w:p><w:bookmarkStart w:id="1" w:name="{}"/><w:bookmarkEnd w:id="1"/></w:p>', Part.METADATA),
    "link's anchor": ('<w:p><w:hyperlink w:anchor="{}"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>', Part.METADATA),
    "link's tip": ('<w:p><w:hyperlink w:anchor="a" w:tooltip="{}"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>', Part.METADATA),
    "link's text": (f'<w:p><w:hyperlink w:anchor="a">{_RUN}</w:hyperlink></w:p>', Part.BODY),
    "alternative text": (_PICTURE.format('name="x" descr="{}"', "", ""), Part.METADATA),
    "alternative title": (_PICTURE.format('name="x" title="{}"', "", ""), Part.METADATA),
    "picture's file name": (_PICTURE.format('name="x"', 'name="{}.png"', ""), Part.METADATA),
    "object's name": (_PICTURE.format('name="{}"', "", ""), Part.METADATA),
    "picture's link tip": (_PICTURE.format('name="x"', "", '<a:hlinkClick r:id="" tooltip="{}"/>'), Part.METADATA),
    "table's caption": ('<w:tbl><w:tblPr><w:tblCaption w:val="{}"/></w:tblPr></w:tbl>', Part.METADATA),
    "table's description": ('<w:tbl><w:tblPr><w:tblDescription w:val="{}"/></w:tblPr></w:tbl>', Part.METADATA),
    "old picture's title": ('<w:p><w:r><w:pict><v:shape id="s"><v:imagedata r:id="" o:title="{}"/></v:shape></w:pict></w:r></w:p>', None),
    "old picture's text": ('<w:p><w:r><w:pict><v:rect id="s" alt="{}"/></w:pict></w:r></w:p>', None),
    "signature line": ('<w:p><w:r><w:pict><v:shape id="s"><o:signatureline v:ext="edit" o:suggestedsigner="{}"/></v:shape></w:pict></w:r></w:p>', None),
    "editor of a range": ('<w:p><w:permStart w:id="1" w:ed="{}"/><w:permEnd w:id="1"/></w:p>', None),
    "symbol characters": ("<w:p><w:r>{0[2]}</w:r></w:p>", Part.BODY),
    "character references": ("<w:p><w:r><w:t>{0[3]}</w:t></w:r></w:p>", Part.BODY),
    "character section": ("<w:p><w:r><w:t><![CDATA[{}]]></w:t></w:r></w:p>", Part.BODY),
    "unknown element": ("<w:p><w:future>{}</w:future></w:p>", None),
}  # fmt: skip


class _Word(str):
    """A word that a template can take apart: its halves, as symbols, as references."""

    __slots__ = ()

    def __getitem__(self, at: object) -> str:
        text = str(self)
        symbols = "".join(f'<w:sym w:font="Arial" w:char="{ord(letter):04X}"/>' for letter in text)
        return (text[:6], text[6:], symbols, "".join(f"&#{ord(letter)};" for letter in text))[int(str(at))]


@cache
def blank() -> bytes:
    """Return a document with one paragraph."""
    made = docx.Document()
    made.add_paragraph("An ordinary line.")
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def with_body(content: str) -> bytes:
    """Return a document with more content in its body."""
    files = entries(blank())
    main = files["word/document.xml"].decode()
    at = main.rindex("<w:sectPr")
    root = main.index("<w:document") + len("<w:document")
    stop = main.index(">", root)
    files["word/document.xml"] = f"{main[:root]} {NAMESPACES}>{main[stop + 1 : at]}{content}{main[at:]}".encode()
    return zipped(files)


def probes() -> Iterator[Probe]:
    """Yield a document for each place in the body."""
    for place, (content, part) in _BODY.items():
        hidden = word("docx", place)
        yield Probe("docx", place, "report.docx", hidden, with_body(content.format(_Word(hidden))), part)
