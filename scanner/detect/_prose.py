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
_MARK: Final = re.compile("[\u0300-\u036f]")
# Vowels of Indian scripts are marks that part the letters of a word.
_VOWEL: Final = re.compile("[\u0900-\u0903\u093a-\u094f\u0962\u0963]")
_TICKED: Final = re.compile(r"[☑☒✓✔✗✘⊠◉]|[\[(][xX✓✔][\])]")
_ENOUGH_SMALL: Final = 8  # letters: more than reference numbers begin with
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
        patterns = [rule.pattern.text for scheme in schemes for rule in scheme.caveats if rule.pattern is not None]
        patterns.extend(pattern.text for pattern in context.furniture)
        patterned = {key(word) for pattern in patterns for word in _WORD.findall(pattern)}
        self._known = frozenset(beside | leads | patterned | codes | self._levels)
        names = {
            name for scheme in schemes for rule in scheme.caveats if rule.listing is Listing.NAMES for name in rule.keys
        }
        self._naming = tuple(sorted(names))
        self._characters = frozenset("".join((*self._known, *map(key, patterns))))
        self._owners = tuple(scheme.grammar.owner for scheme in schemes if scheme.grammar.owner is not None)

    def is_running(self, line: str, letters: str) -> bool:
        """Tell a line that can be no marking, given with its key; columns make it none."""
        text = line.strip()
        if _COLUMN.search(text):
            return False
        if self._is_sentence(text):
            return True
        if not text.isascii() and any(map(is_cjk, text)):
            return self._is_foreign(text, letters)
        return self._is_title(text, letters)

    def is_sentence(self, line: str, most: int = _MOST_FOREIGN, least: int = _LEAST_OF_SENTENCE) -> bool:
        """Tell a line of running text, by so many small words of other meaning; columns and slashes make it none.

        It has `least` characters, unless it is of a script without blanks and has signs of a sentence.
        """
        text = line.strip()
        return not _COLUMN.search(text) and self._is_sentence(text, most, least)

    def _is_sentence(self, text: str, most: int = _MOST_FOREIGN, least: int = _LEAST_OF_SENTENCE) -> bool:
        if len(text) > _LEAST_UNSPACED and not text.isascii() and _UNSPACED_SENTENCE.search(text):
            return True
        if len(text) < least:
            return False
        foreign = 0
        for word in _SMALL_WORD.findall(text):
            if (word.upper() if word.isascii() else key(word)) not in self._known and not is_cjk(word[0]):
                foreign += 1
                if foreign >= most:
                    return True
        return False

    def _is_title(self, text: str, letters: str) -> bool:
        """Tell a text that names a level undamaged, among words that can stand beside no marking.

        Among numbers, hyphens and slashes these are words in small letters, because capitals may be furniture.
        """
        if not text.isascii():
            if _VOWEL.search(text):
                return False
            text = _MARK.sub("", text)
        found = _WORD.findall(text)
        words = list(map(key, found))
        if self._levels.isdisjoint(words) or any(name in letters for name in self._naming):
            return False
        foreign = [(word, as_is) for word, as_is in zip(words, found, strict=True) if word not in self._known]
        if _COMPOUND.search(text):
            if sum(len(word) for word, as_is in foreign if not as_is.isupper()) < _ENOUGH_SMALL:
                return False
        elif sum(len(word) for word, _ in foreign) <= _STRAY_LETTERS:
            return False
        first = next(place for place, word in enumerate(words) if word in self._levels)
        return not self._is_owner("".join(words[:first]))

    def _is_foreign(self, text: str, letters: str) -> bool:
        """Tell a text of a script without blanks with characters in it that can stand beside no marking."""
        if _TICKED.search(text) or any(name in letters for name in self._naming):
            return False
        if not any(map(is_cjk, set(letters) - self._characters)):
            return False
        # The name may be part of a longer one, so that it is not known where an owner before it ends.
        return not any(owner.compiled.match(letters) for owner in self._owners)

    def _is_owner(self, before: str) -> bool:
        return any(owner.compiled.fullmatch(before) for owner in self._owners)
