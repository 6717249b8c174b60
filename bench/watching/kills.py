"""Kills the agent 200 times while files are written, moved and saved: in the end each has exactly one verdict.

Half of the kills are while it starts or walks, half while its workers read, of whom one is killed first; the moments
are random. What the journal held when the agent was dead counts as acknowledged. After a last run that nobody disturbs,
the files are walked: each has exactly one verdict on its present state; no verdict that was there once is gone, no
alert was raised or passed on twice, and no worker has outlived its agent by a second. A file over whose reading the
agent died three times is undetermined: it is counted.
"""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from bench._processes import children, lives
from bench.watching._daemon import Watch
from bench.watching._oracle import Known, acknowledged, asking, decided, remember, sent_twice, take_account
from scanner.spool.status import read_status

_KILLS, _SMALL = 200, 20
_LIFE, _WORK = (0.05, 2.0), (0.0, 1.0)
_STARTS = 30.0
_OUTLIVES = 1.0
_LONGEST = 900.0
_PAUSE = 0.01
_NAMES, _FOLDERS = 1200, 12
_MARKED = "SECRET//NOFORN\n\nThe paper with the number {}.\n\nSECRET//NOFORN\n"
_PLAIN = "A note with the number {}.\n"


class Disturber:
    """Writes, adds to, saves, moves and deletes files, and renames folders, until it is told to stop."""

    def __init__(self, root: Path, seed: int) -> None:
        """Take where, and how the chances fall."""
        self._root = root
        self._chance = random.Random(seed)  # noqa: S311 - an order, no secret
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.done: Counter[str] = Counter()
        for number in range(_FOLDERS):
            (root / f"{number}").mkdir(exist_ok=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._stopped.set()
        self._thread.join()

    def step(self) -> None:
        """Do one thing."""
        kinds = {self._write: 5, self._append: 2, self._save: 3, self._move: 2, self._delete: 1, self._rename: 0.1}
        (act,) = self._chance.choices([*kinds], [*kinds.values()])
        with contextlib.suppress(FileNotFoundError, OSError):  # what is to be moved may not be there
            act()
            self.done[act.__name__.strip("_")] += 1

    def _run(self) -> None:
        while not self._stopped.wait(_PAUSE):
            self.step()

    def _path(self) -> Path:
        number = self._chance.randrange(_NAMES)
        return self._root / f"{number % _FOLDERS}" / f"{number}.txt"

    def _text(self) -> str:
        return self._chance.choice((_MARKED, _PLAIN, _PLAIN)).format(self._chance.random())

    def _write(self) -> None:
        self._path().write_text(self._text())

    def _append(self) -> None:
        with self._path().open("a") as stream:
            stream.write(self._text())

    def _save(self) -> None:
        path = self._path()
        fresh = path.with_name(f".{path.name}.tmp")
        fresh.write_text(self._text())
        fresh.replace(path)

    def _move(self) -> None:
        self._path().rename(self._path())

    def _delete(self) -> None:
        self._path().unlink()

    def _rename(self) -> None:
        folder, aside = self._root / f"{self._chance.randrange(_FOLDERS)}", self._root / "aside"
        folder.rename(aside)
        aside.rename(folder)


def measure(scratch: Path, *, small: bool) -> Iterator[str]:
    """Kill, let it come to rest, and take account."""
    kills = _SMALL if small else _KILLS
    root, state = scratch / "root", scratch / "state"
    root.mkdir()
    state.mkdir(mode=0o700)
    remember(state)
    chance = random.Random(kills)  # noqa: S311 - moments, no secret
    held: set[bytes] = set()
    known: Known = set()
    workers, outlived, began = 0, 0, time.monotonic()
    with Disturber(root, kills) as disturber:
        for number in range(kills):
            with _agent(root, state) as agent:
                if number % 2:
                    _until_it_works(state, agent.pid)
                    time.sleep(chance.uniform(*_WORK))
                    workers += _kill_worker(agent.pid, chance)
                    time.sleep(chance.uniform(0, 0.1))
                else:
                    time.sleep(chance.uniform(*_LIFE))
                crew = _crew(agent.pid)
                agent.kill()
            outlived += _outlive(crew)
            with contextlib.suppress(sqlite3.OperationalError):  # there is no database yet, or no table
                held |= acknowledged(state)
                known |= decided(state)
    struck = time.monotonic() - began
    with _agent(root, state) as agent:
        watch = Watch(agent, root, state)
        watch.until(lambda: _walked(state, agent.pid), _LONGEST)
        watch.until_quiet(_LONGEST)
        agent.send_signal(signal.SIGTERM)
        agent.wait(60)
    yield from _judge(root, state, held, known)
    acts = ", ".join(f"{name} {times}" for name, times in disturber.done.most_common())
    print(f"  {kills} kills of the agent, {workers} of workers in {struck:.0f} s, meanwhile {acts}", flush=True)
    if outlived:
        yield f"{outlived} workers lived a second after their agent"


def _judge(root: Path, state: Path, held: set[bytes], known: Known) -> Iterator[str]:
    account = take_account(root, state)
    after = decided(state)
    named = {path for path, _ in after}
    unjudged = [path for path in held if path not in named and os.path.lexists(path)]
    twice = sent_twice((state / "alerts.jsonl").read_bytes().splitlines())
    outcomes = ", ".join(f"{outcome} {number}" for outcome, number in account.outcomes.most_common())
    print(
        f"  {len(held)} paths acknowledged, {len(unjudged)} of them without a verdict; {len(known)} verdicts seen"
        f" between the kills, {len(known - after)} gone;"
        f" alerts raised twice {len(account.repeated)}, passed on twice {twice}"
    )
    print(f"  files: {outcomes}, waiting {account.waiting}, unexplained {len(account.unexplained)}", flush=True)
    for what, wrong in (
        ("files have no verdict on their present state", account.unexplained),
        ("files still wait", ["…"] * account.waiting),
        ("files have two verdicts", account.twice),
        ("alerts were raised twice", account.repeated),
        ("acknowledged paths have no verdict", unjudged),
        ("verdicts are gone", sorted(known - after)),
        ("alerts were passed on twice", ["…"] * twice),
    ):
        if wrong:
            yield f"{len(wrong)} {what}, such as {wrong[0]!r}"


@contextlib.contextmanager
def _agent(root: Path, state: Path) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "scanner", "watch", "-q", "--state", str(state), str(root)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as agent:
        try:
            yield agent
        finally:
            agent.kill()


def _walked(state: Path, pid: int) -> bool:
    status = read_status(state)
    return status is not None and status.pid == pid and any(not root.doubt for root in status.roots)


def _crew(agent: int) -> list[int]:
    wardens = children(agent)
    return [*wardens, *(child for warden in wardens for child in children(warden))]


def _until_it_works(state: Path, agent: int) -> None:
    """Wait until there is a verdict more than before, at most so long."""
    before, until = _verdicts(state), time.monotonic() + _STARTS
    while _verdicts(state) <= before and time.monotonic() < until and lives(agent):
        time.sleep(0.05)


def _verdicts(state: Path) -> int:
    with contextlib.suppress(sqlite3.OperationalError), asking(state) as connection:  # as above
        (number,) = connection.execute("select count(*) from said").fetchone()
        return int(number)
    return 0


def _kill_worker(agent: int, chance: random.Random) -> int:
    living = [pid for pid in _crew(agent) if lives(pid)]
    if not living:
        return 0
    with contextlib.suppress(ProcessLookupError):
        os.kill(chance.choice(living), signal.SIGKILL)
    return 1


def _outlive(crew: list[int]) -> int:
    until = time.monotonic() + _OUTLIVES
    while (living := [pid for pid in crew if lives(pid)]) and time.monotonic() < until:
        time.sleep(0.01)
    return len(living)
