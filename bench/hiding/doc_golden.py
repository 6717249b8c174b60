"""The places of a Word document that LibreOffice writes: one file with a word in each (tests/data/legacy-doc)."""

from collections.abc import Iterator
from pathlib import Path

from bench.hiding import Probe, word
from scanner.model.place import Part

_FILE = Path(__file__).parents[2] / "tests/data/legacy-doc/document.doc"
_PLACES: dict[str, Part | None] = {
    "body": Part.BODY,
    "body of section 2": Part.BODY,
    "body of the last page": Part.BODY,
    "split over runs": Part.BODY,
    "table cell": Part.BODY,
    "nested table cell": Part.BODY,
    "header default": Part.HEADER,
    "header first page": Part.HEADER,
    "header even pages": Part.HEADER,
    "header of section 2": Part.HEADER,
    "footer default": Part.FOOTER,
    "footer first page": Part.FOOTER,
    "footer even pages": Part.FOOTER,
    "footer of section 2": Part.FOOTER,
    "watermark": Part.WATERMARK,
    "text box": Part.TEXT_BOX,
    "text box in header": Part.HEADER,
    "footnote": Part.FOOTNOTE,
    "endnote": Part.ENDNOTE,
    "comment": Part.COMMENT,
    "comment author": Part.COMMENT,
    "deleted": Part.DELETED,
    "inserted": Part.BODY,
    "whole without deletion": Part.BODY,
    "whole with deletion": None,
    "revision author": Part.METADATA,
    "hidden": Part.HIDDEN,
    "link target": Part.METADATA,
    "link text": Part.BODY,
    "field code": Part.METADATA,
    "field result": Part.BODY,
    "bookmark": Part.METADATA,
    "form value": Part.BODY,
    "form default": Part.FORM_FIELD,
    "form help": Part.FORM_FIELD,
    "form status": Part.FORM_FIELD,
    "form list entry": Part.FORM_FIELD,
    "numbering": Part.METADATA,
    "property title": Part.PROPERTY,
    "property subject": Part.PROPERTY,
    "property keywords": Part.PROPERTY,
    "property category": Part.PROPERTY,
    "property comments": Part.PROPERTY,
    "property author": Part.PROPERTY,
    "property last_modified_by": Part.PROPERTY,
    "property company": Part.PROPERTY,
    "property manager": Part.PROPERTY,
    "label value": Part.PROPERTY,
    "custom property name": Part.METADATA,
}


def probes() -> Iterator[Probe]:
    """Yield the file once for each of its places."""
    data = _FILE.read_bytes()
    for place, part in _PLACES.items():
        yield Probe("doc", place, "document.doc", word("doc", place), data, part)
