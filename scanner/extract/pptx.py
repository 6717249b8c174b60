"""Reads PowerPoint presentations: slides in their order, speaker notes, masters, comments, tables and groups."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._markup.xml import Walker, attribute, is_true
from scanner.extract._office.flow import FlowWalker
from scanner.extract._office.ooxml import read_office
from scanner.extract._office.package import Package, PackagePart
from scanner.model.document import Blob, Member, Problem, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.openxmlformats-officedocument.presentationml.slideshow",
        "application/vnd.openxmlformats-officedocument.presentationml.template",
        "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
        "application/vnd.ms-powerpoint.slideshow.macroEnabled.12",
        "application/vnd.ms-powerpoint.template.macroEnabled.12",
        "application/vnd.ms-powerpoint.addin.macroEnabled.12",
    }
)

_MASTERS: Final = {
    "slidemaster": "master",
    "slidelayout": "layout",
    "notesmaster": "notes master",
    "handoutmaster": "handout master",
}
_COMMENTS: Final = {"cm": Part.COMMENT, "reply": Part.COMMENT}


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield what stands on each slide, in its notes, on the masters, and beside the slides."""
    return read_office(blob, budget, _Presentation)


class _Presentation:
    order: tuple[str, ...] = ("main", "slide", "notesslide", "slidemaster", "comments")

    def __init__(self, package: Package, lines: Lines, place: Place) -> None:
        self._package = package
        self._lines = lines
        self._place = place
        self._slides: list[str] = []

    def walker(self, part: PackagePart, number: int) -> Walker | None:
        if part.kind == "main":
            targets = {link.id: link.target for link in self._package.relationships.get(part.name, ())}

            def watch(name: str, attributes: Mapping[str, str]) -> None:
                self._note(name, attributes, targets)

            return FlowWalker(self._lines, replace(self._place, part=Part.METADATA), watch=watch)
        if part.kind == "slide":
            return self._slide(self._shown(part.name))
        if part.kind == "notesslide":
            slides = self._package.related(part.name, "slide")
            return self._flow(Part.SPEAKER_NOTES, self._shown(slides[0]) if slides else number)
        if part.kind in _MASTERS:
            place = replace(self._place, part=Part.MASTER, number=number, title=_MASTERS[part.kind])
            return FlowWalker(self._lines, place)
        if part.kind == "comments":
            return FlowWalker(self._lines, replace(self._place, part=Part.COMMENT), counted=_COMMENTS)
        return None

    def last(self) -> None:
        """Everything has been written."""

    def _slide(self, number: int) -> Walker:
        def watch(name: str, attributes: Mapping[str, str]) -> None:
            if name == "sld" and not is_true(attribute(attributes, "show")):
                flow.writing.top.place = replace(flow.writing.top.place, part=Part.HIDDEN, title="slide")

        flow = FlowWalker(self._lines, replace(self._place, part=Part.SLIDE, number=number), watch=watch)
        return flow

    def _flow(self, part: Part, number: int) -> Walker:
        return FlowWalker(self._lines, replace(self._place, part=part, number=number))

    def _shown(self, name: str) -> int:
        """Return a slide's number as the presentation counts; a slide it does not show comes after those."""
        if name not in self._slides:
            self._slides.append(name)
        return self._slides.index(name) + 1

    def _note(self, name: str, attributes: Mapping[str, str], targets: Mapping[str, str]) -> None:
        """Take the order of the slides."""
        if name == "sldId":
            # The element has an `id` of its own; the slide is named by the one with a prefix.
            link = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            target = targets.get(link)
            if target is not None and target not in self._slides:
                self._slides.append(target)
