"""Whoever changes the log or the alerts without the key is found out, at the first entry that does not hold."""

import random
import shutil
import sqlite3
from contextlib import closing

import pytest

from scanner.alert._chain import name_of, sealing_key
from scanner.alert.store import AlertStore
from scanner.errors import StoreError
from scanner.model.alert import Broken
from scanner.model.verdict import Outcome
from tests.alert._alerts import Recorder

_KEY = b"the key of an installation"
_LOG = ("time", "change", "alert", "who", "note", "data", "head")
_ALERT = (
    "path", "zone", "content", "labels", "first_seen", "last_seen", "count", "copies", "state", "severity", "assignee",
    "resolution", "origin", "entry", "changed", "coverage",
)  # fmt: skip


_STRAY = """
    create temp table one as select * from alert limit 1;
    update one set key = 'ffff';
    insert into alert select * from one;
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return a database with alerts of every kind, and what its last entry was."""
    path = tmp_path_factory.mktemp("log") / "state.db"
    with closing(sqlite3.connect(path)) as connection:
        store = AlertStore(connection, _KEY)
        see = Recorder(store)
        see("/srv/x/plan", "0", Outcome.PERMITTED, "programme-x")
        for number in range(60):
            key = see(f"/srv/{number}", str(number % 40)).key
            store.note(key, f"note {number}", "ann", 5000.0 + number)
        for number, alert in enumerate(store.alerts(limit=30)):
            if number % 3 == 0:
                store.assign(alert.key, "bob", "ann", "", 6000.0)
            elif number % 3 == 1:
                store.acknowledge(alert.key, "ann", "", 6000.0)
            else:
                store.resolve(alert.key, "done", "ann", 6000.0)
        store.gone(["/srv/1", "/srv/39"], 7000.0)
        store.cover("/srv", "lost", 8000.0)
        store.cover("/srv", "", 8001.0)
        connection.commit()
        assert store.verify() is None
        return path, store.head()


@pytest.fixture
def connection(written, tmp_path):
    shutil.copy(written[0], tmp_path / "state.db")
    with closing(sqlite3.connect(tmp_path / "state.db")) as opened:
        yield opened


def _verify(connection, anchor=None):
    return AlertStore(connection, _KEY).verify(anchor)


def _change(value):
    """Return another value of the same kind."""
    if value is None:
        return "{}"
    if isinstance(value, bytes):
        return value + b"x"
    return value + "x" if isinstance(value, str) else value + 1


def test_two_hundred_damages_of_entries_are_named(written):
    """Alter, delete, exchange, insert and cut, at random places."""
    chosen = random.Random(7)  # noqa: S311 - the same damages every time
    for turn in range(200):
        with closing(sqlite3.connect(":memory:")) as connection:
            with closing(sqlite3.connect(written[0])) as source:
                source.backup(connection)
            last = written[1][0]
            number = chosen.randint(1, last - 1)
            kind = turn % 5
            if kind == 0:
                column = chosen.choice(_LOG)
                row = connection.execute(f"select {column} from alert_log where number = ?", (number,)).fetchone()  # noqa: S608 - a name of ours
                connection.execute(f"update alert_log set {column} = ? where number = ?", (_change(row[0]), number))  # noqa: S608 - as above
            elif kind == 1:
                connection.execute("delete from alert_log where number = ?", (number,))
            elif kind == 2:
                for before, after in ((number, -1), (number + 1, number), (-1, number + 1)):
                    connection.execute("update alert_log set number = ? where number = ?", (after, before))
            elif kind == 3:
                connection.execute("update alert_log set number = -number where number > ?", (number,))
                connection.execute("update alert_log set number = 1 - number where number < 0")
                connection.execute(
                    "insert into alert_log select ?, time, change, alert, who, note, data, head from alert_log limit 1",
                    (number + 1,),
                )
                number += 1
            else:
                connection.execute("delete from alert_log where number > ?", (number,))
                head = connection.execute("select number, head from alert_log where number = ?", (number,)).fetchone()
                connection.execute(
                    "update alert_meta set value = ? where name = 'head'",
                    (f"{head[0]} {head[1]} {name_of(sealing_key(_KEY))}",),
                )
            broken = _verify(connection)

            assert broken is not None, (turn, kind, number)
            assert broken.number == number if kind < 4 else broken.number > 0, (turn, kind, number, broken)


@pytest.mark.parametrize("column", _ALERT)
def test_an_alert_that_was_altered_is_named(connection, column):
    rows = connection.execute(f"select key, {column} from alert").fetchall()  # noqa: S608 - a column
    chosen = [row for row in rows if row[1] is not None] if column == "coverage" else []
    for key, value in [*rows[:: len(rows) // 4], *chosen[:1]]:
        connection.execute("savepoint here")
        connection.execute(f"update alert set {column} = ? where key = ?", (_change(value), key))  # noqa: S608 - a column

        assert key in _verify(connection).why
        connection.execute("rollback to here")
    assert _verify(connection) is None


@pytest.mark.parametrize(
    "statement",
    [
        "update alert_path set path = x'2f' where path = x'2f7372762f35'",
        "update alert_path set gone = 5.0 where path = x'2f7372762f35'",
        "update alert_path set gone = null where path = x'2f7372762f31'",
        "update alert_path set last_seen = last_seen + 1 where path = x'2f7372762f35'",
        "delete from alert_path where path = x'2f7372762f35'",
        "delete from alert where path = x'2f7372762f3435'",
        "delete from alert",
        "delete from alert_verdict where rowid = (select max(rowid) from alert_verdict)",
        "update alert_verdict set verdict = verdict || ' ' where rowid = (select max(rowid) from alert_verdict)",
        _STRAY,
        "insert into alert_path select 'ffff', path, first_seen, last_seen, 1.0, seal from alert_path limit 1",
        "delete from alert_log",
        "delete from alert_log where number < 10",
        "delete from alert_meta where name = 'head'; delete from alert_log where number > 100",
        "update alert_meta set value = 'x' where name = 'head'",
        "update alert_meta set value = value || '00' where name = 'head'",
        "update alert_meta set value = '9999 00 ' || substr(value, -16) where name = 'head'",
        "update alert_log set data = 'x' where number = 5",
        "update alert_log set data = cast(x'ff' as text) where number = 5",
    ],
)
def test_what_was_changed_around_the_entries_is_noticed(connection, statement):
    connection.executescript(statement)

    assert _verify(connection) is not None


def test_an_alert_that_is_put_back_to_what_it_was_is_named(connection):
    connection.execute("create temp table before as select * from alert")
    store = AlertStore(connection, _KEY)
    alert = next(alert for alert in store.alerts() if alert.state == "open")
    store.resolve(alert.key, "done", "ann", 9000.0)
    connection.execute("delete from alert")
    connection.execute("insert into alert select * from before")

    was = store.history(alert.key)[-2].number
    assert _verify(connection) == Broken(store.head()[0], f"alert {alert.key} is as it was at entry {was}")


def test_a_whole_store_that_is_put_back_is_noticed_by_a_head_that_was_kept_elsewhere(connection, written):
    number, head = written[1]
    store = AlertStore(connection, _KEY)
    store.note(store.alerts(limit=1)[0].key, "more", "ann", 9000.0)
    later = store.head()

    assert _verify(connection, (number, head)) is None
    assert _verify(connection, later) is None
    connection.rollback()
    assert _verify(connection) is None  # what is known to be left: nothing in the database can tell
    assert _verify(connection, later).number == later[0]


def test_a_log_that_was_made_anew_is_noticed_by_a_head_that_was_kept_elsewhere(connection, written):
    number, _ = written[1]

    assert _verify(connection, (number, "00" * 16)).number == number
    assert _verify(connection, (3, "00" * 16)).number == 3


def test_without_the_key_nothing_is_proved_and_nothing_written(connection):
    store = AlertStore(connection)
    key = store.alerts(limit=1)[0].key

    assert "another key" in store.verify().why
    with pytest.raises(StoreError, match="cannot be written without it"):
        store.note(key, "forged", "ann", 9000.0)


def test_a_key_that_was_replaced_is_said_so_and_the_log_goes_on(connection):
    store = AlertStore(connection, b"another")
    store.note(store.alerts(limit=1)[0].key, "more", "ann", 9000.0)

    assert "was replaced" in store.verify().why
    assert "that of the installation was replaced" in _verify(connection).why or _verify(connection).number > 0


def test_a_store_without_a_key_of_an_installation_is_proved_by_its_own():
    with closing(sqlite3.connect(":memory:")) as connection:
        store = AlertStore(connection)
        Recorder(store)()
        assert store.verify() is None
        connection.execute("update alert_log set who = 'ann'")

        assert store.verify().number == 1


def test_after_a_cut_the_log_goes_on_with_a_gap_and_never_with_a_number_twice(connection):
    store = AlertStore(connection, _KEY)
    before = store.head()[0]
    connection.execute("delete from alert_log where number > 50")
    store.note(store.alerts(limit=1)[0].key, "more", "ann", 9000.0)

    assert store.head()[0] == before + 1
    assert store.verify().number == 51
