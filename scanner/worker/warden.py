"""The warm process that reads the rules once and forks a confined child for every few documents; it reads none."""

import contextlib
import gc
import os
import select
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Self

from scanner.errors import DocWardenError
from scanner.model.codec import decode, encode
from scanner.pipeline import Pipeline, assemble
from scanner.worker.child import read_documents
from scanner.worker.sandbox import enclose
from scanner.worker.sandbox.limits import end_with_parent
from scanner.worker.setup import FILES_OF_ONE_CHILD, Setup
from scanner.worker.warm import load, warm
from scanner.worker.wire import receive, send

_CHANNEL: Final = 3
_PATIENCE: Final = 0.1
"""Seconds that the agent may take for its first request, before this process begins to warm itself."""


def serve(channel: socket.socket) -> None:
    """Take the setup, shut this process in, then fork and bury children until the agent hangs up."""
    first = receive(channel)
    if first is None:
        return
    setup = decode(Setup, first[0])
    try:
        pipeline = pipeline_for(setup)
    except DocWardenError as error:
        send(channel, {"failed": str(error)})
        return
    load(pipeline)
    _hush()
    inside, sandbox = enclose(setup.limits.memory, setup.limits.seconds * FILES_OF_ONE_CHILD)
    warden = os.getpid()

    def read(end: socket.socket) -> None:
        inside.confine()
        # A warden that died before this would not have taken its child along.
        if os.getppid() == warden:
            read_documents(end, pipeline, setup.limits.file_bytes)

    # What is there by now is never looked at by the collector again: its pages stay common to all children.
    gc.freeze()
    gc.enable()
    send(channel, {"ready": encode(sandbox)})
    with Nursery(channel, lambda end: fork(end, read)) as nursery:
        nursery.tend(_meanwhile(pipeline))


def pipeline_for(setup: Setup) -> Pipeline:
    """Return the pipeline that the setup describes.

    Raises:
        RuleError: a rule file has faults; all of them.
    """
    return assemble(
        setup.sources,
        setup.limits,
        key=bytes.fromhex(setup.key),
        only=setup.only_rules,
        exclude=setup.exclude_rules,
        show_match=setup.show_match,
        labels=setup.labels,
        explain=setup.explain,
        prefer=setup.prefer,
        passwords=setup.passwords,
    )


def _meanwhile(pipeline: Pipeline) -> Iterator[None]:
    """Warm this process step by step, so that the first document need not wait for it."""
    yield from warm(pipeline)
    gc.unfreeze()
    gc.collect()
    gc.freeze()


class Nursery:
    """The living children by number; forks, kills and buries them, and tells the agent how each ended."""

    def __init__(self, channel: socket.socket, make: Callable[[socket.socket], int]) -> None:
        """Take the socket to the agent, and what starts a child on its end of another socket and returns its id."""
        self._channel = channel
        self._make = make
        self._living: dict[int, int] = {}
        self._bell, self._ring = os.pipe()
        os.set_blocking(self._bell, False)
        os.set_blocking(self._ring, False)

    def __enter__(self) -> Self:
        """Listen for children that end."""
        signal.signal(signal.SIGCHLD, _noted)
        signal.set_wakeup_fd(self._ring, warn_on_full_buffer=False)
        return self

    def __exit__(self, *_: object) -> None:
        """Kill those that are left."""
        signal.set_wakeup_fd(-1)
        for pid in self._living.values():
            os.kill(pid, signal.SIGKILL)
        for pid in self._living.values():
            os.waitpid(pid, 0)
        os.close(self._bell)
        os.close(self._ring)

    def tend(self, meanwhile: Iterable[None] = ()) -> None:
        """Do as the agent says until it hangs up, and while it says nothing a step of something else."""
        steps = iter(meanwhile)
        patience: float | None = _PATIENCE
        while True:
            ready, _, _ = select.select([self._channel.fileno(), self._bell], [], [], patience)
            if not ready:
                try:
                    next(steps)
                    patience = 0.0
                except StopIteration:
                    patience = None
            elif patience:
                patience = 0.0
            if self._bell in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._bell, 1 << 12)
                self._bury()
            if self._channel.fileno() in ready and not self._obey():
                return

    def _obey(self) -> bool:
        request = receive(self._channel)
        match request:
            case {"child": int(number)}, int(fd):
                with socket.socket(fileno=fd) as end:
                    self._living[number] = self._make(end)
            case {"kill": int(number)}, None:
                if number in self._living:
                    os.kill(self._living[number], signal.SIGKILL)
            case _:
                return False
        return True

    def _bury(self) -> None:
        for number, pid in list(self._living.items()):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                del self._living[number]
                send(self._channel, {"ended": number, "status": os.waitstatus_to_exitcode(status)})


def fork(end: socket.socket, read: Callable[[socket.socket], None]) -> int:
    """Start a child that does nothing but `read` from its end of a socket, and return its id."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.dup2(end.fileno(), _CHANNEL)
        os.closerange(_CHANNEL + 1, os.sysconf("SC_OPEN_MAX") if hasattr(os, "sysconf") else 1 << 10)
        read(socket.socket(fileno=_CHANNEL))
        code = 0
    except (BrokenPipeError, ConnectionResetError):
        code = 0
    finally:
        os._exit(code)


def _noted(number: int, frame: object) -> None:
    """Do nothing: that a signal came wakes the loop."""


def _hung_up(channel: socket.socket) -> bool:
    """Tell whether the agent is gone; what it said before is still there to be read."""
    poll = select.poll()
    poll.register(channel, 0)
    return bool(poll.poll(0))


def _hush() -> None:
    """Send standard error nowhere from now on: what a parser says of a document may quote it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stderr.fileno())
    os.close(nowhere)


def main() -> None:
    """Serve on the descriptor named on the command line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    # Nearly all that is made until everything is loaded stays: the collector would look at it again and again.
    gc.disable()
    with socket.socket(fileno=int(sys.argv[1])) as channel, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        if not _hung_up(channel):
            serve(channel)


if __name__ == "__main__":
    main()
