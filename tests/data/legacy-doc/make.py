"""Makes `document.doc`, with a word of its own in every place that LibreOffice writes.

python-docx writes the source, LibreOffice saves it as Word 97: `PYTHONPATH=. python tests/data/legacy-doc/make.py`.
"""

import io
import re
import zipfile
from pathlib import Path

from docx import Document
from docx.enum.section import WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml

from bench.hiding import word
from bench.hiding._files import converted

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = (
    f'xmlns:w="{_W}" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def w(place):
    return word("doc", place)


def run(xml):
    return parse_xml(f"<w:r {_SPACES}>{xml}</w:r>")


def paragraph(document, xml):
    made = document.add_paragraph()
    for child in parse_xml(f"<w:p {_SPACES}>{xml}</w:p>"):
        made._p.append(child)
    return made


def field(code, result):
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r><w:t>{result}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def form(data, code, result):
    begin = f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
    return begin + field(code, result).partition("</w:r>")[2]


def shape(name, inner, style="position:absolute;width:200pt;height:50pt", more=""):
    return f'<w:pict><v:shape id="{name}" type="#_x0000_t136" style="{style}" {more}>{inner}</v:shape></w:pict>'


def box(text):
    return (
        '<w:pict><v:shape id="box" style="position:absolute;width:200pt;height:50pt" type="#_x0000_t202">'
        f"<v:textbox><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></v:textbox>"
        "</v:shape></w:pict>"
    )


def build():
    document = Document()
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for side in ("header", "footer"):
        getattr(section, side).paragraphs[0].text = w(f"{side} default")
        getattr(section, f"even_page_{side}").paragraphs[0].text = w(f"{side} even pages")
    mark = f'<v:textpath style="font-family:Arial" string="{w("watermark")}"/>'
    section.header.paragraphs[0]._p.append(run(shape("PowerPlusWaterMarkObject1", mark, more='stroked="f"')))
    section.header.paragraphs[0]._p.append(run(box(w("text box in header"))))
    document.add_paragraph(w("body"))
    halves = document.add_paragraph()
    half = w("split over runs")
    halves.add_run(half[:5]).bold = True
    halves.add_run(half[5:]).italic = True
    table = document.add_table(1, 2)
    table.cell(0, 0).text = w("table cell")
    table.cell(0, 1).add_table(1, 1).cell(0, 0).text = w("nested table cell")
    document.add_paragraph("x")._p.append(run(box(w("text box"))))
    change = 'w:id="7" w:author="{}" w:date="2020-01-01T00:00:00Z"'
    paragraph(
        document,
        f'<w:r><w:t xml:space="preserve">a </w:t></w:r><w:del {change.format(w("revision author"))}>'
        f"<w:r><w:delText>{w('deleted')}</w:delText></w:r></w:del>"
        f"<w:ins {change.format('Ann')}><w:r><w:t>{w('inserted')}</w:t></w:r></w:ins>",
    )
    torn = w("whole without deletion")
    paragraph(
        document,
        f"<w:r><w:t>{torn[:6]}</w:t></w:r><w:del {change.format('Ann')}><w:r><w:delText>zz</w:delText></w:r></w:del>"
        f"<w:r><w:t>{torn[6:]}</w:t></w:r>",
    )
    before = w("whole with deletion")
    paragraph(
        document,
        f"<w:r><w:t>{before[:6]}</w:t></w:r><w:del {change.format('Ann')}><w:r><w:delText>{before[6:]}</w:delText>"
        "</w:r></w:del>",
    )
    document.add_paragraph().add_run(w("hidden")).font.hidden = True
    paragraph(document, field(f'HYPERLINK "http://h.example/{w("link target")}"', w("link text")))
    paragraph(document, field(f'QUOTE "{w("field code")}"', w("field result")))
    paragraph(
        document,
        f'<w:bookmarkStart w:id="3" w:name="{w("bookmark")}"/><w:r><w:t>x</w:t></w:r><w:bookmarkEnd w:id="3"/>',
    )
    paragraph(
        document,
        form(
            f'<w:ffData><w:name w:val="Text1"/><w:enabled/><w:helpText w:type="text" w:val="{w("form help")}"/>'
            f'<w:statusText w:type="text" w:val="{w("form status")}"/>'
            f'<w:textInput><w:default w:val="{w("form default")}"/></w:textInput></w:ffData>',
            "FORMTEXT",
            w("form value"),
        ),
    )
    paragraph(
        document,
        form(
            '<w:ffData><w:name w:val="List1"/><w:enabled/><w:ddList><w:listEntry w:val="a"/>'
            f'<w:listEntry w:val="{w("form list entry")}"/></w:ddList></w:ffData>',
            "FORMDROPDOWN",
            "",
        ),
    )
    paragraph(document, '<w:r><w:t>n</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>')
    paragraph(document, '<w:r><w:t>n</w:t></w:r><w:r><w:endnoteReference w:id="2"/></w:r>')
    document.add_comment(
        document.add_paragraph().add_run("c"), text=w("comment"), author=w("comment author"), initials="CA"
    )
    paragraph(
        document,
        '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="77"/></w:numPr></w:pPr><w:r><w:t>numbered</w:t></w:r>',
    )
    second = document.add_section(WD_SECTION.NEW_PAGE)
    second.different_first_page_header_footer = True
    for side in ("header", "footer"):
        getattr(second, side).is_linked_to_previous = False
        getattr(second, side).paragraphs[0].text = w(f"{side} of section 2")
        getattr(second, f"first_page_{side}").is_linked_to_previous = False
        getattr(second, f"first_page_{side}").paragraphs[0].text = w(f"{side} first page")
    document.add_paragraph(w("body of section 2"))
    document.add_page_break()
    document.add_paragraph(w("body of the last page"))
    document.add_paragraph("Größe 機密 секретно")
    properties = document.core_properties
    for name in ("title", "subject", "keywords", "category", "comments", "author", "last_modified_by"):
        setattr(properties, name, w(f"property {name}"))
    buffer = io.BytesIO()
    document.save(buffer)
    return finished(buffer.getvalue())


def finished(data):
    """Add the parts that python-docx does not write."""
    notes = {
        kind: f'<w:{kind}s {_SPACES}><w:{kind} w:type="separator" w:id="0"><w:p/></w:{kind}>'
        f'<w:{kind} w:type="continuationSeparator" w:id="1"><w:p/></w:{kind}>'
        f'<w:{kind} w:id="2"><w:p><w:r><w:{kind}Ref/></w:r><w:r><w:t>{w(kind)}</w:t></w:r></w:p></w:{kind}></w:{kind}s>'
        for kind in ("footnote", "endnote")
    }
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:lvlText w:val="{w("numbering")} %{n + 1}"/></w:lvl>'
        for n in range(9)
    )
    custom = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        + "".join(
            f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{n}" name="{name}">'
            f"<vt:lpwstr>{value}</vt:lpwstr></property>"
            for n, (name, value) in enumerate(
                (
                    ("MSIP_Label_12345678-1234-1234-1234-123456789abc_Name", w("label value")),
                    ("MSIP_Label_12345678-1234-1234-1234-123456789abc_Enabled", "true"),
                    (w("custom property name"), "x"),
                ),
                2,
            )
        )
        + "</Properties>"
    )
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "[Content_Types].xml":
                kinds = "".join(
                    f'<Override PartName="/word/{kind}s.xml" ContentType="application/vnd.openxmlformats-'
                    f'officedocument.wordprocessingml.{kind}s+xml"/>'
                    for kind in notes
                ) + (
                    '<Override PartName="/docProps/custom.xml" ContentType="application/vnd.openxmlformats-'
                    'officedocument.custom-properties+xml"/>'
                )
                content = content.replace(b"</Types>", kinds.encode() + b"</Types>")
            elif info.filename == "word/_rels/document.xml.rels":
                links = "".join(
                    f'<Relationship Id="rIdN{kind}" Type="{_relation(kind + "s")}" Target="{kind}s.xml"/>'
                    for kind in notes
                )
                content = content.replace(b"</Relationships>", links.encode() + b"</Relationships>")
            elif info.filename == "_rels/.rels":
                link = f'<Relationship Id="rIdC" Type="{_relation("custom-properties")}" Target="docProps/custom.xml"/>'
                content = content.replace(b"</Relationships>", link.encode() + b"</Relationships>")
            elif info.filename == "word/numbering.xml":
                text = content.decode()
                abstract = f'<w:abstractNum w:abstractNumId="770">{levels}</w:abstractNum>'
                at = text.index("<w:num ")
                text = text[:at] + abstract + text[at:]
                number = '<w:num w:numId="77"><w:abstractNumId w:val="770"/></w:num>'
                content = re.sub("</w:numbering>", number + "</w:numbering>", text).encode()
            elif info.filename == "docProps/app.xml":
                content = (
                    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
                    f"<Company>{w('property company')}</Company><Manager>{w('property manager')}</Manager></Properties>"
                ).encode()
            archive.writestr(info.filename, content)
        for kind, xml in notes.items():
            archive.writestr(f"word/{kind}s.xml", xml)
        archive.writestr("docProps/custom.xml", custom)
    return target.getvalue()


def _relation(kind):
    return RELATIONSHIP_TYPE.STYLES.rpartition("/")[0] + "/" + kind


if __name__ == "__main__":
    Path(__file__).with_name("document.doc").write_bytes(converted(build(), "docx", "doc"))
