"""The worker processes as the agent sees them: one warden that is started, and children that it forks."""

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Final, Self

from scanner.errors import WorkerError
from scanner.model.codec import encode
from scanner.worker.setup import Setup
from scanner.worker.wire import Frames, WireError, send

_MODULE: Final = "scanner.worker.warden"
_CHUNK: Final = 1 << 16
_FRAME: Final = 1 << 20


class Child:
    """A child of the warden, which reads documents; `number` is what the warden knows it by."""

    def __init__(self, number: int, channel: socket.socket, longest: int) -> None:
        """Take this end of the socket to it, and how many bytes an answer may have."""
        self.number = number
        self._line = _Line(channel, min(longest, _FRAME))

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._line.fileno()

    def ask(self, name: str, fd: int) -> None:
        """Send a file to be examined; a child that is gone is heard of by `hear`."""
        self._line.say({"name": name}, (fd,))

    def hear(self) -> list[object] | None:
        """Return what it has said since, or None when it is gone or talks nonsense."""
        return self._line.hear()

    def close(self) -> None:
        """Hang up: it ends when it notices."""
        self._line.close()


class Warden:
    """The process that holds the rules and forks; it reads no document."""

    def __init__(self, process: subprocess.Popen[bytes], channel: socket.socket, said: IO[bytes], longest: int) -> None:
        """Take a process that was just started, and the file its standard error goes to until it is ready."""
        self._process = process
        self._line = _Line(channel, _FRAME)
        self._said = said
        self._longest = longest
        self._numbers = itertools.count(1)

    @classmethod
    def start(cls, setup: Setup) -> Self:
        """Start a warden; it loads its rules meanwhile.

        Raises:
            WorkerError: this system cannot hand an open file to another process.
        """
        if not hasattr(socket, "send_fds"):
            message = "this system cannot hand open files to another process; DocWarden runs on Linux and macOS"
            raise WorkerError(message)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        said = _nameless_file()
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-P", "-s", "-m", _MODULE, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                start_new_session=True,
                env=_environment(),
            )
        warden = cls(process, ours, said, setup.limits.answer_bytes or sys.maxsize)
        warden._line.say(encode(setup))
        return warden

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._line.fileno()

    def child(self) -> Child:
        """Have a child forked; it can be asked at once."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        child = Child(next(self._numbers), ours, self._longest)
        with theirs:
            self._line.say({"child": child.number}, (theirs.fileno(),))
        return child

    def kill(self, child: Child) -> None:
        """Have a child killed; the warden says when it has ended."""
        self._line.say({"kill": child.number})

    def hear(self) -> list[object] | None:
        """Return what the warden has said since, or None when it is gone or talks nonsense."""
        return self._line.hear()

    def cause(self) -> str:
        """Say how the warden ended."""
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return "a malformed answer"
        return f"exit code {code}{self._last_words()}" if code >= 0 else signal_name(-code)

    def end(self) -> None:
        """Kill the warden, and with it its children, and take its remains away."""
        self._said.close()
        self._line.close()
        self._process.kill()
        self._process.wait()

    def _last_words(self) -> str:
        self._said.seek(0)
        lines = self._said.read(_CHUNK).decode("utf-8", "replace").splitlines()
        return f": {lines[-1]}" if lines else ""


class _Line:
    """One end of a conversation in frames."""

    def __init__(self, channel: socket.socket, longest: int) -> None:
        self._channel = channel
        self._frames = Frames(longest)

    def fileno(self) -> int:
        return self._channel.fileno()

    def say(self, message: object, fds: tuple[int, ...] = ()) -> None:
        with contextlib.suppress(OSError):  # the other side is gone: whoever listens hears that
            send(self._channel, message, fds)

    def hear(self) -> list[object] | None:
        try:
            data = self._channel.recv(_CHUNK)
        except ConnectionError:
            return None
        if not data:
            return None
        try:
            return self._frames.feed(data)
        except WireError:
            return None

    def close(self) -> None:
        self._channel.close()


def _nameless_file() -> IO[bytes]:
    """Open a file that is in memory where the system can do that: a service may have no folder to write to."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("said", os.MFD_CLOEXEC), "w+b")
    return tempfile.TemporaryFile()


def signal_name(number: int) -> str:
    """Return what a signal is called."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _environment() -> dict[str, str]:
    """Give the warden the way to our own code and nothing else: no secret of the agent's environment."""
    known = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return known | {"PYTHONPATH": str(Path(__file__).parents[2]), "LANG": "C.UTF-8", "PYTHONUTF8": "1"}
