"""`docwarden status`: is the daemon alive, what waits, and what could it not see."""

import contextlib
import json
import os
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

import click

from scanner.alert.store import AlertStore
from scanner.app.lenient import settings_to_look
from scanner.cli._looking import first
from scanner.cli._options import CONFIG
from scanner.cli._wrap import wrapped
from scanner.errors import Fault, StoreError
from scanner.model.alert import State
from scanner.model.codec import encode
from scanner.model.delivery import Delivery
from scanner.model.visible import visible
from scanner.spool.database import SYSTEM_STATE, state_folder
from scanner.spool.instance import is_held
from scanner.spool.readers import reading
from scanner.spool.status import Gap, RootStatus, Status, counted, read_status

ALIVE, NOT_RUNNING, DEGRADED = 0, 1, 3
_SILENT = 60.0
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object, for programs.")
@CONFIG
@click.option("--state", help="The state folder of the daemon.")
def command(config: Path | None, state: str | None, *, as_json: bool) -> int:
    """Show whether the daemon lives, what it watches, what waits, and what it could not see.

    Exit codes: 0 it lives and sees everything. 1 it does not run. 2 wrong usage, or the state cannot be read. 3 it
    lives, but something may go unseen: a root it cannot watch, a folder it cannot list, a journal it cannot write, or
    no sign of life for a minute.
    """
    settings, faults = settings_to_look(config, os.environ)
    folder = state_folder(state or settings.state)
    alive, status = is_held(folder), read_status(folder)
    if status is None:
        return _nothing(folder, faults, alive=alive, as_json=as_json)
    age = max(0.0, time.time() - status.heartbeat)
    code = NOT_RUNNING if not alive else DEGRADED if status.degraded or age > _SILENT else ALIVE
    still_open = _open_alerts(folder)
    if as_json:
        said = {"state": _WORDS[code], "heartbeat_age": round(age, 3), "state_folder": str(folder), **_told(faults)}
        if still_open is not None:
            said["open_alerts"] = still_open
        known = encode(status)
        click.echo(json.dumps({"schema": "docwarden.status/1", **said, **(known if isinstance(known, dict) else {})}))
        return code
    state_line, *lines = _lines(status, code, age, folder, still_open)
    shown = map(visible, (state_line, *_configuration(faults, alive=alive), *lines))
    click.echo("\n".join(wrapped(shown)))
    return code


_WORDS = {ALIVE: "alive", NOT_RUNNING: "not running", DEGRADED: "degraded"}


def _nothing(folder: Path, faults: tuple[Fault, ...], *, alive: bool, as_json: bool) -> int:
    if alive:
        message = f"a daemon holds {visible(str(folder))}, but has not said how it is yet"
        raise StoreError(message)
    if as_json:
        said = {
            "schema": "docwarden.status/1",
            "state": _WORDS[NOT_RUNNING],
            "state_folder": str(folder),
            **_told(faults),
        }
        click.echo(json.dumps(said))
        return NOT_RUNNING
    lines = (
        f"not running, and nothing is known in {visible(str(folder))}",
        *_elsewhere(folder),
        *_configuration(faults, alive=False),
        "`docwarden watch PATH` starts it; --state names another state folder.",
    )
    click.echo("\n".join(wrapped(lines)))
    return NOT_RUNNING


def _told(faults: tuple[Fault, ...]) -> dict[str, list[str]]:
    return {"configuration": [str(fault) for fault in faults]} if faults else {}


def _configuration(faults: tuple[Fault, ...], *, alive: bool) -> list[str]:
    """Say that the file on the disk cannot be used; a daemon that runs has read it when it could be."""
    if not faults:
        return []
    what = "what was read before stays in force, and a restart fails" if alive else "nothing starts with it"
    return [f"  the configuration cannot be used, {what}: {first(faults)}"]


def _elsewhere(folder: Path) -> list[str]:
    """Say that the service runs, where root has a folder of its own and looked into that."""
    with contextlib.suppress(StoreError):
        if folder != SYSTEM_STATE and is_held(SYSTEM_STATE):
            return [f"  but a daemon runs with {SYSTEM_STATE}: --state {SYSTEM_STATE} asks that one"]
    return []


def _open_alerts(folder: Path) -> int | None:
    """Return how many alerts are open in the store, None where this user may not read it or it cannot be read."""
    with contextlib.suppress(StoreError, sqlite3.Error), reading(folder) as connection:
        return AlertStore(connection).counts()[State.OPEN]
    return None


def _lines(status: Status, code: int, age: float, folder: Path, still_open: int | None) -> list[str]:
    if code == NOT_RUNNING:
        lines = [f"not running; last sign of life {_span(age)} ago (process {status.pid}, in {visible(str(folder))})"]
        lines += _elsewhere(folder)
    else:
        up = _span(status.heartbeat - status.began)
        lines = [f"{_WORDS[code]}: process {status.pid}, up {up}, last sign of life {_span(age)} ago"]
        if age > _SILENT:
            lines.append("  it holds the state folder but says nothing: it hangs")
    if status.trouble:
        lines.append(f"  trouble: {visible(status.trouble)}")
    lines += [f"  note: {visible(note)}" for note in status.notes]
    for root in status.roots:
        lines += _root(root, running=code != NOT_RUNNING)
    lines.append(_queue(status))
    lines += [f"  {entry.number} {entry.what}" for entry in status.deferred]
    if status.pressure is not None:
        lines.append(f"walks go slowly: processes wait for disks {status.pressure:.0f} % of the time")
    counts = ", ".join(f"{entry.number} {entry.what}" for entry in status.outcomes)
    if status.sandbox is not None:
        lines.append(f"documents are read with this protection: {visible(str(status.sandbox))}")
    known = "" if still_open is None else f"; {still_open} open now"
    raised = f"{counted(status.alerts, 'alert')} raised or repeated{known}"
    lines.append(f"verdicts since it began: {counts or 'none'}; {raised}")
    lines += [line for sink in status.sinks for line in _sink(sink)]
    return lines


def _root(root: RootStatus, *, running: bool) -> list[str]:
    how = f"{root.reader}, {'live' if root.live else 'not live'}" if running else f"was watched by {root.reader}"
    indexed = f"; {root.indexed} had a verdict when last counted" if root.indexed else ""
    lines = [f"{visible(root.path)}: {how}; {_walk(root)}{indexed}"]
    if root.instead:
        lines.append(f"  {visible(root.instead)}")
    if root.trouble:
        lines.append(f"  trouble: {visible(root.trouble)}")
    if waiting := _waiting(root):
        lines.append(waiting)
    if root.loss:
        since = "" if root.lost_since is None else f" {_span(time.time() - root.lost_since)} ago"
        lines.append(f"  events were lost{since}: {visible(root.loss)}; a walk finds what they told of")
    elif root.lost:
        times = "once" if root.lost == 1 else f"{root.lost} times"
        lines.append(f"  events were lost {times}; walks have found what they told of")
    if root.unwatched:
        them = "it" if root.unwatched == 1 else "them"
        lines.append(f"  {counted(root.unwatched, 'folder')} cannot be watched; only walks see what happens in {them}")
    if root.unreadable:
        them = "it" if root.unreadable == 1 else "them"
        lines.append(f"  {counted(root.unreadable, 'folder')} cannot be listed; nothing in {them} is scanned:")
        lines += _named(root.gaps, root.unreadable)
    if root.unread:
        stay = "stays" if root.unread == 1 else "stay"
        lines.append(f"  {counted(root.unread, 'file')} cannot be opened, and {stay} undetermined:")
        lines += _named(root.unread_files, root.unread)
    if root.mounts:
        them = "it" if len(root.mounts) == 1 else "them"
        lines.append(f"  {counted(len(root.mounts), 'mount')} below it cannot be watched; only walks see {them}:")
        lines += _named(root.mounts, len(root.mounts))
    return lines


def _named(gaps: Sequence[Gap], number: int) -> list[str]:
    lines = [f"    {visible(gap.path)}: {visible(gap.why)}" for gap in gaps]
    return lines + ([f"    and {number - len(gaps)} more"] if number > len(gaps) else [])


def _walk(root: RootStatus) -> str:
    if root.walking:
        of = f" of about {root.indexed}" if root.indexed > root.met else ""
        return f"being walked now, {root.met}{of} files met" if root.met else "being walked now"
    due = f", to be walked again: {visible(root.doubt)}" if root.doubt else ""
    if root.walked is None:
        return f"never walked{due}"
    counts = (
        f"{counted(root.files, 'file')} in {counted(root.folders, 'folder')}" if root.folders else "nothing counted"
    )
    return f"walked {_span(time.time() - root.walked)} ago, {counts}{due}"


def _waiting(root: RootStatus) -> str:
    if not root.queued:
        return ""
    oldest = "" if root.oldest is None else f", the oldest for {_span(time.time() - root.oldest)}"
    return f"  {counted(root.queued, 'path')} below it wait{'s' * (root.queued == 1)}{oldest}"


def _queue(status: Status) -> str:
    if not status.queued:
        return "nothing waits"
    oldest = "" if status.oldest is None else f", the oldest for {_span(time.time() - status.oldest)}"
    one = status.queued == 1
    return (
        f"{counted(status.queued, 'path')} wait{'s or is' if one else ' or are'} being read ({status.scanning}){oldest}"
    )


def _sink(sink: Delivery) -> list[str]:
    last = "" if sink.last is None else f", the last {_span(time.time() - sink.last)} ago"
    waiting = f"; {counted(sink.waiting, 'entry', 'entries')} of the log to go through" if sink.waiting else ""
    held = f"; {sink.held} held until quiet hours end" if sink.held else ""
    lines = [f"sink {visible(sink.name)}: {counted(sink.sent, 'notice')} passed on{last}{waiting}{held}"]
    if sink.trouble:
        since = "" if sink.since is None else f" for {_span(time.time() - sink.since)}"
        lines.append(f"  cannot pass anything on{since}: {visible(sink.trouble)}; it tries again, and nothing is lost")
    return lines


def _span(seconds: float) -> str:
    """Return a time span in its two largest units."""
    whole = max(0, round(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR} h"
