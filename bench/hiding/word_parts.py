"""Word documents made by python-docx, each with a word beside the body: headers, notes, settings, packed files."""

# ruff: noqa: E501 - a place stands in a line, however long

import base64
import io
import zipfile
from collections.abc import Callable, Iterator

import docx
import openpyxl
from docx.enum.section import WD_SECTION

from bench.hiding import Probe, word
from bench.hiding._packages import Link, entries, extended, replaced, xml, zipped
from bench.hiding.word_body import blank, with_body
from scanner.model.place import Part

_W = "wordprocessingml."
_P = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
_BOX = f"<v:textbox><w:txbxContent>{_P}</w:txbxContent></v:textbox>"
_PICT = '<w:p><w:r><w:pict><v:shape id="{}" type="#_x0000_t136">{}</v:shape></w:pict></w:r></w:p>'
_ART = '<v:textpath style="font-family:Arial" string="{}"/>'
_DRAWN = (
    '<w:p><w:r><w:drawing><wp:anchor><wp:docPr id="1" name="PowerPlusWaterMarkObject1"/><a:graphic><a:graphicData uri="u">'
    f"<wps:wsp><wps:txbx><w:txbxContent>{_P}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor>"
    "</w:drawing></w:r></w:p>"
)
_MAIN = "word/document.xml"
_MS = "application/vnd.ms-"
_NOTE = '<w:{0}s><w:{0} w:type="separator" w:id="-1"><w:p/></w:{0}><w:{0} w:id="1">{1}</w:{0}></w:{0}s>'
_CHART = (
    "<c:chartSpace><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>{0}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    "<c:plotArea><c:barChart><c:ser><c:tx><c:strRef><c:f>S!$A$1</c:f><c:strCache><c:pt idx='0'><c:v>{1}</c:v></c:pt>"
    "</c:strCache></c:strRef></c:tx><c:dLbls><c:dLbl><c:tx><c:rich><a:p><a:r><a:t>{2}</a:t></a:r></a:p></c:rich></c:tx>"
    "</c:dLbl></c:dLbls><c:cat><c:strRef><c:strCache><c:pt idx='0'><c:v>{3}</c:v></c:pt></c:strCache></c:strRef></c:cat>"
    "</c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"
)
_VALUE = '<Properties xmlns="u" xmlns:vt="v"><property fmtid="{{f}}" pid="2" name="{}"><vt:lpwstr>{}</vt:lpwstr></property></Properties>'

# Parts put beside the body: name, content type, XML, and where the word should be said to stand.
_PARTS: dict[str, tuple[str, str, str, Part | None]] = {
    "header no section shows": ("word/header9.xml", f"{_W}header", f"<w:hdr>{_P}</w:hdr>", Part.HEADER),
    "table in a footer": ("word/footer9.xml", f"{_W}footer", f"<w:ftr><w:tbl><w:tr><w:tc>{_P}</w:tc></w:tr></w:tbl></w:ftr>", Part.FOOTER),
    "watermark": ("word/header9.xml", f"{_W}header", f"<w:hdr>{_PICT.format('PowerPlusWaterMarkObject7', _ART)}</w:hdr>", Part.WATERMARK),
    "watermark drawn": ("word/header9.xml", f"{_W}header", f"<w:hdr>{_DRAWN}</w:hdr>", Part.WATERMARK),
    "picture watermark's title": ("word/header9.xml", f"{_W}header", f"<w:hdr>{_PICT.format('WordPictureWatermark1', '<v:imagedata r:id=' + chr(34) + chr(34) + ' o:title=' + chr(34) + '{}' + chr(34) + '/>')}</w:hdr>", None),
    "text box in a header": ("word/header9.xml", f"{_W}header", f"<w:hdr>{_PICT.format('s1', _BOX)}</w:hdr>", Part.HEADER),
    "hidden in a header": ("word/header9.xml", f"{_W}header", "<w:hdr><w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{}</w:t></w:r></w:p></w:hdr>", Part.HIDDEN),
    "deleted in a header": ("word/header9.xml", f"{_W}header", '<w:hdr><w:p><w:del w:id="1" w:author="A"><w:r><w:delText>{}</w:delText></w:r></w:del></w:p></w:hdr>', Part.DELETED),
    "footnote": ("word/footnotes.xml", f"{_W}footnotes", _NOTE.format("footnote", _P), Part.FOOTNOTE),
    "footnote's separator": ("word/footnotes.xml", f"{_W}footnotes", f'<w:footnotes><w:footnote w:type="separator" w:id="-1">{_P}</w:footnote></w:footnotes>', Part.FOOTNOTE),
    "text box in a footnote": ("word/footnotes.xml", f"{_W}footnotes", _NOTE.format("footnote", _PICT.format("s1", _BOX)), Part.FOOTNOTE),
    "endnote": ("word/endnotes.xml", f"{_W}endnotes", _NOTE.format("endnote", _P), Part.ENDNOTE),
    "comment": ("word/comments.xml", f"{_W}comments", f'<w:comments><w:comment w:id="0" w:author="A">{_P}</w:comment></w:comments>', Part.COMMENT),
    "comment's author": ("word/comments.xml", f"{_W}comments", '<w:comments><w:comment w:id="0" w:author="{}"><w:p/></w:comment></w:comments>', Part.COMMENT),
    "person": ("word/people.xml", f"{_W}people", '<w15:people><w15:person w15:author="{}"/></w15:people>', None),
    "person's account": ("word/people.xml", f"{_W}people", '<w15:people><w15:person w15:author="A"><w15:presenceInfo w15:providerId="AD" w15:userId="{}"/></w15:person></w15:people>', None),
    "building block": ("word/glossary/document.xml", f"{_W}document.glossary", f"<w:glossaryDocument><w:docParts><w:docPart><w:docPartBody>{_P}</w:docPartBody></w:docPart></w:docParts></w:glossaryDocument>", None),
    "building block's name": ("word/glossary/document.xml", f"{_W}document.glossary", '<w:glossaryDocument><w:docParts><w:docPart><w:docPartPr><w:name w:val="{}"/></w:docPartPr></w:docPart></w:docParts></w:glossaryDocument>', None),
    "building block's description": ("word/glossary/document.xml", f"{_W}document.glossary", '<w:glossaryDocument><w:docParts><w:docPart><w:docPartPr><w:description w:val="{}"/></w:docPartPr></w:docPart></w:docParts></w:glossaryDocument>', None),
    "diagram": ("word/diagrams/data1.xml", "drawingml.diagramData", "<dgm:dataModel><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>{}</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>", Part.TEXT_BOX),
    "diagram as drawn": ("word/diagrams/drawing1.xml", f"{_MS}office.drawingml.diagramDrawing+xml", "<dgm:drawing><dgm:sp><dgm:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></dgm:txBody></dgm:sp></dgm:drawing>", Part.TEXT_BOX),
    "diagram's prompt": ("word/diagrams/data1.xml", "drawingml.diagramData", '<dgm:dataModel><dgm:ptLst><dgm:pt><dgm:prSet phldrT="{}"/></dgm:pt></dgm:ptLst></dgm:dataModel>', None),
    "chart's title": ("word/charts/chart1.xml", "drawingml.chart", _CHART.format("{}", "b", "c", "d"), Part.TEXT_BOX),
    "chart's series": ("word/charts/chart1.xml", "drawingml.chart", _CHART.format("a", "{}", "c", "d"), Part.TEXT_BOX),
    "chart's label": ("word/charts/chart1.xml", "drawingml.chart", _CHART.format("a", "b", "{}", "d"), Part.TEXT_BOX),
    "chart's category": ("word/charts/chart1.xml", "drawingml.chart", _CHART.format("a", "b", "c", "{}"), Part.TEXT_BOX),
    "new chart's category": ("word/charts/chartEx1.xml", f"{_MS}office.chartex+xml", '<cx:chartSpace><cx:chartData><cx:data id="0"><cx:strDim type="cat"><cx:lvl><cx:pt idx="0">{}</cx:pt></cx:lvl></cx:strDim></cx:data></cx:chartData></cx:chartSpace>', Part.TEXT_BOX),
    "shape in a chart": ("word/drawings/drawing1.xml", "drawingml.chartshapes", "<c:userShapes><xdr:sp><xdr:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></xdr:txBody></xdr:sp></c:userShapes>", Part.TEXT_BOX),
    "custom XML": ("customXml/item7.xml", "application/xml", "<root><a>{}</a></root>", Part.METADATA),
    "custom XML attribute": ("customXml/item7.xml", "application/xml", '<root a="{}"/>', Part.METADATA),
    "custom XML comment": ("customXml/item7.xml", "application/xml", "<root><!-- {} --></root>", None),
    "custom XML schema": ("customXml/itemProps7.xml", "customXmlProperties", '<ds:datastoreItem xmlns:ds="u"><ds:schemaRefs><ds:schemaRef ds:uri="urn:{}"/></ds:schemaRefs></ds:datastoreItem>', None),
    "bibliography": ("customXml/item7.xml", "application/xml", "<b:Sources xmlns:b='u'><b:Source><b:Title>{}</b:Title></b:Source></b:Sources>", Part.METADATA),
    "label": ("docMetadata/LabelInfo.xml", f"{_MS}office.classificationlabels+xml", '<clbl:labelList xmlns:clbl="u"><clbl:label id="{}" enabled="1"/></clbl:labelList>', Part.PROPERTY),
    "custom property": ("docProps/custom.xml", "custom-properties", _VALUE.format("MSIP_Label_1_Name", "{}"), Part.PROPERTY),
    "custom property's name": ("docProps/custom.xml", "custom-properties", _VALUE.format("{}", "x"), None),
    "task's title": ("word/documenttasks/documenttasks1.xml", f"{_MS}office.documenttasks+xml", '<t:Tasks xmlns:t="u"><t:Task><t:History><t:Event><t:SetTitle title="{}"/></t:Event></t:History></t:Task></t:Tasks>', None),
    "web extension": ("word/webextensions/webextension1.xml", f"{_MS}office.webextension+xml", '<we:webextension xmlns:we="u"><we:properties><we:property name="p" value="{}"/></we:properties></we:webextension>', None),
    "ribbon": ("customUI/customUI14.xml", "application/xml", '<customUI xmlns="u"><ribbon><tab label="{}"/></ribbon></customUI>', None),
    "key binding": ("word/customizations.xml", f"{_MS}word.keyMapCustomizations+xml", '<wne:tcg xmlns:wne="u"><wne:keymaps><wne:keymap><wne:macro wne:macroName="{}"/></wne:keymap></wne:keymaps></wne:tcg>', None),
    "macro's document": ("word/vbaData.xml", f"{_MS}word.vbaData+xml", '<wne:vbaSuppData xmlns:wne="u"><wne:mcds><wne:mcd wne:macroName="{}" wne:name="N"/></wne:mcds></wne:vbaSuppData>', None),
    "signature's comment": ("_xmlsignatures/sig1.xml", "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml", "<Signature xmlns='u'><Object><SignatureComments>{}</SignatureComments></Object></Signature>", None),
    "part nobody refers to": ("word/left.xml", "", f"<w:document><w:body>{_P}</w:body></w:document>", None),
    "comments nobody refers to": ("word/comments9.xml", f"{_W}comments", f'<w:comments><w:comment w:id="0">{_P}</w:comment></w:comments>', Part.COMMENT),
    "numbering": ("word/numbering.xml", f"{_W}numbering", '<w:numbering><w:abstractNum w:abstractNumId="0"><w:lvl><w:lvlText w:val="{} %1"/></w:lvl></w:abstractNum></w:numbering>', None),
    "frame of a web page": ("word/webSettings.xml", f"{_W}webSettings", '<w:webSettings><w:frameset><w:frame><w:name w:val="{}"/></w:frame></w:frameset></w:webSettings>', None),
    "embedded ink": ("word/ink/ink1.xml", "application/inkml+xml", "<ink xmlns='u'><annotationXML><a>{}</a></annotationXML></ink>", None),
    "theme's name": ("word/theme/theme9.xml", "theme", '<a:theme name="{}"/>', None),
    "part with a backslash": ("word\\extra.xml", "", f"<w:document><w:body>{_P}</w:body></w:document>", None),
    "chart picture": ("word/media/image9.svg", "image/svg+xml", "<svg xmlns='u'><text><tspan>{}</tspan></text></svg>", None),
}  # fmt: skip

_SETTINGS = {
    "document variable": '<w:docVars><w:docVar w:name="v" w:val="{}"/></w:docVars>',
    "document variable's name": '<w:docVars><w:docVar w:name="{}" w:val="x"/></w:docVars>',
    "mail merge's connection": '<w:mailMerge><w:connectString w:val="Data Source={};"/></w:mailMerge>',
    "mail merge's query": '<w:mailMerge><w:query w:val="SELECT * FROM {}"/></w:mailMerge>',
    "mail merge's subject": '<w:mailMerge><w:mailSubject w:val="{}"/></w:mailMerge>',
    "mail merge's table": '<w:mailMerge><w:odso><w:table w:val="{}"/></w:odso></w:mailMerge>',
    "mail merge's field": '<w:mailMerge><w:odso><w:fieldMapData><w:name w:val="{}"/></w:fieldMapData></w:odso></w:mailMerge>',
    "caption's label": '<w:captions><w:caption w:name="{}"/></w:captions>',
    "schema": '<w:attachedSchema w:val="urn:{}"/>',
}


def _part(place: str, hidden: str) -> bytes:
    name, kind, source, _ = _PARTS[place]
    return extended(blank(), {name: (kind, xml(source.replace("{}", hidden)))})


def _headers(hidden: str, which: str, section: int, *, shown: bool) -> bytes:
    made = docx.Document()
    made.add_paragraph("One.")
    made.add_section(WD_SECTION.NEW_PAGE)
    made.settings.odd_and_even_pages_header_footer = shown and which == "even_page_header"
    chosen = made.sections[section - 1]
    chosen.different_first_page_header_footer = shown and which.startswith("first")
    place = getattr(chosen, which)
    place.is_linked_to_previous = False
    place.paragraphs[0].text = hidden
    return _saved(made)


def _saved(made: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _property(name: str) -> Callable[[str], bytes]:
    def make(hidden: str) -> bytes:
        made = docx.Document()
        setattr(made.core_properties, name, hidden)
        return _saved(made)

    return make


def _style(hidden: str) -> bytes:
    made = docx.Document()
    secret = made.styles.add_style("Unseen", 1)
    secret.font.hidden = True
    made.add_paragraph(hidden, made.styles.add_style("Also Unseen", 1)).style.base_style = secret
    return _saved(made)


def _style_name(hidden: str) -> bytes:
    made = docx.Document()
    made.styles.add_style(hidden, 1)
    return _saved(made)


def _linked(kind: str, target: str) -> Callable[[str], bytes]:
    return lambda hidden: extended(blank(), {}, [Link(_MAIN, kind, target.format(hidden), external=True)])


def _packed(name: str, kind: str, make: Callable[[str], bytes]) -> Callable[[str], bytes]:
    return lambda hidden: extended(
        blank(), {name: (kind, make(hidden))}, [Link(_MAIN, "aFChunk", name.removeprefix("word/"))]
    )


def _book(hidden: str) -> bytes:
    made = openpyxl.Workbook()
    made.active["A1"] = hidden
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _mhtml(hidden: str) -> bytes:
    body = base64.b64encode(f"<html><body><p>{hidden}</p></body></html>".encode()).decode()
    return f"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}\r\n".encode()


def _utf16(hidden: str) -> bytes:
    files = entries(with_body(_P.format(hidden)))
    files[_MAIN] = files[_MAIN].decode().replace("UTF-8", "UTF-16").encode("utf-16")
    return zipped(files)


def _encoded(codec: str) -> Callable[[str], bytes]:
    def make(hidden: str) -> bytes:
        files = entries(with_body(_P.format(f"机密 {hidden}" if codec != "windows-1251" else f"тайна {hidden}")))
        files[_MAIN] = files[_MAIN].decode().replace("UTF-8", codec).encode(codec)
        return zipped(files)

    return make


def _strict(hidden: str) -> bytes:
    files = entries(with_body(_P.format(hidden)))
    old, new = (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    )
    return zipped(
        {
            name: part.replace(old, new).replace(
                b"schemas.openxmlformats.org/wordprocessingml/2006", b"purl.oclc.org/ooxml/wordprocessingml"
            )
            for name, part in files.items()
        }
    )


def _no_types(hidden: str) -> bytes:
    files = entries(with_body(_P.format(hidden)))
    files["[Content_Types].xml"] = b"<Types/>"
    return zipped(files)


def _entry_comment(hidden: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in entries(blank()).items():
            info = zipfile.ZipInfo(name)
            info.comment = hidden.encode() if name == _MAIN else b""
            archive.writestr(info, part)
    return buffer.getvalue()


_MADE: dict[str, tuple[Callable[[str], bytes], Part | None]] = {
    "header": (lambda hidden: _headers(hidden, "header", 1, shown=True), Part.HEADER),
    "header of the first page": (lambda hidden: _headers(hidden, "first_page_header", 1, shown=True), Part.HEADER),
    "header of even pages": (lambda hidden: _headers(hidden, "even_page_header", 1, shown=True), Part.HEADER),
    "header of even pages, off": (lambda hidden: _headers(hidden, "even_page_header", 1, shown=False), Part.HEADER),
    "header of the first page, off": (lambda hidden: _headers(hidden, "first_page_header", 2, shown=False), Part.HEADER),
    "header of section 2": (lambda hidden: _headers(hidden, "header", 2, shown=True), Part.HEADER),
    "footer": (lambda hidden: _headers(hidden, "footer", 1, shown=True), Part.FOOTER),
    "footer of section 2's first page": (lambda hidden: _headers(hidden, "first_page_footer", 2, shown=True), Part.FOOTER),
    **{f"property {name}": (_property(name), Part.PROPERTY) for name in ("author", "category", "comments", "content_status", "identifier", "keywords", "language", "last_modified_by", "subject", "title", "version")},
    "company": (lambda hidden: extended(blank(), {"docProps/app.xml": ("extended-properties", xml(f"<Properties><Company>{hidden}</Company></Properties>"))}), Part.PROPERTY),
    "titles of parts": (lambda hidden: extended(blank(), {"docProps/app.xml": ("extended-properties", xml(f"<Properties><TitlesOfParts><vt:vector xmlns:vt='v'><vt:lpstr>{hidden}</vt:lpstr></vt:vector></TitlesOfParts></Properties>"))}), Part.PROPERTY),
    "hidden by its style": (_style, Part.HIDDEN),
    "name of a style": (_style_name, None),
    "link's target": (_linked("hyperlink", "https://a.example/{}"), Part.METADATA),
    "link's target, escaped": (lambda hidden: _linked("hyperlink", "https://a.example/?q={}")(hidden[:7] + "%" + f"{ord(hidden[7]):02X}" + hidden[8:]), Part.METADATA),
    "template's address": (_linked("attachedTemplate", "file:///C:/{}/a.dotm"), Part.METADATA),
    "linked picture": (_linked("image", "file:///C:/{}.png"), Part.METADATA),
    "mail merge's source": (_linked("mailMergeSource", "file:///C:/{}.csv"), Part.METADATA),
    "chunk of HTML": (_packed("word/afchunk.htm", "text/html", lambda hidden: f"<html><body><p>{hidden[:6]}<b>{hidden[6:]}</b></p></body></html>".encode()), None),
    "chunk of XHTML": (_packed("word/afchunk.xhtml", "application/xhtml+xml", lambda hidden: f"<html xmlns='http://www.w3.org/1999/xhtml'><body><p>{hidden[:6]}<b>{hidden[6:]}</b></p></body></html>".encode()), None),
    "chunk of DOCX": (_packed("word/afchunk.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", lambda hidden: with_body(_P.format(hidden))), None),
    "chunk of text": (_packed("word/afchunk.txt", "text/plain", str.encode), None),
    "chunk of a mail page": (_packed("word/afchunk.mht", "message/rfc822", _mhtml), None),
    "embedded workbook": (_packed("word/embeddings/book.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _book), None),
    "embedded workbook as XML": (_packed("word/embeddings/book.xlsx", "application/xml", _book), None),
    "embedded file without a type": (_packed("word/embeddings/oleObject1.bin", "", _book), None),
    "ActiveX control": (_packed("word/activeX/activeX1.xml", "application/vnd.ms-office.activeX+xml", lambda hidden: xml(f'<ax:ocx xmlns:ax="u"><ax:ocxPr ax:name="Caption" ax:value="{hidden}"/></ax:ocx>')), None),
    "ActiveX control's stream": (_packed("word/activeX/activeX1.bin", "application/vnd.ms-office.activeX", lambda hidden: b"\x1d\xd2\x8b\x42" + bytes(20) + hidden.encode() + bytes(9)), None),
    "zip comment": (lambda hidden: extended(blank(), {}, comment=hidden.encode()), None),
    "comment on a zip entry": (_entry_comment, None),
    "extra file": (lambda hidden: extended(blank(), {"notes.txt": ("", hidden.encode())}), None),
    "name of an extra file": (lambda hidden: extended(blank(), {f"word/media/{hidden}.png": ("image/png", b"\x89PNG\r\n\x1a\n")}), None),
    "body in UTF-16": (_utf16, Part.BODY),
    "body in GB 18030": (_encoded("gb18030"), Part.BODY),
    "body in Shift JIS": (_encoded("shift_jis"), Part.BODY),
    "body in Windows Cyrillic": (_encoded("windows-1251"), Part.BODY),
    "Strict": (_strict, Part.BODY),
    "no content types": (_no_types, Part.BODY),
    **{place: (lambda hidden, source=source: replaced(blank(), "word/settings.xml", "</w:settings>", source.format(hidden) + "</w:settings>"), None) for place, source in _SETTINGS.items()},
}  # fmt: skip


def probes() -> Iterator[Probe]:
    """Yield a document for each place beside the body."""
    for place, (_, _, _, part) in _PARTS.items():
        hidden = word("docx", place)
        yield Probe("docx", place, "report.docx", hidden, _part(place, hidden), part)
    for place, (make, part) in _MADE.items():
        hidden = word("docx", place)
        yield Probe("docx", place, "report.docx", hidden, make(hidden), part)
