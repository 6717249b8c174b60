"""Small documents of the usual kinds, read once before any other, so that no child has to begin from nothing."""

import base64
import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Final

# A marking, and damaged ones: an automaton builds half of itself when it first finds something.
_LINES: Final = (
    "SECRET//NOFORN",
    "TOP SECRE7//NOFORM",
    "CONFIDENT1AL",
    "UNCLASSIF1ED//FOR OFFICIAL USE ONLV",
    "S E C R E T",
    "(U) The committee met on 12 March 2024 to look at the plans for the new building, and agreed on most of them.",
    "Please send comments to office@example.org before Friday; see https://www.example.org/plans?id=1 for drawings.",
    "Die Sitzung wurde um 14:30 Uhr geschlossen, weil für den nächsten Punkt keine Unterlagen vorlagen.",
    "Le comité s'est réuni le lendemain, et l'ordre du jour a été adopté sans modification.",
    "Отчёт будет опубликован на следующей неделе. 这是一份关于新建筑的报告。 التقرير عن المبنى",
    "INTRODUCTION AND SUMMARY",
    "1.2 Results (Table 3): 4111 1111 1111 1111, DE89 3704 0044 0532 0130 00, +49 30 1234567",
)
# What documents say of themselves; an automaton keeps what it has seen, digit by digit.
_VALUES: Final = r"""
2024-03-12T14:30:59Z
2009-11-08T07:46:01.250+01:00
D:20240312143059+02'00'
PT2H35M17S
12/31/2019
31.12.2019 14:30
$1,234.56
-9.876,50 €
(1,250) 42% 7.5E-05
"$"#,##0.00_);[Red]\("$"#,##0.00\)
yyyy\-mm\-dd\ hh:mm
Microsoft Office Word
LibreOffice/7.6.4.1$Linux_X86_64 LibreOffice_project/40$Build-1
Acrobat Distiller 9.0 (Windows)
name=ooo:view-settings
type=int
about=styles.xml
Heading 1
Table Grid
List Bullet 2
Sheet1
Slide 3
Office Theme
Normal.dotm
Times New Roman
{6F9619FF-8B86-D011-B42D-00C04FC964FF}
Received: from mail.example.org (mx1.example.org [192.0.2.17]) by mx2.example.org with ESMTPS id AB12345
DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=k1; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
multipart/alternative; boundary="----=_NextPart_000_0012_01DA7482.1C5B3F40"
https://www.example.org/a/b/page.html?id=17&lang=en#top
B. Miller
J. R. Smith-Jones, Ph.D.
Dear Mr. Brown,
ISO 9001:2015
Q3 FY2024
en-US
[1] Figure 2: Overview
a) first; b) second
* item
if (a < b && c != d) { return x + 1; } // comment
"""
_DIGITS: Final = "0123456789"
_OFFICE: Final = "http://schemas.openxmlformats.org"
_WORD: Final = f"{_OFFICE}/wordprocessingml/2006/main"
_SHEET: Final = f"{_OFFICE}/spreadsheetml/2006/main"
_SLIDE: Final = f"{_OFFICE}/presentationml/2006/main"
_DRAWING: Final = f"{_OFFICE}/drawingml/2006/main"
_RELATED: Final = f"{_OFFICE}/officeDocument/2006/relationships"
_OPEN: Final = "urn:oasis:names:tc:opendocument:xmlns"


def first_documents() -> Iterator[bytes]:
    """Yield the documents."""
    yield "\n".join(_LINES).encode()
    yield "".join(_VALUES.translate(_turned(by)) for by in range(len(_DIGITS))).encode()
    yield from (_word(), _sheet(), _slides(), _open_text(), _portable(), _rich(), _mail())


def _turned(by: int) -> dict[int, int]:
    """Return a table that makes other digits of all digits."""
    return str.maketrans(_DIGITS, _DIGITS[by:] + _DIGITS[:by])


def _word() -> bytes:
    body = "".join(f"<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{line}</w:t></w:r></w:p>" for line in _LINES)
    cell = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    return _office_package(
        "word/document.xml",
        "wordprocessingml.document",
        {
            "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}{cell}</w:body></w:document>',
            "word/_rels/document.xml.rels": _relation("header", "header1.xml"),
            "word/header1.xml": f'<w:hdr xmlns:w="{_WORD}"><w:p><w:r><w:t>{_LINES[0]}</w:t></w:r></w:p></w:hdr>',
        },
    )


def _sheet() -> bytes:
    rows = "".join(f'<row r="{at}"><c r="A{at}" t="s"><v>{at - 1}</v></c></row>' for at in range(1, len(_LINES) + 1))
    rows += '<row r="99"><c r="A99"><v>1.5</v></c><c r="B99" t="inlineStr"><is><t>text</t></is></c></row>'
    strings = "".join(f"<si><t>{line}</t></si>" for line in _LINES)
    head = f"<headerFooter><oddHeader>&amp;C{_LINES[0]}</oddHeader></headerFooter>"
    sheet = '<sheet name="Sheet1" sheetId="1" r:id="rId1"/>'
    return _office_package(
        "xl/workbook.xml",
        "spreadsheetml.sheet",
        {
            "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_RELATED}"><sheets>{sheet}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relation(
                "worksheet", "worksheets/sheet1.xml", sharedStrings="sharedStrings.xml"
            ),
            "xl/sharedStrings.xml": f'<sst xmlns="{_SHEET}">{strings}</sst>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEET}"><sheetData>{rows}</sheetData>{head}</worksheet>',
        },
    )


def _slides() -> bytes:
    lines = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in _LINES)
    shape = f"<p:cSld><p:spTree><p:sp><p:txBody>{lines}</p:txBody></p:sp></p:spTree></p:cSld>"
    ids = '<p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst>'
    return _office_package(
        "ppt/presentation.xml",
        "presentationml.presentation",
        {
            "ppt/presentation.xml": f'<p:presentation xmlns:p="{_SLIDE}" xmlns:r="{_RELATED}">{ids}</p:presentation>',
            "ppt/_rels/presentation.xml.rels": _relation("slide", "slides/slide1.xml"),
            "ppt/slides/slide1.xml": f'<p:sld xmlns:p="{_SLIDE}" xmlns:a="{_DRAWING}">{shape}</p:sld>',
        },
    )


def _open_text() -> bytes:
    names = f'xmlns:office="{_OPEN}:office:1.0" xmlns:text="{_OPEN}:text:1.0"'
    body = "".join(f"<text:p>{line}</text:p>" for line in _LINES)
    content = f"<office:body><office:text>{body}</office:text></office:body>"
    return _package(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {names}>{content}</office:document-content>",
            "styles.xml": f"<office:document-styles {names}/>",
            "meta.xml": f"<office:document-meta {names}/>",
        }
    )


def _portable() -> bytes:
    shown = (line.replace("(", "").replace(")", "") for line in _LINES if line.isascii())
    content = f"BT /F1 12 Tf 50 800 Td 14 TL {' '.join(f'({line}) Tj T*' for line in shown)} ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body = "%PDF-1.4\n"
    table = "0000000000 65535 f \n"
    for number, it in enumerate(objects, 1):
        table += f"{len(body):010} 00000 n \n"
        body += f"{number} 0 obj{it}endobj\n"
    end = f"trailer<</Root 1 0 R/Size {len(objects) + 1}>>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 {len(objects) + 1}\n{table}{end}".encode("ascii")


def _rich() -> bytes:
    lines = "\\par\n".join("".join(_escaped(letter) for letter in line) for line in _LINES)
    return rf"{{\rtf1\ansi\ansicpg1252{{\fonttbl{{\f0 Arial;}}}}{{\header {_LINES[0]}\par}}{lines} \'e9}}".encode(
        "ascii"
    )


def _escaped(letter: str) -> str:
    return letter if letter.isascii() else rf"\u{ord(letter)}?"


def _mail() -> bytes:
    html = f"<html><body>{''.join(f'<p>{line}</p>' for line in _LINES)}</body></html>"
    head = 'From: "A. Author" <a@example.org>\nTo: b@example.org\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n'
    parts = (
        ("text/plain; charset=utf-8", "quoted-printable", "Gr=C3=BC=C3=9Fe"),
        ("text/html; charset=utf-8", "base64", _base64(html.encode())),
        ('application/octet-stream; name="a.docx"', "base64", _base64(_word())),
    )
    body = "".join(
        f"--x\nContent-Type: {kind}\nContent-Transfer-Encoding: {way}\n\n{text}\n" for kind, way, text in parts
    )
    return f'{head}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n\n{body}--x--\n'.encode("ascii")


def _base64(data: bytes) -> str:
    return base64.encodebytes(data).decode("ascii")


def _office_package(main: str, kind: str, parts: Mapping[str, str]) -> bytes:
    types = (
        f'<Override PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/>'
    )
    first = {
        "[Content_Types].xml": f'<Types xmlns="{_OFFICE}/package/2006/content-types">{types}</Types>',
        "_rels/.rels": _relation("officeDocument", main),
    }
    return _package({**first, **parts})


def _relation(kind: str, target: str, **others: str) -> str:
    inside = f'<Relationship Id="rId1" Type="{_RELATED}/{kind}" Target="{target}"/>'
    for number, (other, where) in enumerate(others.items(), 2):
        inside += f'<Relationship Id="rId{number}" Type="{_RELATED}/{other}" Target="{where}"/>'
    return f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">{inside}</Relationships>'


def _package(parts: Mapping[str, str]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return whole.getvalue()
