"""Calls PDFium's functions that are called for every object of a page, with bare addresses for handles.

The prototypes of pypdfium2 make a pointer object for every handle, which takes longer than most of these functions.
"""

from ctypes import PYFUNCTYPE, c_int, c_ulong, c_void_p, cast
from typing import Any

import pypdfium2.raw as pdfium


def _quick(function: Any, result: Any, *arguments: Any) -> Any:
    return PYFUNCTYPE(result, *arguments)(cast(function, c_void_p).value or 0)


def address(handle: Any) -> int:
    """Return the bare address of a handle, for the functions here."""
    return cast(handle, c_void_p).value or 0


page_object = _quick(pdfium.FPDFPage_GetObject, c_void_p, c_void_p, c_int)
type_of = _quick(pdfium.FPDFPageObj_GetType, c_int, c_void_p)
count_marks = _quick(pdfium.FPDFPageObj_CountMarks, c_int, c_void_p)
marked_id = _quick(pdfium.FPDFPageObj_GetMarkedContentID, c_int, c_void_p)
mark_of = _quick(pdfium.FPDFPageObj_GetMark, c_void_p, c_void_p, c_ulong)
bounds = _quick(pdfium.FPDFPageObj_GetBounds, c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)
matrix = _quick(pdfium.FPDFPageObj_GetMatrix, c_int, c_void_p, c_void_p)
