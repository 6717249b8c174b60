"""The worker's side, run in a thread here: what it says for what it is asked."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator

import pytest

from scanner.errors import Fault, RuleError
from scanner.model.codec import encode
from scanner.model.document import Facts, Problem, Reason
from scanner.model.limits import Limits
from scanner.model.place import Place
from scanner.pipeline import Item
from scanner.worker import child
from scanner.worker.setup import Setup
from scanner.worker.wire import receive, send


class _Scripted:
    """A pipeline that does what the name of the document says."""

    def examine(self, name: str, data: bytes, *, whole: bool = True) -> Iterator[Item]:
        yield Facts("text/plain", None, str(len(data)) if whole else "")
        if name == "memory":
            raise MemoryError
        if name == "stack":
            raise RecursionError
        if name == "problem":
            yield Problem(Place(name), Reason.CORRUPT)


@contextlib.contextmanager
def _serving(monkeypatch, pipeline: object = None, **limits: int) -> Iterator[socket.socket]:
    monkeypatch.setattr(child, "assemble", lambda *_, **__: pipeline or _Scripted())
    monkeypatch.setattr(child, "confine", lambda _: None)
    monkeypatch.setattr(child, "_hush", lambda: None)
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=_serve, args=(theirs,))
    thread.start()
    with ours:
        send(ours, encode(Setup((), Limits(**limits))))
        yield ours
        ours.shutdown(socket.SHUT_RDWR)
    thread.join(30)
    assert not thread.is_alive()


def _serve(channel: socket.socket) -> None:
    with channel:
        child.serve(channel)


def _hear(channel: socket.socket) -> object:
    answer = receive(channel)
    return None if answer is None else answer[0]


def _ask(channel: socket.socket, name: str, content: bytes) -> list[object]:
    reader, writer = os.pipe()
    os.close(writer)
    os.close(reader)
    fd = os.memfd_create(name)
    os.write(fd, content)
    send(channel, {"name": name}, (fd,))
    os.close(fd)
    heard = [_hear(channel)]
    while not (isinstance(heard[-1], dict) and "done" in heard[-1]):
        heard.append(_hear(channel))
    return heard


def test_a_file_is_answered_with_its_facts_and_an_end(monkeypatch):
    with _serving(monkeypatch) as channel:
        assert _hear(channel) == {"ready": True}
        heard = _ask(channel, "a", b"12345")

    facts = {"media_type": "text/plain", "claimed_type": None, "sha256": "5"}
    assert heard == [{"facts": facts}, {"done": True, "retire": False}]


def test_a_problem_crosses_with_its_reason(monkeypatch):
    with _serving(monkeypatch) as channel:
        _hear(channel)
        heard = _ask(channel, "problem", b"")

    assert heard[1]["problem"]["reason"] == "corrupt"


@pytest.mark.parametrize(("name", "reason"), [("memory", "out_of_memory"), ("stack", "too_deep")])
def test_a_worker_that_ran_out_says_so_and_retires(monkeypatch, name, reason):
    with _serving(monkeypatch) as channel:
        _hear(channel)
        heard = _ask(channel, name, b"x")

        assert _hear(channel) is None
    assert heard[-2]["problem"]["reason"] == reason
    assert heard[-1] == {"done": True, "retire": True}


def test_a_file_over_the_limit_is_read_in_part(monkeypatch):
    with _serving(monkeypatch, file_bytes=3) as channel:
        _hear(channel)
        heard = _ask(channel, "a", b"12345")

    assert heard[0]["facts"]["sha256"] == ""


def test_a_descriptor_that_cannot_be_read_is_an_io_error(monkeypatch, tmp_path):
    with _serving(monkeypatch) as channel:
        _hear(channel)
        fd = os.open(tmp_path, os.O_RDONLY)
        send(channel, {"name": "folder"}, (fd,))
        os.close(fd)

        assert _hear(channel)["problem"]["reason"] == "io_error"
        assert _hear(channel) == {"done": True, "retire": False}


def test_a_worker_retires_after_its_number_of_files(monkeypatch):
    monkeypatch.setattr(child, "_FILES_BEFORE_RETIREMENT", 2)
    with _serving(monkeypatch) as channel:
        _hear(channel)

        assert _ask(channel, "a", b"")[-1] == {"done": True, "retire": False}
        assert _ask(channel, "b", b"")[-1] == {"done": True, "retire": True}


def test_faulty_rules_are_said_instead_of_ready(monkeypatch):
    def faulty(*_: object, **__: object) -> object:
        raise RuleError((Fault("us.toml", "level[0].name", "missing"),))

    ours, theirs = socket.socketpair()
    monkeypatch.setattr(child, "assemble", faulty)
    with ours:
        send(ours, encode(Setup(())))
        _serve(theirs)

        assert _hear(ours) == {"failed": "us.toml: level[0].name: missing"}


@pytest.mark.parametrize("nonsense", [{"name": "no descriptor"}, ["not", "a", "request"]])
def test_a_request_that_is_none_ends_the_conversation(monkeypatch, nonsense):
    with _serving(monkeypatch) as channel:
        _hear(channel)
        send(channel, nonsense)

        assert _hear(channel) is None


def test_an_agent_that_hangs_up_at_once_is_no_error():
    ours, theirs = socket.socketpair()
    ours.close()

    _serve(theirs)
