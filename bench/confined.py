"""Compares what readers get out of documents inside the sandbox and outside it: `python -m bench.confined [PATH...]`.

Less text with no problem said is a missed leak, and only this comparison finds it. Every file is read in a fork of one
warm process without the sandbox, and in another within it; all segments, problems and findings have to be the same.
Without a path the shared corpus is read. Exits with 1 when something differs, and names the file and what.
"""

import argparse
import hashlib
import os
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from scanner.model.document import Blob, Problem, Segment
from scanner.model.finding import Finding
from scanner.model.limits import DEFAULT_LIMITS
from scanner.pipeline import Item, Pipeline
from scanner.resources import rule_sources
from scanner.watch.walk import Sight, walk
from scanner.worker.opening import Opened, open_document
from scanner.worker.process import signal_name
from scanner.worker.reading import read_whole
from scanner.worker.sandbox import enclose
from scanner.worker.setup import Setup
from scanner.worker.warden import pipeline_for
from scanner.worker.warm import warm
from scanner.worker.wire import receive, send

_CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
_Read = Callable[[socket.socket], None]


class _Recorder:
    """A detector that finds nothing and remembers all text, by its hash."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def detect(self, blob: Blob, segments: Sequence[Segment]) -> Iterator[Finding | Problem]:
        for segment in segments:
            place = f"{segment.place}"
            self.seen[f"{place} {hashlib.sha256(segment.text.encode('utf-8', 'surrogatepass')).hexdigest()}"] += 1
        self.seen[f"{blob.place} is {blob.media_type}"] += 1
        return iter(())


def _reader(pipeline: Pipeline, recorder: _Recorder) -> _Read:
    def read(channel: socket.socket) -> None:
        while request := receive(channel):
            _, fd = request
            if fd is None:
                return
            data, _ = read_whole(fd, DEFAULT_LIMITS.file_bytes)
            os.close(fd)
            recorder.seen.clear()
            try:
                items: list[Item] = list(pipeline.examine("document", data))
            except (MemoryError, RecursionError) as error:
                send(channel, [type(error).__name__])
                continue
            said = [f"{item}" for item in items]
            send(channel, sorted([*said, *(f"{count} × {what}" for what, count in recorder.seen.items())]))

    return read


def _fork(read: _Read) -> tuple[int, socket.socket]:
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        try:
            read(theirs)
        finally:
            os._exit(0)
    theirs.close()
    return pid, ours


def _server(make: Callable[[], _Read]) -> tuple[int, socket.socket]:
    """Start a process that makes itself ready, then forks a reader for each file it is handed."""

    def serve(channel: socket.socket) -> None:
        read = make()
        send(channel, "ready")
        while request := receive(channel):
            _, fd = request
            if fd is None:
                return
            pid, line = _fork(read)
            with line:
                send(line, {}, (fd,))
                os.close(fd)
                heard = receive(line)
            _, status = os.waitpid(pid, 0)
            code = os.waitstatus_to_exitcode(status)
            send(channel, heard[0] if heard else [f"ended by {signal_name(-code)}"])

    return _fork(serve)


def _compare(paths: Sequence[str], setup: Setup) -> int:
    recorder = _Recorder()
    pipeline = pipeline_for(setup)
    warm(pipeline)
    pipeline = Pipeline(
        pipeline._readers,  # noqa: SLF001 - the readers as shipped, with another detector beside the detectors
        (recorder, *pipeline._detectors),  # noqa: SLF001 - see above
        setup.limits,
    )
    read = _reader(pipeline, recorder)

    def confined() -> _Read:
        inside, sandbox = enclose(setup.limits.memory)
        print(f"sandbox: {sandbox}", flush=True)

        def closed(channel: socket.socket) -> None:
            inside.confine()
            read(channel)

        return closed

    servers = [_server(lambda: read), _server(confined)]
    for _, channel in servers:
        receive(channel)
    different = 0
    for number, path in enumerate(paths, 1):
        opened = open_document(path)
        if not isinstance(opened, Opened):
            continue
        answers: list[list[str]] = []
        for _, channel in servers:
            send(channel, {}, (opened.fd,))
            answer = receive(channel)
            answers.append(answer[0] if answer and isinstance(answer[0], list) else ["no answer"])
        os.close(opened.fd)
        if answers[0] != answers[1]:
            different += 1
            outside, within = (Counter(answer) for answer in answers)
            print(f"{path}\n  only outside: {[*outside - within][:3]}\n  only inside: {[*within - outside][:3]}")
        if sys.stderr.isatty():
            print(f"\r{number}", end="", file=sys.stderr)
    for _, channel in servers:
        channel.close()
    return different


def main() -> int:
    """Compare, print the figures, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", default=[str(_CORPUS)], metavar="PATH")
    paths = [entry.path for path in parser.parse_args().paths for entry in walk(path, ()) if entry.sight is Sight.FILE]
    began = time.monotonic()
    different = _compare(paths, Setup(rule_sources(), key="00" * 32))
    print(f"{len(paths)} documents, {len(paths) - different} read alike, in {time.monotonic() - began:.0f} s")
    return 1 if different or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
