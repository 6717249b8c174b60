"""The store raises a thing once, folds its repeats, and keeps nothing that is a secret."""

import json
import sqlite3

import pytest

from scanner.alert.dedup import alert_key
from scanner.alert.store import AlertStore
from scanner.errors import StoreError, UsageError
from scanner.model.alert import Change, Coverage, Standing, State
from scanner.model.codec import encode
from scanner.model.document import Document, Identity, Problem, Reason
from scanner.model.finding import Finding, Kind, Severity
from scanner.model.label import Label, Level
from scanner.model.place import Place
from scanner.model.verdict import Outcome, Verdict
from scanner.model.wanted import Wanted

_SECRET = Label(Level("us", "s", "SECRET", 3, 4), caveats=frozenset({"NOFORN"}))
_TOP = Label(Level("us", "ts", "TOP SECRET", 4, 5))
_MARKING = Finding(Kind.MARKING, "us", Place("a.docx"), _SECRET, evidence="SECRET//NOFORN")
_KEY = Finding(Kind.YARA, "private-key", Place("a.docx"), tags=("credentials",), evidence="private key, #1234")


def _verdict(path: str = "/srv/a.docx", outcome: Outcome = Outcome.VIOLATION, **changes) -> Verdict:
    bad = outcome is Outcome.VIOLATION
    known = {
        "labels": (_SECRET,) if bad else (),
        "findings": (_MARKING,) if bad else (),
        "severity": Severity.HIGH if bad else Severity.INFO,
        "why": "because",
        "alerting": bad,
    }
    given = {"document": Document(path), "zone": "public", "outcome": outcome, **known, **changes}
    return Verdict(**given)


def _identity(version: int = 1) -> Identity:
    return Identity(1, 2, 3, version, version)


@pytest.fixture
def connection(tmp_path):
    opened = sqlite3.connect(tmp_path / "state.db")
    yield opened
    opened.close()


@pytest.fixture
def store(connection):
    return AlertStore(connection)


def test_the_first_violation_raises_an_alert(store):
    alert = store.record(_verdict(), _identity(), "r1", 100.0)

    assert (alert.count, alert.first_seen, alert.last_seen) == (1, 100.0, 100.0)
    assert (alert.state, alert.severity, alert.verdict) == (State.OPEN, Severity.HIGH, _verdict())
    assert store.alerts() == (alert,)


def test_the_same_state_of_a_file_raises_nothing_twice(store):
    store.record(_verdict(), _identity(), "r1", 100.0)

    assert store.record(_verdict(), _identity(), "r1", 200.0) is None
    assert store.alerts()[0].count == 1


def test_evidence_under_another_key_of_another_run_is_nothing_new(store):
    store.record(_verdict(findings=(_KEY,)), _identity(), "r1", 100.0)
    again = Finding(Kind.YARA, "private-key", Place("a.docx"), tags=("credentials",), evidence="private key, #9999")

    assert store.record(_verdict(findings=(again,)), _identity(), "r1", 200.0) is None


def test_a_changed_file_that_is_still_in_violation_is_the_same_alert_again(store):
    first = store.record(_verdict(), _identity(1), "r1", 100.0)
    second = store.record(_verdict(why="still"), _identity(2), "r1", 200.0)

    assert second.key == first.key
    assert (second.count, second.first_seen, second.last_seen, second.verdict.why) == (2, 100.0, 200.0, "still")
    assert len(store.alerts()) == 1


def test_new_rules_that_say_the_same_of_a_file_raise_nothing_anew(store):
    store.record(_verdict(), _identity(), "r1", 100.0)

    assert store.record(_verdict(), _identity(), "r2", 200.0) is None


def test_new_rules_that_find_more_in_a_file_raise_it_anew(store):
    store.record(_verdict(), _identity(), "r1", 100.0)

    assert store.record(_verdict(labels=(_TOP,)), _identity(), "r2", 200.0).count == 2


def test_a_policy_that_is_taken_back_raises_again_what_it_had_let_stand(store):
    store.record(_verdict(), _identity(), "r1", 100.0)
    store.record(_verdict(outcome=Outcome.PERMITTED), _identity(), "r2", 200.0)

    assert store.record(_verdict(), _identity(), "r3", 300.0).state is State.OPEN


def test_a_rule_set_that_is_put_back_raises_again_what_another_had_let_stand(store):
    store.record(_verdict(), _identity(), "r1", 100.0)
    store.record(_verdict(outcome=Outcome.PERMITTED), _identity(), "r2", 200.0)

    alert = store.record(_verdict(), _identity(), "r1", 300.0)

    assert alert is not None
    assert alert.state is State.OPEN


def test_a_changed_policy_decides_anew_on_the_same_file(store):
    assert store.record(_verdict(outcome=Outcome.PERMITTED), _identity(), "r1", 100.0) is None

    assert store.record(_verdict(), _identity(), "r1", 200.0).count == 1


def test_another_file_is_another_alert(store):
    first = store.record(_verdict("/srv/a"), _identity(), "r1", 100.0)
    second = store.record(_verdict("/srv/b"), _identity(), "r1", 100.0)

    assert first.key != second.key
    assert {alert.verdict.document.path for alert in store.alerts()} == {"/srv/a", "/srv/b"}


def test_a_clock_that_is_set_back_does_not_set_back_the_last_sight(store):
    store.record(_verdict(), _identity(1), "r1", 100.0)

    assert store.record(_verdict(), _identity(2), "r1", 50.0).last_seen == 100.0


@pytest.mark.parametrize("outcome", [Outcome.CLEAN, Outcome.PERMITTED])
def test_a_file_found_in_order_resolves_its_alert_and_a_relapse_opens_it(store, outcome):
    store.record(_verdict(), _identity(1), "r1", 100.0)

    assert store.record(_verdict(outcome=outcome), _identity(2), "r1", 200.0) is None
    assert store.alerts()[0].state is State.RESOLVED
    assert store.record(_verdict(), _identity(3), "r1", 300.0).state is State.OPEN


def test_a_file_that_cannot_be_read_any_more_does_not_resolve_its_alert(store):
    store.record(_verdict(), _identity(1), "r1", 100.0)
    unread = _verdict(outcome=Outcome.UNDETERMINED, problems=(Problem(Place("a"), Reason.ENCRYPTED),))

    assert store.record(unread, _identity(2), "r1", 200.0) is None
    assert store.alerts()[0].state is State.OPEN


def test_what_could_not_be_opened_has_no_identity_and_is_raised_once(store):
    gone = _verdict(
        outcome=Outcome.UNDETERMINED, problems=(Problem(Place("a"), Reason.PERMISSION),), alerting=True
    )  # fmt: skip

    assert store.record(gone, None, "r1", 100.0).count == 1
    assert store.record(gone, None, "r1", 200.0) is None


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, State.ACKNOWLEDGED),
        ({"why": "put in other words"}, State.ACKNOWLEDGED),
        ({"severity": Severity.MEDIUM}, State.ACKNOWLEDGED),
        ({"severity": Severity.CRITICAL}, State.OPEN),
        ({"labels": (_TOP,)}, State.OPEN),
        ({"findings": (_MARKING, _KEY)}, State.OPEN),
        ({"problems": (Problem(Place("a"), Reason.ENCRYPTED),)}, State.OPEN),
        ({"outcome": Outcome.UNDETERMINED, "alerting": True}, State.ACKNOWLEDGED),
    ],
)
def test_an_acknowledged_alert_opens_again_only_on_news(store, connection, changes, state):
    store.record(_verdict(), _identity(1), "r1", 100.0)
    connection.execute("update alert set state = 'acknowledged'")

    before = _verdict()
    again = Verdict(**{name: getattr(before, name) for name in Verdict.__slots__} | changes)

    assert store.record(again, _identity(2), "r1", 200.0).state is state


def test_an_unread_file_that_turns_out_a_violation_is_news(store, connection):
    unread = _verdict(outcome=Outcome.UNDETERMINED, severity=Severity.HIGH, alerting=True, labels=(_SECRET,))
    store.record(unread, _identity(1), "r1", 100.0)
    connection.execute("update alert set state = 'acknowledged'")

    assert store.record(_verdict(), _identity(2), "r1", 200.0).state is State.OPEN


def test_nothing_is_committed_by_recording(store, connection):
    store.record(_verdict(), _identity(), "r1", 100.0)
    assert connection.in_transaction
    connection.rollback()

    assert store.alerts() == ()
    assert store.record(_verdict(), _identity(), "r1", 200.0) is not None


def test_a_store_made_inside_a_transaction_leaves_it_open(connection):
    connection.execute("create table other (x)")
    connection.execute("insert into other values (1)")
    AlertStore(connection)
    assert connection.in_transaction
    connection.rollback()

    assert connection.execute("select count(*) from other").fetchone() == (0,)


def test_a_second_process_sees_the_same_keys_and_alerts(store, connection, tmp_path):
    alert = store.record(_verdict(), _identity(), "r1", 100.0)
    connection.commit()
    with sqlite3.connect(tmp_path / "state.db") as other:
        again = AlertStore(other)

        assert again.alerts() == (alert,)
        assert again.record(_verdict(), _identity(), "r1", 200.0) is None
    other.close()


def test_a_store_that_may_only_be_read_is_read(store, connection, tmp_path):
    store.record(_verdict(), _identity(), "r1", 100.0)
    connection.commit()
    other = sqlite3.connect(f"file:{tmp_path}/state.db?mode=ro", uri=True)

    assert len(AlertStore(other).alerts()) == 1
    with pytest.raises(StoreError, match="readonly"):
        AlertStore(other).record(_verdict("/srv/b"), _identity(), "r1", 200.0)
    other.close()


def test_alerts_come_last_seen_first_and_can_be_narrowed(store):
    for number in range(5):
        store.record(_verdict(f"/srv/{number}"), _identity(), "r1", float(number))
    store.record(_verdict("/srv/3", outcome=Outcome.CLEAN), _identity(2), "r1", 9.0)

    assert [alert.verdict.document.path for alert in store.alerts(limit=2)] == ["/srv/4", "/srv/3"]
    assert [alert.verdict.document.path for alert in store.alerts(Wanted(states=(State.RESOLVED,)))] == ["/srv/3"]
    assert len(store.alerts(Wanted(states=(State.OPEN,)))) == 4
    assert store.counts() == {State.OPEN: 4, State.RESOLVED: 1}


def test_an_alert_is_found_by_the_beginning_of_its_key(store):
    alert = store.record(_verdict(), _identity(), "r1", 100.0)

    assert store.get(alert.key) == store.get(alert.key[:3].upper()) == alert


@pytest.mark.parametrize("key", ["", "nosuch", "%", "_", "0" * 17, "\udcff", "0' or 1"])
def test_a_key_of_no_alert_is_a_usage_error(store, key):
    store.record(_verdict(), _identity(), "r1", 100.0)

    with pytest.raises(UsageError, match="no alert"):
        store.get(key)


def test_an_ambiguous_key_is_a_usage_error(store):
    for number in range(17):  # of 17 keys, two begin alike
        store.record(_verdict(f"/srv/{number}"), _identity(), "r1", 1.0)
    keys = [alert.key[0] for alert in store.alerts()]
    twice = next(first for first in keys if keys.count(first) > 1)

    with pytest.raises(UsageError, match="more than one"):
        store.get(twice)


def test_a_path_that_is_not_utf8_survives(store):
    path = "/srv/caf\udce9\n.txt"
    alert = store.record(_verdict(path), _identity(), "r1", 100.0)

    assert store.get(alert.key).verdict.document.path == path


def test_keys_differ_from_machine_to_machine():
    assert alert_key(_verdict(), b"one") != alert_key(_verdict(), b"other")


def test_the_record_of_a_verdict_is_kept_where_there_is_something_to_say(store, connection):
    store.record(_verdict("/srv/a"), _identity(), "r1", 1.0)
    store.record(_verdict("/srv/b", outcome=Outcome.CLEAN), _identity(), "r1", 1.0)
    rows = dict(connection.execute("select path, record from verdict"))

    assert json.loads(rows[b"/srv/a"])["label"] == "SECRET//NOFORN"
    assert rows[b"/srv/b"] is None


def test_a_store_of_a_newer_version_is_refused(connection):
    AlertStore(connection)
    connection.execute("update alert_meta set value = '3' where name = 'version'")

    with pytest.raises(StoreError, match="version 3"):
        AlertStore(connection)


def test_an_alert_that_cannot_be_read_is_named(store, connection):
    alert = store.record(_verdict(), _identity(), "r1", 1.0)
    connection.execute("update alert_verdict set verdict = '{}'")

    with pytest.raises(StoreError, match=alert.key):
        store.alerts()


def test_an_alert_whose_verdict_was_lost_keeps_no_other_from_being_read(store, connection):
    lost = store.record(_verdict("/srv/a"), _identity(), "r1", 1.0)
    store.record(_verdict("/srv/b"), _identity(), "r1", 2.0)
    connection.execute("delete from alert_verdict where key = ?", (lost.key,))
    alerts = store.alerts()

    assert [alert.verdict.document.path for alert in alerts] == ["/srv/b", "/srv/a"]
    assert "was lost" in alerts[1].verdict.why
    assert lost.key in store.verify().why


def test_a_file_that_is_no_database_is_said_so(tmp_path):
    (tmp_path / "state.db").write_bytes(b"no database, " * 100)
    other = sqlite3.connect(tmp_path / "state.db")

    with pytest.raises(StoreError, match="not a database"):
        AlertStore(other)
    other.close()


def test_a_loss_of_coverage_is_one_alert_from_its_begin_to_its_end(store):
    begun = store.cover("/srv/\udcff", "the kernel dropped events", 100.0)
    again = store.cover("/srv/\udcff", "its reader died", 105.0)
    ended = store.cover("/srv/\udcff", "", 112.5)

    assert again is None
    assert (begun.state, begun.severity, begun.coverage.seconds) == (State.OPEN, Severity.HIGH, None)
    assert (ended.key, ended.state, ended.coverage) == (
        begun.key,
        State.RESOLVED,
        Coverage("/srv/\udcff", "the kernel dropped events", 100.0, 112.5),
    )
    assert "over after 12 s" in ended.verdict.why
    assert store.alerts() == (ended,)
    assert store.get(begun.key[:6]) == ended


def test_a_second_loss_of_coverage_counts_up(store):
    store.cover("/srv", "once", 100.0)
    store.cover("/srv", "", 101.0)
    alert = store.cover("/srv", "twice", 200.0)

    assert (alert.count, alert.first_seen, alert.last_seen, alert.state) == (2, 100.0, 200.0, State.OPEN)
    assert alert.coverage == Coverage("/srv", "twice", 200.0)


def test_coverage_that_was_never_lost_is_no_news(store):
    assert store.cover("/srv", "", 1.0) is None
    store.cover("/srv", "lost", 2.0)
    store.cover("/srv", "", 3.0)
    assert store.cover("/srv", "", 4.0) is None


def test_coverage_lasts_no_negative_time_when_the_clock_is_set_back(store):
    store.cover("/srv", "lost", 100.0)

    assert store.cover("/srv", "", 50.0).coverage.seconds == 0


def test_a_root_that_is_a_file_as_well_has_two_alerts(store):
    store.record(_verdict("/srv"), _identity(), "rules", 1.0)
    store.cover("/srv", "lost", 2.0)

    assert [alert.coverage is None for alert in store.alerts()] == [False, True]


_OLD = """
    create table alert_meta (name text primary key, value text not null) without rowid;
    insert into alert_meta values ('version', '1'), ('secret', '0011');
    create table alert (
        key text primary key, path blob not null, first_seen real not null, last_seen real not null,
        count integer not null, state text not null, severity integer not null, verdict text not null{coverage}
    ) without rowid;
    create index alert_last_seen on alert (last_seen);
"""


@pytest.mark.parametrize("coverage", ["", ", coverage text"])
def test_a_store_of_the_first_version_is_opened_and_keeps_its_alerts(connection, coverage):
    connection.executescript(_OLD.format(coverage=coverage))
    said = json.dumps(encode(_verdict("/srv/\udcff", document=Document("/srv/\udcff", sha256="ab"))))
    columns = "key, path, first_seen, last_seen, count, state, severity, verdict"
    rows = [
        ("0a", b"/srv/\xff", 1.0, 2.0, 3, "acknowledged", 3, said),
        ("0b", b"/srv/b", 1.0, 4.0, 1, "resolved", 3, said),
    ]
    connection.executemany(f"insert into alert ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?)", rows)  # noqa: S608 - a constant
    connection.commit()
    store = AlertStore(connection)
    alert = store.get("0a")

    assert (alert.first_seen, alert.last_seen, alert.count, alert.copies) == (1.0, 2.0, 3, 1)
    assert (alert.state, alert.verdict.document.path) == (State.ACKNOWLEDGED, "/srv/\udcff")
    assert list(store.paths("0a")) == [Standing("/srv/\udcff", 1.0, 2.0)]
    assert (store.get("0b").copies, store.get("0b").state) == (0, State.RESOLVED)
    assert [entry.change for entry in store.entries(0, 9)] == [Change.RAISED, Change.RESOLVED]
    assert store.verify() is None
    assert not connection.in_transaction
    assert AlertStore(connection).get("0a") == alert
