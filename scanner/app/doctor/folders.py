"""Checks who may write the state, and whether the sinks can be written."""

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

from scanner.app.doctor.remark import Health, Remark, Surroundings
from scanner.app.places import other_places, sink_places
from scanner.errors import Fault
from scanner.model.visible import visible
from scanner.trust import above_faults, file_faults, folder_faults

_WIDE = 0o077


def quoted(path: str | Path) -> str:
    """Return a path as a shell takes it; what a terminal would obey is written out."""
    return shlex.quote(visible(str(path)))


def state(around: Surroundings) -> Iterator[Remark]:
    """Tell whether others may write the state folder or what is in it, or read it."""
    folder = around.state
    shown = visible(str(folder))
    try:
        if not folder.exists():
            faults = [*above_faults(folder, _owner(folder))]
            yield from _told(faults)
            if not faults:
                yield Remark("state", Health.OK, f"{shown} is made at the first start")
            return
        remarks = list(_told([*above_faults(folder, _owner(folder)), *_inside(folder)]))
    except OSError as error:
        said = f"{shown}: {os.strerror(error.errno or 0)}"
        yield Remark("state", Health.PROBLEM, said, f"ls -ld {quoted(folder)}")
        return
    open_to = [path for path in (folder, *folder.iterdir()) if path.lstat().st_mode & _WIDE]
    if folder in open_to and not remarks:
        said = f"{shown} can be read by others: it tells which files hold what"
        remarks.append(Remark("state", Health.WARNING, said, f"chmod -R go= {quoted(folder)}"))
    yield from remarks or [Remark("state", Health.OK, f"{shown}, for its owner alone")]


def account(around: Surroundings) -> Iterator[Remark]:
    """Tell who this is: what can be read depends on it."""
    me = os.geteuid()
    owner = _owner(around.state)
    if around.state.exists() and owner != me:
        name = _name(owner)
        said = f"this is {_name(me)}, but the state is that of {name}, who may read other folders"
        yield Remark("account", Health.WARNING, said, f"runuser -u {name} -- docwarden doctor")
    else:
        yield Remark("account", Health.OK, _name(me))


def sinks(around: Surroundings) -> Iterator[Remark]:
    """Tell which files of sinks cannot be written, or could be put there by others."""
    files = [dict(sink.options).get("path", "") for sink in around.settings.sinks]
    sound = True
    for fault in sink_places(around.settings, _owner(around.state)):
        if not fault.key.endswith(".path"):  # of these, more is said below
            sound = False
            yield _remark(fault)
    for path in map(Path, filter(None, files)):
        if not path.parent.is_dir():
            said = f"{visible(str(path.parent))} is not there"
            yield Remark("sinks", Health.PROBLEM, said, f"install -d -m 0700 {quoted(path.parent)}")
            sound = False
            continue
        faults = [*folder_faults(path.parent)]
        if path.exists():
            faults += file_faults(path, path.lstat())
        yield from _told(faults, "sinks")
        if not faults and not os.access(path if path.exists() else path.parent, os.W_OK):
            said = f"{visible(str(path))} cannot be written by {_name(os.geteuid())}"
            yield Remark("sinks", Health.PROBLEM, said, f"chown {_name(os.geteuid())} {quoted(path.parent)}")
            sound = False
        sound = sound and not faults
    if sound:
        known = len(around.settings.sinks)
        said = f"{known} configured" if known else "the store, alerts.jsonl beside it, and the output"
        yield Remark("sinks", Health.OK, said)


def places(around: Surroundings) -> Iterator[Remark]:
    """Tell what else the configuration names and is not there: a group, and the folder of the metrics."""
    remarks = [_remark(fault, "places") for fault in other_places(around.settings)]
    yield from remarks or [Remark("places", Health.OK, "what the configuration names besides is there")]


def _remark(fault: Fault, check: str = "sinks") -> Remark:
    said, _, run = fault.message.partition("; run: ")
    health = Health.WARNING if fault.warning else Health.PROBLEM
    return Remark(check, health, f"{fault.key}: {said}", run or "docwarden config check")


def _inside(folder: Path) -> Iterator[Fault]:
    """Yield who may write the folder or a file in it; the store takes no group for its owner's own, nor does this."""
    owner = _owner(folder)
    for path in (folder, *sorted(folder.iterdir())):
        status = path.lstat()
        yield from file_faults(path, status, owner)
        if path == folder and status.st_mode & stat.S_IWGRP and not status.st_mode & stat.S_IWOTH:
            name = visible(str(path))
            yield Fault(name, "", f"its group may write it; run: chmod g-w {shlex.quote(name)}")


def _told(faults: list[Fault], check: str = "state") -> Iterator[Remark]:
    for fault in dict.fromkeys(faults):
        said, _, change = fault.message.partition("; run: ")
        run = change or f"chown {_name(os.geteuid())} {shlex.quote(fault.file)}"
        yield Remark(check, Health.PROBLEM, f"{fault.file}: {said}", run)


def _owner(folder: Path) -> int:
    return _nearest(folder).stat().st_uid


def _nearest(folder: Path) -> Path:
    """Return the folder, or where it is not there, the nearest one above it that is."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _name(user: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
