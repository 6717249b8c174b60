"""What is watched and what is not is one question with one answer."""

import pytest

from scanner.errors import WatchError
from scanner.watch.scope import Scope


@pytest.fixture
def share(tmp_path):
    (tmp_path / "share").mkdir()
    return str(tmp_path / "share")


@pytest.fixture
def state(tmp_path):
    return str(tmp_path / "state")


def test_a_path_is_taken_when_nothing_on_its_way_is_excluded(share, state):
    scope = Scope([share], ["node_modules", "*.log", f"{share}/private/*"], state)

    assert scope.takes(f"{share}/a/b/c.docx")
    assert scope.takes(share)
    assert not scope.takes(f"{share}/a/node_modules/b/c.js")
    assert not scope.takes(f"{share}/a/b.log")
    assert not scope.takes(f"{share}/private/a/b")
    assert not scope.takes(f"{share}2/a")
    assert not scope.takes("/elsewhere")


def test_an_excluded_name_above_the_root_does_not_count(tmp_path, state):
    root = tmp_path / "node_modules" / "share"
    root.mkdir(parents=True)

    assert Scope([str(root)], ["node_modules"], state).takes(f"{root}/a")


def test_a_very_deep_path_is_answered(share, state):
    assert Scope([share], [], state).takes(share + "/a" * 2000)


def test_our_own_state_is_never_watched(share):
    state = f"{share}/.docwarden [1]"
    scope = Scope([share], [], state)

    assert not scope.takes(f"{state}/docwarden.db-wal")
    assert not scope.takes(state)
    assert scope.takes(f"{share}/.docwarden 1/a")


@pytest.mark.parametrize("inside", ["", "/logs"])
def test_a_root_in_the_state_folder_is_refused(state, inside):
    with pytest.raises(WatchError, match="state folder"):
        Scope([state + inside], [], state)


def test_no_root_is_refused(state):
    with pytest.raises(WatchError, match="nothing to watch"):
        Scope([], [], state)


def test_roots_in_roots_are_watched_once(share, state, tmp_path):
    other = str(tmp_path / "share-2")
    scope = Scope([f"{share}/a/b", share, other, share], [], state)

    assert scope.roots == (share, other)
    assert scope.root_of(f"{share}/a/b/c") == share
    assert scope.root_of("/elsewhere") is None


def test_a_root_that_is_a_link_is_watched_where_it_leads(share, state, tmp_path):
    (tmp_path / "link").symlink_to(share)

    assert Scope([str(tmp_path / "link")], [], state).roots == (share,)


def test_everything_may_be_watched(state):
    scope = Scope(["/"], [], state)

    assert scope.takes("/etc/passwd")
    assert scope.root_of("/etc") == "/"
