"""Keeps text that is to stand further down in a report than what is not known yet, such as its sums."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final, TextIO

_IN_MEMORY: Final = 8 << 20  # bytes; the rest goes to an unnamed file that only this process can open


def _file() -> IO[str]:
    return tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="ascii", newline="")


@dataclass(slots=True)
class Spooled:
    """Text in pieces, written out at the end; it is ASCII."""

    pieces: int = 0
    _kept: IO[str] = field(default_factory=_file, repr=False)

    def add(self, piece: str) -> None:
        """Keep one more piece."""
        self._kept.write(piece)
        self.pieces += 1

    def lines(self) -> Iterator[str]:
        """Return the lines of everything, without their ends, and let go of it."""
        with self._kept as kept:
            kept.seek(0)
            yield from map(str.rstrip, kept)

    def pour(self, stream: TextIO) -> None:
        """Write everything to a stream and let go of it; nothing is added after it."""
        with self._kept as kept:
            kept.seek(0)
            shutil.copyfileobj(kept, stream)
