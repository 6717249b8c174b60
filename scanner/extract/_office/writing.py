"""Writes the text of an office document line by line: what is shown, deleted and hidden, in boxes and on pages."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from scanner.extract._lines import LONGEST_LINE, Lines
from scanner.model.place import Part, Place

_MOST_SAID: Final = 100_000
_PAGED: Final = (Part.BODY, Part.DELETED, Part.HIDDEN)


@dataclass(slots=True)
class Scope:
    """What is being written into: a part of the page with paragraphs of its own.

    `original` is the line as it was before changes were tracked, in pieces, each with whether it was deleted.
    `joined` says that the paragraph goes on in the next one.
    `vanish` is what a run says of itself, before what its paragraph's style says.
    """

    element: str
    place: Place
    shown: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    reading: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    original: list[tuple[str, bool]] = field(default_factory=list)
    length: int = 0
    in_run: bool = False
    vanish: bool | None = None
    vanish_paragraph: bool = False
    joined: bool = False
    new_page: bool = False
    empty_page: bool = True


class Writing:
    """The text of one part. `top` is the scope that is written into; the counters say what surrounds it.

    `vanishing` says whether paragraphs without a style are hidden.
    """

    def __init__(self, lines: Lines, place: Place, *, paged: bool, aside: bool) -> None:
        """Write to `lines`; `paged` splits at page breaks, `aside` takes everything to `place`."""
        self.base = Place(place.file, place.members)
        self.vanishing = False
        self.top = Scope("", place)
        self.deleting = 0
        self.inserting = 0
        self.reading = 0
        self.watermark = False
        self.alternatives = 0
        self._lines = lines
        self._place = place
        self._paged = paged
        self._aside = aside
        self._below: list[Scope] = []
        self._numbers: dict[Part, int] = {}
        self._boxes: set[str] = set()
        self._said: set[tuple[str | None, str]] = set()

    def put(self, text: str) -> None:
        """Take text of a run."""
        scope = self.top
        if self.reading:
            scope.reading.append(text)
            return
        if self.deleting:
            scope.deleted.append(text)
        elif scope.vanish_paragraph if scope.vanish is None else scope.vanish:
            scope.hidden.append(text)
        else:
            scope.shown.append(text)
        if not self.inserting:
            scope.original.append((text, self.deleting > 0))
        scope.length += len(text)
        if scope.length > LONGEST_LINE:
            self.end_line()

    def delete(self, text: str) -> None:
        """Take text that was marked as deleted where it stands."""
        self.top.deleted.append(text)
        self.top.original.append((text, True))

    def say(self, place: Place, text: str) -> None:
        """Take words beside the text; what has been said before as metadata is not said again."""
        if place.part is Part.METADATA:
            if (place.title, text) in self._said:
                return
            if len(self._said) < _MOST_SAID:
                self._said.add((place.title, text))
        self._lines.add(self._place if self._aside else place, text)

    def stray(self, text: str) -> None:
        """Take text outside of runs."""
        part = self.top.place.part
        beside = part in {Part.BODY, Part.SLIDE, Part.MASTER, Part.HEADER, Part.FOOTER} and not self._aside
        self._lines.add(self._beside("other text") if beside else self.top.place, text)

    def page_break(self) -> None:
        """Turn the page where the author wanted it."""
        if not self._below:
            self.end_line()
            self._turn_page(self.top)

    def soft_break(self) -> None:
        """Turn the page where a program last saw it end."""
        scope = self.top
        if self._below or (scope.empty_page and not scope.shown):
            # Word notes the page an explicit break began a second time.
            return
        if scope.shown:
            # A page may end within a word: the paragraph is kept whole.
            scope.new_page = True
        else:
            self._turn_page(scope)

    def end_paragraph(self) -> None:
        """End a paragraph, unless it goes on in the next."""
        scope = self.top
        if scope.joined:
            scope.joined = False
            # What was deleted with its mark was a paragraph.
            self._end_deleted(scope)
        else:
            self.end_line()
        scope.vanish_paragraph = self.vanishing
        scope.in_run = False
        if scope.new_page:
            self._turn_page(scope)

    def end_line(self) -> None:
        """Hand on the line with all that belongs to it."""
        scope = self.top
        line = ""
        if scope.shown:
            line = "".join(scope.shown)
            scope.empty_page = scope.empty_page and not line.strip()
            scope.shown.clear()
        if scope.element == "txbxContent":
            scope.written.append(line)
        else:
            self._lines.add(scope.place, line)
        self._end_deleted(scope)
        scope.length = 0
        if scope.hidden or scope.code or scope.reading:
            self._unshown(scope)

    def open(self, element: str, part: Part | None = None) -> None:
        """Begin a text within the text; with a part, one that has a number and a place of its own."""
        place = self.top.place
        if part is not None:
            place = replace(self.base, part=part, number=self._number(part))
        self._below.append(self.top)
        self.top = Scope(element, place, vanish_paragraph=self.vanishing)

    def is_open(self, element: str) -> bool:
        """Tell whether the innermost text is that of an element."""
        return bool(self._below) and self.top.element == element

    def shut(self) -> None:
        """End the innermost text."""
        self.top.joined = False
        self.end_line()
        scope, self.top = self.top, self._below.pop()
        self._write_box(scope)

    def finish(self) -> None:
        """End every text: the stream has ended."""
        while self._below:
            self.shut()
        self.end_line()
        self._write_box(self.top)

    def end_alternatives(self) -> None:
        """Forget the boxes that were written for other programs."""
        self.alternatives -= 1
        if not self.alternatives:
            self._boxes.clear()

    def _end_deleted(self, scope: Scope) -> None:
        if scope.deleted:
            line = "".join(scope.deleted)
            scope.deleted.clear()
            if original := _torn(scope.original):
                line += "\n" + original
            place = Place(self.base.file, self.base.members, Part.DELETED, None, scope.place.page)
            self._lines.add(scope.place if self._aside else place, line)
        scope.original.clear()

    def _unshown(self, scope: Scope) -> None:
        for part, pieces, title in (
            (Part.HIDDEN, scope.hidden, None),
            (Part.METADATA, scope.code, "field code"),
            (Part.METADATA, scope.reading, "reading aid"),
        ):
            if pieces:
                place = replace(self.base, part=part, title=title, page=None if title else scope.place.page)
                self._lines.add(scope.place if self._aside else place, "".join(pieces))
                pieces.clear()

    def _turn_page(self, scope: Scope) -> None:
        scope.new_page = False
        if not self._paged:
            return
        if scope.place.page is None:
            for part in _PAGED:
                place = replace(scope.place, part=part)
                self._lines.move(place, replace(place, page=1))
        scope.place = replace(scope.place, page=(scope.place.page or 1) + 1)
        scope.empty_page = True

    def _write_box(self, scope: Scope) -> None:
        text = "\n".join(scope.written).strip()
        # The same box stands in a file twice, for new and for old programs.
        if not text or text in self._boxes:
            return
        if self.alternatives:
            self._boxes.add(text)
        self._lines.add(self._box_place(scope.place), text)

    def _box_place(self, around: Place) -> Place:
        if self._aside:
            return around
        if self.watermark:
            return replace(self.base, part=Part.WATERMARK)
        if around.part is Part.BODY:
            return replace(self.base, part=Part.TEXT_BOX, number=self._number(Part.TEXT_BOX), page=around.page)
        return replace(around, title=f"{around.title}, text box" if around.title else "text box")

    def _number(self, part: Part) -> int:
        self._numbers[part] = self._numbers.get(part, 0) + 1
        return self._numbers[part]

    def _beside(self, title: str) -> Place:
        return Place(self.base.file, self.base.members, Part.METADATA, None, None, title)


def _torn(pieces: Sequence[tuple[str, bool]]) -> str:
    """Return a line as it was if a deletion begins within one of its words, else nothing."""
    for at in range(1, len(pieces)):
        (before, was), (after, now) = pieces[at - 1], pieces[at]
        if now and not was and before[-1:].isalnum() and after[:1].isalnum():
            return "".join(text for text, _ in pieces)
    return ""
