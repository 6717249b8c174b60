"""Keeps the strings that the sheets of a workbook share, and knows which of them no cell shows."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from scanner.extract._lines import Lines
from scanner.extract._office.references import resolved
from scanner.extract._office.sheet import plain
from scanner.extract._office.sift import sift, sift_whole
from scanner.extract._office.skim import plain_text
from scanner.extract._office.string_table import StringTable
from scanner.model.place import Place

_STRING: Final = re.compile(r"<t(?: xml:space=\"preserve\")?>([^<]*)</t>")
_ALL: Final = re.compile(rf"<si>{_STRING.pattern}</si>")
_TAGS: Final = 4  # of such a string; besides there are the two of the root
_LONGEST_INDEX: Final = 10
# Strings that are kept at hand: sheets show the same ones again and again.
_SHORT: Final = 100
_MOST_KNOWN: Final = 10_000


class StringsWalker:
    """Collects the strings that the sheets share (ECMA-376 part 1, section 18.4); phonetic readings stand apart."""

    def __init__(self, lines: Lines, place: Place, most: int) -> None:
        """Keep at most `most` characters, 0 for any number; readings go to `lines` at `place`."""
        self._found = StringTable(most)
        self._known: dict[str, str] = {}
        self._lines = lines
        self._place = place
        self._pieces: list[str] = []
        self._reading: list[str] = []
        self._phonetic = False
        self._inside = False

    def whole(self, data: bytes) -> Iterator[None] | None:
        """Return the walk of a part that is at hand; None: it must be parsed."""
        text = plain_text(data)
        found = [] if text is None else _ALL.findall(text)
        if text is not None and text.count("<") == _TAGS * len(found) + 2:
            for string in found:
                self._found.add(plain(resolved(string)))
            return iter(())
        return sift_whole(data, "<si>", "</si>", self._take, self, deepest=self._lines.limits.xml_depth)

    def strings(self, stream: Iterator[bytes]) -> Iterator[bytes]:
        """Take the ordinary strings out of a stream of XML, and yield all else of it for a parser, in order."""
        return sift(stream, "<si>", "</si>", self._take)

    def use(self, index: str) -> str:
        """Return a string by its number as a cell writes it; an empty one where there is none."""
        found = self._known.get(index)
        if found is None:
            found = (self._found.use(int(index)) or "") if index.isdecimal() and len(index) <= _LONGEST_INDEX else ""
            if len(found) < _SHORT and len(self._known) < _MOST_KNOWN:
                self._known[index] = found
        return found

    def unused(self) -> Iterator[str]:
        """Yield the strings that no cell shows."""
        return self._found.unused()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Enter a string or a part of one."""
        del attributes
        self._inside = name == "t"
        self._phonetic = self._phonetic or name == "rPh"

    def end(self, name: str) -> None:
        """Leave it."""
        self._inside = False
        if name == "rPh":
            self._phonetic = False
            self._lines.add(self._place, "".join(self._reading))
            self._reading.clear()
        elif name == "si":
            self._found.add(plain("".join(self._pieces)))
            self._pieces.clear()

    def text(self, data: str) -> None:
        """Take characters."""
        if self._inside:
            (self._reading if self._phonetic else self._pieces).append(data)

    def close(self) -> None:
        """Keep the string the stream ended in."""
        if self._pieces:
            self.end("si")

    def _take(self, _: str, body: str) -> Iterator[None] | None:
        match = _STRING.fullmatch(body)
        if match is None:
            return None
        self._found.add(plain(resolved(match[1])))
        return iter(())
