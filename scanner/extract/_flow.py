"""Reads text that runs in paragraphs, as WordprocessingML and DrawingML write it: joined in them, apart between."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from scanner.extract._attributes import attribute_lines
from scanner.extract._lines import LONGEST_LINE, Lines
from scanner.extract._symbols import symbol
from scanner.extract._xml import attribute, is_true
from scanner.model.place import Part, Place

_SCOPES: Final = frozenset({"txbxContent", "sp"})
_DELETING: Final = frozenset({"del", "moveFrom"})
_BREAKS: Final = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_INTO: Final = {"delText": "deleted", "instrText": "code", "delInstrText": "code"}
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
_PICTURES: Final = frozenset({"drawing", "pict", "object"})


@dataclass(slots=True)
class _Scope:
    """What is being written into: a part of the page with paragraphs of its own."""

    element: str
    place: Place
    shown: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    reading: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    length: int = 0
    vanish: bool = False
    new_page: bool = False
    empty_page: bool = True


class FlowWalker:
    """Walks one part of an office document.

    `place` is where its paragraphs stand. `counted` names elements that each open a place of their own, numbered
    from 1 (a footnote, a comment). `paged` splits the text at page breaks. `aside` takes everything to `place`,
    whatever it is: the text of a glossary is nowhere on the page.
    """

    def __init__(
        self,
        lines: Lines,
        place: Place,
        *,
        counted: Mapping[str, Part] | None = None,
        paged: bool = False,
        aside: bool = False,
    ) -> None:
        """Write to `lines`."""
        self._lines = lines
        self._base = replace(place, part=Part.BODY, number=None, title=None, page=None)
        self._place = place
        self._counted = counted or {}
        self._paged = paged
        self._aside = aside
        self._stack: list[str] = [""]
        self._scopes = [_Scope("", place)]
        self._numbers: dict[Part, int] = {}
        self._deleting = 0
        self._reading = 0
        self._loose: list[str] = []
        self._watermark = False
        self._within_alternatives = 0
        self._alternatives: set[str] = set()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Enter an element."""
        self._settle_loose()
        parent = self._stack[-1]
        self._stack.append(name)
        if not self._inline(name, parent, attributes):
            self._enter(name, attributes)
        self._attributes(name, attributes)

    def end(self, name: str) -> None:
        """Leave an element."""
        self._settle_loose()
        self._stack.pop()
        if name == "p":
            self._end_paragraph(self._scopes[-1])
        elif name in _DELETING:
            self._deleting -= 1
        elif name == "rt":
            self._reading -= 1
        elif name in _PICTURES:
            self._watermark = False
        elif name == "AlternateContent":
            self._within_alternatives -= 1
            if not self._within_alternatives:
                self._alternatives.clear()
        if len(self._scopes) > 1 and name == self._scopes[-1].element:
            self._close_scope()

    def text(self, data: str) -> None:
        """Take characters; outside of runs they count as a line each."""
        top = self._stack[-1]
        if top == "t":
            self._put(data)
        elif top in _INTO:
            getattr(self._scopes[-1], _INTO[top]).append(data)
        elif top not in _NO_TEXT:
            self._loose.append(data)

    def close(self) -> None:
        """Hand on what the stream ended in."""
        self._settle_loose()
        while len(self._scopes) > 1:
            self._close_scope()
        self._end_paragraph(self._scopes[0])
        self._write_scope(self._scopes[0])

    def _inline(self, name: str, parent: str, attributes: Mapping[str, str]) -> bool:
        """Take what stands in a line of text, and tell whether it was that."""
        scope = self._scopes[-1]
        if name == "r":
            scope.vanish = False
        elif name == "vanish" and "r" in self._stack[-3:-2]:
            scope.vanish = is_true(attribute(attributes, "val"))
        elif name == "br":
            self._break(scope, page=attribute(attributes, "type") == "page")
        elif name in _BREAKS and parent == "r":
            self._put(_BREAKS[name])
        elif name == "lastRenderedPageBreak":
            self._soft_break(scope)
        elif name == "sym":
            self._put(symbol(attribute(attributes, "font"), attribute(attributes, "char")))
        else:
            return False
        return True

    def _enter(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take what decides where the text inside it stands."""
        if name in _DELETING:
            self._deleting += 1
        elif name == "rt":
            self._reading += 1
        elif name in _SCOPES or name in self._counted:
            self._open(name, attributes)
        elif name == "AlternateContent":
            self._within_alternatives += 1
        elif name in _PICTURES:
            self._scopes[-1].empty_page = False
        elif name == "ph":
            self._placeholder(self._scopes[-1], attribute(attributes, "type"))

    def _put(self, text: str) -> None:
        scope = self._scopes[-1]
        if self._reading:
            scope.reading.append(text)
        elif self._deleting:
            scope.deleted.append(text)
        elif scope.vanish:
            scope.hidden.append(text)
        else:
            scope.shown.append(text)
            scope.length += len(text)
            if scope.length > LONGEST_LINE:
                self._end_line(scope)

    def _break(self, scope: _Scope, *, page: bool) -> None:
        self._put("\n")
        if page and len(self._scopes) == 1:
            self._end_line(scope)
            self._turn_page(scope)

    def _soft_break(self, scope: _Scope) -> None:
        if len(self._scopes) > 1 or (scope.empty_page and not scope.shown):
            # Word notes the page an explicit break began a second time.
            return
        if scope.shown:
            # A page may end within a word: the paragraph is kept whole.
            scope.new_page = True
        else:
            self._turn_page(scope)

    def _turn_page(self, scope: _Scope) -> None:
        scope.new_page = False
        if not self._paged:
            return
        if scope.place.page is None:
            for part in (Part.BODY, Part.DELETED, Part.HIDDEN):
                place = replace(scope.place, part=part)
                self._lines.move(place, replace(place, page=1))
        scope.place = replace(scope.place, page=(scope.place.page or 1) + 1)
        scope.empty_page = True

    def _end_paragraph(self, scope: _Scope) -> None:
        self._end_line(scope)
        if scope.new_page:
            self._turn_page(scope)

    def _end_line(self, scope: _Scope) -> None:
        if scope.shown:
            line = "".join(scope.shown)
            scope.empty_page = scope.empty_page and not line.strip()
            scope.shown.clear()
            scope.length = 0
        else:
            line = ""
        if scope.element == "txbxContent":
            scope.written.append(line)
        else:
            self._lines.add(scope.place, line)
        for part, pieces, title in (
            (Part.DELETED, scope.deleted, None),
            (Part.HIDDEN, scope.hidden, None),
            (Part.METADATA, scope.code, "field code"),
            (Part.METADATA, scope.reading, "reading aid"),
        ):
            if pieces:
                page = None if title else scope.place.page
                place = replace(self._base, part=part, title=title, page=page)
                self._lines.add(scope.place if self._aside else place, "".join(pieces))
                pieces.clear()

    def _open(self, name: str, attributes: Mapping[str, str]) -> None:
        place = self._scopes[-1].place
        if name == "sp":
            self._watermark = False
        part = self._counted.get(name)
        if part is not None and attribute(attributes, "type") not in {"separator", "continuationSeparator"}:
            place = replace(self._base, part=part, number=self._number(part))
        self._scopes.append(_Scope(name, place))

    def _close_scope(self) -> None:
        scope = self._scopes[-1]
        self._end_line(scope)
        self._scopes.pop()
        self._write_scope(scope)

    def _write_scope(self, scope: _Scope) -> None:
        text = "\n".join(scope.written).strip()
        # The same box stands in a file twice, for new and for old programs.
        if not text or text in self._alternatives:
            return
        if self._within_alternatives:
            self._alternatives.add(text)
        self._lines.add(self._box_place(scope.place), text)

    def _box_place(self, around: Place) -> Place:
        if self._aside:
            return around
        if self._watermark:
            return replace(self._base, part=Part.WATERMARK)
        if around.part is Part.BODY:
            return replace(self._base, part=Part.TEXT_BOX, number=self._number(Part.TEXT_BOX), page=around.page)
        return replace(around, title="text box")

    def _number(self, part: Part) -> int:
        self._numbers[part] = self._numbers.get(part, 0) + 1
        return self._numbers[part]

    def _placeholder(self, scope: _Scope, kind: str) -> None:
        if kind in _PLACEHOLDERS and scope.place.part in {Part.SLIDE, Part.SPEAKER_NOTES}:
            scope.place = replace(scope.place, part=_PLACEHOLDERS[kind])

    def _attributes(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in {"docPr", "cNvPr", "shape"}:
            called = attribute(attributes, "name") + attribute(attributes, "id")
            named = "watermark" in called.lower()
            # A shape inside a drawing has a name of its own, which does not take the drawing's away.
            self._watermark = named or (self._watermark and name == "cNvPr")
            shape = self._scopes[-1]
            if shape.element == "sp" and self._watermark:
                shape.place = replace(self._base, part=Part.WATERMARK)
            elif shape.element == "sp" and is_true(attribute(attributes, "hidden") or "0"):
                shape.place = replace(shape.place, part=Part.HIDDEN)
        for place, text in attribute_lines(name, attributes, self._scopes[-1].place):
            self._lines.add(self._place if self._aside else place, text)

    def _settle_loose(self) -> None:
        if self._loose:
            text = "".join(self._loose).strip()
            self._loose.clear()
            if text:
                scope = self._scopes[-1]
                part = scope.place.part
                beside = part in {Part.BODY, Part.SLIDE, Part.MASTER, Part.HEADER, Part.FOOTER} and not self._aside
                title = "other text"
                self._lines.add(replace(self._base, part=Part.METADATA, title=title) if beside else scope.place, text)
