"""A reader that dies, goes deaf or cannot start is noticed, said and replaced."""

import pathlib
import socket
import subprocess

import pytest

from scanner.errors import WatchError
from scanner.model.change import Change, ChangeKind
from scanner.watch.choice import Choice
from scanner.watch.mounts import Mount
from scanner.watch.pending import Pending, Wake
from scanner.watch.scope import Scope
from scanner.watch.supervisor import Supervisor, tell_systemd


class _Reader:
    name = "fake"
    caveat = ""
    unwatched = 0
    instead = ""

    def __init__(self, root, put, lose):
        self.root = root
        self.crosses_mounts = True
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
        self.crosses = True
        self.caveat = ""
        self.wake = Wake()
        self.pending = Pending(self.wake, lambda: 0.0, capacity=2)
        self.supervisor = Supervisor(Scope([self.root], ["*.log"], state), self.pending, self._open, walk_every)

    @property
    def post(self):
        return self.supervisor.posts[0]

    def lost(self):
        batch = self.pending.take(10)
        return [why for _, why in (*batch.lost, *batch.asked)]

    def _open(self, root, put, lose):
        if self.refuse:
            message = f"{root} cannot be watched: no"
            raise WatchError(message)
        reader = _Reader(root, put, lose)
        reader.crosses_mounts = self.crosses
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
    stand.pending.take(0)
    for name in "abcde":
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


def test_a_deaf_reader_is_replaced_and_its_root_lost(stand):
    stand.supervisor.start(0.0)
    stand.readers[0].hears = False
    for now in range(5, 17):
        stand.supervisor.check(float(now))

    assert [reader.living for reader in stand.readers] == [False, True]
    assert [why for why in stand.lost() if "went deaf" in why]


def test_a_walk_by_the_clock_rests_nine_times_as_long_as_it_took(stand):
    stand.refuse = True
    stand.supervisor.start(0.0)
    stand.supervisor.walked(stand.root, 100.0, 1000.0)
    stand.supervisor.walked("/elsewhere", 9e9, 1000.0)

    assert stand.post.next_walk == 1900.0


class _Below:
    """A table of mounts that a test writes."""

    def __init__(self, supervisor):
        self.table = ()
        self.news = False
        supervisor._mounts.close()
        supervisor._mounts = self

    def changed(self):
        news, self.news = self.news, False
        return news

    def all(self):
        return self.table

    def put(self, *table):
        self.table, self.news = table, True

    def close(self):
        pass


@pytest.fixture
def inside(stand):
    for name in ("a", "x.log"):
        (pathlib.Path(stand.root) / name).mkdir()
    return _Below(stand.supervisor)


def _mount(stand, kind="ext4", number=7, name="a"):
    return Mount(number, "0:7", "/", f"{stand.root}/{name}", kind, "/dev/x")


def test_what_is_mounted_below_a_root_later_is_walked_where_the_reader_hears_it(stand, inside):
    stand.supervisor.start(0.0)
    stand.pending.take(10)
    inside.put(_mount(stand))
    stand.supervisor.check(1.0)

    assert [(waiting.path, waiting.kind) for waiting in stand.pending.take(10).changes] == [
        (f"{stand.root}/a", ChangeKind.TREE)
    ]
    assert (len(stand.readers), stand.post.trouble) == (1, "")


def test_what_the_reader_does_not_hear_has_one_of_its_own(stand, inside):
    stand.crosses = False
    stand.supervisor.start(0.0)
    inside.put(_mount(stand))
    stand.supervisor.check(1.0)
    own = stand.readers[1]
    own.put(Change(f"{stand.root}/a/f", ChangeKind.CLOSED))
    own.lose("the kernel dropped events")

    assert (own.root, own.living) == (f"{stand.root}/a", True)
    batch = stand.pending.take(10)
    assert f"{stand.root}/a/f" in [waiting.path for waiting in batch.changes]
    assert batch.lost == ((stand.root, f"{stand.root}/a: the kernel dropped events"),)
    stand.supervisor.cover(f"{stand.root}/a/b")
    assert own.covered == [f"{stand.root}/a/b"]


def test_what_is_unmounted_or_mounted_anew_below_a_root_loses_its_reader(stand, inside):
    stand.crosses = False
    stand.supervisor.start(0.0)
    for number in (7, 8):
        inside.put(_mount(stand, number=number))
        stand.supervisor.check(1.0)
    assert [reader.living for reader in stand.readers] == [True, False, True]
    inside.put()
    stand.supervisor.check(2.0)

    assert [reader.living for reader in stand.readers] == [True, False, False]
    assert stand.post.inner == {}


def test_what_cannot_be_watched_below_a_root_is_named_and_walked(stand, inside):
    stand.supervisor.start(0.0)
    stand.refuse = True
    inside.put(_mount(stand, "nfs4"))
    stand.supervisor.check(1.0)

    assert f"{stand.root}/a cannot be watched" in stand.post.trouble
    assert stand.post.live
    stand.lost()
    stand.supervisor.check(751.0)
    assert stand.lost() == [f"{stand.root}/a: it is time for a walk"]


@pytest.mark.parametrize(("kind", "name"), [("proc", "a"), ("ext4", "x.log")])
def test_what_holds_no_documents_or_is_excluded_is_left_alone(stand, inside, kind, name):
    stand.crosses = False
    stand.supervisor.start(0.0)
    inside.put(_mount(stand, kind, name=name))
    stand.supervisor.check(1.0)

    assert len(stand.readers) == 1
    assert stand.pending.take(10).changes == ()


def test_what_is_mounted_at_the_start_is_watched_and_not_walked_twice(stand, inside):
    stand.crosses = False
    inside.put(_mount(stand))
    stand.supervisor.start(0.0)

    assert len(stand.readers) == 2
    assert stand.pending.take(10).changes == ()


def test_a_new_reader_of_a_root_gets_readers_for_what_is_mounted_below(stand, inside):
    stand.crosses = False
    stand.refuse = True
    inside.put(_mount(stand))
    stand.supervisor.start(0.0)
    assert stand.post.inner == {}
    stand.refuse = False
    stand.supervisor.check(5.0)

    assert set(stand.post.inner) == {f"{stand.root}/a"}


def test_a_real_mount_below_a_root_is_noticed_and_read(tmp_path, mount):
    root, inner = tmp_path / "root", tmp_path / "root/a/b"
    inner.mkdir(parents=True)
    wake = Wake()
    pending = Pending(wake, lambda: 0.0)
    supervisor = Supervisor(Scope([str(root)], [], str(tmp_path / "state")), pending, Choice(), 0.0)
    try:
        supervisor.start(0.0)
        assert supervisor.posts[0].live
        mount(inner)
        supervisor.check(1.0)
        (inner / "f").write_text("x")
        seen = {}
        while f"{inner}/f" not in seen:
            seen |= {waiting.path: waiting.kind for waiting in pending.take(100).changes}

        assert seen[str(inner)] is ChangeKind.TREE
        assert set(supervisor.posts[0].inner) == ({str(inner)} if supervisor.posts[0].name == "fanotify" else set())
        subprocess.run(["umount", inner], check=True)
        supervisor.check(2.0)
        assert (supervisor.posts[0].inner, supervisor.posts[0].trouble) == ({}, "")
    finally:
        supervisor.stop()
        wake.close()


def test_a_root_that_is_unmounted_and_mounted_again_is_read_again(root, mount):
    wake = Wake()
    pending = Pending(wake, lambda: 0.0)
    mount(root)
    supervisor = Supervisor(Scope([str(root)], [], "/nowhere"), pending, Choice(), 0.0)
    try:
        supervisor.start(0.0)
        subprocess.run(["umount", root], check=True)
        supervisor.check(1.0)
        assert pending.take(10).lost
        mount(root)
        supervisor.check(2.0)
        assert pending.take(10).lost
        (root / "f").write_text("x")
        seen = set()
        while f"{root}/f" not in seen:
            seen |= {waiting.path for waiting in pending.take(100).changes}
    finally:
        supervisor.stop()
        wake.close()


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

        assert manager.recv(4096) == b"READY=1\nSTATUS=two\\nlines"


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
