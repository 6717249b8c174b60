"""Walks OpenDocument XML: paragraphs, sheets, slides, notes, comments, deletions, headers and footers."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from scanner.extract._lines import LONGEST_LINE, Lines
from scanner.extract._markup.xml import attribute
from scanner.extract._office.odf_styles import Styles, kept_words, spaces
from scanner.extract._office.odf_table import Grid, Scope
from scanner.extract._office.properties import PropertyWalker
from scanner.extract._office.sheet import number as exact
from scanner.model.place import Part, Place

_PARAGRAPHS: Final = frozenset({"p", "h"})
_NOTES: Final = {
    "annotation": Part.COMMENT,
    "footnote": Part.FOOTNOTE,
    "endnote": Part.ENDNOTE,
    "footer-decl": Part.FOOTER,
    "header-decl": Part.HEADER,
    "header": Part.HEADER,
    "header-left": Part.HEADER,
    "header-first": Part.HEADER,
    "footer": Part.FOOTER,
    "footer-left": Part.FOOTER,
    "footer-first": Part.FOOTER,
}
_SHAPES: Final = frozenset(
    "text-box custom-shape rect ellipse circle polygon polyline regular-polygon path line connector measure"  # noqa: SIM905 - a list of words
    " caption".split()
)
_SPACES: Final = {"tab": "\t", "tab-stop": "\t", "line-break": "\n"}
_SILENT: Final = frozenset(
    {"note-citation", "footnote-citation", "endnote-citation", "date", "date-string", "config-item"}
)
_ASIDE: Final = _SILENT | {"title", "desc", "creator", "binary-data"}
_LONGEST_NUMBER: Final = 15
_CELLS: Final = ("table-cell", "covered-table-cell")
_IN_PLACE: Final = frozenset({Part.SLIDE, Part.HIDDEN, Part.SPEAKER_NOTES, Part.MASTER, Part.TEXT_BOX})


class OdfWalker:
    """Walks content, styles or a whole flat document; the root element makes no difference.

    Embedded binary data of a flat document is collected in `packed`.
    """

    def __init__(self, lines: Lines, place: Place, styles: Styles) -> None:
        """Write to `lines`; what is in no part of its own stands at `place`."""
        self.packed: list[bytes] = []
        self._lines = lines
        self._base = replace(place, part=Part.BODY, title=None)
        self._styles = styles
        self._stack: list[tuple[str, bool]] = []
        self._scopes = [Scope("", 0, place)]
        self._numbers: dict[Part, int] = {}
        self._loose: list[str] = []
        self._slide = 0
        self._watermark = False
        self._meta: PropertyWalker | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Enter an element."""
        if name == "meta" and self._meta is None:
            self._meta = PropertyWalker(self._lines, self._base)
        if self._meta is not None:
            self._stack.append((name, False))
            self._meta.start(name, attributes)
            return
        self._settle()
        self._stack.append((name, self._hides(name, attributes)))
        self._styles.note(name, attributes)
        scope = self._open(name, attributes) or self._scopes[-1]
        if not self._inline(name, scope, attributes):
            self._row(name, scope, attributes)
        self._attributes(name, attributes)

    def end(self, name: str) -> None:
        """Leave an element."""
        if self._meta is not None:
            self._stack.pop()
            self._meta.end(name)
            if name == "meta":
                self._meta = None
            return
        self._settle()
        self._stack.pop()
        scope = self._scopes[-1]
        if name in _PARAGRAPHS and scope.paragraph:
            self._end_line(scope)
            scope.paragraph -= 1
        elif name == "table-row" and scope.grid is not None and scope.grid.inside:
            self._end_row(scope, scope.grid)
        elif name in _CELLS and scope.cell is not None and scope.grid is not None:
            scope.grid.put("\n".join(scope.cell) or scope.unshown)
            scope.cell = None
        elif name == "frame":
            self._watermark = False
        if len(self._scopes) > 1 and len(self._stack) < scope.depth:
            self._end_line(scope)
            self._scopes.pop()

    def text(self, data: str) -> None:
        """Take characters; outside of paragraphs they count as a line each."""
        if self._meta is not None:
            self._meta.text(data)
        elif self._scopes[-1].paragraph and self._stack[-1][0] not in _ASIDE:
            self._put(" ".join(data.split("\n")))
        else:
            self._loose.append(data)

    def comment(self, data: str) -> None:
        """Take a comment in the XML for words beside the text."""
        if data.strip():
            self._lines.add(replace(self._base, part=Part.METADATA, title="other text"), data.strip())

    def close(self) -> None:
        """Hand on what the stream ended in."""
        if self._meta is not None:
            self._meta.close()
            self._meta = None
        self._settle()
        while self._scopes:
            scope = self._scopes.pop()
            self._end_line(scope)
            if scope.grid is not None:
                self._end_row(scope, scope.grid)
        self._scopes = [Scope("", 0, self._base)]

    def _inline(self, name: str, scope: Scope, attributes: Mapping[str, str]) -> bool:
        """Take what makes up a line of text, and tell whether it was that."""
        if name in _PARAGRAPHS:
            scope.paragraph += 1
            if attribute(attributes, "style-name") in self._styles.breaking:
                self._turn_page(scope)
        elif name == "s":
            self._put(spaces(attribute(attributes, "c")))
        elif name in _SPACES and scope.paragraph:
            self._put(_SPACES[name])
        elif name == "soft-page-break":
            # Within a line, the page is turned by none: a word is not torn.
            if not scope.shown:
                self._turn_page(scope)
        else:
            return False
        return True

    def _row(self, name: str, scope: Scope, attributes: Mapping[str, str]) -> None:
        grid = scope.grid
        if grid is None:
            return
        if name == "table-row" and not grid.inside:
            grid.begin(attributes)
        elif name == "table-column" and not grid.inside:
            grid.describe(attributes)
        elif name in _CELLS and grid.inside:
            grid.enter(attributes)
            self._cell(scope, attributes)

    def _end_row(self, scope: Scope, grid: Grid) -> None:
        shown, unseen = grid.end()
        if shown or not unseen:
            self._lines.add(scope.place, shown)
        if unseen:
            self._lines.add(replace(scope.place, part=Part.HIDDEN), unseen)

    def _put(self, text: str) -> None:
        scope = self._scopes[-1]
        (scope.hidden if any(hidden for _, hidden in self._stack[scope.depth :]) else scope.shown).append(text)
        scope.length += len(text)
        if scope.length > LONGEST_LINE:
            self._end_line(scope)

    def _hides(self, name: str, attributes: Mapping[str, str]) -> bool:
        if name == "span":
            return ("text", attribute(attributes, "style-name")) in self._styles.hidden
        if name in _PARAGRAPHS:
            return ("paragraph", attribute(attributes, "style-name")) in self._styles.hidden
        if name == "section":
            return attribute(attributes, "display") not in {"", "true"}
        return name in {"hidden-text", "hidden-paragraph"}

    def _open(self, name: str, attributes: Mapping[str, str]) -> Scope | None:
        around = self._scopes[-1]
        place, counted = around.place, False
        if name == "note":
            kind = Part.ENDNOTE if attribute(attributes, "note-class") == "endnote" else Part.FOOTNOTE
            place, counted = replace(self._base, part=kind), True
        elif name in _NOTES and around.place.part is not Part.COMMENT:
            place, counted = replace(self._base, part=_NOTES[name]), True
        elif name == "deletion":
            place = replace(self._base, part=Part.DELETED)
        elif name in _SHAPES:
            place, counted = self._shape(name, attributes, around.place)
        elif name == "page" and self._inside("presentation", "drawing"):
            self._slide += 1
            hidden = ("drawing-page", attribute(attributes, "style-name")) in self._styles.hidden
            part, title = (Part.HIDDEN, "slide") if hidden else (Part.SLIDE, None)
            place = replace(self._base, part=part, number=self._slide, title=title)
        elif name == "notes" and around.place.part is not Part.MASTER:
            place = replace(self._base, part=Part.SPEAKER_NOTES, number=self._slide)
        elif name in {"master-page", "handout-master"}:
            place = replace(self._base, part=Part.MASTER, title=attribute(attributes, "name") or name)
        elif name == "table" and self._inside("spreadsheet") and not (around.grid and around.grid.inside):
            hidden = ("table", attribute(attributes, "style-name")) in self._styles.hidden
            part = Part.HIDDEN if hidden else Part.SHEET
            place = replace(self._base, part=part, title=attribute(attributes, "name"))
            self._lines.add(replace(self._base, part=Part.METADATA, title="sheet name"), place.title or "")
        else:
            return None
        grid = Grid() if name == "table" else None
        self._scopes.append(Scope(name, len(self._stack), place, counted, grid=grid))
        return self._scopes[-1]

    def _shape(self, name: str, attributes: Mapping[str, str], around: Place) -> tuple[Place, bool]:
        if self._watermark or "watermark" in attribute(attributes, "name").lower():
            return replace(self._base, part=Part.WATERMARK), False
        if around.part is Part.BODY:
            return replace(self._base, part=Part.TEXT_BOX), True
        if around.part is Part.SHEET or (around.part is Part.HIDDEN and around.number is None):
            return replace(self._base, part=Part.TEXT_BOX, title=around.title), True
        in_place = around.part in _IN_PLACE
        return (around if in_place or name != "text-box" else replace(around, title="text box")), False

    def _inside(self, *names: str) -> bool:
        return any(name in names for name, _ in self._stack)

    def _turn_page(self, scope: Scope) -> None:
        if scope.place.part is not Part.BODY:
            return
        if scope.place.page is None:
            self._lines.move(scope.place, replace(scope.place, page=1))
        scope.place = replace(scope.place, page=(scope.place.page or 1) + 1)

    def _cell(self, scope: Scope, attributes: Mapping[str, str]) -> None:
        scope.cell = []
        formula = attribute(attributes, "formula")
        if '"' in formula:
            self._lines.add(replace(scope.place, part=Part.CODE), formula)
        value = exact(attribute(attributes, "value"))
        if len(value) > _LONGEST_NUMBER and value.lstrip("-").isdecimal():
            # Shown in a cell, a long number is rounded.
            scope.cell.append(value)
        scope.unshown = attribute(attributes, "string-value")

    def _end_line(self, scope: Scope) -> None:
        text = "".join(scope.shown)
        hidden = "".join(scope.hidden)
        if scope.cell is not None:
            scope.cell += [text] if text and text not in scope.cell else []
        elif text:
            if scope.counted:
                scope.counted = False
                number = self._numbers[scope.place.part] = self._numbers.get(scope.place.part, 0) + 1
                scope.place = replace(scope.place, number=number)
            self._lines.add(scope.place, text)
        elif scope.paragraph and not scope.counted:
            self._lines.add(scope.place, "")
        if hidden:
            self._lines.add(replace(self._base, part=Part.HIDDEN, page=scope.place.page), hidden)
        scope.shown.clear()
        scope.hidden.clear()
        scope.length = 0

    def _attributes(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "frame":
            self._watermark = "watermark" in attribute(attributes, "name").lower()
        for part, title, words in kept_words(name, attributes):
            self._lines.add(replace(self._base, part=part, title=title), words)

    def _settle(self) -> None:
        if not self._loose:
            return
        text = "".join(self._loose).strip()
        self._loose.clear()
        name = self._stack[-1][0] if self._stack else ""
        if not text or name in _SILENT:
            return
        if name == "binary-data":
            self._unpack(text)
        elif name in {"title", "desc"}:
            self._lines.add(replace(self._base, part=Part.METADATA, title="alt text"), text)
        elif name == "creator":
            scope = self._scopes[-1]
            place = replace(self._base, part=Part.COMMENT if scope.element == "annotation" else Part.METADATA)
            self._lines.add(replace(place, title="author"), text)
        elif self._scopes[-1].place.part in {Part.HEADER, Part.FOOTER, Part.COMMENT}:
            self._scopes[-1].shown.append(text)
        else:
            self._lines.add(replace(self._base, part=Part.METADATA, title="other text"), text)

    def _unpack(self, text: str) -> None:
        try:
            self.packed.append(base64.b64decode(text))
        except binascii.Error:
            self._lines.add(replace(self._base, part=Part.METADATA, title="binary data"), text)
