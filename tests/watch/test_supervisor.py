"""A reader that dies, goes deaf or cannot start is noticed, said and replaced."""

import socket

import pytest

from scanner.errors import WatchError
from scanner.model.change import Change, ChangeKind
from scanner.watch.pending import Pending, Wake
from scanner.watch.scope import Scope
from scanner.watch.supervisor import Supervisor, tell_systemd


class _Reader:
    name = "fake"
    caveat = ""
    unwatched = 0
    crosses_mounts = True
    instead = ""

    def __init__(self, put, lose):
        self.put, self.lose = put, lose
        self.living = False
        self.covered = []
        self.heard = 0
        self.hears = True

    def start(self):
        self.living = True

    def alive(self):
        return self.living

    def knock(self):
        self.heard += self.hears
        return True

    def cover(self, folder):
        self.covered.append(folder)

    def stop(self):
        self.living = False


class _Stand:
    """A supervisor over one root, with readers that do as they are told."""

    def __init__(self, root, state, walk_every=3600.0):
        self.root = str(root)
        self.readers = []
        self.refuse = False
        self.caveat = ""
        self.wake = Wake()
        self.pending = Pending(self.wake, lambda: 0.0, capacity=2)
        self.supervisor = Supervisor(Scope([self.root], ["*.log"], state), self.pending, self._open, walk_every)

    @property
    def post(self):
        return self.supervisor.posts[0]

    def lost(self):
        return [why for _, why in self.pending.take(10).lost]

    def _open(self, root, put, lose):
        if self.refuse:
            message = f"{root} cannot be watched: no"
            raise WatchError(message)
        reader = _Reader(put, lose)
        reader.caveat = self.caveat
        self.readers.append(reader)
        return reader


@pytest.fixture
def stand(tmp_path):
    (tmp_path / "root").mkdir()
    stand = _Stand(tmp_path / "root", str(tmp_path / "state"))
    yield stand
    stand.wake.close()


def test_changes_go_to_pending_but_for_what_is_excluded(stand):
    stand.supervisor.start(0.0)
    for name in ("a.txt", "a.log"):
        stand.readers[0].put(Change(f"{stand.root}/{name}", ChangeKind.CLOSED))

    assert [waiting.path for waiting in stand.pending.take(10).changes] == [f"{stand.root}/a.txt"]


def test_losses_are_counted_whoever_lost_them(stand):
    stand.supervisor.start(0.0)
    stand.readers[0].lose("the kernel dropped events")
    for name in "abc":
        stand.readers[0].put(Change(f"{stand.root}/{name}", ChangeKind.CLOSED))

    assert stand.post.lost == 2


def test_a_reader_that_lives_is_left_alone(stand):
    stand.supervisor.start(0.0)
    stand.supervisor.check(1.0)

    assert (len(stand.readers), stand.lost(), stand.post.live) == (1, [], True)


def test_a_dead_reader_is_replaced_and_its_root_lost(stand):
    stand.supervisor.start(0.0)
    stand.readers[0].living = False
    stand.supervisor.check(1.0)

    assert len(stand.readers) == 2
    assert stand.readers[1].living
    assert stand.lost() == ["its reader died"]


def test_another_folder_in_the_place_of_the_root_is_noticed(stand, tmp_path):
    stand.supervisor.start(0.0)
    (tmp_path / "root").rename(tmp_path / "old")
    (tmp_path / "root").mkdir()
    stand.supervisor.check(1.0)

    assert stand.lost() == ["it was replaced or went away"]
    assert [reader.living for reader in stand.readers] == [False, True]


def test_a_root_that_cannot_be_watched_is_tried_again_later_and_later(stand):
    stand.refuse = True
    stand.supervisor.start(0.0)

    assert (stand.post.live, stand.post.name) == (False, "walks only")
    assert "cannot be watched" in stand.post.trouble
    stand.supervisor.check(4.0)
    assert stand.post.retries == 1
    stand.supervisor.check(5.0)
    assert (stand.post.retries, stand.post.retry_at) == (2, 15.0)


def test_a_root_that_can_be_watched_again_is_walked(stand):
    stand.refuse = True
    stand.supervisor.start(0.0)
    stand.refuse = False
    stand.supervisor.check(5.0)

    assert stand.lost() == ["it was not watched for a while"]
    assert (stand.post.live, stand.post.trouble) == (True, "")


@pytest.mark.parametrize(
    ("refuse", "caveat", "most"), [(True, "", 75), (False, "hides losses", 750), (False, "", 4500)]
)
def test_walks_are_as_frequent_as_the_reader_is_weak(stand, refuse, caveat, most):
    stand.refuse, stand.caveat = refuse, caveat
    stand.supervisor.start(0.0)

    assert most * 0.6 <= stand.post.next_walk <= most
    assert refuse or stand.post.trouble == caveat
    stand.supervisor.check(most)
    assert "it is time for a walk" in stand.lost()


def test_a_walk_by_the_clock_may_be_switched_off(tmp_path):
    (tmp_path / "root").mkdir()
    stand = _Stand(tmp_path / "root", str(tmp_path / "state"), walk_every=0.0)
    stand.supervisor.start(0.0)

    assert stand.post.next_walk == float("inf")
    stand.wake.close()


def test_a_folder_is_covered_by_the_reader_of_its_root(stand):
    stand.supervisor.start(0.0)
    stand.supervisor.cover(f"{stand.root}/a")
    stand.supervisor.cover("/elsewhere")

    assert stand.readers[0].covered == [f"{stand.root}/a"]


def test_every_reader_is_stopped(stand):
    stand.supervisor.start(0.0)
    stand.supervisor.stop()

    assert not stand.readers[0].living


def test_systemd_is_told_where_it_listens(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        tell_systemd("READY=1", "STATUS=two\nlines")

        assert manager.recv(4096) == b"READY=1\nSTATUS=two lines"


def test_systemd_is_told_in_the_abstract_name_space(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0{tmp_path}")
        manager.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{tmp_path}")
        tell_systemd("STOPPING=1")

        assert manager.recv(4096) == b"STOPPING=1"


def test_without_systemd_nothing_is_told(tmp_path, monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    tell_systemd("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    tell_systemd("READY=1")
