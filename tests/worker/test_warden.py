"""The warden, run in a thread here: it forks, kills and buries as it is told."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator

import pytest

from scanner.errors import Fault, RuleError
from scanner.model.codec import encode
from scanner.worker import warden
from scanner.worker.setup import Setup
from scanner.worker.wire import receive, send


def _hear(channel: socket.socket) -> object:
    answer = receive(channel)
    return None if answer is None else answer[0]


def _other(code: str, made: list[int]) -> object:
    """Return what starts another process in place of a fork, and keeps its id."""

    def make(end: socket.socket) -> int:
        process = subprocess.Popen([sys.executable, "-c", code], stdin=end.fileno())
        made.append(process.pid)
        # It is buried by its id; the object is not to wait for it.
        process.returncode = 0
        return process.pid

    return make


@contextlib.contextmanager
def _nursery(code: str, made: list[int], meanwhile: Iterable[None] = ()) -> Iterator[socket.socket]:
    """Tend children in a thread, and ring for it here: only the main thread is told of signals."""
    ours, theirs = socket.socketpair()
    with warden.Nursery(theirs, _other(code, made)) as nursery:
        thread = threading.Thread(target=nursery.tend, args=(meanwhile,))
        thread.start()
        with ours:
            yield ours
            ours.shutdown(socket.SHUT_RDWR)
        thread.join(30)
        assert not thread.is_alive()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    theirs.close()


def _child(channel: socket.socket, number: int) -> socket.socket:
    ours, theirs = socket.socketpair()
    with theirs:
        send(channel, {"child": number}, (theirs.fileno(),))
    return ours


def test_a_child_that_ends_is_told_of_by_its_number_and_how_it_ended():
    with _nursery("raise SystemExit(3)", []) as channel, _child(channel, 7):
        assert _hear(channel) == {"ended": 7, "status": 3}


def test_a_child_is_killed_on_demand_and_that_is_told():
    with _nursery("import sys; sys.stdin.read()", []) as channel, _child(channel, 1), _child(channel, 2):
        send(channel, {"kill": 2})

        assert _hear(channel) == {"ended": 2, "status": -signal.SIGKILL}


def test_a_child_that_is_not_there_any_more_is_not_killed():
    with _nursery("", []) as channel, _child(channel, 1):
        assert _hear(channel) == {"ended": 1, "status": 0}
        send(channel, {"kill": 1})
        with _child(channel, 2):
            assert _hear(channel) == {"ended": 2, "status": 0}


def test_no_child_outlives_the_conversation():
    made: list[int] = []
    with _nursery("import sys; sys.stdin.read()", made) as channel, _child(channel, 1) as line:
        send(channel, {"child": 2}, (line.fileno(),))
        while len(made) < 2:
            os.sched_yield()

    for pid in made:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_while_nothing_is_asked_for_it_takes_one_step_after_the_other():
    steps = threading.Semaphore(0)

    def meanwhile() -> Iterator[None]:
        for _ in range(3):
            steps.release()
            yield

    with _nursery("", [], meanwhile()) as channel:
        for _ in range(3):
            assert steps.acquire(timeout=30)
        with _child(channel, 1):
            assert _hear(channel) == {"ended": 1, "status": 0}


def test_between_two_steps_it_does_what_is_asked_for():
    begun, made = threading.Event(), []

    def meanwhile() -> Iterator[None]:
        while not made:
            begun.set()
            yield

    with _nursery("", made, meanwhile()) as channel:
        assert begun.wait(30)
        with _child(channel, 1):
            assert _hear(channel) == {"ended": 1, "status": 0}


def test_faulty_rules_are_said_instead_of_ready(monkeypatch):
    def faulty(*_: object, **__: object) -> object:
        raise RuleError((Fault("us.toml", "level[0].name", "missing"),))

    ours, theirs = socket.socketpair()
    monkeypatch.setattr(warden, "assemble", faulty)
    with ours, theirs:
        send(ours, encode(Setup(())))
        warden.serve(theirs)

        assert _hear(ours) == {"failed": "us.toml: level[0].name: missing"}


def test_an_agent_that_hangs_up_at_once_is_no_error():
    ours, theirs = socket.socketpair()
    ours.close()

    with theirs:
        warden.serve(theirs)


def test_a_forked_child_holds_one_descriptor_and_never_comes_back():
    ours, theirs = socket.socketpair()

    def tell(end: socket.socket) -> None:
        send(end, sorted(int(name) for name in os.listdir("/proc/self/fd")))

    with ours, theirs:
        pid = warden.fork(theirs, tell)
        theirs.close()
        held = _hear(ours)
        _, status = os.waitpid(pid, 0)

    assert [fd for fd in held if fd > 2][:1] == [3]
    assert len(held) <= 5  # the folder that was listed is the fifth
    assert status == 0


def test_a_child_whose_reading_fails_says_so_by_its_exit_code():
    ours, theirs = socket.socketpair()

    def fail(end: socket.socket) -> None:
        del end
        raise ValueError

    with ours, theirs:
        pid = warden.fork(theirs, fail)
        _, status = os.waitpid(pid, 0)

    assert os.waitstatus_to_exitcode(status) == 1
