"""A group may read the alerts where the configuration says so, and nobody may write them."""

import contextlib
import grp
import multiprocessing
import os
import shutil
import tempfile
import traceback
from pathlib import Path

import pytest

from scanner.errors import StoreError
from scanner.spool.database import DATABASE, connect
from scanner.spool.readers import may_write, reading, share

_USER = 60001
_GROUP = "nogroup"

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else for a while")


@pytest.fixture
def folder():
    """Return a state folder that everybody can go to."""
    top = Path(tempfile.mkdtemp(prefix="docwarden-readers-"))
    top.chmod(0o755)
    yield top / "state"
    shutil.rmtree(top)


@pytest.fixture
def writer(folder):
    with contextlib.closing(connect(folder)) as connection:
        connection.execute("create table thing (number integer)")
        connection.execute("insert into thing values (1)")
        connection.commit()
        yield connection


def _as_reader(work, *groups: int) -> object:
    """Return what `work` gives as another user in these groups."""
    ours, theirs = multiprocessing.get_context("fork").Pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        with contextlib.suppress(BaseException):
            os.setgroups(groups)
            os.setresgid(_USER, _USER, _USER)
            os.setresuid(_USER, _USER, _USER)
            try:
                theirs.send(work())
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told
                theirs.send(f"{type(error).__name__}: {error}\n{traceback.format_exc()}")
            status = 0
        os._exit(status)
    os.waitpid(pid, 0)
    theirs.close()
    with ours:
        return ours.recv()


def _numbers(folder: Path) -> list[int]:
    with reading(folder) as connection:
        return [number for (number,) in connection.execute("select number from thing order by 1")]


def _group() -> int:
    return grp.getgrnam(_GROUP).gr_gid


@as_root
def test_a_member_reads_while_the_daemon_has_it_open_and_sees_what_is_new(folder, writer):
    assert share(folder, _GROUP) == ""
    first = _as_reader(lambda: _numbers(folder), _group())
    writer.execute("insert into thing values (2)")
    writer.commit()

    assert first == [1]
    assert _as_reader(lambda: _numbers(folder), _group()) == [1, 2]


@as_root
def test_a_member_reads_when_nobody_has_it_open(folder, writer):
    share(folder, _GROUP)
    writer.close()

    assert sorted(os.listdir(folder)) == [DATABASE]
    assert _as_reader(lambda: _numbers(folder), _group()) == [1]
    assert sorted(os.listdir(folder)) == [DATABASE]


@as_root
def test_a_member_reads_what_a_killed_daemon_left(folder, writer):
    share(folder, _GROUP)
    writer.close()
    pid = os.fork()
    if pid == 0:
        connection = connect(folder)
        connection.execute("insert into thing values (3)")
        connection.commit()
        os._exit(9)
    os.waitpid(pid, 0)

    assert (folder / f"{DATABASE}-wal").stat().st_size
    assert _as_reader(lambda: _numbers(folder), _group()) == [1, 3]


@as_root
def test_a_member_writes_nothing(folder, writer):
    share(folder, _GROUP)

    def change() -> str:
        with reading(folder) as connection:
            connection.execute("insert into thing values (4)")
        return "written"

    def make() -> str:
        (folder / "new").touch()
        return "made"

    assert "readonly database" in _as_reader(change, _group())
    assert "PermissionError" in _as_reader(make, _group())
    assert _as_reader(lambda: may_write(folder), _group()) is False
    assert may_write(folder)
    assert writer.execute("select count(*) from thing").fetchone() == (1,)


@as_root
@pytest.mark.parametrize("name", ["key", "docwarden.lock", "alerts.jsonl"])
def test_every_other_file_stays_private(folder, writer, name):
    (folder / name).touch(0o600)
    share(folder, _GROUP)

    assert "PermissionError" in _as_reader((folder / name).read_bytes, _group())
    del writer


@as_root
def test_who_is_not_in_the_group_reads_nothing(folder, writer):
    share(folder, _GROUP)

    assert "Permission denied" in _as_reader(lambda: _numbers(folder))
    del writer


@as_root
def test_the_right_is_taken_back_with_the_name(folder, writer):
    share(folder, _GROUP)
    share(folder, "")

    assert "Permission denied" in _as_reader(lambda: _numbers(folder), _group())
    assert [path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())] == [0o700, 0o600, 0o600, 0o600]
    del writer


def test_a_group_that_does_not_exist_is_told_and_nothing_is_shared(folder, writer):
    assert "no group no-such-group" in share(folder, "no-such-group")
    assert folder.stat().st_mode & 0o777 == 0o700
    del writer


def test_a_group_that_cannot_be_given_is_told_with_what_to_do(folder, writer, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chown", refuse)
    name = next(group.gr_name for group in grp.getgrall() if group.gr_gid != folder.stat().st_gid)

    assert f"Group={name}" in share(folder, name)
    assert folder.stat().st_mode & 0o777 == 0o700
    del writer


@as_root
@pytest.mark.parametrize("mode", [0o720, 0o702])
def test_a_folder_that_others_may_write_is_not_read(folder, writer, mode):
    os.chown(folder, -1, next(group.gr_gid for group in grp.getgrall() if group.gr_gid != os.getgid()))
    folder.chmod(mode)

    with pytest.raises(StoreError, match="may write it"):
        _numbers(folder)
    del writer


def test_a_database_that_others_may_write_is_not_read(folder, writer):
    (folder / DATABASE).chmod(0o602)

    with pytest.raises(StoreError, match="everyone may write it"):
        _numbers(folder)
    del writer


def test_a_link_in_its_place_is_not_read(folder, writer):
    writer.close()
    (folder / DATABASE).rename(folder / "other")
    (folder / DATABASE).symlink_to("other")

    with pytest.raises(StoreError, match="not a regular file"):
        _numbers(folder)


def test_what_somebody_began_to_write_while_it_was_read_is_not_believed(folder, writer):
    writer.close()

    def read() -> None:
        with reading(folder) as connection, contextlib.closing(connect(folder)) as other:
            connection.execute("select * from thing").fetchall()
            other.execute("insert into thing values (5)")
            other.commit()

    with pytest.raises(StoreError, match="do it again"):
        read()


def test_reading_leaves_nothing_behind(folder, writer):
    writer.close()
    before = (folder / DATABASE).read_bytes()

    assert _numbers(folder) == [1]
    assert (folder / DATABASE).read_bytes() == before
    assert os.listdir(folder) == [DATABASE]


def test_what_is_no_database_is_told_with_its_name(folder, writer):
    writer.close()
    (folder / DATABASE).write_bytes(b"no database at all" * 100)

    with pytest.raises(StoreError, match=r"docwarden\.db cannot be used"):
        _numbers(folder)
