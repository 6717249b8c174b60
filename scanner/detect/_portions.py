"""Finds portion marks: a marking in brackets before a paragraph, which says what that paragraph is."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from scanner.detect._line import Line
from scanner.detect._pages import Page
from scanner.detect._scheme_rule import Strength
from scanner.detect.grammar import Heads, Reading
from scanner.model.place import Part

_MARK: Final = re.compile(r"[(（\[][ \t]?(/{0,2}[A-ZΑ-ΩА-Я][A-Za-zΑ-Ωα-ωА-Яа-я0-9/ ,.+\-]{0,60}?)[ \t]?[)）\]]")
_NUMBERING: Final = re.compile(r"\s*(?:[\w.]{1,6}[.)]|\([\w]{1,4}\)|[•*\-–])?\s*")
_NUMBERING_LENGTH: Final = 16
_BRACKETS: Final = re.compile(r"[(（\[]")
_ENOUGH: Final = 2
_YEAR: Final = re.compile(r"\s*(?:19|20)\d\d\b")
_PARAGRAPH: Final = 200
_LEAST_TEXT: Final = 8
_ENOUGH_LETTERS: Final = 3


@dataclass(frozen=True, slots=True)
class Portion:
    """One portion mark and where it stands; offsets are those of the segment."""

    page: Page
    start: int
    end: int
    text: str
    reading: Reading

    @property
    def rich(self) -> bool:
        """Whether there is more in it than a level."""
        return self.reading.parts > 0 and self.reading.separated


def find_portions(pages: Iterable[tuple[Page, Iterable[tuple[int, str]]]], heads: Heads) -> list[Portion]:
    """Return the portion marks of a document that are believable together; with each page come its hits."""
    found: defaultdict[str, list[Portion]] = defaultdict(list)
    letters: Counter[str] = Counter()
    known_texts: dict[str, list[Reading]] = {}
    for page, at, match in _marks(pages):
        text = match[1]
        if len(text) == 1:
            letters[text] += 1
        if text not in known_texts:
            known_texts[text] = list(_readings(text, heads))
        for reading in known_texts[text]:
            start = page.start_of(at)
            mark = Portion(page, start + match.start(), start + match.end(), match[0], reading)
            found[reading.scheme.id].append(mark)
    scheme = max(found, key=lambda name: (len(found[name]), -found[name][0].reading.scheme.priority), default=None)
    if scheme is None:
        return []
    marks = found[scheme]
    known = {mark.text[1:-1].strip() for mark in marks}
    if set(letters) - known:  # (A), (B), (D): a list with letters
        marks = [mark for mark in marks if len(mark.text.strip("()[]（） ")) > 1]
    return marks if _believable(marks) else []


def _believable(marks: list[Portion]) -> bool:
    if sum(mark.rich for mark in marks) >= 1 and len(marks) >= _ENOUGH:
        return True
    distinct = {mark.reading.label.level.id for mark in marks}
    short = all(len(mark.text.strip("()[]（） ")) == 1 for mark in marks)
    if short:
        # Before a few words a letter numbers an answer, before a year it claims a right.
        marks = [mark for mark in marks if _is_before_text(mark)]
        return len(marks) >= _ENOUGH_LETTERS and len(distinct) > 1
    return len(marks) >= _ENOUGH


def _is_before_text(mark: Portion) -> bool:
    start = mark.end - mark.page.offset
    rest = mark.page.text[start : start + _PARAGRAPH]
    return sum(map(str.isalpha, rest.partition("\n")[0])) >= _LEAST_TEXT and not _YEAR.match(rest)


def _marks(pages: Iterable[tuple[Page, Iterable[tuple[int, str]]]]) -> Iterator[tuple[Page, int, re.Match[str]]]:
    """Yield each mark with the place of the line that it begins."""
    for page, hits in pages:
        if page.place.part is Part.RAW:
            continue
        for at, line in hits:
            if not _BRACKETS.search(line, 0, _NUMBERING_LENGTH + 1):
                continue
            for match in _MARK.finditer(line):
                if match.start() > _NUMBERING_LENGTH:
                    break
                if _NUMBERING.fullmatch(line, 0, match.start()):
                    yield page, at, match


def _readings(text: str, heads: Heads) -> Iterator[Reading]:
    line = Line.of(text)
    for reading in heads.readings_at(line, 0):
        if reading.end == len(line.key) and not reading.unknown and reading.spelling.strength is not Strength.LABEL:
            yield reading
    for edge in sorted(line.edges - {0}):
        for reading in heads.readings_at(line, edge):  # (//GBR S)
            if reading.start == 0 and reading.end == len(line.key) and not reading.unknown:
                yield reading
