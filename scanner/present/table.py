"""A report for a person at a terminal: what is wrong, what could not be read, and the sum."""

import os
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scanner.model.document import Problem, Reason
from scanner.model.finding import Finding, Severity, Status
from scanner.model.verdict import Outcome, Tally, Verdict
from scanner.model.visible import visible
from scanner.present import Run

NAME = "table"

_COLORS = {
    Severity.INFO: "",
    Severity.LOW: "cyan",
    Severity.MEDIUM: "yellow",
    Severity.HIGH: "red",
    Severity.CRITICAL: "bold red",
}
_WIDE = 100
_FINDINGS_A_FILE = 4
_PATHS_A_REASON = 5
_WORDS = {
    Reason.ENCRYPTED: "encrypted",
    Reason.CORRUPT: "damaged",
    Reason.TOO_LARGE: "over a size limit",
    Reason.TOO_DEEP: "packed too deep",
    Reason.TOO_MANY_MEMBERS: "too many members",
    Reason.TIMEOUT: "took too long",
    Reason.OUT_OF_MEMORY: "took too much memory",
    Reason.CRASHED: "broke its reader",
    Reason.UNSUPPORTED: "no reader for this kind",
    Reason.PERMISSION: "not allowed to read it",
    Reason.VANISHED: "gone before it was read",
    Reason.CHANGED_WHILE_READ: "changed while it was read",
    Reason.NOT_A_FILE: "not a regular file",
    Reason.IO_ERROR: "could not be read from disk",
    Reason.PARTIAL: "read in part",
    Reason.IMAGE: "a picture; its text is not read",
    Reason.SCANNED_PAGE: "scanned pages; their text is not read",
    Reason.RULE_FAILED: "a rule gave up",
}


def start(stream: TextIO, run: Run, *, color: bool) -> "_Report":
    """Begin a report on a text stream."""
    del run
    width = None if stream.isatty() else _WIDE
    console = Console(
        file=stream, no_color=not color, highlight=False, width=width, force_terminal=stream.isatty(), soft_wrap=False
    )
    return _Report(console)


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
        if violations:
            self._section("In the wrong place", violations, run)
        if run.details:
            others = [
                verdict for verdict in self.notable if verdict.findings and verdict.outcome is not Outcome.VIOLATION
            ]
            if others:
                self._section("Found, and not in violation", others, run)
        self._unread(run)
        self._sum(tally, run)

    def _section(self, title: str, verdicts: list[Verdict], run: Run) -> None:
        table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, expand=False)
        table.add_column("severity", no_wrap=True)
        table.add_column("file and place", overflow="fold", ratio=3)
        table.add_column("what", overflow="fold", ratio=2)
        for verdict in verdicts:
            table.add_row(
                Text(verdict.severity.word, style=_COLORS[verdict.severity]),
                Text(_path(verdict.document.path, run), style="bold"),
                Text(visible(verdict.why)),
            )
            shown = verdict.findings if run.details else _telling(verdict)[:_FINDINGS_A_FILE]
            for finding in shown:
                table.add_row("", Text("  " + visible(finding.place.words())), Text(_what(finding, run)))
            hidden = len(verdict.findings) - len(shown)
            if hidden:
                table.add_row("", Text(f"  and {hidden} more; -v shows all", style="dim"), "")
            if verdict.guidance:
                table.add_row("", "", Text(visible(verdict.guidance), style="italic"))
        self.console.print(table)
        self.console.print()

    def _unread(self, run: Run) -> None:
        by_reason: dict[Reason, list[tuple[Verdict, Problem]]] = defaultdict(list)
        for verdict in self.notable:
            seen: set[Reason] = set()
            for problem in verdict.problems:
                if problem.reason not in seen:
                    by_reason[problem.reason].append((verdict, problem))
                    seen.add(problem.reason)
        if not by_reason:
            return
        self.console.print(Text("Not read in full", style="bold"))
        for reason, entries in sorted(by_reason.items(), key=lambda item: -len(item[1])):
            accepted = all(verdict.accepted for verdict, _ in entries)
            note = " (accepted)" if accepted else ""
            self.console.print(Text(f"  {len(entries):,} × {_WORDS[reason]}{note}"))
            shown = entries if run.details else ([] if accepted else entries[:_PATHS_A_REASON])
            for verdict, problem in shown:
                place = problem.place.words() if problem.place.members or problem.place.page else ""
                detail = ": ".join(part for part in (place, problem.detail) if part)
                line = Text(f"      {_path(verdict.document.path, run)}")
                line.append(f"  {visible(detail)}", style="dim")
                self.console.print(line)
            if not accepted and len(entries) > len(shown):
                self.console.print(Text(f"      and {len(entries) - len(shown):,} more; -v shows all", style="dim"))
        self.console.print()

    def _sum(self, tally: Tally, run: Run) -> None:
        counts = " + ".join(f"{tally.outcomes[outcome]:,} {outcome.value}" for outcome in Outcome)
        speed = f"{tally.size / 1e6:,.1f} MB in {run.seconds:,.1f} s"
        noun = "file" if tally.files == 1 else "files"
        self.console.print(Text(f"{tally.files:,} {noun} = {counts}  ({speed})", style="bold"))
        if run.skipped:
            skipped = ", ".join(f"{count:,} × {what}" for what, count in run.skipped)
            self.console.print(Text(f"Left out: {skipped}"))
        if run.partial:
            self.console.print(Text("Broken off: this is only what was found so far.", style="bold yellow"))


def _telling(verdict: Verdict) -> list[Finding]:
    """The findings that count, the worst first; where none does, all."""
    counting = [finding for finding in verdict.findings if finding.status is Status.MARKED]
    return sorted(counting or verdict.findings, key=lambda finding: (-finding.severity, -finding.confidence))


def _what(finding: Finding, run: Run) -> str:
    evidence = visible(finding.evidence)
    if finding.title and finding.title not in evidence:
        evidence = f"{visible(finding.title)}: {evidence}" if evidence else visible(finding.title)
    words = [evidence]
    if finding.status is not Status.MARKED:
        words.append(f"[{finding.status.value}]")
    if run.details and finding.reasons:
        words.append(f"({finding.role.value}, {finding.confidence:.0%}: {', '.join(finding.reasons)})")
    return " ".join(words).replace("_", " ") if not finding.title else " ".join(words)


def _path(path: str, run: Run) -> str:
    shown = path
    if run.base and path.startswith(run.base.rstrip(os.sep) + os.sep):
        shown = os.path.relpath(path, run.base)
    return visible(shown)
