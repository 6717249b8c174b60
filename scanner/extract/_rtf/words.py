"""Names the control words of rich text that say where text stands (RTF Specification 1.9.1)."""

from typing import Final

from scanner.model.place import Part

SIGNS: Final = {
    b"tab": "\t",
    b"line": "\n",
    b"lbr": "\n",
    b"softline": "\n",
    b"emdash": "—",
    b"endash": "–",
    b"emspace": " ",
    b"enspace": " ",
    b"qmspace": " ",
    b"bullet": "•",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"zwbo": "",
    b"zwnbo": "",
    b"zwj": "\u200d",
    b"zwnj": "\u200c",
    b"ltrmark": "",
    b"rtlmark": "",
}
"""Words that are characters of the text."""

SYMBOLS: Final = {b"~": "\u00a0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\t": "\t"}
"""What a backslash and one sign stand for; the others show nothing."""

BREAKS: Final = frozenset({b"par", b"cell", b"nestcell", b"row", b"nestrow", b"sect", b"page", b"column"})
"""Words that end a line."""

FLOWS: Final = {
    b"header": (Part.HEADER, None),
    b"headerl": (Part.HEADER, None),
    b"headerr": (Part.HEADER, None),
    b"headerf": (Part.HEADER, None),
    b"footer": (Part.FOOTER, None),
    b"footerl": (Part.FOOTER, None),
    b"footerr": (Part.FOOTER, None),
    b"footerf": (Part.FOOTER, None),
    b"footnote": (Part.FOOTNOTE, None),
    b"annotation": (Part.COMMENT, None),
    b"shptxt": (Part.TEXT_BOX, None),
    b"dptxbxtext": (Part.TEXT_BOX, None),
    b"ftnsep": (Part.FOOTNOTE, "separator"),
    b"ftnsepc": (Part.FOOTNOTE, "separator"),
    b"ftncn": (Part.FOOTNOTE, "separator"),
    b"aftnsep": (Part.ENDNOTE, "separator"),
    b"aftnsepc": (Part.ENDNOTE, "separator"),
    b"aftncn": (Part.ENDNOTE, "separator"),
}
"""Destinations with paragraphs of their own, the part they are, and a title; those without one are numbered."""

_PROPERTIES: Final = (
    b"title subject author manager company operator category keywords comment doccomm hlinkbase".split()
)
ASIDE: Final = {
    **{name: (Part.PROPERTY, name.decode("ascii")) for name in _PROPERTIES},
    b"fldinst": (Part.METADATA, "field code"),
    b"atnauthor": (Part.COMMENT, "author"),
    b"atnid": (Part.COMMENT, "author"),
    b"bkmkstart": (Part.METADATA, "bookmark"),
    b"xe": (Part.METADATA, "index entry"),
    b"tc": (Part.METADATA, "index entry"),
    b"tcn": (Part.METADATA, "index entry"),
    b"rxe": (Part.METADATA, "index entry"),
    b"ffname": (Part.FORM_FIELD, "name"),
    b"ffdeftext": (Part.FORM_FIELD, "default"),
    b"ffformat": (Part.FORM_FIELD, "format"),
    b"ffhelptext": (Part.FORM_FIELD, "help"),
    b"ffstattext": (Part.FORM_FIELD, "help"),
    b"ffentrymcr": (Part.FORM_FIELD, "macro"),
    b"ffexitmcr": (Part.FORM_FIELD, "macro"),
    b"ffl": (Part.FORM_FIELD, "list item"),
    b"revtbl": (Part.METADATA, "author"),
    b"protusertbl": (Part.METADATA, "author"),
    b"template": (Part.METADATA, "template"),
    b"filetbl": (Part.METADATA, "file"),
    b"nextfile": (Part.METADATA, "file"),
    b"objclass": (Part.METADATA, "object"),
    b"objname": (Part.METADATA, "object"),
    b"linkval": (Part.METADATA, "link"),
    b"hlloc": (Part.METADATA, "link"),
    b"hlsrc": (Part.METADATA, "link"),
    b"hlfr": (Part.METADATA, "link"),
    b"mmconnectstr": (Part.METADATA, "connection"),
    b"mmconnectstrdata": (Part.METADATA, "connection"),
    b"mmquery": (Part.METADATA, "connection"),
    b"mmdatasource": (Part.METADATA, "connection"),
    b"mmheadersource": (Part.METADATA, "connection"),
    b"xmlattrname": (Part.METADATA, "custom XML"),
    b"xmlattrvalue": (Part.METADATA, "custom XML"),
    b"xmlname": (Part.METADATA, "custom XML"),
    b"factoidname": (Part.METADATA, "custom XML"),
}
"""Destinations whose text stands beside the page, the part it is, and its title."""

IF_WORDS: Final = {
    b"leveltext": (Part.METADATA, "numbering"),
    b"listname": (Part.METADATA, "numbering"),
    b"pntxta": (Part.METADATA, "numbering"),
    b"pntxtb": (Part.METADATA, "numbering"),
    b"xmlnstbl": (Part.METADATA, "custom XML"),
    b"pgdsctbl": (Part.METADATA, "page style"),
}
"""The same, for those that mostly hold signs."""

MUTED: Final = frozenset({b"listtable", b"listoverridetable", b"docvartbl"})
"""Destinations that say nothing themselves, but hold some that do."""

# fmt: off
SKIPPED: Final = frozenset({
    b"colortbl", b"rsidtbl", b"latentstyles", b"themedata", b"colorschememapping", b"generator",
    b"panose", b"falt", b"fontemb", b"fontfile", b"passwordhash", b"blipuid", b"svgblip", b"pgptbl", b"listpicture",
    b"wgrffmtfilter", b"oldcprops", b"oldpprops", b"oldtprops", b"oldsprops", b"atndate", b"atnref", b"atnicn",
    b"atnparent", b"atrfstart", b"atrfend", b"oleclsid", b"objtime", b"levelnumbers", b"creatim", b"revtim",
    b"printim", b"buptim", b"liststyleid", b"xmlclose", b"bkmkend", b"keycode", b"mctrlPr", b"mmathPr", b"pnaiud",
    b"pnseclvl",
})
"""Destinations that hold no words of the document."""

TRANSPARENT: Final = frozenset({
    b"shpinst", b"shppict", b"shprslt", b"do", b"background", b"picprop", b"nesttableprops", b"moMath", b"moMathPara",
    b"userprops", b"formfield", b"mailmerge", b"xmlopen", b"hl", b"pn", b"defchp",
    b"defpap", b"cs", b"ts", b"ds", b"rtlch", b"ltrch", b"ebcend", b"ebcstart", b"bkmkpub",
    b"wptab", b"ud", b"tx", b"collapsed", b"private1", b"macpict",
})
"""Words that may follow `\\*` and leave the text inside them where it stands without them."""
# fmt: on

HEX: Final = frozenset({b"objdata", b"datastore", b"datafield"})
"""Destinations that hold bytes, written in hexadecimal digits."""

SHAPE_WORDS: Final = {
    "gtextUNICODE": (Part.WATERMARK, None),
    "wzDescription": (Part.METADATA, "alt text"),
    "wzName": (Part.METADATA, "alt text"),
    "wzTooltip": (Part.METADATA, "alt text"),
    "pihlShape": (Part.METADATA, "link"),
    "pibName": (Part.METADATA, "link"),
    "wzScript": (Part.CODE, None),
}
"""Shape properties that hold words (`sn`), and where these stand; others are metadata if they look like words."""

SHAPE_NOISE: Final = frozenset({"gtextFont", "pWrapPolygonVertices", "pVerticies", "pSegmentInfo", "metroBlob"})
"""Shape properties that hold figures and names of fonts."""
