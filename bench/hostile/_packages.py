"""Makes Office packages with what every one has, so that one thing in them can be hostile."""

import zipfile
from collections.abc import Mapping, Sequence

from bench.hostile._packing import zipped

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_VENDOR = "application/vnd.openxmlformats-officedocument."
_KINDS = {
    "word/styles.xml": "wordprocessingml.styles",
    "word/header1.xml": "wordprocessingml.header",
    "word/settings.xml": "wordprocessingml.settings",
    "word/webSettings.xml": "wordprocessingml.webSettings",
    "word/numbering.xml": "wordprocessingml.numbering",
    "word/fontTable.xml": "wordprocessingml.fontTable",
    "word/theme/theme1.xml": "theme",
    "docProps/app.xml": "extended-properties",
}
BODY = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{_OFFICE}" xmlns:q="urn:q" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>{}</w:body></w:document>'
)
_SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
_STRINGS = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</sst>'
_BOOK = (
    f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
)
_SLIDE = (
    '<p:sld xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:cSld><p:spTree>{}</p:spTree></p:cSld></p:sld>'
)
_SHOW = f'<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="{_OFFICE}"/>'
_ODF = (
    '<office:{0} xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"{1}>'
    "<office:automatic-styles>{2}</office:automatic-styles><office:body><office:{3}>{4}</office:{3}></office:body></office:{0}>"
)


def _types(overrides: Mapping[str, str]) -> bytes:
    listed = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    usual = '<Default Extension="xml" ContentType="application/xml"/>'
    usual += '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    usual += '<Default Extension="png" ContentType="image/png"/>'
    return f'<Types xmlns="{_TYPES}">{usual}{listed}</Types>'.encode()


def _relations(*links: tuple[str, str]) -> bytes:
    listed = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(links, 1)
    )
    return f'<Relationships xmlns="{_RELATIONS}">{listed}</Relationships>'.encode()


def parts_of_document(body: str, more: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """Return the parts of a text document by name; the content types stand first."""
    parts = dict(more or {})
    types = {"word/document.xml": f"{_VENDOR}wordprocessingml.document.main+xml"}
    types |= {name: f"{_VENDOR}{_KINDS[name]}+xml" for name in parts if name in _KINDS}
    usual = {
        "[Content_Types].xml": _types(types),
        "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
        "word/document.xml": BODY.format(body).encode(),
        "word/_rels/document.xml.rels": _relations(),
    }
    return usual | parts


def document(body: str, more: Mapping[str, bytes] | None = None) -> bytes:
    """Return a text document."""
    return zipped(parts_of_document(body, more))


def book(rows: str, strings: str = "") -> bytes:
    """Return a workbook of one sheet."""
    return zipped(
        {
            "[Content_Types].xml": _types(
                {
                    "xl/workbook.xml": f"{_VENDOR}spreadsheetml.sheet.main+xml",
                    "xl/worksheets/sheet1.xml": f"{_VENDOR}spreadsheetml.worksheet+xml",
                    "xl/sharedStrings.xml": f"{_VENDOR}spreadsheetml.sharedStrings+xml",
                }
            ),
            "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": _BOOK.encode(),
            "xl/_rels/workbook.xml.rels": _relations(
                ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
            ),
            "xl/worksheets/sheet1.xml": _SHEET.format(rows).encode(),
            "xl/sharedStrings.xml": _STRINGS.format(strings).encode(),
        }
    )


def slides(shapes: Sequence[str]) -> bytes:
    """Return a presentation with a slide of each of some shapes."""
    names = [f"ppt/slides/slide{number}.xml" for number in range(1, len(shapes) + 1)]
    types = {"ppt/presentation.xml": f"{_VENDOR}presentationml.presentation.main+xml"}
    types |= dict.fromkeys(names, f"{_VENDOR}presentationml.slide+xml")
    parts = {
        "[Content_Types].xml": _types(types),
        "_rels/.rels": _relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": _SHOW.encode(),
        "ppt/_rels/presentation.xml.rels": _relations(*(("slide", name.removeprefix("ppt/")) for name in names)),
    }
    return zipped(parts | {name: _SLIDE.format(shape).encode() for name, shape in zip(names, shapes, strict=True)})


def odf(  # noqa: PLR0913 - what can be hostile in one
    kind: str,
    body: str,
    styles: str = "",
    *,
    prologue: str = "",
    flat: bool = False,
    more: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return an OpenDocument text or sheet, in one file if `flat`."""
    mime = f"application/vnd.oasis.opendocument.{kind}"
    root = "document" if flat else "document-content"
    said = f' office:mimetype="{mime}"' if flat else ""
    content = f'<?xml version="1.0" encoding="UTF-8"?>{prologue}{_ODF.format(root, said, styles, kind, body)}'.encode()
    if flat:
        return content
    return zipped(
        {"mimetype": mime.encode(), "content.xml": content, **(more or {})},
        zipfile.ZIP_STORED if len(content) < _SMALL else zipfile.ZIP_DEFLATED,
    )


_SMALL = 1 << 16
