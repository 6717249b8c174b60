"""Where something may go unseen it is raised, and it is over when a walk has looked."""

import os
import sqlite3
from contextlib import closing

import pytest

from scanner.daemon.coverage import Unread
from scanner.model.change import ChangeKind
from scanner.model.way import Way
from scanner.spool.database import connect
from scanner.watch import remote
from scanner.watch.beneath import open_beneath
from scanner.watch.pending import Pending, Wake
from scanner.watch.scope import Scope


def _news(stand):
    """Return what was raised, without what said of a root at the start that it is whole."""
    return stand.gaps[next((at for at, (_, why) in enumerate(stand.gaps) if why), len(stand.gaps)) :]


def test_a_loss_of_events_is_raised_and_is_over_after_a_walk(root, make):
    stand = make()
    stand.until_quiet()
    stand.daemon._pending.lose(str(root), "the kernel dropped events")
    stand.until(lambda: len(_news(stand)) == 2)

    assert _news(stand) == [(str(root), "events were lost: the kernel dropped events"), (str(root), "")]


def test_walks_that_are_asked_for_or_due_lose_nothing(make):
    stand = make()
    stand.until_quiet()
    stand.daemon.walk_all()
    stand.daemon.turn()
    stand.until_quiet()

    assert _news(stand) == []


def test_losses_are_counted_until_a_walk_has_made_them_good(make):
    stand = make(reader=Way.INOTIFY)
    stand.until_quiet()
    (post,) = stand.daemon._supervisor.posts
    post.reader._notes.lost("the kernel dropped events")
    stand.daemon._exchange(stand.daemon._clock(), claiming=True)
    (during,) = stand.status().roots
    stand.until_quiet()
    stand.until(lambda: len(_news(stand)) == 2)
    (after,) = stand.status().roots

    assert (during.lost, during.recovered, during.loss) == (1, 0, "the kernel dropped events")
    assert (after.lost, after.recovered, after.loss) == (1, 1, "")


def test_a_root_that_goes_away_is_raised_until_it_is_back_and_walked(root, make, tmp_path):
    (root / "a").write_text("a")
    stand = make()
    stand.until_quiet()
    root.rename(tmp_path / "away")
    root.mkdir()
    stand.until(lambda: any("not mounted" in why for _, why in stand.gaps))
    root.rmdir()
    (tmp_path / "away").rename(root)
    stand.daemon._rounds._not_before.clear()
    stand.until(lambda: stand.gaps[-1] == (str(root), ""))

    assert stand.names() == ["a"]


def test_a_root_that_only_walks_see_is_raised_unless_that_was_asked_for(root, make, monkeypatch):
    stand = make(reader=Way.WALK)
    stand.until_quiet()
    assert _news(stand) == []
    assert not stand.status().roots[0].live

    monkeypatch.setattr(remote, "deaf", lambda _: "others write to it")
    stand = make(reader=Way.AUTO)
    stand.until(lambda: _news(stand))
    assert _news(stand)[0] == (str(root), f"{root} is seen by walks only: others write to it")


def test_what_could_not_be_kept_is_raised_later(root, make, tmp_path):
    stand = make(connection=connect(tmp_path / "state", wait=0.01))
    stand.until_quiet()
    before = len(stand.gaps)
    with closing(sqlite3.connect(tmp_path / "state/docwarden.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        stand.daemon._pending.lose(str(root), "the kernel dropped events")
        stand.until(lambda: "locked" in stand.daemon._trouble)
        other.execute("rollback")
    stand.until(lambda: [why for _, why in stand.gaps[before:]][-1:] == [""])

    assert any("dropped events" in why for _, why in stand.gaps[before:])


def test_a_gap_outlives_the_daemon(root, make):
    stand = make()
    stand.until_quiet()
    stand.daemon._pending.lose(str(root), "events were lost")
    stand.daemon._exchange(0.0, claiming=False)
    stand.close()
    again = make()

    assert again.daemon._roots.get(str(root)).loss == "events were lost"
    again.until(lambda: not again.daemon._roots.get(str(root)).loss)


def test_files_that_cannot_be_opened_are_named_and_tried_again(root, make, monkeypatch):
    opening = open_beneath

    def denied(root, path):
        if path.endswith("/closed"):
            raise PermissionError(13, "Permission denied")
        return opening(root, path)

    monkeypatch.setattr("scanner.worker.opening.open_beneath", denied)
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    (root / "closed").write_text("SECRET")
    stand = make()
    stand.until_quiet()
    (seen,) = stand.status().roots
    assert (seen.unread, seen.unread_files[0].path, seen.unread_files[0].why) == (
        1,
        str(root / "closed"),
        "Permission denied",
    )
    monkeypatch.undo()
    stand.daemon._unread._next = 0
    stand.until(lambda: stand.told)

    assert stand.status().roots[0].unread == 0


def test_a_folder_that_can_be_listed_again_is_walked(root, make, monkeypatch):
    (root / "closed").mkdir()
    (root / "closed/a").write_text("a")
    opening = open_beneath

    def denied(root, path, flags):
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return opening(root, path, flags)

    monkeypatch.setattr("scanner.watch.beneath.open_beneath", denied)
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    stand = make()
    stand.until_quiet()
    assert stand.status().roots[0].unreadable == 1
    monkeypatch.undo()
    stand.daemon._unread._next = 0
    stand.until(lambda: stand.verdicts)
    stand.until_quiet()

    assert stand.names() == ["closed/a"]
    assert (stand.status().roots[0].unreadable, stand.status().roots[0].gaps) == (0, ())


@pytest.fixture
def pending():
    wake = Wake()
    yield Pending(wake, lambda: 0.0)
    wake.close()


def test_no_more_is_kept_of_what_cannot_be_read_than_there_is_room(tmp_path, monkeypatch):
    monkeypatch.setattr("scanner.daemon.coverage._KEPT", 3)
    unread = Unread()
    for number in range(5):
        unread.file(f"{tmp_path}/{number}", "no")
    unread.walked(str(tmp_path), [(f"{tmp_path}/{number}", "no") for number in range(5)])

    assert len(unread.files(str(tmp_path))) == len(unread.folders(str(tmp_path))) == 3
    assert unread.files("/elsewhere") == ()


def test_what_lies_below_no_root_any_more_is_forgotten(tmp_path, pending):
    unread = Unread()
    (tmp_path / "a").touch()
    unread.file("/elsewhere/a", "no")
    unread.file(f"{tmp_path}/a", "no")
    unread.retry(0.0, Scope([str(tmp_path)], (), "/state"), pending)
    unread.retry(1.0, Scope([str(tmp_path)], (), "/state"), pending)

    assert unread.files("/elsewhere") == ()
    assert [(waiting.path, waiting.kind) for waiting in pending.take(9).changes] == [
        (f"{tmp_path}/a", ChangeKind.CLOSED)
    ]


def test_the_end_of_the_daemon_ends_no_gap(make):
    stand = make(reader=Way.INOTIFY)
    stand.until_quiet()
    (post,) = stand.daemon._supervisor.posts
    post.reader._notes.refused.add(os.fsencode(stand.root))
    stand.until(lambda: _news(stand))
    stand.close()

    assert ["folders cannot be watched" in why for _, why in _news(stand)] == [True]
