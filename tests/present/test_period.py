"""A period is measured from the log: how fast alerts were put right, what is overdue, and where nobody looked."""

import csv
import io
import json
from dataclasses import replace

from scanner.model.alert import Alert, Change, Coverage, Entry, State
from scanner.model.document import Document, Reason
from scanner.model.finding import Severity
from scanner.model.verdict import Outcome, Verdict
from scanner.present._inspection import sections, write_csv, write_json
from scanner.present._period import measure
from scanner.present._spans import span
from scanner.present._unread import count_unread

_STATES = {Change.ACKNOWLEDGED: State.ACKNOWLEDGED, Change.RESOLVED: State.RESOLVED, Change.SUPPRESSED: State.RESOLVED}
_HOUR = 3600.0


def _alert(key: str = "a", first: float = 0.0, state: State = State.OPEN, **changes: object) -> Alert:
    zone = str(changes.pop("zone", "press"))
    verdict = Verdict(Document(f"/srv/{key}"), zone, Outcome.VIOLATION, why="=too secret", owner=f"{zone}@corp.example")
    return Alert(key, first, first, 1, state, Severity.HIGH, verdict, **changes)


def _log(*steps: tuple[float, str, Change] | tuple[float, str, Change, str]) -> list[Entry]:
    entries, states = [], {}
    for number, (time, key, change, *who) in enumerate(steps, 1):
        states[key] = _STATES.get(change, State.OPEN if change in {Change.RAISED, Change.REOPENED} else states.get(key))
        entries.append(Entry(number, time, change, _alert(key, state=states[key] or State.OPEN), *who))
    return entries


def test_times_run_from_the_raise_to_the_first_acknowledgement_and_to_the_resolution():
    log = _log(
        (100, "a", Change.RAISED),
        (150, "a", Change.ACKNOWLEDGED, "ana"),
        (190, "a", Change.ACKNOWLEDGED, "ben"),
        (400, "a", Change.RESOLVED, "ana"),
    )
    pace = measure(log, 0, 1000, 0).pace()

    assert (pace.raised, pace.acknowledged, pace.resolved, pace.open, pace.alone) == (1, (50,), (300,), 0, 0)


def test_what_comes_back_is_measured_anew():
    log = _log(
        (100, "a", Change.RAISED),
        (200, "a", Change.RESOLVED, "ana"),
        (500, "a", Change.REOPENED),
        (530, "a", Change.RESOLVED),
    )
    pace = measure(log, 0, 1000, 0).pace()

    assert (pace.raised, pace.resolved, pace.alone) == (2, (100, 30), 1)


def test_only_what_happened_within_the_period_counts():
    log = _log(
        (100, "old", Change.RAISED),
        (200, "old", Change.RESOLVED, "ana"),
        (150, "a", Change.RAISED),
        (450, "a", Change.RESOLVED, "ana"),
        (460, "b", Change.RAISED),
        (900, "b", Change.RESOLVED, "ana"),
        (950, "late", Change.RAISED),
    )
    period = measure(log, 300, 800, 0)
    pace = period.pace()

    assert {turn.alert.key for turn in period.turns} == {"a", "b"}
    assert (pace.raised, pace.resolved, pace.open) == (1, (300,), 1)


def test_what_is_open_for_too_long_at_the_end_is_overdue_and_what_was_put_right_too_late_is_told():
    log = _log(
        (0, "a", Change.RAISED),
        (10, "b", Change.RAISED),
        (500, "b", Change.RESOLVED, "ana"),
        (990, "c", Change.RAISED),
        (20, "d", Change.RAISED),
        (40, "d", Change.ACKNOWLEDGED, "ana"),
    )
    period = measure(log, 0, 1000, 100)

    assert [turn.alert.key for turn in period.overdue()] == ["a", "d"]
    assert (period.pace().overdue, period.pace().late) == (2, 1)
    assert measure(log, 0, 1000, 0).pace().overdue == 0


def test_a_suppression_puts_nothing_right():
    log = _log((0, "a", Change.RAISED), (10, "a", Change.SUPPRESSED, "ana"))
    pace = measure(log, 0, 100, 0).pace()

    assert (pace.suppressed, pace.resolved, pace.open) == (1, (), 0)


def test_what_is_said_of_a_resolved_alert_opens_it_not_again():
    log = _log((0, "a", Change.RAISED), (10, "a", Change.RESOLVED), (20, "a", Change.LEFT), (30, "a", Change.NOTED))

    assert measure(log, 0, 100, 0).pace().open == 0


def test_what_is_older_than_the_log_is_not_lost():
    standing = [_alert("old", first=5.0)]
    log = _log((500, "a", Change.ACKNOWLEDGED, "ana"))
    period = measure(log, 400, 1000, 100, standing)

    assert [turn.alert.key for turn in period.overdue()] == ["a", "old"]
    assert period.begins == 500
    assert "only what is still open is counted" in sections(period)[0].note


def test_losses_of_coverage_are_cut_to_the_period_and_are_no_findings():
    def entry(number: int, time: float, change: Change, gap: Coverage) -> Entry:
        state = State.RESOLVED if change is Change.RESOLVED else State.OPEN
        return Entry(number, time, change, _alert("gap", gap.begun, state, coverage=gap))

    log = [
        entry(1, 50, Change.RAISED, Coverage("/srv", "lost", 50)),
        entry(2, 350, Change.RESOLVED, Coverage("/srv", "lost", 50, 350)),
        entry(3, 900, Change.REOPENED, Coverage("/srv", "again", 900)),
    ]
    period = measure(log, 100, 1000, 0)

    assert [(loss.why, loss.seconds, loss.ended) for loss in period.losses] == [
        ("lost", 250, 350),
        ("again", 100, None),
    ]
    assert period.turns == []


def test_a_clock_that_was_set_back_gives_no_time_below_zero():
    log = _log((100, "a", Change.RAISED), (90, "a", Change.ACKNOWLEDGED, "ana"), (80, "a", Change.RESOLVED, "ana"))
    pace = measure(log, 0, 1000, 0).pace()

    assert (pace.acknowledged, pace.resolved) == ((0,), (0,))


def _some_period():
    log = _log(
        (0, "a", Change.RAISED), (_HOUR, "a", Change.ACKNOWLEDGED, "ana"), (3 * _HOUR, "a", Change.RESOLVED, "ana"),
        (0, "b", Change.RAISED), (5 * _HOUR, "b", Change.RESOLVED),
        (0, "=c", Change.RAISED),
    )  # fmt: skip
    return measure(log, 0, 10 * _HOUR, 2 * _HOUR)


def test_the_page_says_median_and_worst_by_zone_and_names_nobody_who_did_it():
    sums, late = sections(_some_period())
    by_zone = sums.tables[1]

    assert by_zone.rows == (("press", "press@corp.example", "3", "1", "1 h", "1 h", "2", "4 h", "5 h", "1", "1"),)
    assert late.tables[0].rows[0][:2] == ("/srv/=c", "high")
    assert "ana" not in repr([*sums.tables, *late.tables, sums.note])


def test_json_has_the_sums_and_every_alert_with_its_times():
    stream = io.StringIO()
    unread = count_unread(
        {("press", frozenset({Reason.ENCRYPTED})): 2, ("hr", frozenset({Reason.IMAGE})): 3}, {Reason.IMAGE}
    )
    write_json(stream, _some_period(), unread)
    known = json.loads(stream.getvalue())

    assert known["docwarden"]["from"] == "1970-01-01T00:00:00Z"
    assert known["all"]["resolved"] == {
        "count": 2, "median_seconds": 14400.0, "worst_seconds": 18000.0, "by_itself": 1, "late": 2,
    }  # fmt: skip
    assert known["all"] == {key: value for key, value in known["zones"][0].items() if key not in {"zone", "owner"}}
    assert known["not_examined"] == {
        "files": 5, "accepted": 3, "reasons": {"image": 3, "encrypted": 2}, "zones": {"hr": 3, "press": 2},
    }  # fmt: skip
    assert [alert["period"]["overdue"] for alert in known["alerts"]] == [True, False, False]


def test_csv_has_a_row_a_turn_and_no_formula():
    stream = io.StringIO()
    write_csv(stream, _some_period())
    rows = list(csv.DictReader(io.StringIO(stream.getvalue())))

    assert [(row["alert"], row["seconds_to_resolve"], row["overdue"]) for row in rows] == [
        ("'=c", "", "yes"),
        ("a", "10800", "no"),
        ("b", "18000", "no"),
    ]
    assert {row["why"] for row in rows} == {"'=too secret"}


def test_spans_of_time_are_read_at_a_glance():
    said = {0: "0 s", 59: "59 s", 60: "1 min", 3661: "1 h 1 min", 90000: "1 d 1 h", 86400 * 400: "400 d", None: "-"}

    assert {seconds: span(seconds) for seconds in said} == said


def _said(entry: Entry, **changes: object) -> Entry:
    return replace(entry, alert=replace(entry.alert, **changes))


def test_what_was_said_to_be_fixed_is_put_right_when_a_look_has_shown_it():
    raised, resolved, left = _log(
        (100, "a", Change.RAISED), (200, "a", Change.RESOLVED, "ana"), (250, "a", Change.LEFT)
    )
    resolved = _said(resolved, resolution="fixed: by the desk")
    left = _said(left, state=State.RESOLVED, resolution="fixed: by the desk", copies=0)
    before, after = measure([raised, resolved], 0, 1000, 0), measure([raised, resolved, left], 0, 1000, 0)

    assert (before.pace().resolved, before.pace().claimed) == ((), 1)
    assert (after.pace().resolved, after.pace().claimed) == ((100,), 0)


def test_what_was_said_to_be_fixed_and_was_not_is_told_and_not_put_right():
    log = _log((100, "a", Change.RAISED), (200, "a", Change.RESOLVED, "ana"), (201, "a", Change.REOPENED))
    log[1] = _said(log[1], resolution="gone")
    period = measure(log, 0, 1000, 0)
    (section,) = sections(period)

    assert (period.pace().resolved, period.pace().claimed, period.pace().open) == ((), 1, 1)
    assert "1 was said to be fixed or gone while files of it stand" in section.note


def test_what_was_accepted_is_no_claim():
    log = _log((100, "a", Change.RAISED), (200, "a", Change.RESOLVED, "ana"))
    log[1] = _said(log[1], resolution="accepted_risk: fixed by nobody")

    assert (measure(log, 0, 1000, 0).pace().resolved, measure(log, 0, 1000, 0).pace().claimed) == ((100,), 0)


def test_a_time_in_which_nothing_ran_counts_in_its_period_though_it_was_noticed_later():
    gap = Coverage("/srv", "the daemon did not run", 400.0)
    log = [Entry(1, 5000.0, Change.RAISED, _alert("g", first=5000.0, coverage=gap))]
    (loss,) = measure(log, 0, 1000, 0).losses

    assert (loss.begun, loss.seconds) == (400.0, 600.0)
    assert measure(log, 0, 300, 0).losses == []
    assert measure(log, 0, 1000, 0).turns == []
