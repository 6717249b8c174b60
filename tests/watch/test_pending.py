"""What the readers report is kept once, within bounds, and never thrown away unsaid."""

import threading
import time

import pytest

from scanner.model.change import Change, ChangeKind
from scanner.watch.pending import Batch, Pending, Wake


@pytest.fixture
def wake():
    wake = Wake()
    yield wake
    wake.close()


@pytest.fixture
def clock():
    class Clock:
        now = 0.0

        def __call__(self):
            return self.now

    return Clock()


def _closed(path):
    return Change(path, ChangeKind.CLOSED)


def test_events_of_one_path_are_one_with_the_first_and_the_last_time(wake, clock):
    pending = Pending(wake, clock)
    pending.put("/r", Change("/r/a", ChangeKind.CREATED))
    clock.now = 5.0
    pending.put("/r", _closed("/r/a"))
    (waiting,) = pending.take(10).changes

    assert (waiting.kind, waiting.first_seen, waiting.last_event) == (ChangeKind.CLOSED, 0.0, 5.0)
    assert pending.take(10) == Batch()


def test_what_does_not_fit_makes_its_root_lost(wake, clock):
    pending = Pending(wake, clock, capacity=2)
    put = [pending.put("/r", _closed(f"/r/{name}")) for name in "abca"]
    batch = pending.take(10)

    assert put == [True, True, False, True]
    assert [waiting.path for waiting in batch.changes] == ["/r/a", "/r/b"]
    assert batch.lost == (("/r", "more than 2 paths changed at once"),)


def test_the_oldest_are_taken_first(wake, clock):
    pending = Pending(wake, clock)
    for name in "abc":
        pending.put("/r", _closed(f"/r/{name}"))

    assert [waiting.path for waiting in pending.take(2).changes] == ["/r/a", "/r/b"]
    assert len(pending) == 1


def test_a_batch_that_was_not_stored_comes_again_and_newer_events_win(wake, clock):
    pending = Pending(wake, clock)
    pending.put("/r", Change("/r/a", ChangeKind.CREATED))
    pending.put("/r", _closed("/r/b"))
    pending.lose("/r", "first")
    batch = pending.take(10)
    clock.now = 3.0
    pending.put("/r", _closed("/r/a"))
    pending.lose("/r", "second")
    pending.restore(batch)
    again = pending.take(10)

    assert [(w.path, w.kind, w.first_seen, w.last_event) for w in again.changes] == [
        ("/r/a", ChangeKind.CLOSED, 0.0, 3.0),
        ("/r/b", ChangeKind.CLOSED, 0.0, 0.0),
    ]
    assert again.lost == (("/r", "second"),)


def test_a_change_ends_the_wait(wake):
    pending = Pending(wake, time.monotonic)
    began = time.monotonic()
    threading.Timer(0.05, pending.put, ("/r", _closed("/r/a"))).start()
    wake.wait(30)

    assert time.monotonic() - began < 10


def test_a_wait_without_a_change_ends_too_and_a_full_pipe_blocks_nobody(wake):
    wake.wait(0.01)
    for _ in range(100_000):
        wake.set()
    wake.wait(30)
