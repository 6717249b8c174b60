"""One JSON object: what ran, every record, and the summary; written as it comes."""

import json
from dataclasses import dataclass
from typing import TextIO

from scanner.model.record import record
from scanner.model.verdict import Tally, Verdict
from scanner.present import Run
from scanner.present._summary import summary

NAME = "json"


@dataclass(slots=True)
class _Report:
    stream: TextIO
    first: bool = True

    def add(self, verdict: Verdict) -> None:
        """Write one record."""
        self.stream.write(("" if self.first else ",") + "\n" + json.dumps(record(verdict), ensure_ascii=True))
        self.first = False

    def end(self, tally: Tally, run: Run) -> None:
        """Write the summary and close the object."""
        self.stream.write(f'\n], "summary": {json.dumps(summary(tally, run), ensure_ascii=True)}}}\n')


def start(stream: TextIO, run: Run, *, color: bool) -> _Report:
    """Begin a report on a text stream."""
    del color
    head = {"version": run.version, "rules": run.rules, "paths": list(run.paths)}
    stream.write(f'{{"docwarden": {json.dumps(head, ensure_ascii=True)}, "verdicts": [')
    return _Report(stream)
