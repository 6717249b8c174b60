"""JUnit XML, for build servers: a test case for each file that is worth a look; a violation is a failure."""

import html
from dataclasses import dataclass, field
from typing import Final, TextIO

from scanner.model.verdict import Outcome, Tally, Verdict
from scanner.model.visible import visible
from scanner.present import Run
from scanner.present._spooled import Spooled
from scanner.present._words import REASONS

NAME = "junit"

_NONCHARACTERS: Final = dict.fromkeys((0xFFFE, 0xFFFF), "\N{REPLACEMENT CHARACTER}")


@dataclass(slots=True)
class _Report:
    stream: TextIO
    cases: Spooled = field(default_factory=Spooled)
    failures: int = 0
    errors: int = 0
    skipped: int = 0

    def add(self, verdict: Verdict) -> None:
        """Keep the case of one verdict; a file that is clean is only counted."""
        if verdict.outcome is Outcome.CLEAN and not verdict.findings:
            return
        said = self._said(verdict)
        head = f'    <testcase classname="{_xml(verdict.zone)}" name="{_xml(verdict.document.path)}" time="0"'
        self.cases.add(f"{head}>\n{said}    </testcase>\n" if said else f"{head}/>\n")

    def end(self, tally: Tally, run: Run) -> None:
        """Write the sums and every case; no clock was asked about a single file, so the time is that of all."""
        sums = (
            f'tests="{self.cases.pieces}" failures="{self.failures}" errors="{self.errors}" skipped="{self.skipped}" '
            f'time="{run.seconds:.3f}"'
        )
        facts = {"version": run.version, "rules": run.rules, "files": tally.files, "partial": str(run.partial).lower()}
        facts |= {outcome.value: tally.outcomes[outcome] for outcome in Outcome}
        self.stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        self.stream.write(f'<testsuites name="docwarden" {sums}>\n')
        self.stream.write(f'  <testsuite name="docwarden" {sums}>\n    <properties>\n')
        for name, value in facts.items():
            self.stream.write(f'      <property name="{name}" value="{_xml(str(value))}"/>\n')
        self.stream.write("    </properties>\n")
        self.cases.pour(self.stream)
        self.stream.write("  </testsuite>\n</testsuites>\n")

    def _said(self, verdict: Verdict) -> str:
        """Return what is wrong with a file, and count it; nothing where that is nothing."""
        if verdict.outcome is Outcome.VIOLATION:
            self.failures += 1
            return _element("failure", verdict.severity.word, verdict)
        if verdict.outcome is not Outcome.UNDETERMINED:
            return ""
        if verdict.accepted:
            self.skipped += 1
            return f'      <skipped message="{_xml(verdict.why)}"/>\n'
        self.errors += 1
        return _element("error", verdict.problems[0].reason.value if verdict.problems else "undetermined", verdict)


def start(stream: TextIO, run: Run, *, color: bool) -> _Report:
    """Begin a report on a text stream."""
    del run, color
    return _Report(stream)


def _element(name: str, kind: str, verdict: Verdict) -> str:
    lines = [f"{finding.where()}: {finding.evidence or finding.title or finding.rule}" for finding in verdict.findings]
    for problem in verdict.problems:
        detail = f": {problem.detail}" if problem.detail else ""
        lines.append(f"{problem.place.words()}: {REASONS[problem.reason]}{detail}")
    if verdict.guidance:
        lines.append(f"What next: {verdict.guidance}")
    body = "\n".join(map(_xml, lines))
    return f'      <{name} type="{_xml(kind)}" message="{_xml(verdict.why)}">{body}</{name}>\n'


def _xml(text: str) -> str:
    """Return text with nothing in it that XML 1.0 forbids (section 2.2, Char) or takes for markup; it is ASCII."""
    escaped = html.escape(visible(text).translate(_NONCHARACTERS))
    return escaped.encode("ascii", "xmlcharrefreplace").decode("ascii")
