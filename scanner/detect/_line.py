"""A line of text as the grammar walks over it: its letters and digits, and what stands between them."""

import re
from dataclasses import dataclass, replace
from typing import Final, Self

from scanner.detect._alike import KEYS, is_cjk
from scanner.detect.normalize import Folded, fold

# What may stand between the words of one name.
_HELD: Final = re.compile(r"(?:[^\w()\[\]{}\"<>|¦]|_)*[\"(]?")
_WIDE: Final = ("\t", "   ", "|", "¦")


@dataclass(frozen=True, slots=True)
class Line:
    """A line, folded. `key` holds its letters and digits, `at` the folded offset of each.

    `edges` are the offsets in `key` where a word may begin or end; between two characters of a script without
    blanks every offset is one.
    """

    raw: str
    folded: Folded
    key: str
    at: tuple[int, ...]
    edges: frozenset[int]

    @classmethod
    def of(cls, raw: str) -> Self:
        """Fold a line of text."""
        folded = fold(raw)
        if folded.text.isascii():
            return cls._of_ascii(raw, folded)
        key: list[str] = []
        at: list[int] = []
        for offset, character in enumerate(folded.text):
            letters = KEYS[ord(character)].replace("\n", "")
            key.extend(letters)
            at.extend([offset] * len(letters))
        edges = {0, len(key)}
        text = folded.text
        for place in range(1, len(at)):
            one, other = at[place - 1], at[place]
            if other > one + 1 or (other > one and (is_cjk(text[one]) or is_cjk(text[other]))):
                edges.add(place)
        return cls(raw, folded, "".join(key), tuple(at), frozenset(edges))

    @classmethod
    def _of_ascii(cls, raw: str, folded: Folded) -> Self:
        text = folded.text
        at = tuple(offset for offset, character in enumerate(text) if character.isalnum())
        edges = {place for place in range(1, len(at)) if at[place] > at[place - 1] + 1} | {0, len(at)}
        return cls(raw, folded, "".join(text[offset] for offset in at).upper(), at, frozenset(edges))

    def gap(self, place: int) -> str:
        """Return what stands before a place in the key, back to the character before it."""
        start = self.at[place - 1] + 1 if place else 0
        end = self.at[place] if place < len(self.at) else len(self.folded.text)
        return self.folded.text[start:end]

    def has_columns(self) -> bool:
        """Tell whether any gap is wide: a cheap first look."""
        return any(blank in self.raw for blank in _WIDE)

    def is_wide(self, place: int) -> bool:
        """Tell whether the gap before a place parts two columns: wide white space or an upright stroke."""
        if not 0 < place < len(self.at):
            return False
        start = self.folded.origins[self.at[place - 1]][1]
        return any(blank in self.raw[start : self.folded.origins[self.at[place]][0]] for blank in _WIDE)

    def place_of(self, offset: int) -> int | None:
        """Return the place in the key that a folded offset is, or None where no word begins or ends there."""
        place = next((place for place, at in enumerate(self.at) if at >= offset), len(self.at))
        return place if place in self.edges else None

    def mended(self, start: int, end: int, letters: str) -> Self:
        """Return the line with other letters in a span of its key; offsets still lead to what was written."""
        written = self.at[start:end]
        at = tuple(written[place * len(written) // len(letters)] for place in range(len(letters)))
        shift = len(letters) - (end - start)
        edges = {edge if edge <= start else edge + shift for edge in self.edges if not start < edge < end}
        key = self.key[:start] + letters + self.key[end:]
        return replace(self, key=key, at=self.at[:start] + at + self.at[end:], edges=frozenset(edges))

    def next_edge(self, place: int) -> int:
        """Return where the word that begins at a place ends."""
        return min(edge for edge in self.edges if edge > place)

    def holds(self, start: int, end: int) -> bool:
        """Tell whether nothing parts the words of a span: no bracket or quotation mark but an opening one."""
        return all(_HELD.fullmatch(self.gap(edge)) for edge in self.edges if start < edge < end)

    def slashes(self, start: int, end: int) -> bool:
        """Tell whether two slashes stand in a span: no prose has them."""
        return "//" in self.text(start, end)

    def text(self, start: int, end: int) -> str:
        """Return the folded text of a span of the key that is not empty."""
        return self.folded.text[self.at[start] : self.at[end - 1] + 1]

    def before(self, place: int) -> str:
        """Return the folded text before a place."""
        return self.folded.text[: self.at[place]] if place < len(self.at) else self.folded.text

    def after(self, place: int) -> str:
        """Return the folded text from a place on."""
        return self.folded.text[self.at[place - 1] + 1 :] if place else self.folded.text

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the raw line behind a span of the key that is not empty."""
        return self.folded.span(self.at[start], self.at[end - 1] + 1)
