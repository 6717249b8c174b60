"""Makes the page of the alerts that are kept: what is wrong now, where, since when, and what nobody looked at."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TextIO

from scanner import __version__
from scanner.model.alert import Alert, State
from scanner.model.finding import Severity
from scanner.model.shown import ShownAlert, shown_alert
from scanner.present._grid import Grid, Line
from scanner.present._inspection import losses_section, sections
from scanner.present._page import Page, Section, Tile, write_page
from scanner.present._period import Loss, Period, loss_of
from scanner.present._risk import Risk
from scanner.present._spans import moment
from scanner.present._unread import Unread
from scanner.present._words import FOOTER

_PATHS: Final = 20
_LOSS: Final = "Something that was written there meanwhile may have gone unseen until it was whole again."
_OPEN: Final = "The list has every alert that is kept; those that are resolved count only by time."


@dataclass(slots=True)
class AlertsPage:
    """The page, alert by alert. `now` is when it is made, `allowed` after how many seconds an alert is overdue."""

    now: float
    allowed: float
    period: Period | None = None
    grid: Grid = field(default_factory=Grid)
    risk: Risk = field(default_factory=Risk)
    states: Counter[State] = field(default_factory=Counter)
    overdue: int = 0
    losses: list[Loss] = field(default_factory=list)

    def add(self, alert: Alert, others: Sequence[str] = ()) -> None:
        """Take one more alert; `others` are files with the same content beside the one it shows."""
        self.take(shown_alert(alert, self.grid.written), others)

    def take(self, alert: ShownAlert, others: Sequence[str] = ()) -> None:
        """Take one more alert, as it is shown."""
        shown, state = alert.shown, alert.state.value
        self.states[alert.state] += 1
        self.risk.came(alert.severity, alert.first_seen)
        if alert.state is not State.RESOLVED:
            self.risk.add(alert.severity, shown.zone, shown.owner, shown.label)
            self.overdue += bool(self.allowed) and self.now - alert.first_seen > self.allowed
        if alert.coverage is not None:
            self.losses.append(loss_of(alert.coverage))
            state = f"coverage, {state}"
        line = Line(
            shown,
            state,
            alert.severity,
            alert.key,
            alert.first_seen,
            alert.last_seen,
            alert.copies,
            alert.assignee,
            _facts(alert, others),
        )
        self.grid.add(line)

    def end(self, stream: TextIO, unread: Unread) -> None:
        """Write the page."""
        shown = self._period(unread) if self.period else self._standing(unread)
        page = Page(
            "DocWarden inspection" if self.period else "DocWarden report",
            self._said(),
            (("Made", f"{moment(self.now)} UTC"), ("Version", __version__)),
            tuple(section for section in shown if section is not None),
            "alerts of this period" if self.period else "alerts",
            "State",
            FOOTER,
            timed=True,
            path="File or folder",
        )
        write_page(stream, page, self.grid.blocks())

    def _said(self) -> str:
        if self.period is None:
            return "What stands where it should not, as the alert store has it."
        return f"From {moment(self.period.since)} to {moment(self.period.until)} UTC."

    def _standing(self, unread: Unread) -> tuple[Section | None, ...]:
        number = self.states
        tiles = (
            Tile(number[State.OPEN], "open"),
            Tile(number[State.ACKNOWLEDGED], "acknowledged"),
            Tile(self.overdue, "overdue", Severity.HIGH if self.overdue else None),
            Tile(number[State.RESOLVED], "resolved"),
        )
        glance = Section("At a glance", _OPEN, (tiles, self.risk.tiles()))
        lost = losses_section(self.losses, f"The last time for each folder. {_LOSS}")
        return glance, self._where("Where the risk is"), unread.section(), lost

    def _period(self, unread: Unread) -> tuple[Section | None, ...]:
        period = self.period
        if period is None:
            return ()
        lost = losses_section(period.losses, f"Times are those within the period. {_LOSS}")
        return *sections(period), lost, unread.section(), self._where("What of it is open now")

    def _where(self, title: str) -> Section | None:
        tables = self.risk.tables()
        return Section(title, tables=tables) if self.risk.zones or self.risk.days else None


def _facts(alert: ShownAlert, others: Sequence[str]) -> tuple[tuple[str, str], ...]:
    gap = alert.coverage
    common = _common(alert.resolution, alert.count)
    if not others and gap is None and not alert.origin:
        return common
    unseen = listed = ""
    if gap is not None:
        unseen = f"from {moment(gap.begun)} UTC, " + (f"to {moment(gap.ended)} UTC" if gap.ended else "and still")
    if others:
        rest = alert.copies - 1 - len(others[:_PATHS])
        listed = "\n".join((*others[:_PATHS], *((f"and {rest:,} more",) if rest > 0 else ())))
    return (("From elsewhere", alert.origin), ("Other files", listed), ("Unseen", unseen), *common)


@lru_cache(256)
def _common(resolution: str, count: int) -> tuple[tuple[str, str], ...]:
    return ("Resolved because", resolution), ("Changes", f"{count - 1:,} since it was first seen")
