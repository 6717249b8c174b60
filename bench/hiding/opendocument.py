"""OpenDocument files that LibreOffice wrote, each with a word put in one place where an office program keeps it."""

# ruff: noqa: E501 - a place stands in a line, however long

from collections.abc import Iterator
from pathlib import Path

from bench.hiding import Probe, word
from bench.hiding._opendocument_text import CELL, TEXT, P
from bench.hiding._packages import entries, zipped
from scanner.model.place import Part

_DATA = Path(__file__).parents[2] / "tests" / "data"
_HIDING = '<style:style style:name="HX" style:family="{}"><style:{}-properties {}="none"/></style:style>'

_SHEET: dict[str, tuple[str, Part | None]] = {
    "cell": (CELL.format("", "", "{}"), Part.SHEET),
    "cell shown otherwise": ("<table:table-row><table:table-cell office:value-type='string' office:string-value='{}'/></table:table-row>", Part.SHEET),
    "repeated cell": ("<table:table-row><table:table-cell table:number-columns-repeated='3'><text:p>{}</text:p></table:table-cell></table:table-row>", Part.SHEET),
    "hidden row": (CELL.format(" table:visibility='collapse'", "", "{}"), Part.HIDDEN),
    "filtered row": (CELL.format(" table:visibility='filter'", "", "{}"), Part.HIDDEN),
    "row in a group": ("<table:table-row-group table:display='false'>" + CELL.format("", "", "{}") + "</table:table-row-group>", None),
    "covered cell": ("<table:table-row><table:covered-table-cell><text:p>{}</text:p></table:covered-table-cell></table:table-row>", Part.SHEET),
    "comment": ("<table:table-row><table:table-cell><office:annotation><dc:creator>A</dc:creator><text:p>{}</text:p></office:annotation><text:p>x</text:p></table:table-cell></table:table-row>", Part.COMMENT),
    "comment's author": ("<table:table-row><table:table-cell><office:annotation><dc:creator>{}</dc:creator><text:p>x</text:p></office:annotation></table:table-cell></table:table-row>", Part.COMMENT),
    "formula's constant": ("<table:table-row><table:table-cell table:formula='of:=&quot;{}&quot;&amp;[.A1]'><text:p>x</text:p></table:table-cell></table:table-row>", Part.CODE),
    "array formula": ("<table:table-row><table:table-cell table:number-matrix-rows-spanned='1' table:formula='of:={{&quot;{}&quot;}}'><text:p>x</text:p></table:table-cell></table:table-row>", Part.CODE),
    "text box": ("<table:shapes><draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame></table:shapes>", Part.TEXT_BOX),
    "scenario's comment": ("<table:scenario table:comment='{}' table:is-active='true'/>", None),
    "sheet's title": ("<table:title>{}</table:title>", None),
    "sheet's description": ("<table:desc>{}</table:desc>", None),
    "source of a table": ("<table:table-source xlink:href='file:///C:/{}.ods'/>", None),
}  # fmt: skip

# Beside the sheets.
_SHEETS: dict[str, tuple[str, Part | None]] = {
    "sheet's name": ('<table:table table:name="{}"/>', None),
    "hidden sheet": ('<table:table table:name="Z" table:style-name="HX">' + CELL.format("", "", "{}") + "</table:table>", Part.HIDDEN),
    "validation's help": ('<table:content-validations><table:content-validation table:name="v"><table:help-message table:title="x"><text:p>{}</text:p></table:help-message></table:content-validation></table:content-validations>', None),
    "validation's title": ('<table:content-validations><table:content-validation table:name="v"><table:help-message table:title="{}"/></table:content-validation></table:content-validations>', None),
    "validation's error": ('<table:content-validations><table:content-validation table:name="v"><table:error-message table:title="x"><text:p>{}</text:p></table:error-message></table:content-validation></table:content-validations>', None),
    "validation's list": ('<table:content-validations><table:content-validation table:name="v" table:condition="of:cell-content-is-in-list(&quot;{}&quot;)"/></table:content-validations>', None),
    "named range": ('<table:named-expressions><table:named-range table:name="{}" table:cell-range-address="$A.$A$1"/></table:named-expressions>', None),
    "named expression": ('<table:named-expressions><table:named-expression table:name="n" table:expression="of:=&quot;{}&quot;"/></table:named-expressions>', None),
    "label range": ('<table:label-ranges><table:label-range table:label-cell-range-address="{}.A1"/></table:label-ranges>', None),
    "database range": ('<table:database-ranges><table:database-range table:name="{}"/></table:database-ranges>', None),
    "filter's value": ('<table:database-ranges><table:database-range table:name="d"><table:filter><table:filter-condition table:value="{}" table:operator="="/></table:filter></table:database-range></table:database-ranges>', None),
    "database's query": ('<table:database-ranges><table:database-range table:name="d"><table:database-source-sql table:database-name="b" table:sql-statement="SELECT {}"/></table:database-range></table:database-ranges>', None),
    "pivot table's name": ('<table:data-pilot-tables><table:data-pilot-table table:name="{}"/></table:data-pilot-tables>', None),
    "pivot table's member": ('<table:data-pilot-tables><table:data-pilot-table table:name="p"><table:data-pilot-field table:source-field-name="f"><table:data-pilot-level><table:data-pilot-members><table:data-pilot-member table:name="{}"/></table:data-pilot-members></table:data-pilot-level></table:data-pilot-field></table:data-pilot-table></table:data-pilot-tables>', None),
    "deleted cell": ('<table:tracked-changes><table:cell-content-change table:id="c"><office:change-info><dc:creator>A</dc:creator></office:change-info><table:previous><table:change-track-table-cell office:value-type="string"><text:p>{}</text:p></table:change-track-table-cell></table:previous></table:cell-content-change></table:tracked-changes>', None),
    "conditional format": ('<calcext:conditional-formats><calcext:conditional-format><calcext:condition calcext:value="=&quot;{}&quot;"/></calcext:conditional-format></calcext:conditional-formats>', None),
}  # fmt: skip

_SLIDE: dict[str, tuple[str, Part | None]] = {
    "text box": ("<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>", Part.SLIDE),
    "shape": ("<draw:custom-shape><text:p>{}</text:p></draw:custom-shape>", Part.SLIDE),
    "group": ("<draw:g><draw:g><draw:rect><text:p>{}</text:p></draw:rect></draw:g></draw:g>", Part.SLIDE),
    "table": ("<draw:frame><table:table>" + CELL.format("", "", "{}") + "</table:table></draw:frame>", Part.SLIDE),
    "notes": ("<presentation:notes><draw:frame presentation:class='notes'><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame></presentation:notes>", Part.SPEAKER_NOTES),
    "comment": ("<officeooo:annotation><dc:creator>A</dc:creator><text:p>{}</text:p></officeooo:annotation>", Part.COMMENT),
    "alternative text": ("<draw:frame><draw:image/><svg:title>{}</svg:title></draw:frame>", None),
    "description": ("<draw:frame><draw:image/><svg:desc>{}</svg:desc></draw:frame>", None),
    "object's name": ("<draw:frame draw:name='{}'><draw:image/></draw:frame>", None),
    "link on a shape": ("<draw:rect><office:event-listeners><presentation:event-listener script:event-name='dom:click' xlink:href='https://a.example/{}'/></office:event-listeners></draw:rect>", None),
    "film's address": ("<draw:frame><draw:plugin xlink:href='file:///C:/{}.mp4'/></draw:frame>", None),
    "parameter of a plug-in": ("<draw:frame><draw:plugin><draw:param draw:name='p' draw:value='{}'/></draw:plugin></draw:frame>", None),
}  # fmt: skip

_PARTS: dict[str, tuple[str, str, Part | None]] = {
    "Basic module": ("Basic/Standard/Module1.xml", '<script:module xmlns:script="u" script:name="Module1">Sub Main\nREM {}\nEnd Sub</script:module>', Part.CODE),
    "dialog": ("Dialogs/Standard/Dialog1.xml", '<dlg:window xmlns:dlg="u"><dlg:text dlg:value="{}"/></dlg:window>', None),
    "script in Python": ("Scripts/python/a.py", "# {}\n", None),
    "embedded chart": ("Object 1/content.xml", '<office:document-content xmlns:office="o" xmlns:chart="c" xmlns:text="t"><office:body><office:chart><chart:chart><chart:title><text:p>{}</text:p></chart:title></chart:chart></office:chart></office:body></office:document-content>', Part.TEXT_BOX),
    "embedded chart's data": ("Object 1/content.xml", '<office:document-content xmlns:office="o" xmlns:chart="c" xmlns:text="t" xmlns:table="b"><office:body><office:chart><table:table><table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row></table:table></office:chart></office:body></office:document-content>', Part.TEXT_BOX),
    "embedded formula": ("Object 2/content.xml", '<math xmlns="m"><annotation encoding="StarMath 5.0">{}</annotation></math>', None),
    "extra file": ("notes.txt", "{}", None),
    "metadata in RDF": ("manifest.rdf", '<rdf:RDF xmlns:rdf="r"><rdf:Description rdf:about="{}"/></rdf:RDF>', None),
    "setting": ("settings.xml", '<office:document-settings xmlns:office="o" xmlns:config="c"><office:settings><config:config-item config:name="PrinterName">{}</config:config-item></office:settings></office:document-settings>', None),
    "left-over content": ("old/content.xml", '<office:document-content xmlns:office="o" xmlns:text="t"><office:body><office:text><text:p>{}</text:p></office:text></office:body></office:document-content>', None),
    "replaced picture": ("Pictures/{}.png", "\x89PNG\r\n\x1a\n", None),
    "signature": ("META-INF/documentsignatures.xml", "<document-signatures xmlns='u'><Signature><Object><description>{}</description></Object></Signature></document-signatures>", None),
}  # fmt: skip

_META = {
    "title": "<dc:title>{}</dc:title>",
    "keyword": "<meta:keyword>{}</meta:keyword>",
    "description": "<dc:description>{}</dc:description>",
    "first author": "<meta:initial-creator>{}</meta:initial-creator>",
    "property": '<meta:user-defined meta:name="MSIP_Label_1_Name">{}</meta:user-defined>',
    "property's name": '<meta:user-defined meta:name="{}">x</meta:user-defined>',
    "template": '<meta:template xlink:href="file:///C:/{}.ott" xlink:title="t"/>',
    "printed by": "<meta:printed-by>{}</meta:printed-by>",
}

_MASTER = {
    "header": ("<style:header><text:p>{}</text:p></style:header>", Part.HEADER),
    "header of left pages": ("<style:header-left><text:p>{}</text:p></style:header-left>", Part.HEADER),
    "header of the first page": ("<style:header-first><text:p>{}</text:p></style:header-first>", Part.HEADER),
    "later header of the first page": ("<loext:header-first><text:p>{}</text:p></loext:header-first>", Part.HEADER),
    "footer switched off": ('<style:footer style:display="false"><text:p>{}</text:p></style:footer>', Part.FOOTER),
    "table in a footer": ("<style:footer><table:table>" + CELL.format("", "", "{}") + "</table:table></style:footer>", Part.FOOTER),
    "text box in a header": ("<style:header><text:p><draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame></text:p></style:header>", Part.HEADER),
}  # fmt: skip

_SPACES = (
    'xmlns:loext="urn:loext" xmlns:other="urn:other" xmlns:officeooo="urn:officeooo" xmlns:calcext="urn:calcext" '
    'xmlns:math="http://www.w3.org/1998/Math/MathML" xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" '
    'xmlns:form="urn:oasis:names:tc:opendocument:xmlns:form:1.0" xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"'
)


class _Word(str):
    __slots__ = ()

    def __getitem__(self, at: object) -> str:
        return (str(self)[:6], str(self)[6:])[int(str(at))]


def _changed(data: bytes, part: str, before: str, content: str) -> bytes:
    """Return a document with something before the first occurrence of a tag, in one of its parts."""
    files = entries(data)
    source = files[part].decode()
    at = source.index(before)
    source = source[:at] + content + source[at:]
    for space in _SPACES.split():
        if f"{space.partition('=')[0]}=" not in source[:20_000]:
            root = source.index(" ", source.index("<office:document"))
            source = f"{source[:root]} {space}{source[root:]}"
    files[part] = source.encode()
    return zipped(files, stored=("mimetype",))


def _styled(data: bytes) -> bytes:
    styles = _HIDING.format("text", "text", "text:display") + _HIDING.format("paragraph", "text", "text:display")
    styles += _HIDING.format("table", "table", "table:display").replace('"none"', '"false"')
    return _changed(data, "content.xml", "</office:automatic-styles>", styles)


def probes() -> Iterator[Probe]:
    """Yield a document for each place."""
    text, sheet, slides = (
        _styled((_DATA / folder / f"document.{ending}").read_bytes())
        for folder, ending in (("office-text", "odt"), ("office-sheet", "ods"), ("office-slides", "odp"))
    )
    for kind, base, before, places in (
        ("odt", text, "</office:text>", TEXT),
        ("ods", sheet, "</table:table>", _SHEET),
        ("ods", sheet, "</office:spreadsheet>", _SHEETS),
        ("odp", slides, "</draw:page>", _SLIDE),
    ):
        for place, (content, part) in places.items():
            hidden = word(kind, place)
            yield Probe(
                kind,
                place,
                f"a.{kind}",
                hidden,
                _changed(base, "content.xml", before, content.format(_Word(hidden))),
                part,
            )
    for place, content in _META.items():
        hidden = word("odt", place)
        yield Probe("odt", place, "a.odt", hidden, _changed(text, "meta.xml", "</office:meta>", content.format(hidden)))
    for kind, base in (("odt", text), ("ods", sheet)):
        for place, (content, part) in _MASTER.items():
            hidden = word(kind, place)
            yield Probe(
                kind,
                place,
                f"a.{kind}",
                hidden,
                _changed(base, "styles.xml", "</style:master-page>", content.format(hidden)),
                part,
            )
    for place, (name, content, part) in _PARTS.items():
        hidden = word("odt", place)
        files = entries(text) | {name.format(hidden): content.replace("{}", hidden).encode("latin-1")}
        yield Probe("odt", place, "a.odt", hidden, zipped(files, stored=("mimetype",)), part)
    yield from _others(slides)


def _others(slides: bytes) -> Iterator[Probe]:
    hidden = word("odp", "master")
    content = f"<draw:frame><draw:text-box><text:p>{hidden}</text:p></draw:text-box></draw:frame>"
    yield Probe(
        "odp", "master", "a.odp", hidden, _changed(slides, "styles.xml", "</style:master-page>", content), Part.MASTER
    )
    for place, element, part in (
        ("footer", "footer-decl", Part.FOOTER),
        ("header", "header-decl", Part.HEADER),
        ("fixed date", "date-time-decl", None),
    ):
        hidden = word("odp", place)
        content = f'<presentation:{element} presentation:name="d">{hidden}</presentation:{element}>'
        yield Probe("odp", place, "a.odp", hidden, _changed(slides, "content.xml", "<draw:page ", content), part)
    for place, content in (
        (
            "custom show",
            '<presentation:settings><presentation:show presentation:name="{}" presentation:pages="p"/></presentation:settings>',
        ),
        ("slide's name", '<draw:page draw:name="{}"/>'),
        (
            "hidden slide",
            '<draw:page draw:style-name="HP"><draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame></draw:page>',
        ),
    ):
        hidden = word("odp", place)
        made = _changed(slides, "content.xml", "</office:presentation>", content.format(hidden))
        style = '<style:style style:name="HP" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
        made = _changed(made, "content.xml", "</office:automatic-styles>", style)
        yield Probe("odp", place, "a.odp", hidden, made, Part.HIDDEN if place == "hidden slide" else None)
    for folder, kind, before, content in (
        ("office-text", "fodt", "</office:text>", P),
        ("office-sheet", "fods", "</table:table>", CELL.format("", "", "{}")),
        ("office-slides", "fodp", "</draw:page>", _SLIDE["text box"][0]),
    ):
        source = (_DATA / folder / f"source.{kind}").read_text()
        hidden = word(kind, "body")
        yield Probe(
            kind, "body", f"a.{kind}", hidden, source.replace(before, content.format(hidden) + before, 1).encode()
        )
