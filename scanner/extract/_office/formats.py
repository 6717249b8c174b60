"""Knows the formats of a workbook: the words in them, and which of them show a number as a day."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from scanner.extract._lines import Lines
from scanner.extract._markup.xml import attribute
from scanner.model.place import Part, Place

FORMAT_NAMES: Final = frozenset(
    {"numFmt", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "xf", "cellStyle", "tableStyle", "tableStyles"}
)
"""The elements that `Formats` takes."""

# Formats without a code of their own that show a date: ECMA-376 part 1, section 18.8.30.
_DATES: Final = frozenset({*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58})
_ASIDE: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DAY: Final = re.compile(r"[dy]", re.IGNORECASE)
_FIRST_DAY: Final = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001 - a cell has no zone
_LAST: Final = 2_958_466
_LONGEST: Final = 24


class Formats:
    """Walks the styles of a workbook: which cells show dates, and the words in the formats of numbers."""

    def __init__(self, lines: Lines, place: Place) -> None:
        """Write to `lines`."""
        self.dates: frozenset[str] = frozenset()
        self._lines = lines
        self._place = Place(place.file, place.members, Part.METADATA, None, None, "number format")
        self._styled = Place(place.file, place.members, Part.METADATA, None, None, "style")
        self._codes: dict[str, str] = {}
        self._of_cells = False
        self._count = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take a format, or the use of one by cells."""
        if name == "numFmt":
            code = attribute(attributes, "formatCode")
            self._codes[attribute(attributes, "numFmtId")] = code
            self._lines.add(self._place, code)
        elif name == "xf":
            if self._of_cells:
                if self._is_date(attribute(attributes, "numFmtId")):
                    self.dates |= {str(self._count)}
                self._count += 1
        elif name in {"cellStyle", "tableStyle"}:
            if attribute(attributes, "builtinId") == "":
                self._lines.add(self._styled, attribute(attributes, "name"))
        else:
            self._of_cells = name == "cellXfs"

    def end(self, name: str) -> None:
        """Formats are told apart by where they begin."""

    def text(self, data: str) -> None:
        """Formats hold no text."""

    def close(self) -> None:
        """As above."""

    def _is_date(self, number: str) -> bool:
        if number in self._codes:
            return _DAY.search(_ASIDE.sub("", self._codes[number])) is not None
        return number.isdecimal() and len(number) < len("1000") and int(number) in _DATES


def day(text: str, *, since_1904: bool = False) -> str:
    """Return a serial number as the day, and the time, that it shows: `2031-04-17`; unchanged where it is none."""
    try:
        number = float(text) if len(text) < _LONGEST else -1.0
    except ValueError:
        return text
    if not 0 <= number < _LAST:
        return text
    moment = _FIRST_DAY[since_1904] + timedelta(days=number)
    return moment.date().isoformat() if number.is_integer() else moment.isoformat(" ", "seconds")
