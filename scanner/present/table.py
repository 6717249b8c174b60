"""A report for a person at a terminal: what is wrong, what could not be read, and the sum."""

import os
import textwrap
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TextIO

from rich.console import Console
from rich.text import Text

from scanner.model.document import Problem, Reason
from scanner.model.finding import Finding, Kind, Severity, Status
from scanner.model.sandbox import Protection
from scanner.model.verdict import Outcome, Tally, Verdict
from scanner.model.visible import visible
from scanner.present import Run
from scanner.present._summary import size_words, sum_words
from scanner.present._words import REASONS

NAME = "table"

_COLORS = {
    Severity.INFO: "",
    Severity.LOW: "cyan",
    Severity.MEDIUM: "yellow",
    Severity.HIGH: "red",
    Severity.CRITICAL: "bold red",
}
_INDENT = 10
_NARROW = 20
_SUSPECTED = 20
_PLACE_WIDTH = 60
_FINDINGS_A_FILE = 4
_PATHS_A_REASON = 5


def start(stream: TextIO, run: Run, *, color: bool) -> "_Report":
    """Begin a report on a text stream."""
    del run
    return _Report(Console(file=stream, no_color=not color, highlight=False, force_terminal=stream.isatty()))


@dataclass(slots=True)
class _Report:
    console: Console
    notable: list[Verdict] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        """Keep what will be shown; clean files are only counted."""
        if verdict.outcome is not Outcome.CLEAN or verdict.findings:
            self.notable.append(verdict)

    def end(self, tally: Tally, run: Run) -> None:
        """Show everything, the worst first."""
        violations = [verdict for verdict in self.notable if verdict.outcome is Outcome.VIOLATION]
        violations.sort(key=lambda verdict: (-verdict.severity, verdict.document.path))
        suspected = [verdict for verdict in self.notable if verdict.suspected]
        others = [verdict for verdict in self.notable if verdict.findings and verdict.outcome is not Outcome.VIOLATION]
        self._section("In the wrong place", violations, run)
        if run.details:
            self._section("Found, and not in violation", others, run)
        else:
            self._section("Perhaps marked: look at them; they do not count as violations", suspected[:_SUSPECTED], run)
            if len(suspected) > _SUSPECTED:
                self._line(Text(f"and {len(suspected) - _SUSPECTED:,} more; -v shows all\n", style="dim"))
            self._beneath(others)
        self._unread(run)
        self._sum(tally, run)

    def _beneath(self, others: list[Verdict]) -> None:
        """Tell of files with something in them that neither counts against them nor is in doubt."""
        unshown = (Outcome.CLEAN, Outcome.UNDETERMINED)
        number = sum(not verdict.suspected and verdict.outcome in unshown for verdict in others)
        if number:
            have = "1 file has" if number == 1 else f"{number:,} files have"
            self._line(Text(f"{have} findings that do not count: -v shows them\n", style="dim"))

    def _section(self, title: str, verdicts: list[Verdict], run: Run) -> None:
        if not verdicts:
            return
        self._line(Text(title, style="bold"))
        told = ""
        for verdict in verdicts:
            in_violation = verdict.outcome is Outcome.VIOLATION
            head = verdict.severity.word if in_violation else "perhaps" if verdict.suspected else "noted"
            line = Text(f"{head:<{_INDENT}}", style=_COLORS[verdict.severity])
            line.append(_path(verdict.document.path, run), style="bold")
            self._line(line)
            if in_violation or run.details:
                self._prose(visible(verdict.why))
            self._findings(verdict, run)
            if in_violation and verdict.guidance:
                again = verdict.guidance == told
                told = verdict.guidance
                self._prose("→ as above" if again else "→ " + visible(told), style="italic")
        self._line(Text())

    def _findings(self, verdict: Verdict, run: Run) -> None:
        shown = verdict.findings if run.details else _telling(verdict)[:_FINDINGS_A_FILE]
        width = max((len(visible(finding.where())) for finding in shown), default=0)
        rules: defaultdict[str, set[str]] = defaultdict(set)
        for finding in shown:
            rules[_what(finding, run)].add(finding.rule)
        for finding in shown:
            place = visible(finding.where())
            what = _what(finding, run)
            said = f"{what} ({visible(finding.rule)})" if len(rules[what]) > 1 else what
            line = Text(f"{'':<{_INDENT + 2}}{place:<{min(width, _PLACE_WIDTH)}}")
            if self.console.is_terminal and line.cell_len + 2 + len(said) > self.console.width:
                line.rstrip()
                self._line(line)
                self._prose(f"    {said}", style="dim")
            else:
                self._line(line.append(f"  {said}", style="dim"))
        hidden = len(verdict.findings) - len(shown)
        if hidden:
            self._line(Text(f"{'':<{_INDENT + 2}}and {hidden:,} more; -v shows all", style="dim"))

    def _prose(self, text: str, style: str = "") -> None:
        """Print a sentence, indented; on a terminal it wraps between words."""
        width = max(self.console.width - _INDENT, _NARROW) if self.console.is_terminal else len(text) + 1
        indent = " " * (_INDENT + len(text) - len(text.lstrip()))
        for line in textwrap.wrap(text.strip(), width - len(indent) + _INDENT) or [""]:
            self._line(Text(indent + line, style=style))

    def _unread(self, run: Run) -> None:
        by_reason: dict[Reason, list[tuple[Verdict, Problem]]] = defaultdict(list)
        for verdict in self.notable:
            first = {problem.reason: problem for problem in reversed(verdict.problems)}
            for reason, problem in first.items():
                by_reason[reason].append((verdict, problem))
        if not by_reason:
            return
        self._line(Text("Not read in full", style="bold"))
        for reason, entries in sorted(by_reason.items(), key=lambda item: (-_worst(item[1]), -len(item[1]))):
            accepted = any(verdict.accepted for verdict, _ in entries)
            note = " (accepted; -v shows them)" if accepted and not run.details else ""
            self._line(Text(f"{len(entries):>{_INDENT - 2},}  {REASONS[reason]}{note}"))
            shown = entries if run.details else ([] if accepted else entries[:_PATHS_A_REASON])
            for verdict, problem in shown:
                place = problem.place.words() if problem.place.members or problem.place.page else ""
                detail = ": ".join(part for part in (place, problem.detail) if part)
                severity = _unread_severity(verdict)
                word = "" if severity is Severity.INFO else severity.word
                self._line(
                    Text(f"{word:<{_INDENT}}", style=_COLORS[severity]).append(_path(verdict.document.path, run))
                )
                if detail:
                    self._prose("  " + visible(detail), style="dim")
            if not accepted and len(entries) > len(shown):
                more = f"and {len(entries) - len(shown):,} more; -v shows all"
                self._line(Text(" " * _INDENT + more, style="dim"))
        self._line(Text())

    def _line(self, text: Text) -> None:
        """Print one line; a long one wraps where the terminal ends, so that a path can be copied whole."""
        self.console.print(text, soft_wrap=True)

    def _sum(self, tally: Tally, run: Run) -> None:
        self._line(Text(sum_words(tally), style="bold"))
        if not tally.files:
            self._line(Text("Nothing was examined: there was no file to look at.", style="yellow"))
        notes = [f"{size_words(tally.size)} in {run.seconds:,.1f} s"]
        if run.known:
            notes.append(f"{run.known:,} accepted by the baseline")
        if tally.suspected:
            notes.append(f"{tally.suspected:,} perhaps marked")
        if accepted := tally.outcomes[Outcome.UNDETERMINED] - tally.unread:
            notes.append(f"{accepted:,} undetermined for reasons that are accepted")
        self._line(Text(", ".join(notes)))
        if run.policy:
            self._line(Text(f"Policy: {visible(run.policy)}"))
        if run.details and not run.shows_values and self._has_hashes():
            self._line(Text("The hash of a value, after #, tells the same value within this scan only.", style="dim"))
        if run.skipped:
            skipped = ", ".join(f"{count:,} × {what}" for what, count in run.skipped)
            self._line(Text(f"Left out: {skipped}"))
        if run.protection not in {"", Protection.FULL}:
            note = (
                f"Documents were read with {run.protection} protection only; `docwarden doctor` says what is missing."
            )
            self._line(Text(note, style="yellow"))
        if run.partial:
            self._line(Text("Broken off: this is only what was found so far.", style="bold yellow"))

    def _has_hashes(self) -> bool:
        return any(finding.kind is Kind.YARA for verdict in self.notable for finding in verdict.findings)


def _unread_severity(verdict: Verdict) -> Severity:
    """How much it matters that a file was not read; nothing where another section already tells how bad it is."""
    return verdict.severity if verdict.outcome is Outcome.UNDETERMINED else Severity.INFO


def _worst(entries: list[tuple[Verdict, Problem]]) -> Severity:
    return max(_unread_severity(verdict) for verdict, _ in entries)


def _telling(verdict: Verdict) -> list[Finding]:
    """The findings that count, the worst first and those that decided before others as bad; where none does, all.

    Of a file that is perhaps marked, those count that are in doubt.
    """
    counts = Status.SUSPECT if verdict.suspected else Status.MARKED
    counting = [finding for finding in verdict.findings if finding.status is counts]
    return sorted(counting or verdict.findings, key=lambda finding: -finding.severity)


def _what(finding: Finding, run: Run) -> str:
    evidence = visible(finding.evidence)
    if (finding.kind is Kind.YARA or finding.label is None) and finding.title not in evidence:
        evidence = f"{visible(finding.title)}: {evidence}" if evidence else visible(finding.title)
    words = [evidence]
    if finding.status is not Status.MARKED:
        words.append(f"[{finding.status.value}]")
    if run.details and finding.kind is Kind.YARA:
        words.append(f"({finding.rule})")
    elif run.details and finding.reasons:
        reasons = ", ".join(finding.reasons).replace("_", " ")
        words.append(f"({finding.role.value}, {finding.confidence:.0%}: {reasons})")
    return " ".join(words)


def _path(path: str, run: Run) -> str:
    shown = "standard input" if path == "-" else path
    if run.base and path.startswith(run.base.rstrip(os.sep) + os.sep):
        shown = os.path.relpath(path, run.base)
    return visible(shown)
