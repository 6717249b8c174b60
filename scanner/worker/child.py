"""The worker's side: reads documents from open descriptors and says what it found; opens nothing itself."""

import itertools
import os
import signal
import socket
import sys
from collections.abc import Iterator

from scanner.errors import DocWardenError
from scanner.model.codec import decode, encode
from scanner.model.document import Facts, Problem, Reason
from scanner.model.explained import Explained
from scanner.model.finding import Finding
from scanner.model.place import Place
from scanner.pipeline import Item, Pipeline, assemble
from scanner.worker.limit import confine
from scanner.worker.reading import PIECE, Pieces, read_ends, read_whole
from scanner.worker.setup import Setup
from scanner.worker.wire import receive, send

_FILES_BEFORE_RETIREMENT = 2000


def serve(channel: socket.socket) -> None:
    """Take the setup, then one file after the other, until the agent hangs up or it is time to retire."""
    first = receive(channel)
    if first is None:
        return
    setup = decode(Setup, first[0])
    try:
        pipeline = assemble(
            setup.sources,
            setup.limits,
            key=bytes.fromhex(setup.key),
            only=setup.only_rules,
            exclude=setup.exclude_rules,
            show_match=setup.show_match,
            labels=setup.labels,
            explain=setup.explain,
            prefer=setup.prefer,
        )
    except DocWardenError as error:
        send(channel, {"failed": str(error)})
        return
    warm(pipeline)
    _hush()
    confine(setup.limits.memory)
    send(channel, {"ready": True})
    for count in itertools.count(1):
        request = receive(channel)
        if request is None:
            return
        message, fd = request
        if not isinstance(message, dict) or fd is None:
            return
        sound = _answer(channel, pipeline, str(message["name"]), fd, setup.limits.file_bytes)
        retire = not sound or count >= _FILES_BEFORE_RETIREMENT
        send(channel, {"done": True, "retire": retire})
        if retire:
            return


def warm(pipeline: Pipeline) -> None:
    """Read one small document of each kind that loads something on first use, before anything is confined."""
    for data in _FIRST_DOCUMENTS:
        for _ in pipeline.examine("warm-up", data):
            pass


def _hush() -> None:
    """Send standard error nowhere from now on: what a parser says of a document may quote it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stderr.fileno())
    os.close(nowhere)


def _answer(channel: socket.socket, pipeline: Pipeline, name: str, fd: int, limit: int) -> bool:
    """Examine one file; False when this process had better not read another."""
    sound = True
    try:
        for item in _examine(pipeline, name, fd, limit):
            send(channel, _message(item))
    except (MemoryError, RecursionError) as error:
        sound = False
        reason = Reason.OUT_OF_MEMORY if isinstance(error, MemoryError) else Reason.TOO_DEEP
        send(channel, _message(Problem(Place(name), reason, "needs more memory than a worker may use")))
    except OSError as error:
        send(channel, _message(Problem(Place(name), Reason.IO_ERROR, os.strerror(error.errno or 0))))
    finally:
        os.close(fd)
    return sound


def _examine(pipeline: Pipeline, name: str, fd: int, limit: int) -> Iterator[Item]:
    """Yield all about one file, up to `limit` bytes of it; of a large one in pieces, where its kind allows it."""
    size = os.fstat(fd).st_size
    media_type = pipeline.piecewise(read_ends(fd)) if size > PIECE else None
    if media_type is None:
        data, whole = read_whole(fd, limit)
        yield from pipeline.examine(name, data, whole=whole)
        return
    yield from pipeline.examine_pieces(name, media_type, Pieces(fd, size, limit))


def _message(item: Item) -> dict[str, object]:
    kinds = {Facts: "facts", Finding: "finding", Problem: "problem", Explained: "explained"}
    return {kinds[type(item)]: encode(item)}


def _first_documents() -> Iterator[bytes]:
    yield b"plain"
    yield "grüße".encode("cp1252")
    yield b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    yield b"<html><body>x</body></html>"
    yield b"From: a@b\nTo: c@d\nSubject: =?utf-8?q?x?=\nDate: Thu, 1 Jan 1970 00:00:00 +0000\n\nx\n"
    # Encodings that are told by how often their characters stand in texts, which takes tables.
    yield "这是一份文件，里面有一些文字。".encode("gb18030")
    yield "<html><body>это простой текст</body></html>".encode("cp1251")
    yield rb"{\rtf1\ansi\ansicpg1251 x \'e9}"
    # A picture is no text in any width of characters, and libmagic is asked what it is.
    yield b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    yield b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
    # A compound file of which nothing is left is searched for text in any encoding.
    yield b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


_FIRST_DOCUMENTS = tuple(_first_documents())


def main() -> None:
    """Serve on the descriptor named on the command line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        try:
            serve(channel)
        except (BrokenPipeError, ConnectionResetError):
            return


if __name__ == "__main__":
    main()
