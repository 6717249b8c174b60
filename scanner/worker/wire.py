"""The frames between agent and worker: a length, then JSON; data only, so that a taken-over worker sends no code."""

import json
import socket
import struct
from typing import Final

_HEAD: Final = struct.Struct("!I")


class WireError(Exception):
    """The other side sent something that is no frame, or too much of it."""


def send(channel: socket.socket, message: object, fds: tuple[int, ...] = ()) -> None:
    """Send one frame, with open descriptors beside it."""
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    frame = _HEAD.pack(len(body)) + body
    if fds:
        sent = socket.send_fds(channel, [frame], fds)
        frame = frame[sent:]
    if frame:
        # Whoever has all of it may have answered and gone by now, and even nothing cannot be sent to them.
        channel.sendall(frame)


def receive(channel: socket.socket) -> tuple[object, int | None] | None:
    """Wait for one frame and the descriptor that came with it; None at the end of the conversation."""
    head, fds, _, _ = socket.recv_fds(channel, _HEAD.size, 1)
    fd = fds[0] if fds else None
    rest = _exactly(channel, _HEAD.size - len(head)) if head else None
    if rest is None:
        return None
    body = _exactly(channel, _HEAD.unpack(head + rest)[0])
    return None if body is None else (json.loads(body), fd)


class Frames:
    """Cuts a stream of bytes into frames, and gives up on one that is longer than it may be."""

    def __init__(self, longest: int) -> None:
        """Refuse any frame over `longest` bytes."""
        self._longest = longest
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[object]:
        """Take some bytes and return the messages that are complete.

        Raises:
            WireError: a frame is too long or no JSON.
        """
        self._pending += data
        messages: list[object] = []
        while len(self._pending) >= _HEAD.size:
            (length,) = _HEAD.unpack_from(self._pending)
            if length > self._longest:
                message = f"a frame of {length} bytes"
                raise WireError(message)
            end = _HEAD.size + length
            if len(self._pending) < end:
                break
            try:
                messages.append(json.loads(self._pending[_HEAD.size : end]))
            except (ValueError, RecursionError) as error:
                message = "a frame that is no JSON"
                raise WireError(message) from error
            del self._pending[:end]
        return messages


def _exactly(channel: socket.socket, size: int) -> bytes | None:
    pieces: list[bytes] = []
    while size:
        piece = channel.recv(min(size, 1 << 20))
        if not piece:
            return None
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
