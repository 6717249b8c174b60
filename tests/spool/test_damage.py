"""A damaged database is put aside and never away, and what no walk finds again is taken over of it."""

import os
import sqlite3
from contextlib import closing

import pytest

from scanner.alert.store import AlertStore
from scanner.errors import StoreError
from scanner.model.document import Document
from scanner.model.verdict import Outcome, Verdict
from scanner.spool.damage import check, is_damage, salvage, set_aside
from scanner.spool.database import DATABASE, connect, told

_PAGE = 4096


@pytest.fixture
def filled(tmp_path):
    """Make a state folder with a table of somebody else's, of many pages."""
    with closing(connect(tmp_path)) as connection, connection:
        connection.execute("create table alert (key integer primary key, text text) without rowid")
        connection.executemany("insert into alert values (?, ?)", [(number, "x" * 500) for number in range(400)])
        connection.execute("insert into root (path) values (x'2f72')")
    return tmp_path


def _spoil(folder, share):
    """Overwrite a page that lies so far into the database."""
    path = folder / DATABASE
    at = int(path.stat().st_size * share) // _PAGE * _PAGE
    with path.open("r+b") as file:
        file.seek(at)
        file.write(os.urandom(_PAGE))


def test_a_whole_database_passes(filled):
    with closing(connect(filled)) as connection:
        check(connection, "it")


def test_a_spoilt_page_is_damage(filled):
    _spoil(filled, 0.5)
    with closing(connect(filled)) as connection, pytest.raises(StoreError) as caught:
        check(connection, "it")

    assert is_damage(caught.value)


def test_what_is_no_database_is_damage(filled):
    (filled / DATABASE).write_bytes(os.urandom(3 * _PAGE))
    with pytest.raises(StoreError) as caught:
        connect(filled)

    assert is_damage(caught.value)


@pytest.mark.parametrize("error", [sqlite3.OperationalError("database is locked"), OSError(28, "full"), None])
def test_what_cannot_be_written_just_now_is_no_damage(error):
    assert not is_damage(error)


def test_a_lock_is_no_damage(filled):
    with closing(sqlite3.connect(filled / DATABASE, isolation_level=None)) as other:
        other.execute("begin immediate")
        with (
            closing(connect(filled, wait=0.0)) as connection,
            pytest.raises(StoreError) as caught,
            told("it"),
            connection,
        ):
            connection.execute("delete from root")

    assert not is_damage(caught.value)


def test_it_is_set_aside_with_all_that_belongs_to_it(filled):
    before = (filled / DATABASE).read_bytes()
    (filled / f"{DATABASE}-wal").write_bytes(b"the log")
    aside = set_aside(filled, 1_700_000_000.0)
    (filled / DATABASE).touch()
    again = set_aside(filled, 1_700_000_000.0)

    assert (aside.name, again.name) == (
        f"{DATABASE}.damaged-20231114T221320Z",
        f"{DATABASE}.damaged-20231114T221320Z-1",
    )
    assert aside.read_bytes() == before
    assert (filled / f"{aside.name}-wal").read_bytes() == b"the log"
    assert not (filled / DATABASE).exists()


def test_what_cannot_be_set_aside_is_said(filled, monkeypatch):
    def fail(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("pathlib.Path.rename", fail)
    with pytest.raises(StoreError, match="cannot be set aside: Read-only file system"):
        set_aside(filled, 0.0)


def test_the_rows_around_the_damage_are_taken_over_and_what_a_walk_finds_is_not(filled):
    _spoil(filled, 0.6)
    aside = set_aside(filled, 0.0)
    with closing(connect(filled)) as connection:
        rows = salvage(aside, connection)
        keys = [key for (key,) in connection.execute("select key from alert order by key")]
        assert connection.execute("select count(*) from root").fetchone() == (0,)
        check(connection, "it")

    assert 300 < rows == len(keys) < 400
    assert (keys[0], keys[-1]) == (0, 399)


def test_alerts_and_their_log_are_taken_over_and_what_is_missing_of_them_is_named(tmp_path):
    with closing(connect(tmp_path)) as connection, connection:
        store = AlertStore(connection, b"key")
        for number in range(300):
            violation = Verdict(Document(f"/srv/{number}"), "public", Outcome.VIOLATION, why="x" * 300, alerting=True)
            store.record(violation, None, "rules", float(number))
        head, counted = store.head(), store.counts()
    (tmp_path / "whole").write_bytes((tmp_path / DATABASE).read_bytes())
    _spoil(tmp_path, 0.7)
    for name in ("whole", set_aside(tmp_path, 0.0).name):
        with closing(connect(tmp_path / f"of {name}")) as connection:
            salvage(tmp_path / name, connection)
            store = AlertStore(connection, b"key")
            whole = store.verify() is None
            store.note(store.alerts(limit=1)[0].key, "it goes on", "ann", 1000.0)

            assert whole is (name == "whole")
            assert store.head()[0] == head[0] + 1
            assert store.counts() == counted or not whole


def test_nothing_is_taken_over_of_what_is_no_database(filled):
    (filled / DATABASE).write_bytes(os.urandom(3 * _PAGE))
    aside = set_aside(filled, 0.0)
    with closing(connect(filled)) as connection:
        assert salvage(aside, connection) == 0
