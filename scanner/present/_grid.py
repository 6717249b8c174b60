"""Gathers the lines of a page's list as compact data: a text that comes often is kept once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from scanner.model.finding import Finding, Kind, Severity
from scanner.model.label import Label
from scanner.model.verdict import Verdict
from scanner.model.visible import visible
from scanner.present._page import Blocks, packed
from scanner.present._spooled import Spooled
from scanner.present._words import REASONS

_CHUNK: Final = 500  # details in one block: what is read to open one of them
_FINDINGS: Final = 100  # of one file; a fact says how many more there are
_LABELS: Final = 4096

Cell = str | int
"""A text, or the number of one in the list of texts."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list; times are seconds since the epoch, 0 where the list has none."""

    verdict: Verdict
    state: str
    severity: Severity
    key: str = ""
    first: float = 0
    last: float = 0
    copies: int = 1
    assignee: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Grid:
    """The lines, written out as they come, so that a million of them do not stand in memory."""

    _texts: dict[str, int] = field(default_factory=dict)
    _labels: dict[int, tuple[Label, str]] = field(default_factory=dict)
    _rows: Spooled = field(default_factory=Spooled)
    _chunk: list[str] = field(default_factory=list)
    _chunks: Spooled = field(default_factory=Spooled)

    def add(self, line: Line) -> None:
        """Take one more line; its details can be read alone."""
        verdict = line.verdict
        folder, slash, name = verdict.document.path.rpartition("/")
        row = (
            "standard input" if verdict.document.path == "-" else visible(name),
            self._text(folder or slash),
            self._text(verdict.why),
            int(line.severity),
            self._text(line.state),
            self._text(verdict.zone),
            self._text(verdict.owner),
            self._text(self.labels(verdict)),
            self._text(", ".join(dict.fromkeys(each.title or each.rule for each in verdict.findings))),
            self._text(line.assignee),
            int(line.last),
            int(line.first),
            line.copies,
            line.key,
        )
        self._rows.add(packed(row) + "\n")
        self._chunk.append(packed(self._detail(line)))
        if len(self._chunk) == _CHUNK:
            self._close()

    def labels(self, verdict: Verdict) -> str:
        """Return the labels of a document as their schemes write them."""
        return " and ".join(map(self._written, verdict.labels))

    def blocks(self) -> Blocks:
        """Return everything as data for a page; nothing is added after it."""
        self._close()
        strings = list(map(visible, self._texts))
        return Blocks(strings, _CHUNK, self._array(), self._chunks.lines())

    def _array(self) -> Iterator[str]:
        yield "["
        for number, row in enumerate(self._rows.lines()):
            yield f",{row}" if number else row
        yield "]"

    def _close(self) -> None:
        if self._chunk:
            self._chunks.add(f"[{','.join(self._chunk)}]\n")
            self._chunk.clear()

    def _detail(self, line: Line) -> tuple[object, ...]:
        verdict = line.verdict
        document = verdict.document
        kind = f"{document.media_type}, {document.size:,} bytes" if document.media_type else ""
        claims = f"; its name says {document.claimed_type}" if document.claimed_type else ""
        facts = (
            ("Why", verdict.why),
            ("What next", verdict.guidance),
            ("Owner of the zone", verdict.owner),
            *line.facts,
            ("Assigned to", line.assignee),
            ("Kind", kind + claims),
            ("Key", line.key),
        )
        hidden = len(verdict.findings) - _FINDINGS
        more = (("More findings", f"{hidden:,}, which `docwarden alerts show` lists"),) if hidden > 0 else ()
        found = [self._finding(finding) for finding in verdict.findings[:_FINDINGS]]
        problems = [
            (visible(problem.place.words()), self._text(REASONS[problem.reason]), self._text(problem.detail))
            for problem in verdict.problems[:_FINDINGS]
        ]
        shown = [(self._text(name), self._cell(name, said)) for name, said in (*facts, *more) if said]
        return shown, found, problems

    def _cell(self, name: str, said: str) -> Cell:
        """Return a fact: those that differ from file to file are kept where they stand."""
        return visible(said) if name in _UNLIKE else self._text(said)

    def _finding(self, finding: Finding) -> tuple[Cell, ...]:
        label = "" if finding.label is None else self._written(finding.label)
        said = finding.evidence or label
        title = f"{finding.title}: " if finding.title and said else finding.title
        what = title + said or finding.rule
        return (
            visible(finding.where()),
            visible(what) if finding.kind is Kind.YARA else self._text(what),
            self._text(finding.rule),
            self._text(f"{finding.role.value}, {finding.status.value}"),
            self._text(f"{finding.confidence:.0%}"),
            self._text(", ".join(finding.reasons).replace("_", " ")),
        )

    def _written(self, label: Label) -> str:
        """Return a label as its scheme writes it; the same value is asked about very often."""
        known = self._labels.get(id(label))
        if known is None:
            if len(self._labels) >= _LABELS:
                self._labels.clear()
            known = self._labels[id(label)] = (label, str(label))  # kept, so that no other gets its id
        return known[1]

    def _text(self, said: str) -> int:
        return self._texts.setdefault(said, len(self._texts))


_UNLIKE: Final = frozenset({"Key", "Kind", "Command", "Other files", "From elsewhere"})
