"""Weighs what several markings of one document say of each other: repetition, both ends of pages, lists of levels."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from scanner.detect._document import Document
from scanner.detect._sighting import Sighting
from scanner.model.place import Part

TABLE_LEVELS: Final = 3
_ENDS: Final = frozenset({"top_line", "bottom_line"})
_MARGINS: Final = _ENDS | {"header_part", "footer_part", "watermark_part"}

_TABLE_REACH: Final = 6
_MOST_CLOSE: Final = 50
_LIST_REACH: Final = 3
_LIST_LINES: Final = 3
_MANY_PAGES: Final = 3
_MOST_PAGES: Final = 0.6
_GUIDE_LABELS: Final = 6
_REPEATED: Final = _MARGINS - _ENDS | {"top_and_bottom", "repeated_pages"}


def together(sightings: Sequence[Sighting], document: Document) -> None:
    """Add what several sightings say of each other: repetition, header and footer, tables of levels."""
    by_level: defaultdict[tuple[str, str], list[Sighting]] = defaultdict(list)
    by_page: defaultdict[int, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        level = sighting.reading.label.level
        by_level[level.scheme, level.id].append(sighting)
        by_page[sighting.page.number].append(sighting)
    for group in by_level.values():
        _repeated(group, document)
    for page in by_page.values():
        page.sort(key=lambda sighting: sighting.number)
        numbers = [sighting.number for sighting in page]
        for sighting in page:
            low = bisect_left(numbers, sighting.number - _TABLE_REACH)
            close = page[low : bisect_right(numbers, sighting.number + _TABLE_REACH, lo=low)][:_MOST_CLOSE]
            if _most_levels(sighting, close) >= TABLE_LEVELS:
                sighting.features["table_of_levels"] = 0.0 if sighting.ticked else -6.0
            elif _beside_another_level(sighting, close):
                sighting.features["two_levels"] = -4.0
                _drop(sighting, "stamp_on_page", "repeated_stamp", "field_agrees")
            elif _different(sighting, close) >= _LIST_LINES:
                sighting.features["list_of_markings"] = -5.0
                _drop(sighting, "stamp_on_page", "repeated_stamp", "field_agrees", "top_and_bottom")


def guide(sightings: Sequence[Sighting], document: Document) -> None:
    """Add that a document explains markings: by its words, or by showing many different ones away from margins."""
    loose = [sighting for sighting in sightings if _MARGINS.isdisjoint(sighting.features)]
    labels = {str(sighting.reading.label) for sighting in loose}
    if document.is_guide or len(labels) >= max(_GUIDE_LABELS, document.body_pages / 2):
        for sighting in sightings:
            if _REPEATED.isdisjoint(sighting.features):
                sighting.features["marking_guide"] = -4.0


def _drop(sighting: Sighting, *features: str) -> None:
    """Take back what only a marking that stands alone can have."""
    for feature in features:
        sighting.features.pop(feature, None)


def _different(sighting: Sighting, close: Sequence[Sighting]) -> int:
    """Count the different lines around that hold markings; the same line again and again is no list."""
    return len({other.line.raw.strip() for other in close if abs(other.number - sighting.number) <= _LIST_REACH})


def _most_levels(sighting: Sighting, close: Sequence[Sighting]) -> int:
    """Count the levels close by, in the scheme that has most of them: a list may fit several schemes in part."""
    levels: defaultdict[str, set[str]] = defaultdict(set)
    for reading in (reading for other in close for reading in other.readings):
        levels[reading.scheme.id].add(reading.label.level.id)
    return max(len(levels[reading.scheme.id]) for reading in sighting.readings)


def _beside_another_level(sighting: Sighting, close: Sequence[Sighting]) -> bool:
    """Tell whether another level of the same scheme stands close by; a release stamp beside the old marking may."""
    level = sighting.reading.label.level
    others = {other.reading.label.level for other in close if other.damage is None}
    return any(other.scheme == level.scheme and other.id != level.id and other.rank and level.rank for other in others)


def _repeated(group: list[Sighting], document: Document) -> None:
    """Add that one level stands at both ends of pages, on several, in header and footer, in a field, or in stamps."""
    margins = [sighting for sighting in group if sighting.features.keys() & _ENDS]
    pages: defaultdict[int, set[str]] = defaultdict(set)
    for sighting in margins:
        pages[sighting.page.number].update(sighting.features.keys() & _ENDS)
    both = any(ends >= _ENDS for ends in pages.values())
    parts = {sighting.page.place.part for sighting in group}
    stamps = [sighting for sighting in group if "stamp_on_page" in sighting.features]
    field = any("lead_words" in sighting.features for sighting in group)
    for sighting in group:
        if field and "stamp_on_page" in sighting.features and not sighting.lead:
            sighting.features["field_agrees"] = 1.5
        if len(stamps) > 1 and "stamp_on_page" in sighting.features:
            sighting.features["repeated_stamp"] = 1.5
        if sighting.page.place.part in {Part.HEADER, Part.FOOTER} and {Part.HEADER, Part.FOOTER} <= parts:
            sighting.features["header_equals_footer"] = 1.0
        if not sighting.features.keys() & _ENDS:
            continue
        if both:
            sighting.features["top_and_bottom"] = 2.5
            sighting.features.pop("mixed_case", None)
        if len(pages) > 1:
            sighting.features["repeated_pages"] = 2.5
        if len(pages) >= _MANY_PAGES and len(pages) >= _MOST_PAGES * document.body_pages:
            sighting.features["most_pages"] = 1.0
