"""Gathers the lines of a page's list as compact data: a text that comes often is kept once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from scanner.model.finding import Finding, Kind, Role, Severity, Status
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

_Grounds = tuple[str, Role, Status, float, tuple[str, ...]]


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
    _said: dict[_Grounds, tuple[int, ...]] = field(default_factory=dict)
    _lines: list[tuple[object, ...]] = field(default_factory=list)
    _details: list[tuple[object, ...]] = field(default_factory=list)
    _rows: Spooled = field(default_factory=Spooled)
    _chunks: Spooled = field(default_factory=Spooled)

    def add(self, line: Line) -> None:
        """Take one more line; its details can be read alone."""
        verdict, text = line.verdict, self._text
        folder, slash, name = verdict.document.path.rpartition("/")
        row = (
            "standard input" if verdict.document.path == "-" else visible(name),
            text(folder or slash),
            text(verdict.why),
            int(line.severity),
            text(line.state),
            text(verdict.zone),
            text(verdict.owner),
            text(self.labels(verdict)),
            text(", ".join(dict.fromkeys(each.title or each.rule for each in verdict.findings))),
            text(line.assignee),
            int(line.last),
            int(line.first),
            line.copies,
            line.key,
        )
        self._lines.append(row)
        self._details.append(self._detail(line))
        if len(self._lines) == _CHUNK:
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
        for number, rows in enumerate(self._rows.lines()):
            yield f",{rows}" if number else rows
        yield "]"

    def _close(self) -> None:
        """Write out what was taken: in one go, since a call for each line takes longer than its text."""
        if self._lines:
            self._rows.add(f"{packed(self._lines)[1:-1]}\n")
            self._chunks.add(f"{packed(self._details)}\n")
            self._lines.clear()
            self._details.clear()

    def _detail(self, line: Line) -> tuple[object, ...]:
        verdict = line.verdict
        document = verdict.document
        kind = f"{document.media_type}, {document.size:,} bytes" if document.media_type else ""
        claims = f"; its name says {document.claimed_type}" if document.claimed_type else ""
        # What stands in the row already, such as why, the page takes from there.
        facts = (("What next", verdict.guidance), *line.facts, ("Kind", kind + claims))
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
        cell = visible(what) if finding.kind is Kind.YARA else self._text(what)
        return (visible(finding.where()), cell, *self._grounds(finding))

    def _grounds(self, finding: Finding) -> tuple[int, ...]:
        """Return by what rule, as what, how surely and why it was found: few of these differ."""
        key = (finding.rule, finding.role, finding.status, finding.confidence, finding.reasons)
        known = self._said.get(key)
        if known is None:
            meant = f"{finding.role.value}, {finding.status.value}"
            because = ", ".join(finding.reasons).replace("_", " ")
            known = tuple(map(self._text, (finding.rule, meant, f"{finding.confidence:.0%}", because)))
            if len(self._said) < _LABELS:
                self._said[key] = known
        return known

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


_UNLIKE: Final = frozenset({"Kind", "Other files", "From elsewhere"})
