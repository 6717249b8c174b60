"""Makes `golden.ppt.gz`, a presentation with one word in each place where words can hide.

LibreOffice saves flat OpenDocument as PowerPoint 97: `PYTHONPATH=. python tests/data/legacy-ppt/make.py`.
"""

import gzip
from pathlib import Path

from bench.hiding import word
from bench.hiding._files import converted

_BASE = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES = {
    "office": "office",
    "style": "style",
    "text": "text",
    "table": "table",
    "draw": "drawing",
    "presentation": "presentation",
    "meta": "meta",
    "svg": "svg-compatible",
    "fo": "xsl-fo-compatible",
}
_NAMESPACES = " ".join(
    (
        *(f'xmlns:{prefix}="{_BASE}:{name}:1.0"' for prefix, name in _NAMES.items()),
        'xmlns:xlink="http://www.w3.org/1999/xlink"',
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
    )
)


def _w(place: str) -> str:
    return word("ppt", place)


def _box(text: str, more: str = "", y: int = 2, x: int = 2) -> str:
    return (
        f'<draw:frame draw:layer="layout" svg:width="16cm" svg:height="2cm" svg:x="{x}cm" svg:y="{y}cm" {more}>'
        f"<draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>"
    )


def _rectangle(text: str) -> str:
    return (
        f'<draw:rect draw:layer="layout" svg:width="5cm" svg:height="2cm" svg:x="3cm" svg:y="9cm">'
        f"<text:p>{text}</text:p></draw:rect>"
    )


def source() -> bytes:
    """Return the presentation as flat OpenDocument."""
    cell = f"<table:table-cell><text:p>{_w('table cell')}</text:p></table:table-cell>"
    table = (
        '<draw:frame draw:layer="layout" svg:width="9cm" svg:height="2cm" svg:x="2cm" svg:y="12cm"><table:table>'
        f"<table:table-column/><table:table-row>{cell}</table:table-row></table:table></draw:frame>"
    )
    link = f'<text:a xlink:href="https://example.org/{_w("hyperlink target")}">shown</text:a>'
    split = _w("word in two runs")
    spans = f'{split[:6]}<text:span text:style-name="T1">{split[6:]}</text:span>'
    first = (
        f'<draw:page draw:name="p1" draw:master-page-name="Default" presentation:use-footer-name="f1" '
        'draw:style-name="dp1">'
        f"{_box(_w('slide text box'))}{_box(link, y=5)}{_box(_w('off-slide text box'), x=90)}{table}"
        f"<draw:g>{_rectangle(_w('group shape text'))}{_rectangle('b')}</draw:g>"
        f"<office:annotation><dc:creator>{_w('comment author')}</dc:creator><dc:date>2024-01-01T00:00:00</dc:date>"
        f"<text:p>{_w('slide comment')}</text:p></office:annotation>"
        f'<presentation:notes><draw:frame presentation:class="notes" svg:width="14cm" svg:height="9cm" svg:x="2cm" '
        f'svg:y="14cm"><draw:text-box><text:p>{_w("speaker notes")}</text:p></draw:text-box></draw:frame>'
        "</presentation:notes></draw:page>"
    )
    second = (
        '<draw:page draw:name="p2" draw:master-page-name="Default" draw:style-name="dp2">'
        f"{_box(_w('hidden slide'))}</draw:page>"
    )
    third = (
        '<draw:page draw:name="p3" draw:master-page-name="Default" draw:style-name="dp1">'
        f"{_box(spans)}"
        f"{_box('Ж' + _w('word beside other letters'), y=6)}</draw:page>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_NAMESPACES} office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.presentation">'
        f"<office:meta><dc:title>{_w('title property')}</dc:title><meta:keyword>{_w('core property')}</meta:keyword>"
        f'<meta:user-defined meta:name="MSIP_Label_1_Name">{_w("custom property MSIP_Label value")}</meta:user-defined>'
        "</office:meta><office:automatic-styles>"
        '<style:page-layout style:name="PM1"><style:page-layout-properties fo:page-width="28cm" fo:page-height="21cm"/>'
        '</style:page-layout><style:style style:name="T1" style:family="text"><style:text-properties '
        'fo:font-weight="bold"/></style:style><style:style style:name="dp1" style:family="drawing-page">'
        '<style:drawing-page-properties presentation:display-footer="true"/></style:style>'
        '<style:style style:name="dp2" style:family="drawing-page"><style:drawing-page-properties '
        'presentation:visibility="hidden"/></style:style></office:automatic-styles>'
        '<office:master-styles><style:master-page style:name="Default" style:page-layout-name="PM1">'
        "</style:master-page></office:master-styles>"
        f'<office:body><office:presentation><presentation:footer-decl presentation:name="f1">{_w("footer")}'
        f"</presentation:footer-decl>{first}{second}{third}<presentation:settings>"
        f'<presentation:show presentation:name="{_w("name of a show")}" presentation:pages="p3"/>'
        "</presentation:settings></office:presentation></office:body></office:document>"
    ).encode()


if __name__ == "__main__":
    made = converted(source(), "fodp", "ppt:MS PowerPoint 97")
    # Packed because of the picture of the first slide in it, which is nearly all of the file.
    Path(__file__).with_name("golden.ppt.gz").write_bytes(gzip.compress(made, 9, mtime=0))
