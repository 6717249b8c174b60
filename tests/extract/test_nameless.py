"""An entry without a name, which makes the standard library raise, hides nothing of the document around it."""

import io
import zipfile
from pathlib import Path

import pytest

from scanner.extract import docx, iwork, odf, pptx, xlsx

_DATA = Path(__file__).parents[1] / "data"
_NAME = "without-a-name"


@pytest.mark.parametrize(
    ("reader", "path"),
    [
        (docx, "office-text/document.docx"),
        (odf, "office-text/document.odt"),
        (xlsx, "office-sheet/document.xlsx"),
        (pptx, "office-slides/document.pptx"),
    ],
)
def test_a_part_without_a_name_does_not_end_the_reading(look, reader, path):
    data = (_DATA / path).read_bytes()
    whole = look(reader, data)

    found = look(reader, _with_nameless(data))

    assert {segment.text for segment in whole.segments} <= {segment.text for segment in found.segments}


def test_a_part_without_a_name_does_not_end_the_reading_of_a_package_of_apple(look):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("preview.txt", "hello")

    assert look(iwork, _with_nameless(packed.getvalue())).items


def _with_nameless(data):
    """Add an entry to a package; what stands behind a zero byte is no part of a name."""
    packed = io.BytesIO(data)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(_NAME, "text")
    return packed.getvalue().replace(_NAME.encode(), b"\0" + _NAME.encode()[1:])
