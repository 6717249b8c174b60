"""Books, XPS pages, Visio drawings and one-file XML documents, each with a word in one place."""

# ruff: noqa: E501 - a place stands in a line, however long

import base64
from collections.abc import Iterator

from bench.hiding import Probe, word
from bench.hiding._packages import RELATION, entries, xml, zipped
from bench.hiding.word_body import with_body
from scanner.model.place import Part

_OPF = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{}'
    '</metadata><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>{}</manifest><spine><itemref idref="a"/></spine></package>'
)
_PAGE = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title></head><body>{}</body></html>'
_BOOK: dict[str, tuple[str, str, Part | None]] = {
    "body": ("OPS/a.xhtml", _PAGE.format("<p>{}</p>"), None),
    "split by formats": ("OPS/a.xhtml", _PAGE.format("<p>{0[0]}<b>{0[1]}</b></p>"), None),
    "page's title": ("OPS/a.xhtml", _PAGE.replace("<title>T", "<title>{}").replace("{}</body>", "x</body>"), None),
    "comment": ("OPS/a.xhtml", _PAGE.format("<!-- {} --><p>x</p>"), None),
    "hidden": ("OPS/a.xhtml", _PAGE.format('<p style="display:none">{}</p>'), None),
    "picture's text": ("OPS/a.xhtml", _PAGE.format('<img alt="{}"/>'), None),
    "page not in the spine": ("OPS/b.xhtml", _PAGE.format("<p>{}</p>"), None),
    "title": ("OPS/a.opf", _OPF.format("<dc:title>{}</dc:title>", ""), Part.PROPERTY),
    "rights": ("OPS/a.opf", _OPF.format("<dc:rights>{}</dc:rights>", ""), Part.PROPERTY),
    "author, for sorting": ("OPS/a.opf", _OPF.format('<dc:creator file-as="{}">x</dc:creator>', ""), Part.PROPERTY),
    "old property": ("OPS/a.opf", _OPF.format('<meta name="n" content="{}"/>', ""), Part.PROPERTY),
    "new property": ("OPS/a.opf", _OPF.format('<meta property="p">{}</meta>', ""), Part.PROPERTY),
    "manifest": ("OPS/a.opf", _OPF.format("", '<item id="{}" href="x"/>'), None),
    "contents": ("OPS/nav.xhtml", _PAGE.format("<nav><ol><li><a href='a.xhtml'>{}</a></li></ol></nav>"), None),
    "old contents": ("OPS/toc.ncx", "<ncx xmlns='n'><navMap><navPoint><navLabel><text>{}</text></navLabel></navPoint></navMap></ncx>", None),
    "style sheet": ("OPS/a.css", "/* {} */ p {{ color: red }}", None),
    "script": ("OPS/a.js", "var a = '{}';", None),
    "drawing": ("OPS/a.svg", "<svg xmlns='http://www.w3.org/2000/svg'><text>{}</text></svg>", None),
    "extra file": ("notes.txt", "{}", None),
    "name of a file": ("OPS/{}.xhtml", _PAGE.format("<p>x</p>"), None),
}  # fmt: skip
_CONTAINER = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OPS/a.opf"/></rootfiles></container>'

_GLYPHS = '<Glyphs OriginX="{}" OriginY="{}" FontRenderingEmSize="12" FontUri="/f.odttf" UnicodeString="{}" {}/>'
_XPS: dict[str, tuple[str, Part | None]] = {
    "glyphs": (_GLYPHS.format(10, 20, "{}", ""), Part.BODY),
    "glyphs after braces": (_GLYPHS.format(10, 20, "{{}}{}", ""), Part.BODY),
    "split over glyphs": (_GLYPHS.format(10, 20, "{0[0]}", 'Indices="1,50;2,50;3,50;4,50;5,50;6,50"') + _GLYPHS.format(46, 20, "{0[1]}", ""), Part.BODY),
    "in canvases": ("<Canvas><Canvas>" + _GLYPHS.format(10, 20, "{}", "") + "</Canvas></Canvas>", Part.BODY),
    "painted by a brush": ("<Path><Path.Fill><VisualBrush><VisualBrush.Visual><Canvas>" + _GLYPHS.format(1, 2, "{}", "") + "</Canvas></VisualBrush.Visual></VisualBrush></Path.Fill></Path>", Part.BODY),
    "white": (_GLYPHS.format(10, 20, "{}", 'Fill="#FFFFFF"'), Part.BODY),
    "off the page": (_GLYPHS.format(-999, -999, "{}", ""), Part.BODY),
    "picture's text": ('<Path AutomationProperties.Name="{}"/>', None),
    "picture's help": ('<Path AutomationProperties.HelpText="{}"/>', None),
    "link": ('<Path FixedPage.NavigateUri="https://a.example/{}"/>', None),
}  # fmt: skip
_V = "application/vnd.ms-visio."
_VISIO: dict[str, tuple[str, str, str, Part | None]] = {
    "shape's text": ("visio/pages/page1.xml", "page", "<PageContents><Shapes><Shape ID='1'><Text><cp IX='0'/>{0[0]}<cp IX='1'/>{0[1]}</Text></Shape></Shapes></PageContents>", Part.BODY),
    "text of a shape in a group": ("visio/pages/page1.xml", "page", "<PageContents><Shapes><Shape ID='1' Type='Group'><Shapes><Shape ID='2'><Text>{}</Text></Shape></Shapes></Shape></Shapes></PageContents>", Part.BODY),
    "field": ("visio/pages/page1.xml", "page", "<PageContents><Shapes><Shape ID='1'><Text><fld IX='0'>{}</fld></Text></Shape></Shapes></PageContents>", Part.BODY),
    "shape's name": ("visio/pages/page1.xml", "page", '<PageContents><Shapes><Shape ID="1" Name="{}"/></Shapes></PageContents>', None),
    "shape's data": ("visio/pages/page1.xml", "page", '<PageContents><Shapes><Shape ID="1"><Section N="Property"><Row N="Cost"><Cell N="Value" V="{}" U="STR"/></Row></Section></Shape></Shapes></PageContents>', None),
    "label of data": ("visio/pages/page1.xml", "page", '<PageContents><Shapes><Shape ID="1"><Section N="Property"><Row N="Cost"><Cell N="Label" V="{}"/></Row></Section></Shape></Shapes></PageContents>', None),
    "user's cell": ("visio/pages/page1.xml", "page", '<PageContents><Shapes><Shape ID="1"><Section N="User"><Row N="u"><Cell N="Value" V="0" F="&quot;{}&quot;"/></Row></Section></Shape></Shapes></PageContents>', None),
    "link": ("visio/pages/page1.xml", "page", '<PageContents><Shapes><Shape ID="1"><Section N="Hyperlink"><Row N="l"><Cell N="Address" V="https://a.example/{}"/></Row></Section></Shape></Shapes></PageContents>', None),
    "tip": ("visio/pages/page1.xml", "page", '<PageContents><Shapes><Shape ID="1"><Cell N="Comment" V="{}"/></Shape></Shapes></PageContents>', None),
    "master": ("visio/masters/master1.xml", "master", "<MasterContents><Shapes><Shape ID='1'><Text>{}</Text></Shape></Shapes></MasterContents>", Part.MASTER),
    "master's prompt": ("visio/masters/masters.xml", "masters", '<Masters><Master ID="1" Name="m" Prompt="{}"/></Masters>', None),
    "page's name": ("visio/pages/pages.xml", "pages", '<Pages><Page ID="0" Name="{}"/></Pages>', None),
    "comment": ("visio/comments.xml", "comments", "<Comments><CommentList><CommentEntry AuthorID='1'>{}</CommentEntry></CommentList></Comments>", Part.COMMENT),
    "comment's author": ("visio/comments.xml", "comments", '<Comments><AuthorList><AuthorEntry ID="1" Name="{}"/></AuthorList></Comments>', None),
    "page header": ("visio/document.xml", "drawing.main", "<VisioDocument><HeaderFooter><HeaderLeft>{}</HeaderLeft></HeaderFooter></VisioDocument>", Part.HEADER),
    "style's name": ("visio/document.xml", "drawing.main", '<VisioDocument><StyleSheets><StyleSheet ID="0" Name="{}"/></StyleSheets></VisioDocument>', None),
    "linked data": ("visio/data/recordset1.xml", "recordset", '<RecordsetData><rs:data xmlns:rs="u"><z:row xmlns:z="z" c0="{}"/></rs:data></RecordsetData>', None),
    "connection": ("visio/data/connections.xml", "connections", '<DataConnections><DataConnection ConnectionString="{}"/></DataConnections>', None),
    "solution's XML": ("visio/solutions/solution1.xml", "solution", "<SolutionXML><s>{}</s></SolutionXML>", None),
}  # fmt: skip

_WORDML = (
    '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:aml="http://schemas.microsoft.com/aml/2001/core">{}<w:body>{}<w:sectPr>{}</w:sectPr></w:body></w:wordDocument>'
)
_P = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
_OLD_WORD: dict[str, tuple[tuple[str, str, str], Part | None]] = {
    "body": (("", _P, ""), Part.BODY),
    "header": (("", "", f'<w:hdr w:type="odd">{_P}</w:hdr>'), Part.HEADER),
    "footnote": (("", f"<w:p><w:r><w:footnote>{_P}</w:footnote></w:r></w:p>", ""), Part.FOOTNOTE),
    "comment": (("", f'<w:p><aml:annotation aml:id="0" w:type="Word.Comment" aml:author="A"><aml:content>{_P}</aml:content></aml:annotation></w:p>', ""), Part.COMMENT),
    "deletion": (("", '<w:p><aml:annotation aml:id="0" w:type="Word.Deletion" aml:author="A"><aml:content><w:r><w:delText>{}</w:delText></w:r></aml:content></aml:annotation></w:p>', ""), Part.DELETED),
    "property": (("<o:DocumentProperties><o:Subject>{}</o:Subject></o:DocumentProperties>", "", ""), Part.PROPERTY),
    "packed file": (('<w:docOleData><w:binData w:name="a.txt">{0[2]}</w:binData></w:docOleData>', "", ""), None),
}  # fmt: skip
_SHEETML = (
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:o="urn:schemas-microsoft-com:office:office">{}</Workbook>'
)
_ROW = '<Worksheet ss:Name="S"><Table><Row{}><Cell {}><Data ss:Type="String">{}</Data>{}</Cell></Row></Table>{}</Worksheet>'
_OLD_SHEET: dict[str, tuple[str, Part | None]] = {
    "cell": (_ROW.format("", "", "{}", "", ""), Part.SHEET),
    "hidden row": (_ROW.format(' ss:Hidden="1"', "", "{}", "", ""), Part.HIDDEN),
    "hidden sheet": (_ROW.format("", "", "{}", "", "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"), Part.HIDDEN),
    "comment": (_ROW.format("", "", "x", '<Comment ss:Author="A"><ss:Data>{}</ss:Data></Comment>', ""), Part.COMMENT),
    "formula": (_ROW.format("", 'ss:Formula="=&quot;{}&quot;&amp;R1"', "x", "", ""), Part.CODE),
    "link": (_ROW.format("", 'ss:HRef="https://a.example/{}"', "x", "", ""), None),
    "page header": (_ROW.format("", "", "x", "", '<x:WorksheetOptions><x:PageSetup><x:Header x:Data="&amp;C{}"/></x:PageSetup></x:WorksheetOptions>'), Part.HEADER),
    "name": ('<Names><NamedRange ss:Name="{}" ss:RefersTo="=S!R1"/></Names>', None),
    "property": ("<o:DocumentProperties><o:Subject>{}</o:Subject></o:DocumentProperties>", Part.PROPERTY),
    "input help": (_ROW.format("", "", "x", "", "<x:DataValidation><x:InputMessage>{}</x:InputMessage></x:DataValidation>"), None),
}  # fmt: skip


class _Word(str):
    __slots__ = ()

    def __getitem__(self, at: object) -> str:
        text = str(self)
        return (text[:6], text[6:], base64.b64encode(text.encode()).decode())[int(str(at))]


def _book(name: str, content: str) -> bytes:
    files = {"mimetype": b"application/epub+zip", "META-INF/container.xml": _CONTAINER.encode()}
    files |= {
        "OPS/a.opf": _OPF.format("<dc:title>T</dc:title>", "").encode(),
        "OPS/a.xhtml": _PAGE.format("<p>x</p>").encode(),
    }
    return zipped(files | {name: content.encode()}, stored=("mimetype",))


def _relations(*links: tuple[str, str]) -> bytes:
    lines = "".join(
        f'<Relationship Id="r{at}" Type="{kind}" Target="{target}"/>' for at, (kind, target) in enumerate(links)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'.encode()


def _xps(content: str) -> bytes:
    kind = "application/vnd.ms-package.xps-"
    defaults = {
        "fdseq": f"{kind}fixeddocumentsequence+xml",
        "fdoc": f"{kind}fixeddocument+xml",
        "fpage": f"{kind}fixedpage+xml",
    }
    types = "".join(f'<Default Extension="{ending}" ContentType="{said}"/>' for ending, said in defaults.items())
    space = 'xmlns="http://schemas.microsoft.com/xps/2005/06"'
    return zipped(
        {
            "[Content_Types].xml": f"<Types>{types}</Types>".encode(),
            "_rels/.rels": _relations(("http://schemas.microsoft.com/xps/2005/06/fixedrepresentation", "/a.fdseq")),
            "a.fdseq": f'<FixedDocumentSequence {space}><DocumentReference Source="/1/a.fdoc"/></FixedDocumentSequence>'.encode(),
            "1/a.fdoc": f'<FixedDocument {space}><PageContent Source="p/1.fpage"/></FixedDocument>'.encode(),
            "1/p/1.fpage": f'<FixedPage {space} Width="816" Height="1056">{content}</FixedPage>'.encode(),
        }
    )


def _visio(name: str, kind: str, content: str) -> bytes:
    parts = {
        "visio/document.xml": ("drawing.main", "<VisioDocument/>"),
        "visio/pages/pages.xml": ("pages", '<Pages><Page ID="0" Name="Page-1"><Rel r:id="r0"/></Page></Pages>'),
        "visio/pages/page1.xml": ("page", "<PageContents/>"),
        name: (kind, content),
    }
    types = "".join(f'<Override PartName="/{part}" ContentType="{_V}{said}+xml"/>' for part, (said, _) in parts.items())
    files = {part: xml(source) for part, (_, source) in parts.items()}
    files["[Content_Types].xml"] = f"<Types>{types}</Types>".encode()
    files["_rels/.rels"] = _relations(
        ("http://schemas.microsoft.com/visio/2010/relationships/document", "visio/document.xml")
    )
    files["visio/pages/_rels/pages.xml.rels"] = _relations(
        ("http://schemas.microsoft.com/visio/2010/relationships/page", "page1.xml")
    )
    return zipped(files)


def _flat(hidden: str) -> bytes:
    parts = []
    for name, content in entries(with_body(_P.format(hidden))).items():
        if name.endswith((".xml", ".rels")) and name != "[Content_Types].xml":
            kind = f"{RELATION.partition('/2006')[0]}" if name.endswith(".rels") else "application/xml"
            kind = (
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
                if name == "word/document.xml"
                else kind
            )
            body = content.decode().partition("?>")[2]
            parts.append(
                f'<pkg:part pkg:name="/{name}" pkg:contentType="{kind}"><pkg:xmlData>{body}</pkg:xmlData></pkg:part>'
            )
    coded = base64.b64encode(f"notes {hidden}".encode()).decode()
    parts.append(
        f'<pkg:part pkg:name="/notes.txt" pkg:contentType="text/plain"><pkg:binaryData>{coded}</pkg:binaryData></pkg:part>'
    )
    return f'<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{"".join(parts)}</pkg:package>'.encode()


def probes() -> Iterator[Probe]:
    """Yield a document for each place."""
    for place, (name, content, part) in _BOOK.items():
        hidden = word("epub", place)
        yield Probe("epub", place, "a.epub", hidden, _book(name.format(hidden), content.format(_Word(hidden))), part)
    for place, (content, part) in _XPS.items():
        hidden = word("xps", place)
        yield Probe("xps", place, "a.xps", hidden, _xps(content.format(_Word(hidden))), part)
    for place, (name, kind, content, part) in _VISIO.items():
        hidden = word("vsdx", place)
        yield Probe("vsdx", place, "a.vsdx", hidden, _visio(name, kind, content.format(_Word(hidden))), part)
    for place, (sources, part) in _OLD_WORD.items():
        hidden = word("wordml", place)
        before, body, end = (source.format(_Word(hidden)) for source in sources)
        yield Probe("wordml", place, "a.xml", hidden, _WORDML.format(before, body, end).encode(), part)
    for place, (content, part) in _OLD_SHEET.items():
        hidden = word("sheetml", place)
        yield Probe("sheetml", place, "a.xml", hidden, _SHEETML.format(content.format(hidden)).encode(), part)
    for place, part in (("flat body", Part.BODY), ("flat packed file", None)):
        hidden = word("flatopc", place)
        yield Probe("flatopc", place, "a.xml", hidden, _flat(hidden), part)
