"""One row a finding or problem, for spreadsheets; a file with neither has one row, too."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from scanner.model.verdict import Tally, Verdict
from scanner.model.visible import visible
from scanner.present import Run

NAME = "csv"

_WIDE = ("\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}", "\N{FULLWIDTH HYPHEN-MINUS}")
_FORMULA = ("=", "+", "-", "@", r"\t", r"\r", "\N{FULLWIDTH COMMERCIAL AT}", *_WIDE)

_COLUMNS = (
    *("path", "outcome", "severity", "zone", "label", "kind", "rule", "title", "status", "place", "evidence", "reason"),
    *("why", "size", "media_type", "sha256"),
)


@dataclass(frozen=True, slots=True)
class _Report:
    stream: TextIO

    def add(self, verdict: Verdict) -> None:
        """Write the rows of one verdict."""
        writer = csv.writer(self.stream, lineterminator="\n")
        for row in _rows(verdict):
            writer.writerow([cell(value) for value in row])

    def end(self, tally: Tally, run: Run) -> None:
        """Write nothing: a sum among the rows would be taken for a file."""


def start(stream: TextIO, run: Run, *, color: bool) -> _Report:
    """Begin a report on a text stream."""
    del run, color
    csv.writer(stream, lineterminator="\n").writerow(_COLUMNS)
    return _Report(stream)


def cell(value: object) -> str:
    """Escape what a spreadsheet would run as a formula, and what a terminal would obey.

    Spreadsheets of East Asia take the wide signs for the narrow ones, and some pass over blanks before them.
    """
    text = visible(str(value))
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def _rows(verdict: Verdict) -> Iterator[tuple[object, ...]]:
    document = verdict.document
    head = (document.path, verdict.outcome.value, verdict.severity.word, verdict.zone)
    tail = (verdict.why, document.size, document.media_type, document.sha256)
    for finding in verdict.findings:
        label = "" if finding.label is None else str(finding.label)
        rule = (finding.kind.value, finding.rule, finding.title)
        what = (label, *rule, finding.status.value, str(finding.place), finding.evidence, "")
        yield (*head, *what, *tail)
    for problem in verdict.problems:
        yield (*head, "", "", "", "", "", str(problem.place), problem.detail, problem.reason.value, *tail)
    if not verdict.findings and not verdict.problems:
        yield (*head, "", "", "", "", "", "", "", "", *tail)
