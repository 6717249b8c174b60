"""Makes `golden.xls`, a workbook with one word in each place where words can hide.

XlsxWriter writes the source, LibreOffice saves it as Excel 97: `PYTHONPATH=. python tests/data/legacy-xls/make.py`.
"""

import io
from pathlib import Path

import xlsxwriter

from bench.hiding import word
from bench.hiding._files import converted


def _w(place: str) -> str:
    return word("xls", place)


def source() -> bytes:
    """Return the workbook as XLSX."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"keywords": _w("core property"), "company": _w("company"), "manager": _w("manager")})
    book.set_custom_property("MSIP_Label_1_Name", _w("custom property MSIP_Label value"))
    sheet = book.add_worksheet("First")
    sheet.write("A1", _w("shared string cell"))
    sheet.write("B1", 12.5)
    sheet.write_formula("A2", f'=UPPER("{_w("formula string constant").lower()}")', None, _w("formula string constant"))
    sheet.write("A3", _w("hidden row"))
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.write("J4", _w("hidden column"))
    sheet.set_column("J:J", None, None, {"hidden": True})
    sheet.write("A5", 7, book.add_format({"num_format": f'"{_w("number format literal")}" 0'}))
    sheet.write_url("A6", f"https://example.org/{_w('hyperlink target')}", string="shown")
    sheet.write("A7", _w("white on white"), book.add_format({"font_color": "#FFFFFF"}))
    sheet.write_comment("A1", _w("cell comment"))
    sheet.set_header(f"&L{_w('page header')}&R&D")
    sheet.set_footer(f"&C{_w('page footer')}")
    sheet.data_validation(
        "A8",
        {
            "validate": "list",
            "source": ["one", _w("data-validation list")],
            "input_title": "title",
            "input_message": _w("data-validation prompt"),
            "error_message": _w("data-validation error"),
        },
    )
    sheet.conditional_format(
        "A1:A9",
        {"type": "formula", "criteria": f'=$A1="{_w("conditional format literal")}"', "format": book.add_format()},
    )
    sheet.insert_textbox("D5", _w("text box in drawing"))
    sheet.write("M900", _w("far cell"))
    sheet.write_rich_string("A9", "aa", book.add_format({"bold": True}), _w("rich string")[:7], _w("rich string")[7:])
    book.define_name(_w("defined name"), "=First!$A$1")
    book.define_name("Constant", f'="{_w("defined name literal")}"')
    book.add_worksheet(_w("sheet name"))
    hidden = book.add_worksheet("Hidden")
    hidden.write("A1", _w("hidden sheet"))
    hidden.hide()
    buried = book.add_worksheet("Buried")
    buried.write("A1", _w("very hidden sheet"))
    buried.very_hidden()
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=First!$B$1:$B$2"})
    chart.set_title({"name": _w("chart title")})
    chart.set_x_axis({"name": _w("chart axis title")})
    sheet.insert_chart("F10", chart)
    book.close()
    return buffer.getvalue()


if __name__ == "__main__":
    Path(__file__).with_name("golden.xls").write_bytes(converted(source(), "xlsx", "xls:MS Excel 97"))
