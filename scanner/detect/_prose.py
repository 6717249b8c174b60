"""Tells a line of running text or a title from one that could be a marking, by its words: a cheap first look."""

import re
from collections.abc import Iterable
from typing import Final

from scanner.detect._alike import is_cjk
from scanner.detect._scheme_rule import Context, Listing, Scheme, Strength
from scanner.detect.normalize import key

_SMALL_WORD: Final = re.compile(r"(?<![^\W\d_])[^\W\dA-Z_][^\W\d_]+")
_WORD: Final = re.compile(r"[^\W\d_]+")
# Between columns, slashes and stars a marking may stand beside anything; hyphens and digits make words of their own.
_COLUMN: Final = re.compile(r"\t| {3,}|\u3000{2,}|//|[|¦★☆]")
_COMPOUND: Final = re.compile(r"[\d/\-‐-―]")
_UNSPACED_SENTENCE: Final = re.compile("[、，。；！？「」『』]")
# No marking, with a list of names and all that stands beside it, has as many small words of other meaning.
_MOST_FOREIGN: Final = 4
_LEAST_OF_SENTENCE: Final = 24
_LEAST_UNSPACED: Final = 14
# Letters of other words that may stand beside a marking: what a scanner makes of a speck.
_STRAY_LETTERS: Final = 2


class Prose:
    """Knows the words that markings are made of, and those that may stand beside one."""

    def __init__(self, schemes: Iterable[Scheme], context: Context) -> None:
        """Take the words of all levels, caveats, lead-ins and furniture."""
        schemes = tuple(schemes)
        beside = {word for scheme in schemes for rule in scheme.caveats for word in (*rule.words, *rule.keys)}
        leads = {lead for scheme in schemes for lead in (*scheme.grammar.leads, *scheme.grammar.lead_words)}
        leads.update(context.leads, context.lead_words)
        furniture = {key(word) for pattern in context.furniture for word in _WORD.findall(pattern.pattern)}
        self._levels = frozenset(
            key(word)
            for scheme in schemes
            for rule in scheme.levels
            for spelling in rule.spellings
            if spelling.strength is not Strength.SHORT
            for word in (*spelling.words, spelling.key)
            if len(word) > 1
        )
        codes = {code for scheme in schemes for code in scheme.grammar.codes}
        self._known = frozenset(beside | leads | furniture | codes | self._levels)
        self._naming = frozenset(
            word
            for scheme in schemes
            for rule in scheme.caveats
            if rule.listing is Listing.NAMES
            for word in rule.words
        )
        self._owners = tuple(scheme.grammar.owner for scheme in schemes if scheme.grammar.owner is not None)

    def is_sentence(self, line: str) -> bool:
        """Tell a line of running text; columns and slashes make it none."""
        text = line.strip()
        if _COLUMN.search(text):
            return False
        if len(text) > _LEAST_UNSPACED and _UNSPACED_SENTENCE.search(text):
            return True
        if len(text) < _LEAST_OF_SENTENCE:
            return False
        foreign = 0
        for word in _SMALL_WORD.findall(text):
            if (word.upper() if word.isascii() else key(word)) not in self._known and not is_cjk(word[0]):
                foreign += 1
                if foreign >= _MOST_FOREIGN:
                    return True
        return False

    def is_title(self, line: str) -> bool:
        """Tell a line that names a level undamaged, among words that can stand beside no marking."""
        text = line.strip()
        if _COLUMN.search(text) or _COMPOUND.search(text):
            return False
        words = list(map(key, _WORD.findall(text)))
        if self._levels.isdisjoint(words) or not self._naming.isdisjoint(words) or any(map(is_cjk, text)):
            return False
        foreign = [word for word in words if word not in self._known]
        if sum(map(len, foreign)) <= _STRAY_LETTERS:
            return False
        first = next(place for place, word in enumerate(words) if word in self._levels)
        before = "".join(words[:first])
        return not any(owner.fullmatch(before) for owner in self._owners)
