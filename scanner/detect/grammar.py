"""Reads a marking: a level, then caveats, lists, terms and words nobody knows, as a scheme writes them.

Knows how markings are built in general; what stands in one comes from the scheme's file. Tolerant of spacing, of one,
two or three slashes, of missing diacritics and of letters set apart, because places are offsets in the line's key.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from scanner.detect._line import Line
from scanner.detect._scheme_rule import Before, CaveatKind, CaveatRule, LevelRule, Listing, Scheme, Spelling
from scanner.detect.normalize import key
from scanner.model.label import Label, Level

_BINDING: Final = frozenset(" -:.()[]'\"")
_MOST_WORDS: Final = 4
_MOST_LETTERS: Final = 30
_CODE_LETTERS: Final = range(3, 5)
_MOST_NAMES: Final = 12


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a span of a line's key as a marking. `parts` counts what stands beside the level."""

    scheme: Scheme
    label: Label
    spelling: Spelling
    start: int
    end: int
    parts: int = 0
    separated: bool = False
    unknown: bool = False
    signed: bool = False


@dataclass(slots=True)
class _Draft:
    place: int
    sets: dict[CaveatKind, set[str]] = field(default_factory=dict)
    released: frozenset[str] | None = None
    term: str = ""
    parts: int = 0
    separated: bool = False
    unknown: bool = False
    signed: bool = False
    alone: bool = True

    def add(self, kind: CaveatKind, entry: str) -> None:
        self.sets.setdefault(kind, set()).add(entry)
        self.parts += 1

    def release(self, codes: frozenset[str]) -> None:
        self.released = codes if self.released is None else self.released & codes
        self.parts += 1


class Reader:
    """Reads markings of one scheme."""

    def __init__(self, scheme: Scheme) -> None:
        """Index the scheme's caveats."""
        self.scheme = scheme
        self._caveats: Mapping[str, CaveatRule] = {name: rule for rule in scheme.caveats for name in rule.keys}
        self._lengths = sorted({len(name) for name in self._caveats}, reverse=True)
        self._patterns = tuple(rule for rule in scheme.caveats if rule.pattern is not None)
        self._names_before = {name: rule for rule in scheme.caveats if rule.before is Before.NAME for name in rule.keys}
        self._code_before = next((rule for rule in scheme.caveats if rule.before is Before.CODE), None)
        self._bare: dict[Level, Label] = {}
        self._heads = frozenset(spelling.key for rule in scheme.levels for spelling in rule.spellings)

    def read(self, line: Line, start: int, rule: LevelRule, spelling: Spelling) -> Reading:
        """Read on from a level that stands at `start`, as far as it makes sense."""
        draft = _Draft(start + len(spelling.key))
        first = self._read_before(line, start, draft)
        self._read_after(line, draft, first)
        return Reading(
            self.scheme,
            self._label(rule, draft),
            spelling,
            first,
            draft.place,
            draft.parts,
            draft.separated,
            draft.unknown,
            draft.signed,
        )

    def read_caveats(self, line: Line) -> Reading | None:
        """Read a line that holds nothing but caveats of this scheme; the label's level is its lowest."""
        draft = _Draft(0)
        self._read_after(line, draft)
        if draft.place != len(line.key) or not draft.parts or draft.unknown or not draft.alone:
            return None
        lowest = min(self.scheme.levels, key=lambda rule: rule.level.order)
        return Reading(
            self.scheme, self._label(lowest, draft), lowest.spellings[0], 0, draft.place, draft.parts, draft.separated
        )

    def _label(self, rule: LevelRule, draft: _Draft) -> Label:
        if not draft.sets and draft.released is None and not draft.term:
            # Most markings are nothing but a level.
            if rule.level not in self._bare:
                self._bare[rule.level] = Label(level=rule.level, form=self.scheme.form, rollup=self.scheme.rollup)
            return self._bare[rule.level]

        def of(*kinds: CaveatKind) -> frozenset[str]:
            return frozenset().union(*(draft.sets.get(kind, ()) for kind in kinds))

        return Label(
            level=rule.level,
            compartments=of(CaveatKind.COMPARTMENT),
            caveats=of(CaveatKind.RESTRICTIVE),
            releasable_to=draft.released,
            term=draft.term,
            form=self.scheme.form,
            notes=of(CaveatKind.PERMISSIVE),
            rollup=self.scheme.rollup,
        )

    def _read_before(self, line: Line, start: int, draft: _Draft) -> int:
        """Take a word before the level that is part of the marking; return where the marking begins."""
        words = [edge for edge in line.edges if edge < start]
        if not words or set(line.gap(start)) - _BINDING:
            return start
        begin = max(words)
        word = line.key[begin:start]
        rule = self._names_before.get(word)
        if rule is not None:
            codes = self._codes(line, draft) if rule.listing is Listing.CODES else ()
            draft.add(rule.kind, " ".join((rule.name, *sorted(codes))))
            return begin
        if self._code_before is not None and word in self.scheme.grammar.codes and "/" in line.gap(begin):
            draft.add(self._code_before.kind, f"{self._code_before.name} {word}")
            return begin
        return start

    def _read_after(self, line: Line, draft: _Draft, first: int = 0) -> None:
        while draft.place < len(line.key):
            gap = line.gap(draft.place)
            signs = set(gap) - _BINDING
            grammar = self.scheme.grammar
            if signs - grammar.separators - grammar.term_signs or _leaves(line, first, draft.place, gap):
                break
            bound = bool(signs & grammar.separators) or draft.place == 0
            if not (
                self._read_term(line, draft, signs)
                or self._read_known(line, draft, bound=bound)
                or (signs & grammar.unknown_after and self._read_unknown(line, draft))
            ):
                break
            draft.separated = draft.separated or bool(signs & (grammar.unknown_after or grammar.separators))
        # A sign may end the marking; what follows it then is furniture, such as the number of the page.
        draft.signed = draft.signed or bool(set(line.gap(draft.place)) & self.scheme.grammar.term_signs)

    def _read_term(self, line: Line, draft: _Draft, signs: set[str]) -> bool:
        for rule in self._patterns:
            if rule.kind is CaveatKind.TERM and (end := self._match(line, rule, draft.place)) is not None:
                draft.term = self.scheme.grammar.term_sign + line.text(draft.place, end).replace(" ", "")
                draft.place = end
                draft.parts += 1
                draft.signed = draft.signed or bool(signs & self.scheme.grammar.term_signs)
                return True
        return False

    def _read_known(self, line: Line, draft: _Draft, *, bound: bool) -> bool:
        if not bound and not self.scheme.grammar.loose:
            return False
        for rule in self._patterns:
            if rule.kind is not CaveatKind.TERM and (end := self._match(line, rule, draft.place)) is not None:
                draft.add(rule.kind, " ".join(line.text(draft.place, end).upper().split()))
                draft.place = end
                draft.alone = draft.alone and rule.alone
                return True
        for length in self._lengths:
            end = draft.place + length
            rule_or_none = self._caveats.get(line.key[draft.place : end]) if end in line.edges else None
            if rule_or_none is not None and rule_or_none.kind is not CaveatKind.TERM:
                draft.place = end
                self._take(line, draft, rule_or_none)
                return True
        return False

    def _take(self, line: Line, draft: _Draft, rule: CaveatRule) -> None:
        draft.alone = draft.alone and rule.alone
        listed: tuple[str, ...] = ()
        if rule.listing is Listing.CODES:
            listed = self._codes(line, draft)
        elif rule.listing is Listing.NAMES:
            listed = self._names(line, draft)
        if rule.kind is CaveatKind.RELEASABILITY:
            if listed:
                draft.release(frozenset(listed))
            else:
                draft.parts += 1
        elif rule.kind is CaveatKind.INFORMATIVE:
            draft.parts += 1
        else:
            draft.add(rule.kind, " ".join((rule.name, *sorted(listed))))

    def _codes(self, line: Line, draft: _Draft) -> tuple[str, ...]:
        """Take country codes; a new one is believed after a comma only."""
        found: list[str] = []
        known = self.scheme.grammar.codes
        while draft.place < len(line.key) and len(found) < len(known):
            gap = line.gap(draft.place).replace(" ", "")
            end = line.next_edge(draft.place)
            word = line.key[draft.place : end]
            new = bool(found) and gap == "," and len(word) in _CODE_LETTERS and word.isalpha()
            if gap not in {"", ",", "/", "-"} or not (word in known or new) or (found and line.is_wide(draft.place)):
                break
            found.append(word)
            draft.place = end
        return tuple(dict.fromkeys(found))

    def _names(self, line: Line, draft: _Draft) -> tuple[str, ...]:
        """Take names of any kind up to the end of the line or the next column."""
        found: list[str] = []
        words: list[str] = []
        while draft.place < len(line.key) and len(found) + len(words) < _MOST_NAMES:
            gap = line.gap(draft.place)
            end = line.next_edge(draft.place)
            word = line.text(draft.place, end).upper()
            if line.is_wide(draft.place) or set(gap) - set(" ,/-&.") or word.isdigit():
                break
            if words and (set(gap) & set(",/&") or word in {"AND", "ET"}):
                found.append(" ".join(words))
                words = []
            if word not in {"AND", "ET"}:
                words.append(word)
            draft.place = end
        return (*found, *((" ".join(words),) if words else ()))

    def _read_unknown(self, line: Line, draft: _Draft) -> bool:
        """Keep a word that nobody knows, so that a zone that does not know it either holds the document back."""
        begin = draft.place
        end = begin
        words = 0
        while end < len(line.key) and words < _MOST_WORDS + 1:
            if words and (set(line.gap(end)) - set(" -") or line.is_wide(end)):
                break
            end = line.next_edge(end)
            words += 1
        text = " ".join(line.text(begin, end).split())
        if words > _MOST_WORDS or len(text) > _MOST_LETTERS or not text.isupper() or key(text) in self._heads:
            return False
        draft.place = end
        draft.unknown = True
        draft.add(CaveatKind.RESTRICTIVE, text)
        return True

    def _match(self, line: Line, rule: CaveatRule, place: int) -> int | None:
        found = rule.pattern.compiled.match(line.folded.text, line.at[place]) if rule.pattern is not None else None
        end = None if found is None or not found[0] else line.place_of(found.end())
        return end if end is not None and end > place else None


def _leaves(line: Line, first: int, place: int, gap: str) -> bool:
    """Tell whether a bracket that was opened before the marking is closed behind it: what follows is none of it."""
    closing = set(gap) & set(")]")
    return bool(closing) and place > first and not set("([") & set(line.text(first, place))


class Heads:
    """Finds every level that any scheme knows in a line, and reads on from there."""

    def __init__(self, schemes: Iterable[Scheme], *, portions: bool = False) -> None:
        """Index the spellings of levels: those of portion marks, or all others."""
        self._heads: dict[str, list[tuple[Reader, LevelRule, Spelling]]] = {}
        for scheme in schemes:
            reader = Reader(scheme)
            for rule in scheme.levels:
                for spelling in rule.spellings:
                    if spelling.portion is portions:
                        self._heads.setdefault(spelling.key, []).append((reader, rule, spelling))
        lengths: dict[str, set[int]] = {}
        for name in self._heads:
            lengths.setdefault(name[0], set()).add(len(name))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def readings(self, line: Line) -> Iterator[Reading]:
        """Yield every reading, wherever in the line it begins."""
        for start in sorted(line.edges):
            yield from self.readings_at(line, start)

    def readings_at(self, line: Line, start: int) -> Iterator[Reading]:
        """Yield the readings of a level that stands at a place."""
        for length in self._lengths.get(line.key[start : start + 1], ()):
            end = start + length
            if end in line.edges and line.holds(start, end):
                for reader, rule, spelling in self._heads.get(line.key[start:end], ()):
                    yield reader.read(line, start, rule, spelling)
