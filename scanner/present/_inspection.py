"""Shows what was measured of a period: as parts of a page, as JSON, and as rows."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TextIO

from scanner import __version__
from scanner.model.finding import Severity
from scanner.model.record import alert_record
from scanner.present._page import Section, Table, Tile
from scanner.present._period import Loss, Pace, Period, Turn, median, worst
from scanner.present._spans import moment, span, stamp
from scanner.present._unread import Unread
from scanner.present.csv import cell

_SHOWN: Final = 25
_CLAIMED: Final = "were said to be fixed or gone while files of them stand"
_COLUMNS: Final = (
    *("alert", "path", "zone", "owner", "severity", "label", "raised", "acknowledged", "resolved"),
    *("seconds_to_acknowledge", "seconds_to_resolve", "by_itself", "suppressed", "overdue", "why"),
)
_HEAD: Final = (
    *("Raised", "Acknowledged", "in median", "at longest"),
    *("Put right", "in median", "at longest", "Open", "Overdue"),
)


def sections(period: Period) -> tuple[Section, ...]:
    """Return the parts of a page about a period."""
    found = (_sums(period), _late(period))
    return tuple(section for section in found if section is not None)


def losses_section(losses: Sequence[Loss], note: str) -> Section | None:
    """Return the part of a page that says where nobody looked, and for how long; None where somebody always did."""
    if not losses:
        return None
    rows = tuple(
        (
            loss.root,
            loss.why,
            moment(loss.begun),
            "lasts" if loss.ended is None else moment(loss.ended),
            "lasts" if loss.ended is None and not loss.seconds else span(loss.seconds),
        )
        for loss in sorted(losses, key=lambda loss: (-loss.seconds, loss.root))[:_SHOWN]
    )
    more = f"and {len(losses) - _SHOWN:,} more" if len(losses) > _SHOWN else ""
    head = ("Folder", "Why", "Noticed", "Whole again", "For")
    return Section("Where coverage was lost", note, tables=(Table("Losses", head, rows, 4, more, wide=True),))


def write_json(stream: TextIO, period: Period, unread: Unread) -> None:
    """Write what was measured, and every alert of the period, as one object; times are UTC, spans seconds."""
    told = {
        "version": __version__,
        "from": stamp(period.since),
        "to": stamp(period.until),
        "log_begins": stamp(period.begins),
        "overdue_after_seconds": period.allowed or None,
    }
    known = {
        "docwarden": told,
        "all": _pace(period.pace()),
        "zones": [
            {"zone": zone, "owner": owner, **_pace(period.pace(_of(zone, owner)))} for zone, owner in period.zones()
        ],
        "severities": {
            severity.word: _pace(period.pace(_as(severity)))
            for severity in period.severities()
        },
        "coverage_lost": [
            {"root": loss.root, "why": loss.why, "begin": stamp(loss.begun), "end": stamp(loss.ended),
             "seconds_in_period": round(loss.seconds, 3)}
            for loss in period.losses
        ],
        "not_examined": unread.record(),
    }  # fmt: skip
    stream.write(json.dumps(known, ensure_ascii=True)[:-1] + ', "alerts": [')
    said = (json.dumps(_turn(period, turn), ensure_ascii=True) for turn in period.turns)
    stream.writelines(("," if number else "") + "\n" + each for number, each in enumerate(said))
    stream.write("\n]}\n")


def write_csv(stream: TextIO, period: Period) -> None:
    """Write a row for each time that an alert was open in the period."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for turn in period.turns:
        writer.writerow(map(cell, _cells(period, turn)))


def _of(zone: str, owner: str) -> Callable[[Turn], bool]:
    return lambda turn: (turn.alert.verdict.zone, turn.alert.verdict.owner) == (zone, owner)


def _as(severity: Severity) -> Callable[[Turn], bool]:
    return lambda turn: turn.alert.severity is severity


def _sums(period: Period) -> Section:
    pace = period.pace()
    tiles = (
        Tile(pace.raised, "raised or opened again"),
        Tile(len(pace.resolved), "put right"),
        Tile(pace.late, "of these too late"),
        Tile(pace.open, "open at its end"),
        Tile(pace.overdue, "overdue at its end", Severity.HIGH if pace.overdue else None),
    )
    zones = tuple(
        (zone or "none", owner or "none", *_numbers(period.pace(_of(zone, owner)))) for zone, owner in period.zones()
    )
    severities = tuple((each.word.capitalize(), *_numbers(period.pace(_as(each)))) for each in period.severities())
    tables = (
        Table("By severity", ("Severity", *_HEAD), severities, wide=True),
        Table("By zone and who answers for it", ("Zone", "Owner of the zone", *_HEAD), zones, 2, wide=True),
    )
    return Section("In this period", _note(period, pace), (tiles,), tables if period.turns else ())


def _note(period: Period, pace: Pace) -> str:
    begins = "The log is empty." if period.begins is None else ""
    if period.begins is not None and period.begins > period.since:
        begins = f"The log begins at {moment(period.begins)}: of what was before, only what is still open is counted."
    allowed = f"An alert is overdue after {span(period.allowed)}." if period.allowed else "Nothing is ever overdue."
    alone = f"{pace.alone:,} were put right without a word to DocWarden: their files were gone or in order."
    hidden = f"{pace.suppressed:,} were closed by a suppression, which puts nothing right." if pace.suppressed else ""
    said = "was said to be fixed or gone while files of it stand" if pace.claimed == 1 else _CLAIMED
    claimed = f"{pace.claimed:,} {said}: no look has shown that it is so, and that is not counted as put right."
    parts = (begins, allowed, alone if pace.alone else "", hidden, claimed if pace.claimed else "")
    return " ".join(filter(None, parts))


def _late(period: Period) -> Section | None:
    found = period.overdue()
    if not found:
        return None
    rows = tuple(
        (
            turn.alert.verdict.document.path,
            turn.alert.severity.word,
            turn.alert.verdict.zone,
            turn.alert.verdict.owner or "none",
            moment(turn.raised),
            span(period.until - turn.raised),
        )
        for turn in found[:_SHOWN]
    )
    more = f"and {len(found) - _SHOWN:,} more, which --format csv lists" if len(found) > _SHOWN else ""
    head = ("File", "Severity", "Zone", "Owner of the zone", "Raised", "Open for")
    return Section("Overdue", tables=(Table("The gravest first", head, rows, 4, more, wide=True),))


def _numbers(pace: Pace) -> tuple[str, ...]:
    return (
        f"{pace.raised:,}",
        f"{len(pace.acknowledged):,}",
        span(median(pace.acknowledged)),
        span(worst(pace.acknowledged)),
        f"{len(pace.resolved):,}",
        span(median(pace.resolved)),
        span(worst(pace.resolved)),
        f"{pace.open:,}",
        f"{pace.overdue:,}",
    )


def _pace(pace: Pace) -> dict[str, object]:
    return {
        "raised": pace.raised,
        "acknowledged": _times(pace.acknowledged),
        "resolved": {**_times(pace.resolved), "by_itself": pace.alone, "late": pace.late},
        "suppressed": pace.suppressed,
        "claimed": pace.claimed,
        "open_at_end": pace.open,
        "overdue_at_end": pace.overdue,
    }


def _times(seconds: tuple[float, ...]) -> dict[str, object]:
    return {
        "count": len(seconds),
        "median_seconds": _rounded(median(seconds)),
        "worst_seconds": _rounded(worst(seconds)),
    }


def _turn(period: Period, turn: Turn) -> dict[str, object]:
    times = {
        "raised": stamp(turn.raised),
        "again": turn.again,
        "acknowledged": stamp(turn.acknowledged),
        "resolved": stamp(turn.resolved),
        "seconds_to_acknowledge": _rounded(turn.to_acknowledge),
        "seconds_to_resolve": _rounded(turn.to_resolve),
        "by_itself": turn.alone and not turn.suppressed,
        "suppressed": turn.suppressed,
        "claimed": turn.claimed,
        "overdue": period.is_overdue(turn),
    }
    return alert_record(turn.alert) | {"period": times}


def _cells(period: Period, turn: Turn) -> Iterator[object]:
    alert, verdict = turn.alert, turn.alert.verdict
    yield from (alert.key, verdict.document.path, verdict.zone, verdict.owner, alert.severity.word)
    yield from (" and ".join(map(str, verdict.labels)), stamp(turn.raised))
    yield from (stamp(turn.acknowledged) or "", stamp(turn.resolved) or "")
    for seconds in (turn.to_acknowledge, turn.to_resolve):
        yield "" if seconds is None else round(seconds)
    for held in (turn.alone and not turn.suppressed, turn.suppressed, period.is_overdue(turn)):
        yield "yes" if held else "no"
    yield verdict.why


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
