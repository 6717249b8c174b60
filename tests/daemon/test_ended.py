"""What was deleted leaves its alert soon, and what was renamed is never without a verdict."""

import os

import pytest

from scanner.daemon.ended import Ended
from scanner.model.change import ChangeKind
from scanner.model.way import Way
from scanner.watch.fanotify import refusal
from scanner.watch.pending import Waiting
from scanner.watch.scope import Scope


@pytest.fixture
def ended(tmp_path):
    (tmp_path / "root").mkdir()
    return Ended(Scope((str(tmp_path / "root"),), (), str(tmp_path / "state")))


def _gone(path, at, kind=ChangeKind.GONE):
    return Waiting(str(path), kind, at, at)


def test_a_name_that_ended_is_held_for_a_moment(ended, tmp_path):
    assert ended.takes(_gone(tmp_path / "root/a", 10.0))
    assert ended.takes(_gone(tmp_path / "root/sub", 10.0, ChangeKind.TREE))

    assert ended.due(14.9) == ([], [])
    assert ended.due(15.0) == ([str(tmp_path / "root/a")], [])
    assert ended.due(39.9) == ([], [])
    assert ended.due(40.0) == ([], [str(tmp_path / "root/sub")])
    assert ended.due(99.0) == ([], [])


def test_a_name_that_is_there_again_did_not_end(ended, tmp_path):
    ended.takes(_gone(tmp_path / "root/a", 10.0))
    (tmp_path / "root/a").touch()

    assert ended.due(99.0) == ([], [])


def test_the_last_end_of_a_name_counts(ended, tmp_path):
    ended.takes(_gone(tmp_path / "root/a", 10.0))
    ended.takes(_gone(tmp_path / "root/b", 11.0))
    ended.takes(_gone(tmp_path / "root/a", 12.0))

    assert ended.due(16.0) == ([str(tmp_path / "root/b")], [])
    assert ended.due(17.0) == ([str(tmp_path / "root/a")], [])


def test_a_folder_that_is_there_is_to_be_walked(ended, tmp_path):
    (tmp_path / "root/sub").mkdir()

    assert not ended.takes(_gone(tmp_path / "root/sub", 10.0, ChangeKind.TREE))
    assert not ended.takes(_gone(tmp_path / "root/a", 10.0, ChangeKind.CLOSED))


def test_a_root_never_ends(ended, tmp_path):
    (tmp_path / "root").rmdir()

    assert ended.takes(_gone(tmp_path / "root", 10.0, ChangeKind.TREE))
    assert ended.due(99.0) == ([], [])


@pytest.mark.parametrize("reader", [Way.INOTIFY, Way.FANOTIFY])
def test_what_is_deleted_is_forgotten_without_a_walk(root, make, monkeypatch, reader):
    if reader is Way.FANOTIFY and (why := refusal(str(root))):
        pytest.skip(f"no fanotify: {why}")
    monkeypatch.setattr("scanner.daemon.ended._FILE", 0.5)
    monkeypatch.setattr("scanner.daemon.ended._FOLDER", 0.5)
    for name in ("a", "b", "sub/c", "sub/deep/d", "moved/e", "stays"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")
    stand = make(reader=reader)
    stand.until_quiet()
    walks = stand.daemon._rounds.walks[str(root)]
    (root / "a").unlink()
    (root / "b").rename(root / "c")
    for name in ("sub/c", "sub/deep/d"):
        (root / name).unlink()
    (root / "sub/deep").rmdir()
    (root / "sub").rmdir()
    (root / "moved").rename(root.parent / "outside")
    index = stand.daemon._crew.shift.index

    def known():
        return {
            os.path.basename(path)
            for folder in ("", "/sub", "/sub/deep", "/moved")
            for path in index.folder(f"{root}{folder}")
        }

    stand.until(lambda: known() == {"c", "stays"})

    assert {str(root / name) for name in ("a", "b", "sub", "moved")} <= set(stand.forgotten)
    assert stand.daemon._rounds.walks[str(root)] == walks
