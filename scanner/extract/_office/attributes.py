"""Names the XML attributes in which office documents keep words that people wrote."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from scanner.extract._markup.xml import attribute
from scanner.model.place import Part, Place

_META: Final = Part.METADATA
_FORM: Final = Part.FORM_FIELD
# element: (attributes, part, title of the place); with the title None the first attribute is the title of the second
_Kept = tuple[tuple[str, ...], Part, str | None]


def _table(text: str, part: Part, title: str) -> dict[str, _Kept]:
    """Return a line `elements: attributes` for each of its elements."""
    rows: dict[str, _Kept] = {}
    for line in text.strip().splitlines():
        elements, _, names = line.partition(":")
        for element in elements.split():
            before = rows[element][0] if element in rows else ()
            rows[element] = ((*before, *names.split()), part, title)
    return rows


KEPT: Final[Mapping[str, _Kept]] = {
    **_table(
        """
        docPr cNvPr: descr title name
        shape rect oval roundrect line polyline arc curve image group: alt title href
        imagedata fill stroke: title href althref
        tblCaption tblDescription: val
        controlPr objectPr: altText macro
        """,
        _META,
        "alt text",
    ),
    "textpath": (("string",), Part.WATERMARK, ""),
    **_table("listItem: displayText value val\nlistEntry: val", _FORM, "list item"),
    **_table("default: val\nocxPr: value\ndate: fullDate\nsectionTitle: val", _FORM, "value"),
    **_table("statusText helpText: val", _FORM, "help"),
    "alias": (("val",), _META, "content control"),
    "tag": (("name", "val"), Part.PROPERTY, None),
    "docVar": (("name", "val"), Part.PROPERTY, None),
    **_table("bookmarkStart: name\nbmk: name", _META, "bookmark"),
    "comment": (("author", "initials"), Part.COMMENT, "author"),
    **_table(
        """
        ins del moveFrom moveTo moveFromRangeStart moveToRangeStart cellIns cellDel cellMerge: author
        rPrChange pPrChange sectPrChange tblPrChange trPrChange tcPrChange tblGridChange tblPrExChange: author
        customXmlInsRangeStart customXmlDelRangeStart rcmt: author
        numberingChange: author original
        moveFromRangeStart moveToRangeStart bookmarkRange: name
        cmAuthor author: name initials userId
        person: displayName author userId
        presenceInfo: userId
        chgData: name userId
        permStart: ed
        fileSharing userInfo: userName name
        customWorkbookView: name
        pivotCacheDefinition: refreshedBy
        Attribution Assignment AssignTo: userName userId
        """,
        _META,
        "author",
    ),
    "fldSimple": (("instr",), _META, "field code"),
    **_table(
        """
        hyperlink: tooltip display location anchor tgtFrame
        hlinkClick hlinkHover hlinkMouseOver: tooltip action
        absPath: url
        webPublishItem webPublishObject: title destinationFile sourceObject
        htmlPubPr: title
        smartTagType: name url namespaceuri namespaceUri
        schema attachedSchema schemaRef: val uri schemaLocation
        """,
        _META,
        "link",
    ),
    **_table(
        """
        connectString query udl mailSubject addressFieldName: val
        fieldMapData: name mappedName val
        dbPr: connection command serverCommand
        webPr: url post editPage
        olapPr: localConnection
        textPr: sourceFile
        connection: name description sourceFile odcFile
        parameter: name prompt string cell
        queryTable queryTableField deletedField: name
        Map: Name RootElement
        xmlColumnPr: xpath
        ddeLink: ddeService ddeTopic
        ddeItem oleItem: name
        dataRef worksheetSource: name sheet
        """,
        _META,
        "connection",
    ),
    "lvlText": (("val",), _META, "numbering"),
    **_table("numFmt: formatCode", _META, "number format"),
    **_table("dataValidation: promptTitle prompt errorTitle error\ninputCells: val", _META, "input help"),
    "table": (("name", "displayName", "comment", "altText", "altTextSummary", "val"), _META, "table"),
    **_table("tableColumn: name totalsRowLabel", _META, "table"),
    "definedName": (
        ("name", "comment", "description", "help", "statusBar", "customMenu", "refersTo"),
        _META,
        "defined name",
    ),
    **_table(
        """
        cacheField: name caption formula
        s n d: v
        item: n val
        member i: name
        pivotTableDefinition: name dataCaption grandTotalCaption errorCaption missingCaption rowHeaderCaption
        pivotTableDefinition: colHeaderCaption tag
        pivotField: name subtotalCaption
        pageField dataField: name cap
        pivotHierarchy cacheHierarchy measureGroup dimension kpi set: name caption uniqueName displayFolder
        calculatedItem: formula
        """,
        _META,
        "pivot cache",
    ),
    **_table(
        "slicer timeline: name caption\nslicerCacheDefinition timelineCacheDefinition: name sourceName", _META, "slicer"
    ),
    "sheetName": (("val",), _META, "external link"),
    **_table("rsnm: oldName newName\nsheetPr workbookPr: codeName", _META, "sheet name"),
    **_table("cfRule: text\nfilter customFilter: val", _META, "filter"),
    **_table("protectedRange: name\nscenario: name user comment", _META, "scenario"),
    **_table("section: name", _META, "section"),
    **_table("custShow: name", _META, "slide show"),
    **_table("snd wavAudioFile audioFile: name", _META, "sound"),
    **_table(
        """
        cSld theme clrScheme custClr control oleObj customPr customProperty caption autoCaption: name
        formControlPr: fmlaMacro fmlaTxbx
        category docPartCategory: val
        name description desc title: val
        cellSmartTagPr: key val
        attr: name val
        prSet: phldrT
        entryMacro exitMacro: val
        signatureline: suggestedsigner suggestedsigner2 suggestedsigneremail signinginstructions
        geography: attribution
        geoLocationQuery geoLocation: entityName countryRegion adminDistrict1 adminDistrict2 postalCode address
        address: address1 countryRegion adminDistrict1 adminDistrict2 postalCode locality isoCountryCode
        Title: title
        macro: name macroName
        sp pic graphicFrame cxnSp: macro textlink
        fci: argValue fciName
        style tblStyle: name styleName
        """,
        _META,
        "name",
    ),
}
"""Elements with words in their attributes."""

# Words of the names that programs give to shapes and themes: nobody wrote them.
_GIVEN_WORDS: Final = """
    title subtitle sub text content date footer header slide number placeholder picture rectangle image box textbox
    group shape straight elbow curved connector arrow right left up down line oval table chart diagram object graphic
    freeform rounded vertical notes form autoshape media video theme office default design blank only and with caption
    comparison two section control of for custom frame page sheet
"""
GIVEN: Final = frozenset(_GIVEN_WORDS.split())
"""Words of the names that programs give to shapes and themes, in small letters."""

_GIVEN: Final = GIVEN | {""}
_LONGEST_GIVEN: Final = 60
_NAMES: Final = ("alt text", "name")


def attribute_lines(name: str, attributes: Mapping[str, str], place: Place) -> Iterator[tuple[Place, str]]:
    """Yield the texts an element keeps in its attributes, and where each stands, near `place`."""
    kept = KEPT.get(name)
    if kept is None or not attributes:
        return
    names, part, title = kept
    if title is None:
        key, value = (attribute(attributes, each) for each in names)
        if key:
            # A name can be a marking, too, and titles are not searched.
            yield _near(place, _META, "property names"), key
        if value.strip():
            yield _near(place, part, key or name), value
        return
    for key, text in attributes.items():
        local = key.rpartition(":")[2]
        if local not in names or not text:
            continue
        if local == "name" and title in _NAMES and is_given(text):
            continue
        yield _near(place, part, title), text


def is_given(name: str) -> bool:
    """Tell whether a name is one that programs give by themselves, such as `Text Box 3`."""
    words = re.split(r"[ ,-]+", name.lower()) if len(name) < _LONGEST_GIVEN else [name]
    return all(word.rstrip("0123456789:") in _GIVEN for word in words)


def _near(place: Place, part: Part, title: str) -> Place:
    if part is Part.METADATA:
        return Place(place.file, place.members, part, None, None, title)
    return replace(
        place, part=part, number=place.number if part is place.part else None, page=None, title=title or None
    )
