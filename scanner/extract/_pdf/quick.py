"""Calls PDFium's functions with bare addresses for handles, 0 for none.

The prototypes of pypdfium2 make a pointer object for every handle, and its classes make several more for every page,
which takes longer than most of these functions.
"""

from collections.abc import Callable
from ctypes import CFUNCTYPE, PYFUNCTYPE, c_char_p, c_double, c_float, c_int, c_size_t, c_uint, c_ulong, c_void_p, cast

import pypdfium2.raw as pdfium

Function = Callable[..., int]
_Number = type[c_int] | type[c_uint] | type[c_ulong] | type[c_size_t]
_Argument = _Number | type[c_void_p] | type[c_char_p] | type[c_double]
_Result = _Number | type[c_float] | None

# As a number, and not as a pointer: that would be None for none.
_ADDRESS = c_size_t


def _address(function: Function) -> int:
    return cast(function, c_void_p).value or 0  # type: ignore[arg-type]  # ctypes hides the type of a function


def _quick(function: Function, result: _Result, *arguments: _Argument) -> Function:
    """Return a function of PDFium with other types."""
    return PYFUNCTYPE(result, *arguments)(_address(function))


def _long(function: Function, result: _Result, *arguments: _Argument) -> Function:
    """Return one that may take long, during which other threads go on."""
    return CFUNCTYPE(result, *arguments)(_address(function))


load_document = _long(pdfium.FPDF_LoadMemDocument64, _ADDRESS, c_char_p, c_size_t, c_char_p)
close_document = _long(pdfium.FPDF_CloseDocument, None, _ADDRESS)
count_pages = _long(pdfium.FPDF_GetPageCount, c_int, _ADDRESS)
load_page = _long(pdfium.FPDF_LoadPage, _ADDRESS, _ADDRESS, c_int)
close_page = _long(pdfium.FPDF_ClosePage, None, _ADDRESS)
load_text = _long(pdfium.FPDFText_LoadPage, _ADDRESS, _ADDRESS)
close_text = _quick(pdfium.FPDFText_ClosePage, None, _ADDRESS)
width_of: Callable[[int], float] = _quick(pdfium.FPDF_GetPageWidthF, c_float, _ADDRESS)
height_of: Callable[[int], float] = _quick(pdfium.FPDF_GetPageHeightF, c_float, _ADDRESS)
flatten = _long(pdfium.FPDFPage_Flatten, c_int, _ADDRESS, c_int)

count_characters = _quick(pdfium.FPDFText_CountChars, c_int, _ADDRESS)
place_in_text = _quick(pdfium.FPDFText_GetTextIndexFromCharIndex, c_int, _ADDRESS, c_int)
characters = _quick(pdfium.FPDFText_GetText, c_int, _ADDRESS, c_int, c_int, c_void_p)
character = _quick(pdfium.FPDFText_GetUnicode, c_uint, _ADDRESS, c_int)
origin = _quick(pdfium.FPDFText_GetCharOrigin, c_int, _ADDRESS, c_int, c_void_p, c_void_p)
bounded_text = _quick(
    pdfium.FPDFText_GetBoundedText, c_int, _ADDRESS, c_double, c_double, c_double, c_double, c_void_p, c_int
)

count_objects = _quick(pdfium.FPDFPage_CountObjects, c_int, _ADDRESS)
page_object = _quick(pdfium.FPDFPage_GetObject, _ADDRESS, _ADDRESS, c_int)
count_drawn = _quick(pdfium.FPDFFormObj_CountObjects, c_int, _ADDRESS)
drawn_object = _quick(pdfium.FPDFFormObj_GetObject, _ADDRESS, _ADDRESS, c_ulong)
type_of = _quick(pdfium.FPDFPageObj_GetType, c_int, _ADDRESS)
bounds = _quick(pdfium.FPDFPageObj_GetBounds, c_int, _ADDRESS, c_void_p, c_void_p, c_void_p, c_void_p)
matrix = _quick(pdfium.FPDFPageObj_GetMatrix, c_int, _ADDRESS, c_void_p)
font_size = _quick(pdfium.FPDFTextObj_GetFontSize, c_int, _ADDRESS, c_void_p)
text_of_object = _quick(pdfium.FPDFTextObj_GetText, c_ulong, _ADDRESS, _ADDRESS, c_void_p, c_ulong)
count_segments = _quick(pdfium.FPDFPath_CountSegments, c_int, _ADDRESS)

count_marks = _quick(pdfium.FPDFPageObj_CountMarks, c_int, _ADDRESS)
marked_id = _quick(pdfium.FPDFPageObj_GetMarkedContentID, c_int, _ADDRESS)
mark_of = _quick(pdfium.FPDFPageObj_GetMark, _ADDRESS, _ADDRESS, c_ulong)

count_notes = _quick(pdfium.FPDFPage_GetAnnotCount, c_int, _ADDRESS)
load_note = _quick(pdfium.FPDFPage_GetAnnot, _ADDRESS, _ADDRESS, c_int)
close_note = _quick(pdfium.FPDFPage_CloseAnnot, None, _ADDRESS)
subtype = _quick(pdfium.FPDFAnnot_GetSubtype, c_int, _ADDRESS)
appearance = _quick(pdfium.FPDFAnnot_GetAP, c_ulong, _ADDRESS, c_int, c_void_p, c_ulong)
