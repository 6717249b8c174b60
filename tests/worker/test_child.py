"""The side that reads, run in a thread here: what it says for what it is asked."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator

import pytest

from scanner.model.document import Facts, Problem, Reason
from scanner.model.finding import Finding, Kind
from scanner.model.place import Place
from scanner.pipeline import Early, Item
from scanner.worker import child
from scanner.worker.wire import receive, send


class _Scripted:
    """A pipeline that does what the name of the document says."""

    def examine(self, name: str, data: bytes, *, whole: bool = True) -> Iterator[Item]:
        if name == "early":
            yield Early(Finding(Kind.YARA, "rule", Place(name)))
        yield Facts("text/plain", None, str(len(data)) if whole else "")
        if name == "memory":
            raise MemoryError
        if name == "stack":
            raise RecursionError
        if name == "problem":
            yield Problem(Place(name), Reason.CORRUPT)
        if name == "breaking":
            yield Problem(Place(name), Reason.CRASHED)


@contextlib.contextmanager
def _reading(limit: int = 0) -> Iterator[socket.socket]:
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=_read, args=(theirs, limit))
    thread.start()
    with ours:
        yield ours
        ours.shutdown(socket.SHUT_RDWR)
    thread.join(30)
    assert not thread.is_alive()


def _read(channel: socket.socket, limit: int) -> None:
    with channel:
        child.read_documents(channel, _Scripted(), limit)


def _hear(channel: socket.socket) -> object:
    answer = receive(channel)
    return None if answer is None else answer[0]


def _ask(channel: socket.socket, name: str, content: bytes) -> list[object]:
    fd = os.memfd_create(name)
    os.write(fd, content)
    send(channel, {"name": name}, (fd,))
    os.close(fd)
    heard = [_hear(channel)]
    while not (isinstance(heard[-1], dict) and "done" in heard[-1]):
        heard.append(_hear(channel))
    return heard


def test_a_file_is_answered_with_its_facts_and_an_end():
    with _reading() as channel:
        heard = _ask(channel, "a", b"12345")

    facts = {"media_type": "text/plain", "claimed_type": None, "sha256": "5"}
    assert heard == [{"facts": facts}, {"done": True, "retire": False}]


def test_nothing_is_read_by_a_child_after_a_document_that_broke_its_reader():
    with _reading() as channel:
        assert _ask(channel, "problem", b"")[-1] == {"done": True, "retire": False}
        assert _ask(channel, "breaking", b"")[-1] == {"done": True, "retire": True}


def test_a_problem_crosses_with_its_reason():
    with _reading() as channel:
        heard = _ask(channel, "problem", b"")

    assert heard[1]["problem"]["reason"] == "corrupt"


def test_what_was_found_before_any_parser_crosses_first_and_as_such():
    with _reading() as channel:
        heard = _ask(channel, "early", b"x")

    assert heard[0]["early"]["rule"] == "rule"


@pytest.mark.parametrize(("name", "reason"), [("memory", "out_of_memory"), ("stack", "too_deep")])
def test_a_child_that_ran_out_says_so_and_asks_to_be_retired(name, reason):
    with _reading() as channel:
        heard = _ask(channel, name, b"x")

    assert heard[-2]["problem"]["reason"] == reason
    assert heard[-1] == {"done": True, "retire": True}


def test_a_child_that_has_grown_asks_to_be_retired(monkeypatch):
    monkeypatch.setattr(child, "_GROWTH", -1)
    with _reading() as channel:
        assert _ask(channel, "a", b"")[-1] == {"done": True, "retire": True}


def test_a_file_over_the_limit_is_read_in_part():
    with _reading(3) as channel:
        heard = _ask(channel, "a", b"12345")

    assert heard[0]["facts"]["sha256"] == ""


def test_a_descriptor_that_cannot_be_read_is_an_io_error(tmp_path):
    with _reading() as channel:
        fd = os.open(tmp_path / "for-writing", os.O_WRONLY | os.O_CREAT, 0o600)
        send(channel, {"name": "folder"}, (fd,))
        os.close(fd)

        assert _hear(channel)["problem"]["reason"] == "io_error"
        assert _hear(channel) == {"done": True, "retire": False}


@pytest.mark.parametrize("nonsense", [{"name": "no descriptor"}, ["not", "a", "request"]])
def test_a_request_that_is_none_ends_the_conversation(nonsense):
    with _reading() as channel:
        send(channel, nonsense)

        assert _hear(channel) is None
