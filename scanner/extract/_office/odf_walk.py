"""Walks OpenDocument XML: paragraphs, sheets, slides, notes, comments, deletions, headers and footers."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from scanner.extract._lines import LONGEST_LINE, Lines
from scanner.extract._markup.xml import attribute
from scanner.extract._office.odf_names import (
    ASIDE,
    CELLS,
    HIDING,
    IN_TABLES,
    INLINE,
    NOTES,
    OPENING,
    PARAGRAPHS,
    PLACES,
    SHAPES,
    SILENT,
    SPACES,
)
from scanner.extract._office.odf_styles import NOTED, PROPERTIES, TELLING, WORDED, Styles, kept_words, spaces
from scanner.extract._office.odf_table import Grid, Scope
from scanner.extract._office.properties import PropertyWalker
from scanner.extract._office.sheet import number as exact
from scanner.model.place import Part, Place

_LONGEST_NUMBER: Final = 15
_MOST_QUIET: Final = 10_000


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
        self._loose: list[str] = []
        self._hiding = 0
        # The attributes met so far, as written, that say nothing in most elements.
        self._quiet: set[str] = set()
        self._scopes = [Scope("", 0, place)]
        self._numbers: dict[Part, int] = {}
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
        hides = name in HIDING and self._hides(name, attributes)
        self._hiding += hides
        self._stack.append((name, hides))
        quiet = attributes.keys() <= self._quiet or self._are_quiet(attributes)
        if name in NOTED and not (quiet and name in PROPERTIES):
            self._styles.note(name, attributes)
        scope = (self._open(name, attributes) if name in OPENING else None) or self._scopes[-1]
        if name in INLINE:
            self._inline(name, scope, attributes)
        elif scope.grid is not None and name in IN_TABLES:
            self._row(name, scope, scope.grid, attributes)
        if name in WORDED or not quiet:
            self._take_words(name, attributes)

    def end(self, name: str) -> None:
        """Leave an element."""
        if self._meta is not None:
            self._stack.pop()
            self._meta.end(name)
            if name == "meta":
                self._meta = None
            return
        self._settle()
        self._hiding -= self._stack.pop()[1]
        scope = self._scopes[-1]
        if name in PARAGRAPHS and scope.paragraph:
            self._end_line(scope)
            scope.paragraph -= 1
        elif name == "table-row" and scope.grid is not None and scope.grid.inside:
            self._end_row(scope, scope.grid)
        elif name in CELLS and scope.cell is not None and scope.grid is not None:
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
        elif self._scopes[-1].paragraph and self._stack[-1][0] not in ASIDE:
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

    def _inline(self, name: str, scope: Scope, attributes: Mapping[str, str]) -> None:
        """Take what makes up a line of text."""
        if name in PARAGRAPHS:
            scope.paragraph += 1
            if attribute(attributes, "style-name") in self._styles.breaking:
                self._turn_page(scope)
        elif name == "s":
            self._put(spaces(attribute(attributes, "c")))
        elif name in SPACES:
            if scope.paragraph:
                self._put(SPACES[name])
        elif not scope.shown:
            # Within a line, the page is turned by none: a word is not torn.
            self._turn_page(scope)

    def _row(self, name: str, scope: Scope, grid: Grid, attributes: Mapping[str, str]) -> None:
        if name == "table-row" and not grid.inside:
            grid.begin(attributes)
        elif name == "table-column" and not grid.inside:
            grid.describe(attributes)
        elif name in CELLS and grid.inside:
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
        hidden = self._hiding and any(hides for _, hides in self._stack[scope.depth :])
        (scope.hidden if hidden else scope.shown).append(text)
        scope.length += len(text)
        if scope.length > LONGEST_LINE:
            self._end_line(scope)

    def _hides(self, name: str, attributes: Mapping[str, str]) -> bool:
        if name == "span":
            return ("text", attribute(attributes, "style-name")) in self._styles.hidden
        if name in PARAGRAPHS:
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
        elif name in NOTES and around.place.part is not Part.COMMENT:
            place, counted = replace(self._base, part=NOTES[name]), True
        elif name == "deletion":
            place = replace(self._base, part=Part.DELETED)
        elif name in SHAPES:
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
        in_place = around.part in PLACES
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

    def _are_quiet(self, attributes: Mapping[str, str]) -> bool:
        """Tell whether none of the attributes has words or matters in a style."""
        loud = {key for key in attributes if key.rpartition(":")[2] in TELLING}
        self._quiet.update(attributes.keys() - loud if len(self._quiet) < _MOST_QUIET else ())
        return not loud

    def _take_words(self, name: str, attributes: Mapping[str, str]) -> None:
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
        if not text or name in SILENT:
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
        except ValueError:
            self._lines.add(replace(self._base, part=Part.METADATA, title="binary data"), text)
