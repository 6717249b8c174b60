"""One HTML file that stands by itself: sums, what was not examined and why, and a list to sort and filter."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TextIO

from scanner.model.document import Reason
from scanner.model.shown import labels_said, shown_verdict
from scanner.model.verdict import Outcome, Tally, Verdict
from scanner.present import Run
from scanner.present._grid import Grid, Line
from scanner.present._page import Page, Section, Table, Tile, write_page
from scanner.present._risk import Risk
from scanner.present._spans import moment
from scanner.present._words import FOOTER, FOOTER_WITH_VALUES, REASONS

NAME = "html"

_QUOTES = (
    "This page quotes the values that were found, in full, for --show-match asked for them: passwords, keys and "
    "numbers of people may stand in it. Keep it as you keep those, and delete it when you are done."
)
_SEVERAL = 2
_FOLDED = 5000
_PARTIAL = "The scan was broken off: this is only what was found so far. What is not here was perhaps never looked at."


@dataclass(slots=True)
class _Report:
    stream: TextIO
    details: bool
    grid: Grid = field(default_factory=Grid)
    risk: Risk = field(default_factory=Risk)
    accepted: Counter[Reason] = field(default_factory=Counter)
    unlisted: list[str] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        """Keep what is worth a look; what is clean, or accepted without a finding, is only counted."""
        if verdict.accepted:
            self.accepted.update({problem.reason for problem in verdict.problems})
        if verdict.outcome is Outcome.VIOLATION or (verdict.outcome is Outcome.UNDETERMINED and not verdict.accepted):
            labels = labels_said(map(self.grid.written, verdict.labels))
            self.risk.add(verdict.severity, verdict.zone, verdict.owner, labels)
        if verdict.findings or (verdict.problems and (self.details or not verdict.accepted)):
            state = "perhaps marked" if verdict.suspected else verdict.outcome.value
            self.grid.add(Line(shown_verdict(verdict, self.grid.written), state, verdict.severity))
        elif verdict.problems:
            self.unlisted.append(verdict.document.path)

    def end(self, tally: Tally, run: Run) -> None:
        """Write the page."""
        one_zone = len(self.risk.zones) < _SEVERAL and len(self.risk.owners) < _SEVERAL
        beside = (*self._where(), *self._unread(tally))
        facts = (
            ("Begun", f"{moment(run.began)} UTC" if run.began else ""),
            ("Looked at", ", ".join("standard input" if path == "-" else path for path in run.paths)),
            ("Policy", run.policy),
            ("Files", f"{tally.files:,}, {tally.size:,} bytes"),
            ("Accepted by the baseline", f"{run.known:,}" if run.known else ""),
            ("Time", f"{run.seconds:,.1f} s" + (", broken off" if run.partial else "")),
            ("Left out", ", ".join(f"{count:,} × {what}" for what, count in run.skipped)),
            ("Documents were read", f"with {run.protection} protection" if run.protection else ""),
            ("Version", f"{run.version}, rules {run.rules}"),
        )
        page = Page(
            "DocWarden scan",
            "What stands where it should not, and what could not be read.",
            facts,
            (self._glance(tally, run), *(() if one_zone else beside)),
            "files worth a look",
            "Outcome",
            FOOTER_WITH_VALUES if run.shows_values else FOOTER,
            warnings=(*((_QUOTES,) if run.shows_values else ()), *((_PARTIAL,) if run.partial else ())),
            after=beside if one_zone else (),
        )
        write_page(self.stream, page, self.grid.blocks())

    def _glance(self, tally: Tally, run: Run) -> Section:
        told = {Outcome.VIOLATION: "violations", Outcome.UNDETERMINED: "not examined in full"}
        outcomes = tuple(
            Tile(tally.outcomes[outcome], told.get(outcome, outcome.value))
            for outcome in (Outcome.VIOLATION, Outcome.UNDETERMINED, Outcome.PERMITTED, Outcome.CLEAN)
        )
        tiles = ((*outcomes, Tile(tally.suspected, "perhaps marked")), self.risk.tiles())
        broken = "The scan was broken off: what is shown is a part. " if run.partial else ""
        note = f"{broken}Every file has exactly one outcome; severities are of violations and of what was not read."
        return Section("At a glance", note, tiles)

    def _where(self) -> tuple[Section, ...]:
        """Return the counts by zone, owner and label; where all is in one zone or has one owner, that tells nothing."""
        several = tuple(each for each in self.risk.tables() if each.pick == "f-label" or len(each.names) >= _SEVERAL)
        return (Section("Where the risk is", tables=several),) if self.risk.zones else ()

    def _unread(self, tally: Tally) -> tuple[Section, ...]:
        if not tally.reasons:
            return ()
        rows = tuple(
            (REASONS[reason], f"{count:,}", f"{self.accepted[reason]:,}")
            for reason, count in tally.reasons.most_common()
        )
        note = "Such files are never called clean. Accepted are those whose every reason the configuration accepts."
        number, shown = len(self.unlisted), sorted(self.unlisted)[:_FOLDED]
        more = (f"and {number - len(shown):,} more: a scan with -v has all in the list",) if number > len(shown) else ()
        fold = f"{number:,} accepted {'file that is' if number == 1 else 'files that are'} not in the list of this page"
        table = Table("Files by reason", ("Reason", "Files", "Accepted"), rows)
        return (Section("Not examined", note, tables=(table,), fold=fold, folded=(*shown, *more)),)


def start(stream: TextIO, run: Run, *, color: bool) -> _Report:
    """Begin a report on a text stream."""
    del color
    return _Report(stream, run.details)
