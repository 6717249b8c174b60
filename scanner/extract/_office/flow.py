"""Reads text that runs in paragraphs, as WordprocessingML and DrawingML write it: joined in them, apart between."""

import base64
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Final

from scanner.extract._lines import Lines
from scanner.extract._markup.xml import attribute, is_true
from scanner.extract._office.attributes import KEPT, attribute_lines
from scanner.extract._office.writing import Writing
from scanner.extract._text.strings import document_strings
from scanner.extract._text.symbols import symbol
from scanner.model.place import Part, Place

WATCHED: Final = (
    *("headerReference", "footerReference", "titlePg", "sectPr", "evenAndOddHeaders"),
    *("sldId", "sld", "sheet", "workbookPr"),
)
"""Elements that a format may ask to be told of."""

_BREAKS: Final = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_PLACEHOLDERS: Final = {"ftr": Part.FOOTER, "hdr": Part.HEADER}
# Figures of the layout and of signatures, which are no text.
# fmt: off
_NO_TEXT: Final = frozenset({
    "posOffset", "align", "pctWidth", "pctHeight", "pctPosHOffset", "pctPosVOffset", "sizeRelH", "sizeRelV",
    "attrName", "col", "row", "colOff", "rowOff", "Anchor", "MoveWithCells", "SizeWithCells", "AutoFill", "Row",
    "Column", "TextHAlign", "TextVAlign", "Visible", "SignatureValue", "DigestValue", "X509Certificate",
    "Modulus",
})
# fmt: on
_NO_NOTES: Final = frozenset({"separator", "continuationSeparator", "continuationNotice"})
_CODES: Final = ("instrText", "delInstrText")
_BASE64: Final = frozenset({"fldData", "binData", "binaryData"})
_NAMED: Final = frozenset({"docPr", "cNvPr", "shape"})

Attributes = Mapping[str, str]


class FlowWalker:
    """Walks one part of an office document.

    `place` is where its paragraphs stand. `counted` names elements that each open a place of their own, numbered
    from 1 (a footnote, a comment). `paged` splits the text at page breaks. `aside` takes everything to `place`,
    whatever it is: the text of a glossary is nowhere on the page. `watch` is told of the elements in `WATCHED`.
    `vanishing` names the styles whose text is hidden, an empty name stands for no style.
    """

    def __init__(  # noqa: PLR0913 - what the parts differ in
        self,
        lines: Lines,
        place: Place,
        *,
        counted: Mapping[str, Part] | None = None,
        paged: bool = False,
        aside: bool = False,
        watch: Callable[[str, Attributes], None] | None = None,
        vanishing: frozenset[str] = frozenset(),
    ) -> None:
        """Write to `lines`."""
        self.writing = Writing(lines, place, paged=paged, aside=aside)
        self.counted = counted or {}
        self.vanishing = vanishing
        self.writing.vanishing = self.writing.top.vanish_paragraph = "" in vanishing
        self.watch = watch
        self.stack: list[str] = [""]
        self.loose: list[str] = []
        self.gone: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        """Enter an element."""
        if self.loose:
            self._settle_loose()
        self.stack.append(name)
        self.enter(name, attributes)

    def end(self, name: str) -> None:
        """Leave an element."""
        if self.loose:
            self._settle_loose()
        self.stack.pop()
        if self.gone and self.gone[-1] == name:
            self.gone.pop()
            self.writing.deleting -= 1
        self.leave(name)

    def text(self, data: str) -> None:
        """Take characters; outside of runs they count as a line each."""
        top = self.stack[-1]
        if top == "t":
            self.writing.put(data)
        elif top == "delText":
            self.writing.delete(data)
        elif top in _CODES:
            self.writing.top.code.append(data)
        elif top not in _NO_TEXT:
            self.loose.append(data)

    def comment(self, data: str) -> None:
        """Take a comment in the XML for words beside the text."""
        if data.strip():
            self.writing.stray(data.strip())

    def close(self) -> None:
        """Hand on what the stream ended in."""
        self._settle_loose()
        self.writing.finish()

    def enter(self, name: str, attributes: Attributes) -> None:
        """Take what an element says, whatever it stands in."""
        handler = STARTS.get(name)
        if handler is not None:
            handler(self, name, attributes)
        elif name in self.counted:
            noted = attribute(attributes, "type") not in _NO_NOTES
            self.writing.open(name, self.counted[name] if noted else None)
        if attributes and name in KEPT:
            self._attributes(name, attributes)

    def leave(self, name: str) -> None:
        """Take what the end of an element says."""
        handler = ENDS.get(name)
        if handler is not None:
            handler(self, name)
        if self.writing.is_open(name):
            self.writing.shut()

    def _attributes(self, name: str, attributes: Attributes) -> None:
        writing = self.writing
        if name in _NAMED:
            called = attribute(attributes, "name") + attribute(attributes, "id")
            named = "watermark" in called.lower()
            # A shape inside a drawing has a name of its own, which does not take the drawing's away.
            writing.watermark = named or (writing.watermark and name == "cNvPr")
            shape = writing.top
            if shape.element == "sp" and writing.watermark:
                shape.place = replace(writing.base, part=Part.WATERMARK)
            elif shape.element == "sp" and is_true(attribute(attributes, "hidden") or "0"):
                shape.place = replace(shape.place, part=Part.HIDDEN)
        for place, text in attribute_lines(name, attributes, writing.top.place):
            writing.say(place, text)

    def _settle_loose(self) -> None:
        text = "".join(self.loose).strip()
        self.loose.clear()
        if text and self.stack[-1] in _BASE64:
            with suppress(ValueError):
                text = document_strings(base64.b64decode(text)).strip()
        if text:
            self.writing.stray(text)


def _space(flow: FlowWalker, name: str, _: Attributes) -> None:
    # Tab stops have the name of tabs.
    if flow.stack[-2:-1] in ([], ["r"]):
        flow.writing.put(_BREAKS[name])


def _run(flow: FlowWalker, _name: str, _: Attributes) -> None:
    flow.writing.top.vanish = None
    flow.writing.top.in_run = True


def _end_run(flow: FlowWalker, _: str) -> None:
    flow.writing.top.in_run = False


def _vanish(flow: FlowWalker, _: str, attributes: Attributes) -> None:
    scope = flow.writing.top
    if scope.in_run:
        scope.vanish = is_true(attribute(attributes, "val"))


def _spec_vanish(flow: FlowWalker, _: str, attributes: Attributes) -> None:
    # A style separator: the paragraph goes on in the next (ECMA-376 part 1, section 17.3.2.36).
    scope = flow.writing.top
    scope.joined = scope.joined or (not scope.in_run and is_true(attribute(attributes, "val")))


def _styled(flow: FlowWalker, name: str, attributes: Attributes) -> None:
    if flow.vanishing:
        scope, hides = flow.writing.top, attribute(attributes, "val") in flow.vanishing
        if name == "pStyle":
            scope.vanish_paragraph = hides
        elif scope.in_run and hides:
            scope.vanish = True


def _break(flow: FlowWalker, _: str, attributes: Attributes) -> None:
    flow.writing.put("\n")
    if attributes and attribute(attributes, "type") == "page":
        flow.writing.page_break()


def _symbol(flow: FlowWalker, _: str, attributes: Attributes) -> None:
    flow.writing.put(symbol(attribute(attributes, "font"), attribute(attributes, "char")))


def _delete(flow: FlowWalker, name: str, _: Attributes) -> None:
    flow.writing.deleting += 1
    around = flow.stack[-3:-1]
    if name == "del" and around == ["pPr", "rPr"]:
        # The mark at its end is deleted: the paragraph goes on in the next.
        flow.writing.top.joined = True
    elif around[-1:] == ["trPr"]:
        flow.writing.deleting += 1
        flow.gone.append("tr")


def _delete_cell(flow: FlowWalker, _name: str, _: Attributes) -> None:
    flow.writing.deleting += 1
    flow.gone.append("tc")


def _deeper(flow: FlowWalker, name: str, _: Attributes) -> None:
    if name == "rt":
        flow.writing.reading += 1
    else:
        flow.writing.inserting += 1


def _shallower(flow: FlowWalker, name: str) -> None:
    if name == "rt":
        flow.writing.reading -= 1
    elif name in {"del", "moveFrom"}:
        flow.writing.deleting -= 1
    else:
        flow.writing.inserting -= 1


def _box(flow: FlowWalker, name: str, _: Attributes) -> None:
    if name == "sp":
        flow.writing.watermark = False
    flow.writing.open(name)


def _alternate(flow: FlowWalker, _name: str, _: Attributes) -> None:
    flow.writing.alternatives += 1


def _picture(flow: FlowWalker, _name: str, _: Attributes) -> None:
    flow.writing.top.empty_page = False


def _end_picture(flow: FlowWalker, _: str) -> None:
    flow.writing.watermark = False


def _placeholder(flow: FlowWalker, _: str, attributes: Attributes) -> None:
    scope, kind = flow.writing.top, attribute(attributes, "type")
    if kind in _PLACEHOLDERS and scope.place.part in {Part.SLIDE, Part.SPEAKER_NOTES}:
        scope.place = replace(scope.place, part=_PLACEHOLDERS[kind])


def _tell(flow: FlowWalker, name: str, attributes: Attributes) -> None:
    if flow.watch is not None:
        flow.watch(name, attributes)


def _end_section(flow: FlowWalker, _: str) -> None:
    if flow.watch is not None:
        flow.watch("/sectPr", {})


STARTS: Final[Mapping[str, Callable[[FlowWalker, str, Attributes], None]]] = {
    **dict.fromkeys(_BREAKS, _space),
    **dict.fromkeys(WATCHED, _tell),
    "r": _run,
    "vanish": _vanish,
    "specVanish": _spec_vanish,
    "pStyle": _styled,
    "rStyle": _styled,
    "br": _break,
    "lastRenderedPageBreak": lambda flow, _name, _: flow.writing.soft_break(),
    "sym": _symbol,
    "del": _delete,
    "moveFrom": _delete,
    "cellDel": _delete_cell,
    **dict.fromkeys(("ins", "moveTo", "rt"), _deeper),
    "txbxContent": _box,
    "sp": _box,
    "AlternateContent": _alternate,
    **dict.fromkeys(("drawing", "pict", "object"), _picture),
    "ph": _placeholder,
}
"""What is done where an element begins."""

ENDS: Final[Mapping[str, Callable[[FlowWalker, str], None]]] = {
    **dict.fromkeys(("del", "moveFrom", "ins", "moveTo", "rt"), _shallower),
    **dict.fromkeys(("drawing", "pict", "object"), _end_picture),
    "p": lambda flow, _: flow.writing.end_paragraph(),
    "r": _end_run,
    "AlternateContent": lambda flow, _: flow.writing.end_alternatives(),
    "sectPr": _end_section,
}
"""What is done where an element ends."""
