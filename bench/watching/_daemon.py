"""Runs `docwarden watch` for a measurement, and looks at what it has done."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.watching._oracle import remember
from scanner.model.way import Way
from scanner.spool.database import DATABASE
from scanner.spool.status import RootStatus, read_status
from scanner.watch.fanotify import refusal

_TICK = os.sysconf("SC_CLK_TCK")
_PAUSE = 0.25
NOISE = ".noise"
"""The end of names that are left out: what happens to them fills the queue of the kernel, and gives nobody work."""


class Watch:
    """A daemon that runs."""

    def __init__(self, process: "subprocess.Popen[bytes]", root: Path, state: Path) -> None:
        """Take its process, what it watches, and where it keeps what it knows."""
        self.process = process
        self.root = root
        self._state = state

    def verdicts(self) -> set[str]:
        """Return every path that has a verdict."""
        return {os.fsdecode(path) for (path,) in self._ask("select distinct path from verdict")}

    def missing(self) -> list[str]:
        """Return every file below the root that has no verdict."""
        known = self.verdicts()
        walked = os.walk(self.root)
        files = (os.path.join(top, name) for top, _, names in walked for name in names)  # noqa: PTH118 - the quick form
        return [path for path in files if path not in known and not path.endswith(NOISE)]

    def quiet(self) -> bool:
        """Tell whether nothing waits, no walk is due and the journal knows of all that was reported."""
        waiting = self._ask("select 1 from queue union all select 1 from root where dirty > clean limit 1")
        return not waiting

    def until_quiet(self, seconds: float) -> float:
        """Wait until it stays quiet for three looks, and return the seconds; at most so many."""
        began, seen = time.monotonic(), 0
        while seen < 3 and time.monotonic() - began < seconds:  # noqa: PLR2004 - as said
            seen = seen + 1 if self.quiet() else 0
            time.sleep(_PAUSE)
        return time.monotonic() - began

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait for something, at most so long; tell whether it came."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end or self.process.poll() is not None:
                return False
            time.sleep(_PAUSE)
        return True

    def status(self) -> RootStatus:
        """Return what it said last of its root."""
        status = read_status(self._state)
        if status is None:
            message = "it has said nothing yet"
            raise RuntimeError(message)
        return status.roots[0]

    def busy(self) -> float:
        """Return the seconds of processor time that it used so far, without its workers."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Hold it for a while, so that nobody reads the queue of the kernel."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def _ask(self, question: str) -> list[tuple[bytes, ...]]:
        with closing(sqlite3.connect(f"file:{self._state / DATABASE}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(question).fetchall()


@contextmanager
def watching(root: Path, state: Path, way: Way, *, parse: bool = False, seconds: float = 600.0) -> Iterator[Watch]:
    """Run a daemon over a root until its first walk is done and all it found has a verdict; yield it, then end it.

    With `parse` it is the product itself; without, its workers read nothing (`_unread`).
    """
    state.mkdir(mode=0o700)
    remember(state)
    config = state.with_suffix(".toml")
    config.write_text(f'version = 1\n[watch]\nreader = "{way}"\nexclude = ["*{NOISE}"]\n', encoding="utf-8")
    config.chmod(0o600)
    command = [sys.executable, "-m", "bench.watching._unread", str(root), str(state), str(way), f"*{NOISE}"]
    if parse:
        command = [sys.executable, "-m", "scanner", "watch", "-q", "-c", str(config), "--state", str(state), str(root)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        watch = Watch(process, root, state)
        try:
            began = watch.until(lambda: (state / "status.json").exists() and watch.status().walked is not None, seconds)
            if not began:
                message = "the daemon did not begin"
                raise RuntimeError(message)
            watch.until_quiet(seconds)
            yield watch
        finally:
            process.terminate()
            process.wait(60)


def ways(folder: Path) -> Iterator[Way]:
    """Yield the readers that can be had here, and say of the other why not."""
    yield Way.INOTIFY
    if why := refusal(str(folder)):
        print(f"  fanotify is left out: {why}")
    else:
        yield Way.FANOTIFY
