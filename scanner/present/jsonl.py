"""One JSON record a line, as it comes; the last line is the summary."""

import json
from dataclasses import dataclass
from typing import TextIO

from scanner.model.record import record
from scanner.model.verdict import Tally, Verdict
from scanner.present import Run
from scanner.present._summary import summary

NAME = "jsonl"


@dataclass(frozen=True, slots=True)
class _Report:
    stream: TextIO

    def add(self, verdict: Verdict) -> None:
        """Write one record."""
        self._line(record(verdict))

    def end(self, tally: Tally, run: Run) -> None:
        """Write the summary, told from the records by its schema."""
        self._line({"schema": "docwarden.summary/1", **summary(tally, run)})

    def _line(self, data: dict[str, object]) -> None:
        self.stream.write(json.dumps(data, ensure_ascii=True, separators=(",", ":")) + "\n")


def start(stream: TextIO, run: Run, *, color: bool) -> _Report:
    """Begin a report on a text stream."""
    del run, color
    return _Report(stream)
