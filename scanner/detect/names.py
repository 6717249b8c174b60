"""Takes card and account numbers out of the names of members and sheets, which every report shows."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from scanner.detect.mask import Mask
from scanner.detect.validators import iban, luhn
from scanner.model.place import Place

_REMEMBERED = 1000
_LONGEST = 1000
_FEWEST_DIGITS, _MOST_DIGITS = 13, 19
_GROUPS = re.compile(r"(?<![A-Za-z0-9])[0-9]+(?:[ -][0-9]+)*(?![A-Za-z0-9])")
_GROUP = re.compile(r"[0-9]+")
_ACCOUNT = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){11,30}")
_END = re.compile(r"(?![A-Za-z0-9])")


class NameMask:
    """Shows a place without the values in its names; the name of the file itself stays, or nobody would find it."""

    def __init__(self, mask: Mask) -> None:
        """Take how values are described; one that shows them leaves every name as it is."""
        self._mask = mask
        self._clean = lru_cache(_REMEMBERED)(self._cleaned)

    def __call__(self, place: Place) -> Place:
        """Return the place as it may be shown."""
        if self._mask.show or not (place.members or place.title):
            return place
        members = tuple(map(self._clean, place.members))
        title = None if place.title is None else self._clean(place.title)
        same = members == place.members and title == place.title
        return place if same else replace(place, members=members, title=title)

    def _cleaned(self, name: str) -> str:
        if len(name) > _LONGEST:
            name = name[:_LONGEST] + "…"  # nobody reads on, and an archive may have thousands of such names
        kept: list[str] = []
        end = 0
        for start, stop, kind, value in sorted((*_cards(name), *_accounts(name))):
            if start >= end:
                kept += (name[end:start], f"[{kind} {self._mask.hash(value)}]")
                end = stop
        return "".join((*kept, name[end:])) if end else name


def _cards(name: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield the payment cards in rows of digits; other numbers may stand beside one."""
    for row in _GROUPS.finditer(name):
        groups = [(group.start(), group.end()) for group in _GROUP.finditer(name, row.start(), row.end())]
        for first, (start, _) in enumerate(groups):
            digits = 0
            for begin, stop in groups[first : first + _MOST_DIGITS]:
                digits += stop - begin
                if digits > _MOST_DIGITS:
                    break
                value = luhn(name[start:stop]) if digits >= _FEWEST_DIGITS else None
                if value:
                    yield start, stop, "payment card", value


def _accounts(name: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield the account numbers; a word may follow one after a blank."""
    for match in _ACCOUNT.finditer(name):
        ends = [end.start() for end in _END.finditer(name, match.start(), match.end() + 1)]
        for stop in reversed(ends):
            value = iban(name[match.start() : stop].upper())
            if value:
                yield match.start(), stop, "bank account", value
                break
