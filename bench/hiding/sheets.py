"""Excel workbooks made by openpyxl and XlsxWriter, each with a word in one place where Excel can keep it."""

# ruff: noqa: E501 - a place stands in a line, however long

import base64
import io
from collections.abc import Callable, Iterator
from datetime import date

import docx
import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from bench.hiding import Probe, word
from bench.hiding._packages import Link, extended, replaced, xml, zipped
from scanner.model.place import Part

_S = "spreadsheetml."
_MS = "application/vnd.ms-excel."
_SHEET = "xl/worksheets/sheet1.xml"

# Parts put beside the sheets: name, content type, XML, and where the word should be said to stand.
_PARTS: dict[str, tuple[str, str, str, Part | None]] = {
    "threaded comment": ("xl/threadedComments/threadedComment1.xml", f"{_MS}threadedcomments+xml", "<ThreadedComments><threadedComment ref='A1'><text>{}</text></threadedComment></ThreadedComments>", Part.COMMENT),
    "person": ("xl/persons/person.xml", f"{_MS}person+xml", '<personList><person displayName="{}" id="i"/></personList>', None),
    "person's account": ("xl/persons/person.xml", f"{_MS}person+xml", '<personList><person displayName="A" userId="{}"/></personList>', None),
    "external link's cache": ("xl/externalLinks/externalLink1.xml", f"{_S}externalLink", "<externalLink><externalBook><sheetDataSet><sheetData><row><cell t='str'><v>{}</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>", None),
    "external link's sheet": ("xl/externalLinks/externalLink1.xml", f"{_S}externalLink", '<externalLink><externalBook><sheetNames><sheetName val="{}"/></sheetNames></externalBook></externalLink>', None),
    "external link's name": ("xl/externalLinks/externalLink1.xml", f"{_S}externalLink", '<externalLink><externalBook><definedNames><definedName name="{}"/></definedNames></externalBook></externalLink>', None),
    "DDE topic": ("xl/externalLinks/externalLink1.xml", f"{_S}externalLink", '<externalLink><ddeLink ddeService="s" ddeTopic="{}"/></externalLink>', None),
    "pivot cache's value": ("xl/pivotCache/pivotCacheRecords1.xml", f"{_S}pivotCacheRecords", '<pivotCacheRecords><r><s v="{}"/></r></pivotCacheRecords>', None),
    "pivot cache's number": ("xl/pivotCache/pivotCacheRecords1.xml", f"{_S}pivotCacheRecords", '<pivotCacheRecords><r><n v="4929{}"/></r></pivotCacheRecords>', None),
    "pivot cache's item": ("xl/pivotCache/pivotCacheDefinition1.xml", f"{_S}pivotCacheDefinition", '<pivotCacheDefinition><cacheFields><cacheField name="f"><sharedItems><s v="{}"/></sharedItems></cacheField></cacheFields></pivotCacheDefinition>', None),
    "pivot cache's field": ("xl/pivotCache/pivotCacheDefinition1.xml", f"{_S}pivotCacheDefinition", '<pivotCacheDefinition><cacheFields><cacheField name="{}"/></cacheFields></pivotCacheDefinition>', None),
    "pivot cache's refresher": ("xl/pivotCache/pivotCacheDefinition1.xml", f"{_S}pivotCacheDefinition", '<pivotCacheDefinition refreshedBy="{}"/>', None),
    "pivot table's name": ("xl/pivotTables/pivotTable1.xml", f"{_S}pivotTable", '<pivotTableDefinition name="{}"/>', None),
    "pivot table's caption": ("xl/pivotTables/pivotTable1.xml", f"{_S}pivotTable", '<pivotTableDefinition name="P" rowHeaderCaption="{}"/>', None),
    "pivot table's data field": ("xl/pivotTables/pivotTable1.xml", f"{_S}pivotTable", '<pivotTableDefinition name="P"><dataFields><dataField name="{}" fld="1"/></dataFields></pivotTableDefinition>', None),
    "pivot table's item": ("xl/pivotTables/pivotTable1.xml", f"{_S}pivotTable", '<pivotTableDefinition name="P"><pivotFields><pivotField><items><item n="{}" x="0"/></items></pivotField></pivotFields></pivotTableDefinition>', None),
    "slicer": ("xl/slicers/slicer1.xml", f"{_MS}slicer+xml", '<slicers><slicer name="s" caption="{}"/></slicers>', None),
    "slicer's cache": ("xl/slicerCaches/slicerCache1.xml", f"{_MS}slicerCache+xml", '<slicerCacheDefinition name="s" sourceName="{}"/>', None),
    "timeline": ("xl/timelines/timeline1.xml", f"{_MS}timeline+xml", '<timelines><timeline name="t" caption="{}"/></timelines>', None),
    "connection": ("xl/connections.xml", f"{_S}connections", '<connections><connection id="1" name="{}"/></connections>', None),
    "connection's command": ("xl/connections.xml", f"{_S}connections", '<connections><connection id="1" name="c"><dbPr connection="DSN=x" command="SELECT * FROM {}"/></connection></connections>', None),
    "connection's web page": ("xl/connections.xml", f"{_S}connections", '<connections><connection id="1" name="c"><webPr url="http://a.example/{}"/></connection></connections>', None),
    "connection's text file": ("xl/connections.xml", f"{_S}connections", '<connections><connection id="1" name="c"><textPr sourceFile="C:/{}.txt"/></connection></connections>', None),
    "query table": ("xl/queryTables/queryTable1.xml", f"{_S}queryTable", '<queryTable name="{}" connectionId="1"/>', None),
    "query table's field": ("xl/queryTables/queryTable1.xml", f"{_S}queryTable", '<queryTable name="q"><queryTableRefresh><queryTableFields><queryTableField name="{}"/></queryTableFields></queryTableRefresh></queryTable>', None),
    "XML map": ("xl/xmlMaps.xml", "application/xml", '<MapInfo><Schema><s name="{}"/></Schema></MapInfo>', None),
    "control's macro": ("xl/ctrlProps/ctrlProp1.xml", f"{_MS}controlproperties+xml", '<formControlPr objectType="Button" fmlaMacro="{}"/>', None),
    "control's list item": ("xl/ctrlProps/ctrlProp1.xml", f"{_MS}controlproperties+xml", '<formControlPr objectType="List"><itemLst><item val="{}"/></itemLst></formControlPr>', None),
    "control's caption": ("xl/drawings/vmlDrawing9.vml", "application/vnd.openxmlformats-officedocument.vmlDrawing", "<xml><v:shape id='s'><v:textbox><div><font>{}</font></div></v:textbox><x:ClientData ObjectType='Button'/></v:shape></xml>", Part.TEXT_BOX),
    "control's caption after a break": ("xl/drawings/vmlDrawing9.vml", "application/vnd.openxmlformats-officedocument.vmlDrawing", "<xml><v:textbox><div>one<br>{}</div></v:textbox></xml>", Part.TEXT_BOX),
    "picture in a page header": ("xl/drawings/vmlDrawing9.vml", "application/vnd.openxmlformats-officedocument.vmlDrawing", '<xml><v:shape id="LH"><v:imagedata o:title="{}"/></v:shape></xml>', None),
    "revision": ("xl/revisions/revisionLog1.xml", f"{_S}revisionLog", "<revisions><rcc rId='1'><nc r='A1' t='inlineStr'><is><t>{}</t></is></nc></rcc></revisions>", None),
    "revision's author": ("xl/revisions/userNames.xml", f"{_S}userNames", '<users><userInfo name="{}"/></users>', None),
    "old sheet name": ("xl/revisions/revisionLog1.xml", f"{_S}revisionLog", '<revisions><rsnm rId="1" oldName="[{}]" newName="x"/></revisions>', None),
    "data type's value": ("xl/richData/rdrichvalue.xml", f"{_MS}rdrichvalue+xml", "<rvData><rv s='0'><v>{}</v></rv></rvData>", None),
    "metadata string": ("xl/metadata.xml", f"{_S}sheetMetadata", '<metadata><metadataStrings><s v="{}"/></metadataStrings></metadata>', None),
    "live data topic": ("xl/volatileDependencies.xml", f"{_S}volatileDependencies", "<volTypes><volType><main first='rtd'><tp><v/><stp>{}</stp></tp></main></volType></volTypes>", None),
    "text box": ("xl/drawings/drawing9.xml", "drawing", "<xdr:wsDr><xdr:twoCellAnchor><xdr:sp><xdr:nvSpPr><xdr:cNvPr id='2' name='x'/></xdr:nvSpPr><xdr:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>", Part.TEXT_BOX),
    "alternative text": ("xl/drawings/drawing9.xml", "drawing", '<xdr:wsDr><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="x" descr="{}"/></xdr:nvPicPr></xdr:pic></xdr:wsDr>', None),
    "object's name": ("xl/drawings/drawing9.xml", "drawing", '<xdr:wsDr><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="{}"/></xdr:nvPicPr></xdr:pic></xdr:wsDr>', None),
    "macro of a shape": ("xl/drawings/drawing9.xml", "drawing", '<xdr:wsDr><xdr:sp macro="[0]!{}"><xdr:nvSpPr/></xdr:sp></xdr:wsDr>', None),
    "cell shown in a shape": ("xl/drawings/drawing9.xml", "drawing", '<xdr:wsDr><xdr:sp textlink="{}!$A$1"><xdr:nvSpPr/></xdr:sp></xdr:wsDr>', None),
    "custom property of a sheet": ("xl/customProperty1.bin", f"application/vnd.openxmlformats-officedocument.{_S}customProperty", "", None),
    "sheet nobody refers to": ("xl/worksheets/sheet9.xml", f"{_S}worksheet", "<worksheet><sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>{}</t></is></c></row></sheetData></worksheet>", Part.SHEET),
    "macro sheet": ("xl/macrosheets/sheet9.xml", f"{_MS}macrosheet+xml", "<xm:macrosheet><sheetData><row r='1'><c r='A1' t='str'><f>EXEC(\"{}\")</f><v>0</v></c></row></sheetData></xm:macrosheet>", None),
    "dialog sheet": ("xl/dialogsheets/sheet9.xml", f"{_S}dialogsheet", "<dialogsheet><headerFooter><oddHeader>&amp;C{}</oddHeader></headerFooter></dialogsheet>", Part.HEADER),
}  # fmt: skip

# Put before the end of a sheet, which is not what a schema allows everywhere; programs do read it.
_IN_SHEET = {
    "conditional format's text": ('<conditionalFormatting><cfRule type="containsText" text="{}"/></conditionalFormatting>', None),
    "filter's value": ('<autoFilter ref="A1:B2"><filterColumn colId="0"><filters><filter val="{}"/></filters></filterColumn></autoFilter>', None),
    "filter's criterion": ('<autoFilter ref="A1:B2"><filterColumn colId="0"><customFilters><customFilter val="*{}*"/></customFilters></filterColumn></autoFilter>', None),
    "range anyone may edit": ('<protectedRanges><protectedRange name="{}" sqref="A1"/></protectedRanges>', None),
    "scenario": ('<scenarios><scenario name="{}"/></scenarios>', None),
    "scenario's comment": ('<scenarios><scenario name="s" comment="{}"/></scenarios>', None),
    "scenario's author": ('<scenarios><scenario name="s" user="{}"/></scenarios>', None),
    "scenario's value": ('<scenarios><scenario name="s"><inputCells r="A1" val="{}"/></scenario></scenarios>', None),
    "custom view's header": ('<customSheetViews><customSheetView guid="g"><headerFooter><oddHeader>&amp;C{}</oddHeader></headerFooter></customSheetView></customSheetViews>', Part.HEADER),
    "consolidated sheet": ('<dataConsolidate><dataRefs><dataRef ref="A1" sheet="{}"/></dataRefs></dataConsolidate>', None),
    "code name": ('<sheetPr codeName="{}"/>', None),
    "sparkline's range": ("<extLst><ext><x14:sparklineGroups><x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>{}!A1</xm:f></x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst>", None),
    "validation of a later kind": ("<extLst><ext><x14:dataValidations><x14:dataValidation><x14:formula1><xm:f>{}!A1</xm:f></x14:formula1></x14:dataValidation></x14:dataValidations></ext></extLst>", None),
    "published part": ('<webPublishItems><webPublishItem id="1" title="{}" destinationFile="x"/></webPublishItems>', None),
    "control's text": ('<controls><control name="c"><controlPr altText="{}"/></control></controls>', None),
    "control's name": ('<controls><control name="{}"/></controls>', None),
    "smart tag": ('<smartTags><cellSmartTags><cellSmartTag><cellSmartTagPr key="k" val="{}"/></cellSmartTag></cellSmartTags></smartTags>', None),
    "property's name": ('<customProperties><customPr name="{}"/></customProperties>', None),
    "string with a reading": ('<sheetData><row r="9"><c r="A9" t="inlineStr"><is><t>x</t><rPh sb="0" eb="1"><t>{}</t></rPh></is></c></row></sheetData>', None),
    "string in runs": ('<sheetData><row r="9"><c r="A9" t="inlineStr"><is><r><t>{0[0]}</t></r><r><rPr><b/></rPr><t>{0[1]}</t></r></is></c></row></sheetData>', Part.SHEET),
    "string with escapes": ('<sheetData><row r="9"><c r="A9" t="inlineStr"><is><t>{0[2]}</t></is></c></row></sheetData>', Part.SHEET),
    "cell without a reference": ('<sheetData><row><c t="inlineStr"><is><t>{}</t></is></c></row></sheetData>', Part.SHEET),
    "text for an error": ('<sheetData><row r="9"><c r="A9" t="e"><v>#{}</v></c></row></sheetData>', Part.SHEET),
    "shared formula's constant": ('<sheetData><row r="9"><c r="A9"><f t="shared" ref="A9:A10" si="0">"{}"&amp;A1</f><v>1</v></c></row></sheetData>', Part.CODE),
}  # fmt: skip

_IN_BOOK = {
    "name's comment": '<definedNames><definedName name="n" comment="{}">1</definedName></definedNames>',
    "hidden name": '<definedNames><definedName name="n" hidden="1">"{}"</definedName></definedNames>',
    "custom view": '<customWorkbookViews><customWorkbookView name="{}"/></customWorkbookViews>',
    "who reserved it": '<fileSharing userName="{}"/>',
    "where it was saved": '<x15ac:absPath xmlns:x15ac="u" url="C:\\{}\\"/>',
    "published object": '<webPublishObjects><webPublishObject id="1" divId="d" destinationFile="{}"/></webPublishObjects>',
    "smart tag type": '<smartTagTypes><smartTagType name="{}"/></smartTagTypes>',
}


def _saved(made: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _blank() -> bytes:
    made = openpyxl.Workbook()
    made.active["A1"] = "An ordinary cell."
    return _saved(made)


def _with(change: Callable[[openpyxl.Workbook, str], None]) -> Callable[[str], bytes]:
    def make(hidden: str) -> bytes:
        made = openpyxl.Workbook()
        made.active["B2"] = "An ordinary cell."
        change(made, hidden)
        return _saved(made)

    return make


def _sheet(state: str) -> Callable[[openpyxl.Workbook, str], None]:
    def change(made: openpyxl.Workbook, hidden: str) -> None:
        sheet = made.create_sheet("Other")
        sheet["A1"] = hidden
        sheet.sheet_state = state

    return change


def _unseen(made: openpyxl.Workbook, hidden: str, kind: str, which: int | str) -> None:
    made.active["D5"] = hidden
    getattr(made.active, f"{kind}_dimensions")[which].hidden = True


def _validation(field: str) -> Callable[[openpyxl.Workbook, str], None]:
    def change(made: openpyxl.Workbook, hidden: str) -> None:
        rule = DataValidation(type="list", formula1=f'"{hidden if field == "list" else "a"},b"')
        if field != "list":
            setattr(rule, field, hidden)
        rule.add("A1")
        made.active.add_data_validation(rule)

    return change


def _table(made: openpyxl.Workbook, hidden: str) -> None:
    made.active["A1"], made.active["A2"] = "Head", "x"
    made.active.add_table(Table(displayName=hidden, ref="A1:A2"))


def _page(which: str, side: str) -> Callable[[openpyxl.Workbook, str], None]:
    return lambda made, hidden: setattr(getattr(getattr(made.active, which), side), "text", hidden)


def _written(
    change: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet, str], object],
) -> Callable[[str], bytes]:
    def make(hidden: str) -> bytes:
        buffer = io.BytesIO()
        made = xlsxwriter.Workbook(buffer, {"in_memory": True})
        sheet = made.add_worksheet()
        change(made, sheet, hidden)
        made.close()
        return buffer.getvalue()

    return make


def _chart(made: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, hidden: str) -> None:
    sheet.write_column("A1", [1, 2])
    chart = made.add_chart({"type": "column"})
    chart.add_series({"values": "=Sheet1!$A$1:$A$2", "name": hidden})
    sheet.insert_chart("C1", chart)


def _chart_sheet(made: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, hidden: str) -> None:
    sheet.write_column("A1", [1, 2])
    chart = made.add_chart({"type": "bar"})
    chart.add_series({"values": "=Sheet1!$A$1:$A$2"})
    chart.set_title({"name": hidden})
    made.add_chartsheet("Picture").set_chart(chart)


def _cell(value: Callable[[str], object]) -> Callable[[openpyxl.Workbook, str], None]:
    return lambda made, hidden: made.active.cell(7, 3, value(hidden)) and None


def _queries(hidden: str) -> bytes:
    inside = zipped({"Formulas/Section1.m": f'section Section1; shared q = "{hidden}";'.encode()})
    coded = base64.b64encode(bytes(4) + len(inside).to_bytes(4, "little") + inside + bytes(8)).decode()
    part = f'<?xml version="1.0" encoding="utf-16"?><DataMashup xmlns="http://schemas.microsoft.com/DataMashup">{coded}</DataMashup>'
    return extended(_blank(), {"customXml/item1.xml": ("application/xml", part.encode("utf-16"))})


def _packed(hidden: str) -> bytes:
    made = docx.Document()
    made.add_paragraph(hidden)
    buffer = io.BytesIO()
    made.save(buffer)
    return extended(_blank(), {"xl/embeddings/a.docx": ("application/octet-stream", buffer.getvalue())})


_MADE: dict[str, tuple[Callable[[str], bytes], Part | None]] = {
    "shared string": (_written(lambda _, sheet, hidden: sheet.write("A1", hidden)), Part.SHEET),
    "shared string in runs": (_written(lambda made, sheet, hidden: sheet.write_rich_string("A1", hidden[:6], made.add_format({"bold": True}), hidden[6:])), Part.SHEET),
    "inline string": (_with(_cell(str)), Part.SHEET),
    "number": (_with(lambda made, hidden: made.active.cell(1, 1, hidden)), Part.SHEET),
    "far cell": (_with(lambda made, hidden: made.active.cell(1048576, 16384, hidden) and None), Part.SHEET),
    "hidden sheet": (_with(_sheet("hidden")), Part.HIDDEN),
    "very hidden sheet": (_with(_sheet("veryHidden")), Part.HIDDEN),
    "hidden row": (_with(lambda made, hidden: _unseen(made, hidden, "row", 5)), Part.HIDDEN),
    "hidden column": (_with(lambda made, hidden: _unseen(made, hidden, "column", "D")), Part.HIDDEN),
    "hidden column written otherwise": (_written(lambda _, sheet, hidden: (sheet.write("C3", hidden), sheet.set_column("C:C", None, None, {"hidden": True}))), Part.HIDDEN),
    "sheet name": (_with(lambda made, hidden: setattr(made.active, "title", hidden)), None),
    "white on white": (_written(lambda made, sheet, hidden: sheet.write("A1", hidden, made.add_format({"font_color": "white"}))), Part.SHEET),
    "format that shows nothing": (_written(lambda made, sheet, hidden: sheet.write("A1", hidden, made.add_format({"num_format": ";;;"}))), Part.SHEET),
    "formula's constant": (_with(_cell(lambda hidden: f'="{hidden}"&A1')), Part.CODE),
    "formula's result": (_written(lambda _, sheet, hidden: sheet.write_formula("A1", "=B1", None, hidden)), Part.SHEET),
    "array formula": (_written(lambda _, sheet, hidden: sheet.write_array_formula("A1:A2", f'{{=B1&"{hidden}"}}')), Part.CODE),
    "comment": (_with(lambda made, hidden: setattr(made.active["A1"], "comment", Comment(hidden, "A"))), Part.COMMENT),
    "comment's author": (_with(lambda made, hidden: setattr(made.active["A1"], "comment", Comment("x", hidden))), Part.COMMENT),
    "page header": (_with(_page("oddHeader", "center")), Part.HEADER),
    "page footer": (_with(_page("oddFooter", "right")), Part.FOOTER),
    "header of even pages": (_with(_page("evenHeader", "left")), Part.HEADER),
    "footer of the first page": (_with(_page("firstFooter", "center")), Part.FOOTER),
    "header with a font": (_written(lambda _, sheet, hidden: sheet.set_header(f'&L&"Arial,Bold"&14{hidden}&R&D')), Part.HEADER),
    "defined name": (_written(lambda made, _, hidden: made.define_name(hidden, "=Sheet1!$A$1")), None),
    "constant of a name": (_written(lambda made, _, hidden: made.define_name("n", f'="{hidden}"')), None),
    **{f"validation's {field}": (_with(_validation(field)), None) for field in ("prompt", "promptTitle", "error", "errorTitle", "list")},
    "conditional format's formula": (_with(lambda made, hidden: made.active.conditional_formatting.add("A1", FormulaRule([f'A1="{hidden}"']))), None),
    "conditional format's value": (_with(lambda made, hidden: made.active.conditional_formatting.add("A1", CellIsRule("equal", [f'"{hidden}"']))), None),
    "table's name": (_with(_table), None),
    "table's column": (_written(lambda _, sheet, hidden: sheet.add_table("A1:B3", {"columns": [{"header": hidden}, {"header": "b"}]})), None),
    "table's total": (_written(lambda _, sheet, hidden: sheet.add_table("A1:B3", {"total_row": True, "columns": [{"header": "a", "total_string": hidden}, {"header": "b"}]})), None),
    "link": (_written(lambda _, sheet, hidden: sheet.write_url("A1", f"https://a.example/{hidden}", string="x")), None),
    "link's tip": (_written(lambda _, sheet, hidden: sheet.write_url("A1", "https://a.example", string="x", tip=hidden)), None),
    "link inside": (_written(lambda _, sheet, hidden: sheet.write_url("A1", f"internal:Sheet1!{hidden}", string="x")), None),
    "text box written": (_written(lambda _, sheet, hidden: sheet.insert_textbox("A1", hidden)), Part.TEXT_BOX),
    "button": (_written(lambda _, sheet, hidden: sheet.insert_button("A1", {"caption": hidden})), Part.TEXT_BOX),
    "chart's series": (_written(_chart), Part.TEXT_BOX),
    "chart on its own sheet": (_written(_chart_sheet), Part.TEXT_BOX),
    "number format": (_written(lambda made, sheet, hidden: sheet.write("A1", 1, made.add_format({"num_format": f'0 "{hidden}"'}))), None),
    "property": (_written(lambda made, _, hidden: made.set_properties({"category": hidden})), Part.PROPERTY),
    "custom property": (_written(lambda made, _, hidden: made.set_custom_property("MSIP_Label_1_Name", hidden)), Part.PROPERTY),
    "embedded document": (_packed, None),
    "query": (_queries, None),
    "unused shared string": (lambda hidden: extended(_blank(), {"xl/sharedStrings.xml": (f"{_S}sharedStrings", f'<sst xmlns="u"><si><t>a</t></si><si><t>{hidden}</t></si></sst>'.encode())}), None),
    "linked workbook's address": (lambda hidden: extended(_blank(), {}, [Link("xl/externalLinks/externalLink1.xml", "externalLinkPath", f"file:///C:/{hidden}.xlsx", external=True)]), None),
}  # fmt: skip


class _Word(str):
    __slots__ = ()

    def __getitem__(self, at: object) -> str:
        text = str(self)
        return (text[:6], text[6:], "".join(f"_x{ord(letter):04X}_" for letter in text))[int(str(at))]


def probes() -> Iterator[Probe]:
    """Yield a workbook for each place."""
    for place, (name, kind, source, part) in _PARTS.items():
        hidden = word("xlsx", place)
        content = xml(source.replace("{}", hidden)) if source else hidden.encode("utf-16-le")
        yield Probe("xlsx", place, "book.xlsx", hidden, extended(_blank(), {name: (kind, content)}), part)
    for place, (source, part) in _IN_SHEET.items():
        hidden = word("xlsx", place)
        end = "</worksheet>"
        data = replaced(_blank(), _SHEET, "<worksheet", '<worksheet xmlns:x14="a" xmlns:xm="b"')
        data = replaced(data, _SHEET, end, source.format(_Word(hidden)) + end)
        yield Probe("xlsx", place, "book.xlsx", hidden, data, part)
    for place, source in _IN_BOOK.items():
        hidden = word("xlsx", place)
        end = "</workbook>"
        yield Probe(
            "xlsx", place, "book.xlsx", hidden, replaced(_blank(), "xl/workbook.xml", end, source.format(hidden) + end)
        )
    for place, (make, part) in _MADE.items():
        hidden = word("xlsx", place)
        yield Probe("xlsx", place, "book.xlsx", hidden, make(hidden), part)
    # No word can stand in a date: the day itself is looked for.
    yield Probe("xlsx", "date", "book.xlsx", "2031-04-17", _with(_cell(lambda _: date(2031, 4, 17)))(""), Part.SHEET)
