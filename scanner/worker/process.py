"""One worker process as the agent sees it: started, asked, heard, ended."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

from scanner.model.codec import decode, encode
from scanner.model.document import Facts, Problem, Reason
from scanner.model.explained import Explained
from scanner.model.finding import Finding
from scanner.model.place import Place
from scanner.model.verdict import Examination
from scanner.worker.setup import Setup
from scanner.worker.wire import Frames, WireError, send

_CHUNK = 1 << 16


@dataclass(slots=True)
class Answer:
    """What has come so far about one file; it counts even when its worker breaks down."""

    longest: int
    facts: Facts | None = None
    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    explained: list[Explained] = field(default_factory=list)
    size: int = 0

    def take(self, message: object, place: Place) -> None:
        """Add one message; what is no message of ours is a problem of the document."""
        self.size += len(str(message))
        try:
            match message:
                case {"facts": facts}:
                    self.facts = decode(Facts, facts)
                case {"finding": finding}:
                    self.findings.append(decode(Finding, finding))
                case {"explained": explained}:
                    self.explained.append(decode(Explained, explained))
                case {"problem": problem}:
                    self.problems.append(decode(Problem, problem))
                case _:
                    self.problems.append(_malformed(place))
        except ValueError:
            self.problems.append(_malformed(place))

    @property
    def overflown(self) -> bool:
        """Whether more has come than an answer may hold."""
        return 0 < self.longest < self.size

    def examination(self) -> Examination:
        """Return what came as one value."""
        facts = self.facts or Facts("", None, "")
        return Examination(
            facts.media_type,
            facts.claimed_type,
            facts.sha256,
            tuple(self.findings),
            tuple(self.problems),
            tuple(self.explained),
        )


class Process:
    """A worker process and the socket to it."""

    def __init__(self, process: subprocess.Popen[bytes], channel: socket.socket, said: IO[bytes], longest: int) -> None:
        """Take a process that was just started, and the file its standard error goes to until it is ready."""
        self._process = process
        self._channel = channel
        self._said = said
        self._frames = Frames(longest)

    @classmethod
    def start(cls, setup: Setup) -> Self:
        """Start a worker; it loads its rules meanwhile."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        said = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-P", "-s", "-m", "scanner.worker.child", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                start_new_session=True,
                env=_environment(),
            )
        worker = cls(process, ours, said, setup.limits.answer_bytes or sys.maxsize)
        with contextlib.suppress(OSError):  # it died at once: whoever listens hears that
            send(ours, encode(setup))
        return worker

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._channel.fileno()

    def ask(self, name: str, fd: int) -> None:
        """Send a file to be examined; a worker that is gone is heard of by `hear`."""
        with contextlib.suppress(OSError):
            send(self._channel, {"name": name}, (fd,))

    def hear(self) -> list[object] | None:
        """Return what the worker has said since, or None when it is gone or talks nonsense."""
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

    def cause(self) -> str:
        """Say how the worker ended."""
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return "a malformed answer"
        if code >= 0:
            return f"exit code {code}{self._last_words()}"
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"

    def _last_words(self) -> str:
        self._said.seek(0)
        lines = self._said.read(_CHUNK).decode("utf-8", "replace").splitlines()
        return f": {lines[-1]}" if lines else ""

    def end(self) -> None:
        """Kill the worker and take its remains away."""
        self._said.close()
        self._channel.close()
        self._process.kill()
        self._process.wait()


def _malformed(place: Place) -> Problem:
    return Problem(place, Reason.CRASHED, "its reader gave a malformed answer")


def _environment() -> dict[str, str]:
    """Give a worker the way to our own code and nothing else: no secret of the agent's environment."""
    known = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return known | {"PYTHONPATH": str(Path(__file__).parents[2]), "LANG": "C.UTF-8", "PYTHONUTF8": "1"}
