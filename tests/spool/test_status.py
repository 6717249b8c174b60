"""What the daemon says of itself is read back as it was said, or not at all."""

import errno
import os
import stat
from dataclasses import replace

import pytest

from scanner.errors import StoreError
from scanner.spool import status
from scanner.spool.status import Count, Gap, RootStatus, Status, read_status, write_status

_ROOT = RootStatus("/r/\udcff", "inotify", live=True, gaps=(Gap("/r/a\n", "Permission denied"),))
_STATUS = Status(1, "1.0", "abc", 1.5, 2.5, (_ROOT,), deferred=(Count("open for writing", 3),))


def test_it_comes_back_as_it_was(tmp_path):
    write_status(tmp_path, _STATUS)

    assert read_status(tmp_path) == _STATUS
    assert stat.S_IMODE((tmp_path / "status.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_has_it_written_over_the_old_one(tmp_path, monkeypatch, number):
    write_status(tmp_path, _STATUS)

    def full(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(status, "_replace", full)
    for trouble in ("the disk is full", "it is", ""):
        write_status(tmp_path, replace(_STATUS, trouble=trouble))
        assert read_status(tmp_path).trouble == trouble
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        write_status(tmp_path, replace(_STATUS, trouble="x" * 10_000))


def test_where_no_daemon_ever_ran_there_is_none(tmp_path):
    assert read_status(tmp_path / "none") is None


@pytest.mark.parametrize("text", ["", "{", '{"pid": "one"}', "[]"])
def test_a_file_that_is_no_status_is_refused(tmp_path, text):
    (tmp_path / "status.json").write_text(text)
    with pytest.raises(StoreError, match="no status"):
        read_status(tmp_path)


def test_a_file_that_cannot_be_read_is_said(tmp_path):
    (tmp_path / "status.json").mkdir()
    with pytest.raises(StoreError, match="Is a directory"):
        read_status(tmp_path)


@pytest.mark.parametrize(
    ("root", "degraded"),
    [
        (RootStatus("/r", "inotify", live=True, lost=3, doubt="events were lost"), False),
        (RootStatus("/r", "walks only", live=False), True),
        (RootStatus("/r", "inotify", live=True, unreadable=1), True),
        (RootStatus("/r", "inotify", live=True, unwatched=1), True),
        (RootStatus("/r", "inotify", live=True, trouble="not mounted"), True),
    ],
)
def test_it_is_degraded_when_something_may_go_unseen(root, degraded):
    assert Status(1, "", "", 0, 0, (root,)).degraded is degraded


def test_trouble_of_the_whole_degrades_it():
    assert Status(1, "", "", 0, 0, trouble="the disk is full").degraded
