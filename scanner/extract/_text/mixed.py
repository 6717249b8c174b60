"""Divides a text whose lines are in two encodings, and finds what stands in two bytes a character among single ones."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from scanner.extract._text.plausible import everyday, plausibility

_MOST: Final = 4 << 20
_MOST_LINES: Final = 100_000
_PLAUSIBLE: Final = 0.75
# A sequence of UTF-8: one is hardly ever met by chance in another encoding, two in one text never.
_SEQUENCE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_LETTERS: Final = (
    "\t -~\u00a0-\u017f\u0370-\u045f\u05d0-\u064a\u0e01-\u0e5b\u2010-\u203a\u2605\u2606\u3000-\u30ff\uff01-\uff5e"
)


@dataclass(frozen=True, slots=True)
class Mixed:
    """A text with lines in UTF-8 among lines that are not; `rest` is the others, a line each."""

    rest: bytes
    lines: tuple[str | bytes, ...] = field(repr=False)

    def text(self, codec: str) -> str:
        """Return the whole, its other lines decoded by `codec`."""
        return "".join(line if isinstance(line, str) else line.decode(codec, "replace") for line in self.lines)


def mixed(data: bytes) -> Mixed | None:
    """Return a text divided into lines in UTF-8 and others; None where all lines are of one kind."""
    if not 0 < data.count(b"\n") < _MOST_LINES or len(data) > _MOST or _SEQUENCE.search(data) is None:
        return None
    lines: list[str | bytes] = []
    rest: list[bytes] = []
    certain = 0
    for line in data.splitlines(keepends=True):
        if line.isascii():
            lines.append(line.decode("ascii"))
            continue
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            lines.append(line)
            rest.append(line)
        else:
            lines.append(text)
            certain += plausibility(text) >= _PLAUSIBLE
    return Mixed(b"".join(rest), tuple(lines)) if certain and rest else None


def wide_runs(data: bytes) -> str:
    """Return the runs of at least four everyday characters written in two bytes each, a line each."""
    runs = (
        run[0]
        for start in (0, 1)
        for codec in ("utf-16-le", "utf-16-be")
        for run in letters().finditer(data[start:_MOST].decode(codec, "replace"))
    )
    return "\n".join(dict.fromkeys(run for run in runs if run.isascii() or plausibility(run, _PLAUSIBLE) >= _PLAUSIBLE))


@cache
def letters() -> re.Pattern[str]:
    """Return the pattern of a run of everyday characters: with rare ideographs in it, any bytes would be text."""
    return re.compile(f"[{_LETTERS}{''.join(sorted(everyday()))}]{{4,}}")
