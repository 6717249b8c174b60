"""Runs a command for each notice, with its JSON record on the standard input."""

import contextlib
import errno
import json
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scanner.alert._options import Options
from scanner.model.notice import Notice
from scanner.model.record import notice_record
from scanner.model.route import Pace
from scanner.model.visible import visible
from scanner.trust import above_faults, file_faults

NAME = "command"
PACE = Pace()

_ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class _Terms:
    """The program with its arguments, and how long it may take."""

    argv: tuple[str, ...]
    seconds: float


class _Command:
    """Starts the program anew for each notice: no shell, an environment of three words, no output to anywhere."""

    def __init__(self, terms: _Terms) -> None:
        self._terms = terms

    def send(self, notice: Notice) -> None:
        """Run it; only an exit code of 0 says that it took the notice."""
        line = json.dumps(notice_record(notice), ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
        name = visible(self._terms.argv[0])
        with subprocess.Popen(  # noqa: S603 - the configuration names it, and only we may change that
            self._terms.argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=_ENVIRONMENT,
            start_new_session=True,
        ) as process:
            try:
                process.communicate(line, timeout=self._terms.seconds)
            except subprocess.TimeoutExpired as error:
                message = f"{name} was ended after {self._terms.seconds:g} s"
                raise TimeoutError(errno.ETIMEDOUT, message) from error
            finally:
                # What it started and left behind goes with it.
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
        if process.returncode:
            raise OSError(errno.EIO, f"{name} {_ended(process.returncode)}")

    def close(self) -> None:
        """Nothing is open between two notices."""


def check(options: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Say what is wrong with the options."""
    return _read(options)[1].faults()


def start(options: Mapping[str, str]) -> _Command:
    """Make sure that the program is there and that nobody else can change it."""
    terms, read = _read(options)
    read.settle()
    program = Path(terms.argv[0])
    if not os.access(program, os.X_OK):
        message = f"argv: {visible(str(program))} is no program that can be run"
        raise ValueError(message)
    for fault in (*file_faults(program.resolve(), program.stat()), *above_faults(program)):
        message = f"argv: {fault}"
        raise ValueError(message)
    return _Command(terms)


def _read(options: Mapping[str, str]) -> tuple[_Terms, Options]:
    read = Options(NAME, options)
    argv = read.texts("argv", example='["/usr/local/bin/on-alert"]')
    if argv and not argv[0].startswith("/"):
        read.wrong("argv", f"must begin with the absolute path of a program, not {visible(argv[0])!r}")
    return _Terms(argv, read.seconds("seconds", _SECONDS, 0.1, 3600.0)), read


def _ended(code: int) -> str:
    return f"ended with exit code {code}" if code > 0 else f"was ended by signal {-code}"
