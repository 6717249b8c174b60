"""Compares what stands in a watched folder with what the state database says of it, after everything is over."""

import json
import os
import sqlite3
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from scanner.alert.store import AlertStore
from scanner.model.codec import encode
from scanner.model.verdict import Outcome
from scanner.spool.database import DATABASE, connect
from scanner.worker.opening import identity_of

_ALERTING = (Outcome.VIOLATION.value, Outcome.UNDETERMINED.value)

Known = set[tuple[bytes, str]]
"""Paths with the state of the file that a verdict is about."""


@dataclass(slots=True)
class Account:
    """What a walk found: files by what explains them, and those that nothing explains or two verdicts do.

    `repeated` are paths with more alerts than states that alert.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    unexplained: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)


def remember(state: Path) -> None:
    """Have the database of a state folder keep every verdict that is ever written; of a file it holds the last only.

    To be called before the daemon begins.
    """
    with closing(connect(state)) as connection, connection:
        AlertStore(connection)
        connection.execute("create table if not exists said (path blob, identity text, ruleset text, outcome text)")
        connection.execute("create index if not exists said_path on said (path, identity)")
        connection.execute(
            """create trigger if not exists remember after insert on verdict
               begin insert into said values (new.path, new.identity, new.ruleset, new.outcome); end"""
        )


def take_account(root: Path, state: Path) -> Account:
    """Walk a root, and look for the one verdict on the present state of each file, or its row in the queue."""
    account = Account()
    with asking(state) as connection:
        for path in _files(root):
            name = os.fsencode(path)
            identity = json.dumps(encode(identity_of(os.lstat(path))))
            found = connection.execute(
                "select outcome from said where path = ? and identity = ? group by ruleset", (name, identity)
            )
            outcomes = [outcome for (outcome,) in found]
            if len(outcomes) > 1:
                account.twice.append(path)
            elif outcomes:
                account.outcomes[outcomes[0]] += 1
            elif connection.execute("select 1 from queue where path = ?", (name,)).fetchone():
                account.waiting += 1
            else:
                account.unexplained.append(path)
        repeated = connection.execute(
            """select path from alert where coverage is null and count >
                   (select count(*) from alert_path join said on said.path = alert_path.path
                    where alert_path.alert = alert.key and outcome in (?, ?))""",
            _ALERTING,
        )
        account.repeated.extend(os.fsdecode(path) for (path,) in repeated)
    return account


def acknowledged(state: Path) -> set[bytes]:
    """Return the paths that the journal holds."""
    with asking(state) as connection:
        return {path for (path,) in connection.execute("select path from queue where kind <> 'tree'")}


def decided(state: Path) -> Known:
    """Return every path and state with a verdict."""
    with asking(state) as connection:
        return set(connection.execute("select path, identity from said"))


def sent_twice(lines: Iterable[bytes]) -> int:
    """Return how many notices about files were written twice; a line that a kill has torn is none."""
    seen: Counter[str] = Counter()
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if "coverage" not in told:
            seen[told["notice"]["id"]] += 1
    return sum(times - 1 for times in seen.values())


def asking(state: Path) -> "closing[sqlite3.Connection]":
    """Open the database of a state folder for reading."""
    return closing(sqlite3.connect(f"file:{state / DATABASE}?mode=ro", uri=True, timeout=30))


def _files(root: Path) -> Iterator[str]:
    for top, _, names in os.walk(root):
        for name in names:
            path = os.path.join(top, name)  # noqa: PTH118 - as the system gives it
            if stat.S_ISREG(os.lstat(path).st_mode):
                yield path
