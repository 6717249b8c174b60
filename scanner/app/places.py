"""Looks for what a configuration names on this machine: secrets, programs, folders and a group; nothing is opened."""

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from scanner.errors import Fault
from scanner.model.visible import visible
from scanner.settings.naming import entry_name
from scanner.settings.schema import Settings, SinkSettings
from scanner.trust import above_faults, file_faults

try:
    import grp
except ImportError:  # pragma: no cover - only POSIX has groups
    grp = None  # type: ignore[assignment]  # stands for a module that is not there

_SECRETS: Final = ("secret_file", "token_file", "password_file", "key_file", "urls_file")
_CERTIFICATES: Final = ("ca_file", "cert_file")
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def sink_places(settings: Settings, user: int) -> Iterator[Fault]:
    """Yield what sinks name and would not open with: `docwarden watch` ends with such a fault.

    Files may belong to root, to this user and to `user`, who runs the daemon. What this user may not look at, and a
    folder that is not there, are warnings: systemd makes folders when the service starts.
    """
    for number, sink in enumerate(settings.sinks):
        where = entry_name("sink", number, sink.route.name)
        for name, path in _named(sink):
            for fault in _about(name, path, user):
                yield Fault(str(settings.source or ""), f"{where}.{name}", fault.message, warning=fault.warning)


def other_places(settings: Settings) -> Iterator[Fault]:
    """Yield, as warnings, what else is named and not there: the daemon runs without it."""
    file = str(settings.source or "")
    if group := settings.alerts.readers:
        try:
            grp.getgrnam(group)
        except KeyError:
            shown = visible(group)
            message = f"there is no group {shown} on this machine, whose members could read the alerts"
            message += f"; run: groupadd --system {shlex.quote(shown)}"
            yield Fault(file, "alerts.readers", message, warning=True)
    if path := settings.metrics.textfile:
        for fault in _folder(Path(path)):
            yield Fault(file, "metrics.textfile", fault.message, warning=True)


def _named(sink: SinkSettings) -> Iterator[tuple[str, Path]]:
    options = dict(sink.options)
    for name in (*_SECRETS, *_CERTIFICATES, "program", "path"):
        if path := options.get(name):
            yield name, Path(path)
    if program := options.get("argv", "").split("\n")[0]:
        yield "argv", Path(program)


def _about(name: str, path: Path, user: int) -> Iterator[Fault]:
    try:
        if name == "path":
            yield from _folder(path)
        elif name in {"argv", "program"}:
            yield from _program(path, user)
        else:
            yield from _file(path, user, secret=name in _SECRETS)
    except FileNotFoundError:
        shown = visible(str(path))
        run = f"; run: install -m 600 /dev/stdin {shlex.quote(shown)}" if name in _SECRETS else ""
        yield Fault("", "", f"{shown} is not there{run}")
    except OSError as error:
        said = os.strerror(error.errno or 0)
        yield Fault("", "", f"{visible(str(path))} cannot be looked at by this user: {said}", warning=True)


def _file(path: Path, user: int, *, secret: bool) -> Iterator[Fault]:
    status = path.lstat() if secret else path.stat()
    shown = visible(str(path))
    if not stat.S_ISREG(status.st_mode):
        what = "a link" if stat.S_ISLNK(status.st_mode) else "no regular file"
        yield Fault("", "", f"{shown} is {what}")
        return
    if secret and status.st_mode & _OTHERS:
        yield Fault("", "", f"{shown}: others may read or write it; run: chmod 600 {shlex.quote(shown)}")
    yield from _trust(path, status, user)


def _program(path: Path, user: int) -> Iterator[Fault]:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) or not os.access(path, os.X_OK):
        yield Fault("", "", f"{visible(str(path))} is no program that can be run")
        return
    yield from _trust(path.resolve(), status, user)


def _trust(path: Path, status: os.stat_result, user: int) -> Iterator[Fault]:
    for fault in (*file_faults(path, status, user), *above_faults(path, user)):
        yield Fault("", "", f"{fault.file}: {fault.message}")


def _folder(path: Path) -> Iterator[Fault]:
    if not path.parent.is_dir():
        shown = visible(str(path.parent))
        message = f"{shown} is not there, and has to be before the daemon starts; run: install -d {shlex.quote(shown)}"
        yield Fault("", "", message, warning=True)
