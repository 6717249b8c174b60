"""Frames cross whole, and what is no frame is refused."""

import os
import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.worker.wire import Frames, WireError, receive, send

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def _framed(*messages: object) -> bytes:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for message in messages:
            send(ours, message)
        ours.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: theirs.recv(65536), b""))


@given(st.lists(_JSON, max_size=3), st.integers(min_value=1, max_value=7))
def test_messages_cross_in_whatever_pieces_they_come(messages: list[object], piece: int) -> None:
    stream = _framed(*messages)
    frames = Frames(1 << 20)

    heard = [message for at in range(0, len(stream), piece) for message in frames.feed(stream[at : at + piece])]

    assert heard == messages


def test_an_open_descriptor_crosses_with_its_frame(tmp_path):
    path = tmp_path / "a"
    path.write_text("content")
    ours, theirs = socket.socketpair()
    with ours, theirs, path.open("rb") as stream:
        send(ours, {"name": "a"}, (stream.fileno(),))
        answer = receive(theirs)

    assert answer is not None
    message, fd = answer
    assert message == {"name": "a"}
    assert fd is not None
    with os.fdopen(fd, "rb") as stream:
        assert stream.read() == b"content"


@pytest.mark.parametrize("cut", [0, 2, 4, 6])
def test_a_conversation_that_breaks_off_is_its_end(cut: int) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        ours.sendall(_framed({"a": 1})[:cut])
        ours.close()

        assert receive(theirs) is None


def test_a_frame_over_the_limit_is_refused() -> None:
    with pytest.raises(WireError, match="4294967295"):
        Frames(1000).feed(b"\xff\xff\xff\xff")


def test_a_frame_that_is_no_json_is_refused() -> None:
    with pytest.raises(WireError, match="no JSON"):
        Frames(1000).feed(struct.pack("!I", 3) + b"{]}")
