"""Compares what readers get out of documents inside the sandbox and outside it: `python -m bench.confined [PATH...]`.

Less text with no problem said is a missed leak, and only this comparison finds it. Every file is read in a fork of one
warm process without the sandbox, and in another within it; all segments, problems and findings have to be the same.
Without a path the shared corpus is read. Exits with 1 when something differs, and names the file and what.
"""

import argparse
import hashlib
import os
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from scanner.model.document import Blob, Problem, Segment
from scanner.model.finding import Finding
from scanner.model.limits import DEFAULT_LIMITS
from scanner.pipeline import Pipeline
from scanner.resources import rule_sources
from scanner.watch.walk import Sight, walk
from scanner.worker.opening import Opened, open_document
from scanner.worker.process import signal_name
from scanner.worker.reading import read_whole
from scanner.worker.sandbox import enclose
from scanner.worker.setup import FILES_OF_ONE_CHILD, Setup
from scanner.worker.warden import pipeline_for
from scanner.worker.warm import load, warm
from scanner.worker.wire import receive, send

_CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
_Read = Callable[[socket.socket], None]


class _Recorder:
    """A detector that finds nothing and remembers all text, by its hash."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def detect(self, blob: Blob, segments: Sequence[Segment]) -> Iterator[Finding | Problem]:
        """Remember a blob and its text."""
        for segment in segments:
            text = hashlib.sha256(segment.text.encode("utf-8", "surrogatepass")).hexdigest()
            self.seen[f"{segment.place} {text}"] += 1
        self.seen[f"{blob.place} is {blob.media_type}"] += 1
        return iter(())


class _Side:
    """One of the two: forks readers of a warm process, each for a few files, inside the sandbox or outside it."""

    def __init__(self, read: _Read) -> None:
        """Take what a reader does with its end of a socket."""
        self._read = read
        self._pid = self._files = 0
        self._line: socket.socket | None = None

    def ask(self, fd: int) -> list[str]:
        """Return what a reader says of an open file, or how it ended."""
        line = self._reader()
        send(line, {}, (fd,))
        os.close(fd)
        try:
            heard = receive(line)
        except TimeoutError:
            heard = None
        if heard and isinstance(heard[0], list):
            return heard[0]
        os.kill(self._pid, signal.SIGKILL)
        return [f"ended by {signal_name(-self.close())}"]

    def close(self) -> int:
        """End the reader, and return how it ended."""
        if self._line is None:
            return 0
        self._line.close()
        self._line, self._files = None, 0
        _, status = os.waitpid(self._pid, 0)
        return os.waitstatus_to_exitcode(status)

    def _reader(self) -> socket.socket:
        if self._files >= FILES_OF_ONE_CHILD:
            self.close()
        self._files += 1
        if self._line is None:
            self._line, theirs = socket.socketpair()
            self._pid = os.fork()
            if self._pid == 0:
                self._line.close()
                try:
                    self._read(theirs)
                finally:
                    os._exit(0)
            theirs.close()
            self._line.settimeout(DEFAULT_LIMITS.seconds)
        return self._line


def compare(paths: Sequence[str], setup: Setup) -> Iterator[tuple[str, list[str], list[str]]]:
    """Read files on both sides, and yield each that differs with what only one of them said: outside, then inside."""
    recorder = _Recorder()
    known = pipeline_for(setup)
    load(known)
    _ = list(warm(known))
    pipeline = Pipeline(
        known._readers,  # noqa: SLF001 - the readers as shipped
        (recorder, *known._detectors),  # noqa: SLF001 - and another detector before the shipped ones
        setup.limits,
    )

    def read(channel: socket.socket) -> None:
        while request := receive(channel):
            send(channel, _said(pipeline, recorder, request[1]))

    def shut_in() -> _Read:
        inside, sandbox = enclose(setup.limits.memory)
        print(f"sandbox: {sandbox}", flush=True)

        def read_inside(channel: socket.socket) -> None:
            inside.confine()
            read(channel)

        return read_inside

    sides = (_server(lambda: read), _server(shut_in))
    for path in paths:
        opened = open_document(path)
        if not isinstance(opened, Opened):
            continue
        for side in sides:
            send(side, {}, (opened.fd,))
        first, second = (Counter(_heard(side)) for side in sides)
        os.close(opened.fd)
        if first != second:
            yield path, [*first - second], [*second - first]
    for side in sides:
        side.close()


def _server(make: Callable[[], _Read]) -> socket.socket:
    """Start a process that makes itself ready, then has readers forked for the files it is handed."""
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        ours.close()
        try:
            side = _Side(make())
            send(theirs, [])
            while request := receive(theirs):
                send(theirs, side.ask(_given(request[1])))
        finally:
            os._exit(0)
    theirs.close()
    _heard(ours)
    return ours


def _given(fd: int | None) -> int:
    if fd is None:
        message = "no file was handed over"
        raise RuntimeError(message)
    return fd


def _heard(channel: socket.socket) -> list[str]:
    heard = receive(channel)
    if heard is None or not isinstance(heard[0], list):
        message = "a side of the comparison is gone"
        raise RuntimeError(message)
    return heard[0]


def _said(pipeline: Pipeline, recorder: _Recorder, given: int | None) -> list[str]:
    """Return all that is said of a document, in an order that does not depend on how it came."""
    fd = _given(given)
    data, _ = read_whole(fd, DEFAULT_LIMITS.file_bytes)
    os.close(fd)
    recorder.seen.clear()
    try:
        items = [f"{item}" for item in pipeline.examine("document", data)]
    except (MemoryError, RecursionError) as error:
        items = [type(error).__name__]
    return sorted([*items, *(f"{count} × {what}" for what, count in recorder.seen.items())])


def main() -> int:
    """Compare, print the figures, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", default=[str(_CORPUS)], metavar="PATH")
    paths = [entry.path for path in parser.parse_args().paths for entry in walk(path, ()) if entry.sight is Sight.FILE]
    began = time.monotonic()
    different = 0
    for path, outside, inside in compare(paths, Setup(rule_sources(), key="00" * 32)):
        different += 1
        print(f"{path}\n  only outside: {outside[:3]}\n  only inside: {inside[:3]}", flush=True)
    print(f"{len(paths)} documents, {len(paths) - different} read alike, in {time.monotonic() - began:.0f} s")
    return 1 if different or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
