"""Every sink gets the log in order and at least once, no faster than it likes, and none holds up another."""

import sqlite3
import threading
import time
from collections import Counter
from datetime import datetime

import pytest

from scanner.alert import kinds, sink_kind
from scanner.alert._outbox import Outbox, Terms
from scanner.alert._pacing import Allowance, Backoff
from scanner.alert._selection import Selection
from scanner.alert.courier import Courier
from scanner.alert.store import AlertStore
from scanner.model.document import Document
from scanner.model.finding import Severity
from scanner.model.quiet import QuietHours
from scanner.model.route import EVENTS, NEWS, RECORDED, Pace, Quiet, Route
from scanner.model.verdict import Outcome, Verdict
from scanner.spool.database import connect

_NIGHT = QuietHours((0, 1, 2, 3, 4, 5, 6), 22 * 60, 30 * 60)
_NOON = datetime(2026, 3, 2, 12).timestamp()  # noqa: DTZ001 - local time, as quiet hours are


class _Sink:
    """Keeps what it is sent, and fails while it is told to."""

    def __init__(self):
        self.notices = []
        self.fails = None
        self.closed = False

    def send(self, notice):
        if self.fails is not None:
            raise self.fails
        self.notices.append(notice)

    def close(self):
        self.closed = True

    @property
    def paths(self):
        return [notice.entry.alert.verdict.document.path for notice in self.notices]

    @property
    def ids(self):
        return [notice.id for notice in self.notices]


class _Bench:
    """A store in a folder, a clock that a test turns, and outboxes on it."""

    def __init__(self, folder):
        self.folder = folder
        self.connection = connect(folder)
        self.store = AlertStore(self.connection)
        self.sink = _Sink()
        self.now = 1000.0
        self.wall = _NOON
        self.open = [self.connection]
        self.healthy = True

    def raise_alerts(self, *names, zone="z", severity=Severity.HIGH, content=None):
        with self.connection:
            for name in names:
                document = Document(f"/srv/{name}", size=9, sha256=content or name)
                verdict = Verdict(document, zone, Outcome.VIOLATION, severity=severity, why="w", alerting=True)
                self.store.record(verdict, None, "rules", self.wall)

    def outbox(self, route=None, pace=None, **changes):
        sink = changes.pop("sink", self.sink)
        route, pace = route or Route(from_start=True), pace or Pace()
        selection = Selection(
            route,
            route.events or pace.events,
            pace.quiet if route.quiet is None else route.quiet,
            changes.pop("hours", {}),
        )
        connection = connect(self.folder)
        self.open.append(connection)
        known = {"rate": pace.rate, "group": pace.group, "heartbeat": 0.0, "from_start": route.from_start} | changes
        terms = Terms(route.name or "desk", selection, healthy=lambda: self.healthy, **known)
        return Outbox(connection, sink, terms, clock=lambda: self.now, wall=lambda: self.wall)

    def run(self, outbox, seconds, step=1.0):
        """Turn the clock on."""
        for _ in range(int(seconds / step)):
            self.now += step
            self.wall += step
            outbox.step()


@pytest.fixture
def bench(tmp_path):
    made = _Bench(tmp_path)
    yield made
    for connection in made.open:
        connection.close()


def test_a_sink_gets_every_entry_in_order_and_none_twice(bench):
    outbox = bench.outbox()
    bench.raise_alerts("a", "b")
    outbox.step()
    bench.raise_alerts("c")
    outbox.step()
    outbox.step()

    assert bench.sink.paths == ["/srv/a", "/srv/b", "/srv/c"]
    assert len(set(bench.sink.ids)) == 3
    assert [notice.entry.number for notice in bench.sink.notices] == [1, 2, 3]


def test_a_new_sink_begins_at_the_end_unless_it_is_to_get_all(bench):
    bench.raise_alerts("old")
    late = bench.outbox(Route("late"))
    bench.raise_alerts("new")
    late.step()
    assert bench.sink.paths == ["/srv/new"]

    bench.outbox(Route("all", from_start=True)).step()
    assert bench.sink.paths == ["/srv/new", "/srv/old", "/srv/new"]


def test_an_entry_that_was_not_taken_is_sent_again_with_the_same_id_and_before_the_next(bench):
    outbox = bench.outbox()
    bench.raise_alerts("a", "b", "c")
    taken = []

    def send(notice):
        taken.append(notice.id)
        if len(taken) == 2:
            raise ConnectionRefusedError

    bench.sink.send = send
    with pytest.raises(ConnectionRefusedError):
        outbox.step()
    outbox.step()

    assert taken[1] == taken[2]
    assert len(taken) == 4
    assert len(set(taken)) == 3


def test_after_a_crash_a_sink_goes_on_where_it_was_with_the_same_ids(bench):
    bench.raise_alerts("a", "b")
    first = bench.outbox()

    def die(*_):
        raise SystemExit

    first._keep = die  # before the place is kept
    with pytest.raises(SystemExit):
        first.step()
    ids = list(bench.sink.ids)
    bench.sink.notices.clear()
    bench.outbox().step()

    assert len(ids) == 2
    assert bench.sink.ids == ids


def test_a_sink_is_told_what_its_table_says_and_nothing_else(bench):
    bench.raise_alerts("low", severity=Severity.LOW)
    bench.raise_alerts("there", zone="y")
    bench.raise_alerts("here", zone="z")
    with bench.connection:
        bench.store.cover("/srv", "events were lost", bench.wall)
        here = next(alert for alert in bench.store.alerts() if alert.verdict.document.path == "/srv/here")
        bench.store.resolve(here.key, "dealt with", "joe", bench.wall)

    def told(**route):
        bench.sink.notices.clear()
        bench.outbox(Route(str(len(bench.open)), from_start=True, **route)).step()
        return [(notice.entry.alert.verdict.document.path, notice.entry.change) for notice in bench.sink.notices]

    everything = told(events=EVENTS)
    assert [change for _, change in everything] == ["raised"] * 4 + ["resolved"]
    new = everything[:-1]
    assert told(severity=Severity.HIGH, events=NEWS) == [one for one in new if one[0] != "/srv/low"]
    assert told(zones=("z",), events=NEWS) == [one for one in new if one[0] != "/srv/there"]
    assert told() == everything
    assert told(events=("resolved",)) == everything[-1:]
    assert told(events=("coverage",)) == [("/srv", "raised")]


def test_what_comes_too_fast_goes_out_as_one_and_the_store_has_each(bench):
    outbox = bench.outbox(pace=Pace(rate=5))
    bench.raise_alerts("a", "b")
    outbox.step()
    bench.raise_alerts(*map(str, range(300)), severity=Severity.MEDIUM)
    bench.raise_alerts("worst", severity=Severity.CRITICAL)
    outbox.step()
    *single, flood = bench.sink.notices

    assert [notice.flood for notice in single] == [None, None]
    assert (flood.flood.entries, flood.flood.alerts) == (301, 301)
    assert flood.flood.severities == ((Severity.CRITICAL, 1), (Severity.MEDIUM, 300))
    assert flood.entry.alert.verdict.document.path == "/srv/worst"
    assert len(flood.flood.gravest) == 20
    assert bench.store.count() == 303


def test_after_a_flood_nothing_goes_out_for_a_minute_and_then_the_sum(bench):
    outbox = bench.outbox(pace=Pace(rate=3))
    bench.raise_alerts(*"abcdef")
    outbox.step()
    bench.raise_alerts("g", "h")
    bench.run(outbox, 59)
    assert len(bench.sink.notices) == 1
    bench.run(outbox, 2)

    assert bench.sink.paths[1:] == ["/srv/g", "/srv/h"]


def test_what_is_gathered_goes_out_as_one_after_so_long(bench):
    outbox = bench.outbox(pace=Pace(rate=60, group=30.0))
    bench.raise_alerts("a")
    outbox.step()
    bench.run(outbox, 20)
    bench.raise_alerts("b", "c")
    bench.run(outbox, 9)
    assert not bench.sink.notices
    bench.run(outbox, 2)
    (digest,) = bench.sink.notices
    assert [entry.alert.verdict.document.path for entry in digest.flood.gravest] == ["/srv/a", "/srv/b", "/srv/c"]

    bench.raise_alerts("alone")
    bench.run(outbox, 31)
    assert bench.sink.notices[1].flood is None


def test_at_the_end_what_is_gathered_goes_out_at_once(bench):
    outbox = bench.outbox(pace=Pace(group=30.0))
    bench.raise_alerts("a", "b")
    outbox.step()
    outbox.step(last=True)

    assert [notice.flood.entries for notice in bench.sink.notices] == [2]


def test_a_flood_that_was_not_taken_is_the_same_after_a_crash_whatever_came_meanwhile(bench):
    bench.raise_alerts(*"abcdef")
    bench.sink.fails = TimeoutError()
    with pytest.raises(TimeoutError):
        bench.outbox(pace=Pace(rate=2)).step()
    bench.raise_alerts("g")
    bench.sink.fails = None
    outbox = bench.outbox(pace=Pace(rate=2))
    outbox.step()
    (flood,) = bench.sink.notices
    assert (flood.flood.entries, flood.id[-4:]) == (6, "-1-6")

    bench.run(outbox, 61)
    assert bench.sink.paths[1:] == ["/srv/g"]


_PACED = [kind for kind in kinds() if sink_kind(kind).PACE.rate]


def test_ten_thousand_copies_dropped_at_once_are_at_most_three_notices_on_every_sink_with_a_rate(bench):
    """They come as the daemon writes them: many in a transaction, over a minute and a half."""
    sinks = {kind: _Sink() for kind in _PACED}
    outboxes = [bench.outbox(Route(kind, from_start=True), sink_kind(kind).PACE, sink=sinks[kind]) for kind in _PACED]
    names = [f"{number:05}" for number in range(10_000)]
    for at in range(0, len(names), 500):
        bench.raise_alerts(*names[at : at + 500], content="the same")
        for outbox in outboxes:
            bench.run(outbox, 1)
    for outbox in outboxes:
        bench.run(outbox, 120)
    (alert,) = bench.store.alerts()

    assert alert.copies == 10_000
    assert all(1 <= len(sink.notices) <= 3 for sink in sinks.values())


def test_thousands_of_different_alerts_at_once_are_at_most_three_notices_on_every_sink_with_a_rate(bench):
    sinks = {kind: _Sink() for kind in _PACED}
    outboxes = [bench.outbox(Route(kind, from_start=True), sink_kind(kind).PACE, sink=sinks[kind]) for kind in _PACED]
    bench.raise_alerts(*(f"{number:05}" for number in range(2000)))
    for outbox in outboxes:
        bench.run(outbox, 120)

    for sink in sinks.values():
        assert 1 <= len(sink.notices) <= 3
        assert sum(notice.flood.alerts if notice.flood else 1 for notice in sink.notices) == 2000


def _at(clock):
    return datetime.fromisoformat(f"2026-03-0{clock}").timestamp()


def test_quiet_hours_hold_what_can_wait_and_let_it_out_as_one_when_they_end(bench):
    hours = {"z": (_NIGHT,)}
    outbox = bench.outbox(pace=Pace(quiet=Quiet.KEEP), hours=hours)
    bench.wall = _at("2 23:00")
    bench.raise_alerts("a", "b")
    bench.raise_alerts("worst", severity=Severity.CRITICAL)
    bench.raise_alerts("elsewhere", zone="y")
    outbox.step()
    assert bench.sink.paths == ["/srv/elsewhere"]
    assert outbox.holding == 3
    assert bench.store.count() == 4

    again = bench.outbox(pace=Pace(quiet=Quiet.KEEP), hours=hours)  # after a restart
    bench.wall = _at("3 05:59")
    again.step()
    assert len(bench.sink.notices) == 1
    bench.wall = _at("3 06:00")
    again.step()
    flood = bench.sink.notices[1]
    assert (flood.flood.entries, flood.entry.alert.verdict.document.path) == (3, "/srv/worst")
    assert again.holding == 0
    again.step()
    assert len(bench.sink.notices) == 2


def test_what_is_critical_may_go_out_in_quiet_hours(bench):
    outbox = bench.outbox(Route(from_start=True, quiet=Quiet.CRITICAL), hours={"z": (_NIGHT,)})
    bench.wall = _at("2 23:00")
    bench.raise_alerts("high")
    bench.raise_alerts("critical", severity=Severity.CRITICAL)
    outbox.step()

    assert bench.sink.paths == ["/srv/critical"]


def test_what_is_held_goes_out_where_the_quiet_hours_are_taken_out_of_the_configuration(bench):
    bench.wall = _at("2 23:00")
    bench.raise_alerts("a")
    bench.outbox(pace=Pace(quiet=Quiet.KEEP), hours={"z": (_NIGHT,)}).step()
    assert not bench.sink.notices
    bench.outbox(pace=Pace(quiet=Quiet.KEEP)).step()

    assert bench.sink.paths == ["/srv/a"]


def test_a_batch_that_was_held_keeps_its_id_when_it_is_not_taken(bench):
    hours, pace = {"z": (_NIGHT,)}, Pace(quiet=Quiet.KEEP)
    bench.wall = _at("2 23:00")
    bench.raise_alerts("a", "b")
    bench.outbox(pace=pace, hours=hours).step()
    bench.wall = _at("3 08:00")
    bench.sink.fails = TimeoutError()
    with pytest.raises(TimeoutError):
        bench.outbox(pace=pace, hours=hours).step()
    bench.wall = _at("3 23:00")
    bench.raise_alerts("c")
    bench.sink.fails = None
    bench.outbox(pace=pace, hours=hours).step()

    assert [(notice.flood.entries, notice.id[-4:]) for notice in bench.sink.notices] == [(2, "-1-2")]


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_the_nights_in_which_summer_time_begins_and_ends_lose_nothing(bench, monkeypatch, day):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        outbox = bench.outbox(pace=Pace(quiet=Quiet.KEEP), hours={"z": (_NIGHT,)})
        bench.wall = datetime.fromisoformat(f"{day} 00:30").timestamp()
        ends = datetime.fromisoformat(f"{day} 06:00").timestamp()
        names = []
        while bench.wall < ends + 3600:
            names.append(str(len(names)))
            bench.raise_alerts(names[-1])
            outbox.step()
            assert bool(bench.sink.notices) == (bench.wall >= ends)
            bench.wall += 900
        told = sum(notice.flood.entries if notice.flood else 1 for notice in bench.sink.notices)
    finally:
        monkeypatch.undo()
        time.tzset()

    assert told == len(names)


def test_signs_of_life_come_with_the_head_of_the_chain_and_how_it_is(bench):
    outbox = bench.outbox(heartbeat=60.0)
    bench.raise_alerts("a")
    outbox.step()
    bench.healthy = False
    bench.run(outbox, 119)
    beats = [notice for notice in bench.sink.notices if notice.heartbeat]

    assert [beat.heartbeat.healthy for beat in beats] == [True, False]
    assert {(beat.heartbeat.number, beat.heartbeat.head) for beat in beats} == {bench.store.head()}
    assert beats[0].heartbeat.open_alerts == 1
    assert len({beat.id for beat in beats}) == 2


def test_the_first_sign_of_life_waits_until_it_is_known_how_it_is(bench):
    outbox = bench.outbox(heartbeat=60.0)
    bench.healthy = None
    rest = outbox.step()
    assert (bench.sink.notices, rest < 1) == ([], True)
    bench.healthy = True
    outbox.step()

    assert [notice.heartbeat.healthy for notice in bench.sink.notices] == [True]


def test_an_allowance_fills_up_again_over_a_minute():
    allowance = Allowance(6, 0.0)
    for _ in range(6):
        allowance.spend(0.0)

    assert (allowance.left(0.0), allowance.wait(0.0)) == (0, 10.0)
    assert allowance.left(9.9) == 0
    assert (allowance.left(10.0), allowance.left(1000.0)) == (1, 6)
    assert Allowance(0, 0.0).left(5.0) > 1_000_000


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_attempts_become_rarer_up_to_five_minutes_and_never_come_in_step(chance):
    backoff, waits = Backoff(lambda: chance), []
    for _ in range(100):
        backoff.failed(0.0)
        waits.append(backoff.until)
    cut = 1.0 - chance / 2

    assert waits[:4] == [cut, 2 * cut, 4 * cut, 8 * cut]
    assert waits[-1] == 300.0 * cut
    backoff.reset()
    assert backoff.until == float("-inf")


def _until(met, seconds=20.0):
    ends = time.monotonic() + seconds
    while not met() and time.monotonic() < ends:
        time.sleep(0.01)
    return met()


@pytest.fixture
def courier(bench):
    begun = []

    def make(sink=None, turn=None, name="desk"):
        made = Courier(
            "kind",
            sink or bench.sink,
            Route(name, from_start=True),
            Pace(),
            heartbeat=0.0,
            connect=lambda: connect(bench.folder),
            hours={},
            healthy=lambda: True,
            turn=turn or threading.Lock(),
        )
        begun.append(made)
        made.begin()
        return made

    yield make
    for one in begun:
        one.stop()
    for one in begun:
        one.join(10)


def test_a_receiver_that_is_away_is_told_of_with_since_when_and_how_many_wait(bench, courier):
    bench.sink.fails = ConnectionRefusedError(111, "Connection refused")
    bench.raise_alerts("a", "b")
    told = courier()
    assert _until(lambda: told.report().trouble)
    state = told.report()
    assert (state.name, state.kind, state.waiting, state.sent) == ("desk", "kind", 2, 0)
    assert "Connection refused" in state.trouble
    assert abs(state.since - time.time()) < 10

    bench.sink.fails = None
    assert _until(lambda: bench.sink.paths == ["/srv/a", "/srv/b"])
    assert _until(lambda: not told.report().trouble)
    assert (told.report().waiting, told.report().sent, told.report().since) == (0, 2, None)


def test_a_fault_in_a_sink_is_told_and_ends_neither_it_nor_another(bench, courier):
    broken, sound = _Sink(), _Sink()
    broken.fails = ZeroDivisionError("division by zero")
    told = courier(broken, name="broken")
    courier(sound, name="sound")
    bench.raise_alerts("a")

    assert _until(lambda: sound.paths == ["/srv/a"])
    assert _until(lambda: "a fault in the sink: ZeroDivisionError" in told.report().trouble)
    broken.fails = None
    assert _until(lambda: broken.paths == ["/srv/a"])


def test_a_sink_that_hangs_holds_up_no_other_and_not_the_end(bench, courier):
    stuck, sound = _Sink(), _Sink()
    free = threading.Event()
    stuck.send = lambda _: free.wait()
    hangs = courier(stuck, name="stuck")
    courier(sound, name="sound")
    bench.raise_alerts("a")
    assert _until(lambda: sound.paths == ["/srv/a"])
    hangs.stop()
    began = time.monotonic()
    hangs.join(0.1)

    assert time.monotonic() - began < 5
    assert hangs.lives
    free.set()


def test_at_the_end_what_is_due_is_tried_once_more(bench, courier):
    bench.sink.fails = TimeoutError()
    told = courier()
    bench.raise_alerts("a")
    assert _until(lambda: told.report().trouble)
    bench.sink.fails = None
    told.stop()
    told.join(10)

    assert bench.sink.paths == ["/srv/a"]
    assert bench.sink.closed


def test_after_a_reload_the_new_one_begins_where_the_old_one_ended(bench, courier):
    turn, old, new = threading.Lock(), _Sink(), _Sink()
    first = courier(old, turn)
    second = courier(new, turn)
    bench.raise_alerts("a")
    second.poke()
    assert _until(lambda: old.paths == ["/srv/a"])
    assert not new.notices
    first.stop()
    bench.raise_alerts("b")
    assert _until(lambda: old.paths + new.paths == ["/srv/a", "/srv/b"])
    assert _until(lambda: old.closed)
    bench.raise_alerts("c")

    assert _until(lambda: new.paths[-1:] == ["/srv/c"])
    assert old.paths + new.paths == ["/srv/a", "/srv/b", "/srv/c"]


def test_one_that_never_began_closes_its_sink(bench):
    made = Courier(
        "kind",
        bench.sink,
        Route(),
        Pace(),
        heartbeat=0.0,
        connect=lambda: connect(bench.folder),
        hours={},
        healthy=lambda: True,
        turn=threading.Lock(),
    )
    made.stop()
    made.join(1)

    assert bench.sink.closed


def test_a_database_that_cannot_be_opened_is_told_and_tried_again(bench):
    broken = [True]

    def opened():
        if broken:
            message = "database is locked"
            raise sqlite3.OperationalError(message)
        return connect(bench.folder)

    made = Courier(
        "kind",
        bench.sink,
        Route(from_start=True),
        Pace(),
        heartbeat=0.0,
        connect=opened,
        hours={},
        healthy=lambda: True,
        turn=threading.Lock(),
    )
    made.begin()
    assert _until(lambda: "locked" in made.report().trouble)
    broken.clear()
    bench.raise_alerts("a")
    assert _until(lambda: bench.sink.paths == ["/srv/a"])
    made.stop()
    made.join(10)


def test_what_people_are_told_is_a_part_of_what_programs_are():
    assert set(NEWS) < set(RECORDED) < set(EVENTS)
    assert {"acknowledged", "assigned", "suppressed", "resolved", "reopened"} <= set(RECORDED)
    assert Counter(EVENTS).most_common(1)[0][1] == 1
