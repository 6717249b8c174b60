"""Names the XML attributes in which office documents keep words that people wrote."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from scanner.extract._xml import attribute
from scanner.model.place import Part, Place

_META: Final = Part.METADATA
# element: (attributes, part, title of the place); with the title None the first attribute is the title of the second
_KEPT: Final[Mapping[str, tuple[tuple[str, ...], Part, str | None]]] = {
    "docPr": (("descr", "title"), _META, "alt text"),
    "cNvPr": (("descr", "title"), _META, "alt text"),
    "shape": (("alt", "title"), _META, "alt text"),
    "rect": (("alt", "title"), _META, "alt text"),
    "textpath": (("string",), Part.WATERMARK, ""),
    "tblCaption": (("val",), _META, "alt text"),
    "tblDescription": (("val",), _META, "alt text"),
    "listItem": (("displayText", "value"), Part.FORM_FIELD, "list item"),
    "listEntry": (("val",), Part.FORM_FIELD, "list item"),
    "default": (("val",), Part.FORM_FIELD, "default"),
    "statusText": (("val",), Part.FORM_FIELD, "help"),
    "helpText": (("val",), Part.FORM_FIELD, "help"),
    "alias": (("val",), _META, "content control"),
    "tag": (("name", "val"), Part.PROPERTY, None),
    "bookmarkStart": (("name",), _META, "bookmark"),
    "comment": (("author",), Part.COMMENT, "author"),
    "cmAuthor": (("name",), _META, "author"),
    "author": (("name",), _META, "author"),
    "person": (("displayName",), _META, "author"),
    "fldSimple": (("instr",), _META, "field code"),
    "hyperlink": (("tooltip", "display", "location", "anchor"), _META, "link"),
    "hlinkClick": (("tooltip",), _META, "link"),
    "docVar": (("name", "val"), Part.PROPERTY, None),
    "connectString": (("val",), _META, "connection"),
    "query": (("val",), _META, "connection"),
    "dbPr": (("connection", "command"), _META, "connection"),
    "webPr": (("url", "post"), _META, "connection"),
    "connection": (("name", "description"), _META, "connection"),
    "lvlText": (("val",), _META, "numbering"),
    "numFmt": (("formatCode",), _META, "number format"),
    "dataValidation": (("promptTitle", "prompt", "errorTitle", "error"), _META, "input help"),
    "table": (("displayName", "comment"), _META, "table"),
    "tableColumn": (("name", "totalsRowLabel"), _META, "table"),
    "definedName": (("name", "comment", "description"), _META, "defined name"),
    "cacheField": (("name",), _META, "pivot cache"),
    "s": (("v",), _META, "pivot cache"),
    "sheetName": (("val",), _META, "external link"),
    "section": (("name",), _META, "section"),
    "custShow": (("name",), _META, "slide show"),
}


def attribute_lines(name: str, attributes: Mapping[str, str], place: Place) -> Iterator[tuple[Place, str]]:
    """Yield the texts an element keeps in its attributes, and where each stands, near `place`."""
    kept = _KEPT.get(name)
    if kept is None or not attributes:
        return
    names, part, title = kept
    base = replace(place, part=part, number=place.number if part is place.part else None, page=None)
    if title is None:
        key, value = (attribute(attributes, each) for each in names)
        if value.strip():
            yield replace(base, title=key or name), value
        return
    for each in names:
        if text := attribute(attributes, each):
            yield replace(base, title=title or None), text
