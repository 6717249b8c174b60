"""Measures the alert store: `python -m bench.alerts [ALERTS]`, 100,000 of them unless said otherwise.

It fills a store in a temporary folder, and says how long a first page takes, from within and by the command, and an
export; how fast verdicts are recorded; what 10,000 copies come to; and how many of 200 damages of random rows are
noticed. It fails where copies are not one alert with every path, a damage is not noticed, a whole store is called
damaged, or the first page takes over 0.3 s beyond the start of its command.
"""

import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench._copied import copy_all, parts
from scanner.alert.store import AlertStore
from scanner.app.alerts import alert_store
from scanner.model.alert import State
from scanner.model.document import Document, Identity
from scanner.model.finding import Finding, Kind, Role, Severity
from scanner.model.label import Label, Level
from scanner.model.place import Part, Place
from scanner.model.verdict import Outcome, Verdict
from scanner.model.wanted import Wanted
from scanner.spool.database import DATABASE, connect

_ALERTS = 100_000
_COPIES = 10_000
_RECORDED = 20_000
_DAMAGES = 200
_SMALL = 500  # alerts in the store that is damaged
_FIRST_PAGE = 0.3  # seconds, beyond the start of the command
_BATCH = 200  # verdicts in one transaction, as the daemon writes them
_LABEL = Label(Level("us", "s", "SECRET", 3, 4), caveats=frozenset({"NOFORN"}))


def violation(path: str, number: int) -> Verdict:
    """Return the verdict on a marked file whose content is known by a number."""
    marking = Finding(
        Kind.MARKING,
        "us",
        Place(path.rpartition("/")[2], ("b.docx",), Part.HEADER, 1),
        _LABEL,
        role=Role.BANNER,
        confidence=0.99,
        evidence="SECRET//NOFORN",
        reasons=("full_grammar", "line_isolated", "header_part"),
    )
    return Verdict(
        Document(path, 812, None, f"{number:064x}", "application/zip"),
        f"zone-{number % 20}",
        Outcome.VIOLATION,
        (_LABEL,),
        (marking,),
        severity=Severity(2 + number % 3),
        why="SECRET//NOFORN in a zone whose ceiling is UNCLASSIFIED",
        guidance="Move it to a place where it may stand, and tell its owner.",
        owner="press@corp.example",
        alerting=True,
    )


def clean(path: str, number: int) -> Verdict:
    """Return the verdict on a file in which nothing was found."""
    return Verdict(Document(path, 812, None, f"{number:064x}", "text/plain"), "zone-1", Outcome.CLEAN)


def fill(state: Path, number: int) -> float:
    """Fill a store with alerts; return how many verdicts a second were recorded.

    Of very many a part is recorded, and the rest are copies of these.
    """
    number, often = parts(number)
    with _opened(state) as (connection, store):
        begun = time.perf_counter()
        _record(connection, store, number, lambda turn: violation(f"/srv/share/{turn % 1000}/{turn}.zip", turn))
        rate = number / (time.perf_counter() - begun)
        with connection:
            for turn, alert in enumerate(store.alerts(limit=number // 50)):
                if turn % 2:
                    store.acknowledge(alert.key, "ann", "", 1e6)
                else:
                    store.resolve(alert.key, "done", "ann", 1e6)
        copy_all(connection, state, store, often)
    return rate


def pages(state: Path) -> Iterator[tuple[str, float]]:
    """Yield how long each question takes, as a command asks it: with a connection of its own."""
    asked: dict[str, Callable[[AlertStore], object]] = {
        "alerts(limit=50)": lambda store: store.alerts(limit=50),
        "count()": lambda store: store.count(),
        "counts()": lambda store: store.counts(),
        "alerts(critical, limit=50)": lambda store: store.alerts(Wanted(severity=Severity.CRITICAL), 50),
        "alerts(resolved, limit=50)": lambda store: store.alerts(Wanted(states=(State.RESOLVED,)), 50),
        "alerts(zone-7, limit=50)": lambda store: store.alerts(Wanted(zones=("zone-7",)), 50),
        "alerts(below a folder, limit=50)": lambda store: store.alerts(Wanted(path="/srv/share/7"), 50),
        "alerts(glob, limit=50)": lambda store: store.alerts(Wanted(path="*/77*.zip"), 50),
        "alerts(label that none has)": lambda store: store.alerts(Wanted(labels=("TOP SECRET",)), 50),
        "count(glob)": lambda store: store.count(Wanted(path="*/77*.zip")),
    }
    for name, ask in asked.items():
        begun = time.perf_counter()
        with _opened(state) as (_, store):
            ask(store)
        yield name, time.perf_counter() - begun


def command(state: Path, *arguments: str, rounds: int = 5) -> tuple[float, float]:
    """Return how many seconds a command takes by the clock and of the processor, the least of some rounds."""
    times: list[tuple[float, float]] = []
    for _ in range(rounds):
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(
            (sys.executable, *arguments), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=state
        )
        took, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append((took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    return min(took for took, _ in times), min(spent for _, spent in times)


def copies(state: Path, number: int) -> tuple[float, int, int, int]:
    """Record copies one by one; return seconds, alerts, paths and entries."""
    with _opened(state) as (connection, store):
        begun = time.perf_counter()
        _record(connection, store, number, lambda turn: violation(f"/srv/drop/{turn}.zip", 1))
        seconds = time.perf_counter() - begun
        (alert,) = store.alerts()
        standing = sum(standing.gone is None for standing in store.paths(alert.key))
        return seconds, store.count(), standing, store.head()[0]


def rate(state: Path, number: int, make: Callable[[str, int], Verdict]) -> float:
    """Return how many verdicts are recorded in a second."""
    with _opened(state) as (connection, store):
        begun = time.perf_counter()
        _record(connection, store, number, lambda turn: make(f"/srv/{turn % 100}/{turn}", turn))
        return number / (time.perf_counter() - begun)


def damages(state: Path, number: int) -> int:
    """Alter, delete, exchange, insert or cut at random rows of the log, each in a copy; return how many are noticed."""
    fill(state, _SMALL)
    with _opened(state) as (connection, _):
        connection.execute("pragma wal_checkpoint(truncate)").fetchone()
    chosen = random.Random(1)  # noqa: S311 - the same damages every time
    noticed = 0
    for turn in range(number):
        with closing(sqlite3.connect(":memory:")) as connection:
            with closing(sqlite3.connect(state / DATABASE)) as source:
                source.backup(connection)
            damage(connection, turn % 5, chosen)
            noticed += alert_store(connection, state).verify() is not None
    return noticed


def damage(connection: sqlite3.Connection, kind: int, chosen: random.Random) -> None:
    """Do what somebody who can write the database may do to hide something."""
    (last,) = connection.execute("select max(number) from alert_log").fetchone()
    number = chosen.randint(1, last - 1)
    if kind == 0:
        column = chosen.choice(("time", "change", "alert", "who", "note", "data", "head"))
        connection.execute(f"update alert_log set {column} = {column} || '1' where number = ?", (number,))  # noqa: S608 - a column
    elif kind == 1:
        connection.execute("delete from alert_log where number = ?", (number,))
    elif kind == 2:  # noqa: PLR2004 - the third kind
        for before, after in ((number, -1), (number + 1, number), (-1, number + 1)):
            connection.execute("update alert_log set number = ? where number = ?", (after, before))
    elif kind == 3:  # noqa: PLR2004 - the fourth kind
        connection.execute(
            """insert into alert_log select ?, time, change, alert, who, note, data, head from alert_log
                where number = ?""",
            (last + 1, number),
        )
    else:
        connection.execute("delete from alert_log where number > ?", (number,))
        row = connection.execute("select number, head from alert_log where number = ?", (number,)).fetchone()
        said = "update alert_meta set value = ? || substr(value, -17) where name = 'head'"
        connection.execute(said, (f"{row[0]} {row[1]}",))


@contextmanager
def _opened(state: Path) -> Iterator[tuple[sqlite3.Connection, AlertStore]]:
    with closing(connect(state)) as connection:
        yield connection, alert_store(connection, state)


def _record(connection: sqlite3.Connection, store: AlertStore, number: int, make: Callable[[int], Verdict]) -> None:
    for first in range(0, number, _BATCH):
        with connection:
            for turn in range(first, min(first + _BATCH, number)):
                store.record(make(turn), Identity(1, turn, 1, 1, 1), "rules", float(turn))


def main() -> None:
    """Measure, and print each figure as it comes."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else _ALERTS
    folder = Path(tempfile.mkdtemp(prefix="docwarden-alerts-"))
    try:
        _say("load of the machine", *os.getloadavg())
        _say("clean verdicts recorded a second", rate(folder / "clean", _RECORDED, clean))
        _say("violations recorded a second", rate(folder / "bad", _RECORDED, violation))
        seconds, alerts, paths, entries = copies(folder / "copies", _COPIES)
        _say(f"{_COPIES:,} copies: seconds", seconds)
        _say(f"{_COPIES:,} copies: alerts, paths, entries", alerts, paths, entries)
        noticed = damages(folder / "damaged", _DAMAGES)
        _say(f"of {_DAMAGES} damages noticed", noticed)
        state = folder / "many"
        _say(f"{number:,} alerts: verdicts a second", fill(state, number))
        for name, took in pages(state):
            _say(f"{name}: seconds", took)
        beyond = commands(state)
        begun = time.perf_counter()
        with _opened(state) as (_, store):
            broken = store.verify()
        _say("verify(): seconds", time.perf_counter() - begun)
        _say("verify(): what is broken", broken)
        _say("bytes an alert", (state / DATABASE).stat().st_size / number)
    finally:
        shutil.rmtree(folder)
    if (alerts, paths, noticed, broken) != (1, _COPIES, _DAMAGES, None) or beyond > _FIRST_PAGE:
        sys.exit(1)


def commands(state: Path) -> float:
    """Say how long commands take; return how many seconds a first page takes beyond the start of its command."""
    listing = ("-m", "scanner", "alerts", "list", "--limit", "50")
    export = ("-m", "scanner", "alerts", "export")
    for name, arguments, rounds in (
        ("python", ("-c", ""), 5),
        ("docwarden --version", ("-m", "scanner", "--version"), 5),
        ("docwarden alerts export", (*export, "--state", str(state)), 1),
        ("docwarden alerts export -f csv --paths", (*export, "-f", "csv", "--paths", "--state", str(state)), 1),
    ):
        _say(f"{name}: seconds, of the processor", *command(state, *arguments, rounds=rounds))
    start = command(state, *listing, "--help")
    page = command(state, *listing, "--state", str(state))
    _say("docwarden alerts list --help: seconds, of the processor", *start)
    _say("docwarden alerts list: seconds, of the processor", *page)
    _say("first page beyond the start: seconds, of the processor", page[0] - start[0], page[1] - start[1])
    return page[0] - start[0]


def _say(what: str, *values: object) -> None:
    said = ", ".join(f"{value:,.3f}" if isinstance(value, float) else str(value) for value in values)
    print(f"{what:58} {said}", flush=True)


if __name__ == "__main__":
    main()
