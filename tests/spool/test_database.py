"""The state is kept where nobody else can write, and a database that is not ours to use is refused."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from scanner.errors import StoreError
from scanner.spool import database
from scanner.spool.database import DATABASE, connect, make_room, private, state_folder


def test_everything_is_made_for_its_owner_alone(tmp_path):
    folder = tmp_path / "a" / "state"
    with closing(connect(folder)) as connection, connection:
        connection.execute("insert into root (path) values (?)", (b"/r",))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert modes[DATABASE] == 0o600
    assert set(modes.values()) == {0o600}


def test_every_commit_is_on_the_disk_when_it_returns(tmp_path):
    with closing(connect(tmp_path)) as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
        assert connection.execute("pragma synchronous").fetchone() == (2,)
        assert connection.execute("pragma foreign_keys").fetchone() == (1,)


def test_it_opens_again_with_what_was_in_it(tmp_path):
    for _ in range(2):
        with closing(connect(tmp_path)) as connection, connection:
            connection.execute("insert or ignore into root (path) values (?)", (b"/r\xff",))

    with closing(connect(tmp_path)) as connection:
        assert connection.execute("select path from root").fetchall() == [(b"/r\xff",)]


@pytest.mark.parametrize("mode", [0o770, 0o702])
def test_a_folder_that_others_may_write_is_refused(tmp_path, mode):
    tmp_path.chmod(mode)
    with pytest.raises(StoreError, match="can be written by others"):
        connect(tmp_path)


def test_a_state_folder_in_a_folder_that_others_may_write_is_refused(tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    with pytest.raises(StoreError, match=r"everyone may write it; run: chmod .*o-w"):
        connect(tmp_path / "open" / "state")
    assert not (tmp_path / "open" / "state").exists()
    (tmp_path / "open").chmod(0o1777)
    connect(tmp_path / "open" / "state").close()


def test_a_database_that_others_may_write_is_refused(tmp_path):
    connect(tmp_path).close()
    (tmp_path / DATABASE).chmod(0o602)
    with pytest.raises(StoreError, match="everyone may write it; run: chmod o-w"):
        connect(tmp_path)


@pytest.mark.parametrize("mask", [0o000, 0o277])
def test_the_umask_decides_about_nothing(tmp_path, mask):
    before = os.umask(mask)
    try:
        connect(tmp_path / "a" / "b").close()
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "b" / DATABASE).stat().st_mode) == 0o600


def test_a_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(StoreError, match="belongs to another user"):
        connect(tmp_path)


def _owned_by(uid):
    real = Path.stat

    def answer(self, **options):
        status = list(real(self, **options))
        status[stat.ST_UID] = uid
        return os.stat_result(status)

    return answer


def test_root_may_look_into_the_folder_of_the_service(tmp_path, monkeypatch):
    owner = tmp_path.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(Path, "stat", _owned_by(owner + 1))
    connect(tmp_path).close()

    assert (tmp_path / DATABASE).is_file()


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "state").touch()
    with pytest.raises(StoreError, match="File exists"):
        connect(tmp_path / "state")


def test_a_database_that_is_a_link_is_refused(tmp_path):
    (tmp_path / DATABASE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="symbolic link"):
        connect(tmp_path)


def test_a_database_that_is_none_is_refused(tmp_path):
    (tmp_path / DATABASE).write_bytes(b"not a database, but long enough to be looked at" * 50)
    with pytest.raises(StoreError, match="not a database"):
        connect(tmp_path)


def test_a_database_of_a_newer_version_is_refused(tmp_path):
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.execute("pragma user_version = 99")
    with pytest.raises(StoreError, match="version 99"):
        connect(tmp_path)


def test_a_file_system_without_shared_memory_is_refused(tmp_path, monkeypatch):
    class _Connection(sqlite3.Connection):
        def execute(self, sql, *values):
            return super().execute("pragma journal_mode = delete" if "journal_mode" in sql else sql, *values)

    plain = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **given: plain(path, factory=_Connection, **given))
    with pytest.raises(StoreError, match="cannot hold the state"):
        connect(tmp_path)


@pytest.mark.parametrize(
    ("explicit", "environ", "expected"),
    [
        ("/a", {"STATE_DIRECTORY": "/b"}, "/a"),
        (None, {"STATE_DIRECTORY": "/b:/c", "XDG_STATE_HOME": "/d"}, "/b"),
        (None, {"XDG_STATE_HOME": "/d"}, "/d/docwarden"),
        (None, {}, "/home/x/.local/state/docwarden"),
    ],
)
def test_the_state_stands_where_it_was_asked_for_else_where_it_is_usual(explicit, environ, expected, monkeypatch):
    monkeypatch.setenv("HOME", "/home/x")
    monkeypatch.setattr(database, "SYSTEM_STATE", Path("/no/service"))

    assert state_folder(explicit, environ) == Path(expected)


def test_without_a_home_a_folder_has_to_be_named(monkeypatch):
    def nowhere(_path):
        message = "Could not determine home directory."
        raise RuntimeError(message)

    monkeypatch.setattr(Path, "expanduser", nowhere)
    with pytest.raises(StoreError, match="--state"):
        state_folder(None, {})


def test_a_database_of_the_first_version_keeps_all_but_its_queue(tmp_path):
    with closing(connect(tmp_path)) as connection, connection:
        connection.execute("insert into root (path, why) values (x'2f72', 'kept')")
        connection.execute("drop table queue")
        connection.execute("create table queue (path blob primary key, claimed integer)")
        for column in ("lost", "loss", "lost_since"):
            connection.execute(f"alter table root drop column {column}")
        connection.execute("alter table folder drop column seal")
        connection.execute("pragma user_version = 1")

    with closing(connect(tmp_path)) as connection:
        assert connection.execute("select why, lost, loss, lost_since from root").fetchall() == [("kept", 0, "", None)]
        assert connection.execute("select ready, turn from queue").fetchall() == []
        assert connection.execute("pragma user_version").fetchone() == (3,)


def test_a_database_of_the_second_version_keeps_all(tmp_path):
    with closing(connect(tmp_path)) as connection, connection:
        connection.execute("alter table folder drop column seal")
        connection.execute("insert into folder (path) values (x'2f72')")
        connection.execute("pragma user_version = 2")

    with closing(connect(tmp_path)) as connection:
        assert connection.execute("select path, seal from folder").fetchall() == [(b"/r", None)]


def test_a_full_disk_has_the_log_cut_and_a_lock_has_not(tmp_path):
    with closing(connect(tmp_path)) as connection:
        with connection:
            connection.executemany("insert into root (path) values (?)", [(b"%d" % number,) for number in range(500)])
        log = tmp_path / f"{DATABASE}-wal"
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        make_room(connection, error)
        before = log.stat().st_size
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        make_room(connection, error)

        assert before > 0
        assert log.stat().st_size == 0


@pytest.fixture
def _service(tmp_path, monkeypatch):
    """Stand in for what systemd made, and for root, whose home this is."""
    (tmp_path / "service").mkdir()
    monkeypatch.setattr(database, "SYSTEM_STATE", tmp_path / "service")
    monkeypatch.setattr(database.os, "geteuid", lambda: 0)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.usefixtures("_service")
def test_root_who_names_no_folder_means_that_of_the_service(tmp_path):
    assert state_folder(None, {}) == tmp_path / "service"
    assert state_folder("/named", {}) == Path("/named")
    assert state_folder(None, {"XDG_STATE_HOME": "/x"}) == Path("/x/docwarden")
    assert state_folder(None, {"STATE_DIRECTORY": "/s"}) == Path("/s")


@pytest.mark.usefixtures("_service")
def test_roots_own_state_is_taken_where_it_holds_a_database_or_there_is_no_service(tmp_path):
    own = tmp_path / ".local/state/docwarden"
    own.mkdir(parents=True)

    assert state_folder(None, {}) == tmp_path / "service"
    (own / DATABASE).touch()
    assert state_folder(None, {}) == own
    (own / DATABASE).unlink()
    (tmp_path / "service").rmdir()
    assert state_folder(None, {}) == own


@pytest.mark.usefixtures("_service")
def test_the_state_of_a_user_is_that_users_own_beside_a_service(tmp_path, monkeypatch):
    monkeypatch.setattr(database.os, "geteuid", lambda: 1000)

    assert state_folder(None, {}) == tmp_path / ".local/state/docwarden"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_root_makes_in_the_state_of_another_user_belongs_to_that_user(tmp_path):
    folder = tmp_path / "state"
    folder.mkdir(0o700)
    os.chown(folder, 4711, 4712)
    connect(folder).close()
    found = (folder / DATABASE).stat()

    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (4711, 4712, 0o600)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_root_with_another_name_elsewhere_is_not_given_away(tmp_path):
    folder = tmp_path / "state"
    folder.mkdir(0o700)
    (tmp_path / "roots").touch(0o600)
    (folder / "lock").hardlink_to(tmp_path / "roots")
    os.chown(folder, 4711, 4712)
    private(folder / "lock")

    assert (tmp_path / "roots").stat().st_uid == 0
