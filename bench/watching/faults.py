"""Breaks what the daemon stands on, and mends it: it says so, it goes on by itself, and every file has a verdict.

A database that is locked for a minute; a disk that is full (root only, on a small tmpfs); pages of the database that
are overwritten while it runs; a root that is unmounted and mounted again (root only); folders and files that may not be
read for a while (not for root, who may read all).
"""

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.watching._daemon import Watch, watching
from scanner.model.way import Way
from scanner.spool.database import DATABASE
from scanner.spool.status import Status, read_status

_FILES = 500
_LOCKED, _SHORT = 60.0, 8.0
_DISK = 64 << 20
_SOON, _LONGEST = 60.0, 300.0


def measure(scratch: Path, *, small: bool) -> Iterator[str]:
    """Measure every fault that can be made here."""
    yield from _locked(scratch, _SHORT if small else _LOCKED)
    yield from _damaged(scratch)
    if os.geteuid() == 0:
        print("  permissions are left out: root may read everything")
        yield from _full(scratch)
        yield from _unmounted(scratch)
    else:
        print("  a full disk and an unmounted root are left out: only root mounts")
        yield from _forbidden(scratch)


def _locked(scratch: Path, seconds: float) -> Iterator[str]:
    root, state = _folder(scratch, "locked")
    with watching(root, state, Way.AUTO) as watch:
        with closing(sqlite3.connect(state / DATABASE, isolation_level=None)) as other:
            other.execute("begin immediate")
            _fill(root, "locked")
            said = watch.until(lambda: "locked" in _status(state).trouble, _SOON)
            time.sleep(seconds)
            other.execute("rollback")
        yield from _mended(watch, state, f"locked for {seconds:.0f} s", said=said)


def _damaged(scratch: Path) -> Iterator[str]:
    root, state = _folder(scratch, "damaged")
    _fill(root, "before")
    with watching(root, state, Way.AUTO, parse=True, seconds=_LONGEST) as watch:
        with closing(sqlite3.connect(state / DATABASE, isolation_level=None, timeout=_SOON)) as other:
            pages = other.execute("select rootpage from sqlite_master where tbl_name in ('file', 'folder')").fetchall()
            (size,) = other.execute("pragma page_size").fetchone()
            other.execute("pragma wal_checkpoint(truncate)").fetchone()
            with (state / DATABASE).open("r+b") as file:
                for (page,) in pages:
                    file.seek((page - 1) * size)
                    file.write(os.urandom(size))
            other.execute("update root set why = why")  # so that the daemon reads its pages again
        _fill(root, "after")
        watch.process.send_signal(signal.SIGHUP)
        said = watch.until(lambda: any("set aside" in note for note in _status(state).notes), _SOON)
        yield from _mended(watch, state, "pages overwritten", said=said)
        if not list(state.glob(f"{DATABASE}.damaged-*")):
            yield "pages overwritten: the damaged database is gone"


def _full(scratch: Path) -> Iterator[str]:
    root, _ = _folder(scratch, "full")
    disk = scratch / "disk"
    disk.mkdir()
    with _mounted("-t", "tmpfs", "-o", f"size={_DISK},mode=700", "tmpfs", str(disk)):
        state = disk / "state"
        with watching(root, state, Way.AUTO) as watch:
            free = os.statvfs(disk)
            (disk / "filler").write_bytes(bytes(free.f_bavail * free.f_bsize))
            _fill(root, "full")
            # The status cannot be written either, so it is the journal that tells: nothing in it moves.
            stuck = watch.until(lambda: len(watch.missing()) > 0, _SOON)
            time.sleep(_SHORT)
            said = stuck and bool(watch.missing())
            (disk / "filler").unlink()
            yield from _mended(watch, state, "disk full", said=said)


def _unmounted(scratch: Path) -> Iterator[str]:
    root, state = _folder(scratch, "share")
    source = scratch / "source"
    source.mkdir()
    _fill(source, "before")
    with _mounted("--bind", str(source), str(root)), watching(root, state, Way.AUTO) as watch:
        subprocess.run(["umount", "-l", root], check=True)  # noqa: S607 - the system's own
        said = watch.until(lambda: "not mounted" in watch.status().trouble, _SOON)
        _fill(source, "meanwhile")
        subprocess.run(["mount", "--bind", source, root], check=True)  # noqa: S607 - the system's own
        watch.until(lambda: not watch.status().trouble, _SOON)
        yield from _mended(watch, state, "unmounted and mounted again", said=said)


def _forbidden(scratch: Path) -> Iterator[str]:
    root, state = _folder(scratch, "forbidden")
    _fill(root / "closed", "before")
    with watching(root, state, Way.AUTO) as watch:
        (root / "closed").chmod(0)
        (root / "open").write_text("forbidden\n")
        (root / "open").chmod(0)
        watch.process.send_signal(signal.SIGHUP)
        said = watch.until(lambda: watch.status().unreadable == watch.status().unread == 1, _SOON)
        (root / "open").chmod(0o600)
        (root / "closed").chmod(0o700)
        _fill(root / "closed", "after")
        watch.until(lambda: not watch.status().unreadable and not watch.status().unread, 2 * _SOON)
        yield from _mended(watch, state, "not to be read for a while", said=said)


def _mended(watch: Watch, state: Path, what: str, *, said: bool) -> Iterator[str]:
    began = time.monotonic()
    watch.until(lambda: not watch.missing(), _LONGEST)  # what could not be written down yet is in no journal
    watch.until_quiet(_LONGEST)
    took, missing = time.monotonic() - began, watch.missing()
    well = watch.until(lambda: not _status(state).trouble and not watch.status().trouble, _SOON)
    lost = watch.status()
    print(
        f"  {what}: {'said' if said else 'NOT said'}, {len(missing)} without a verdict after {took:.0f} s,"
        f" {'well again' if well else 'NOT well again'}; events lost {lost.lost} times, made good {lost.recovered}",
        flush=True,
    )
    if missing:
        yield f"{what}: {len(missing)} have no verdict, such as {missing[0]}"
    if not said or not well:
        yield f"{what}: {'it is not well again' if said else 'it was not said'}"


def _folder(scratch: Path, name: str) -> tuple[Path, Path]:
    (scratch / name).mkdir()
    return scratch / name, scratch / f"{name}-state"


def _fill(folder: Path, name: str) -> None:
    for number in range(_FILES):
        path = folder / str(number % 10) / f"{name}{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name} {number}\n")


def _status(state: Path) -> Status:
    status = read_status(state)
    return Status(0, "", "", 0.0, 0.0) if status is None else status


@contextmanager
def _mounted(*options: str) -> Iterator[None]:
    _run("mount", *options)
    try:
        yield
    finally:
        _run("umount", "-l", options[-1])


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
