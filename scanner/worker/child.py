"""The side that reads: takes open descriptors one by one and says what it found; it can open nothing itself."""

import os
import resource
import socket
from collections.abc import Iterator
from typing import Final

from scanner.model.codec import encode
from scanner.model.document import Facts, Problem, Reason
from scanner.model.explained import Explained
from scanner.model.finding import Finding
from scanner.model.place import Place
from scanner.pipeline import Early, Item, Pipeline
from scanner.worker.reading import PIECE, Pieces, read_ends, read_whole, size_of
from scanner.worker.wire import receive, send

_GROWTH: Final = 64 << 10
"""Kibibytes that a child may have grown by and still be given another file."""

_UNSOUND: Final = frozenset(
    {
        Reason.TOO_LARGE,
        Reason.TOO_DEEP,
        Reason.TOO_MANY_MEMBERS,
        Reason.TIMEOUT,
        Reason.OUT_OF_MEMORY,
        Reason.CRASHED,
    }
)
"""What is said of documents that break readers; few have it, and no file is read after one. Damaged ones are many."""


def read_documents(channel: socket.socket, pipeline: Pipeline, limit: int) -> None:
    """Answer for one file after the other, up to `limit` bytes of each (0: all), until the agent hangs up."""
    began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    while request := receive(channel):
        message, fd = request
        if not isinstance(message, dict) or fd is None:
            return
        sound = _answer(channel, pipeline, str(message["name"]), fd, limit)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - began
        send(channel, {"done": True, "retire": not sound or grown > _GROWTH})


def _answer(channel: socket.socket, pipeline: Pipeline, name: str, fd: int, limit: int) -> bool:
    """Examine one file; False when this process had better not read another."""
    sound = True
    try:
        for item in _examine(pipeline, name, fd, limit):
            sound = sound and not (isinstance(item, Problem) and item.reason in _UNSOUND)
            send(channel, _message(item))
    except (MemoryError, RecursionError) as error:
        reason = Reason.OUT_OF_MEMORY if isinstance(error, MemoryError) else Reason.TOO_DEEP
        send(channel, _message(Problem(Place(name), reason, "needs more memory than a worker may use")))
        return False
    except OSError as error:
        send(channel, _message(Problem(Place(name), Reason.IO_ERROR, os.strerror(error.errno or 0))))
    finally:
        os.close(fd)
    return sound


def _examine(pipeline: Pipeline, name: str, fd: int, limit: int) -> Iterator[Item]:
    """Yield all about one file, up to `limit` bytes of it; of a large one in pieces, where its kind allows it."""
    size = size_of(fd)
    media_type = pipeline.piecewise(read_ends(fd)) if size > PIECE else None
    if media_type is None:
        data, whole = read_whole(fd, limit)
        yield from pipeline.examine(name, data, whole=whole)
        return
    yield from pipeline.examine_pieces(name, media_type, Pieces(fd, size, limit))


_KINDS: Final = {Facts: "facts", Finding: "finding", Problem: "problem", Explained: "explained"}


def _message(item: Item) -> dict[str, object]:
    if isinstance(item, Early):
        return {"early": encode(item.finding)}
    return {_KINDS[type(item)]: encode(item)}
