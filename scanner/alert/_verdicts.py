"""Keeps every verdict, and tells whether one says anything that was not known."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.alert.dedup import substance
from scanner.model.codec import encode
from scanner.model.document import Identity
from scanner.model.record import record
from scanner.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The verdicts in one database; nothing is committed here."""

    connection: sqlite3.Connection

    def keep(self, verdict: Verdict, identity: Identity | None, ruleset: str, now: float) -> bool:
        """Keep a verdict; tell whether it says something else than the last one on the same state of the file.

        A changed policy or rule set has every file decided anew; only where that comes out otherwise is it news.
        """
        told = verdict.findings or verdict.problems
        kept = json.dumps(record(verdict), ensure_ascii=True) if told else None
        state = (os.fsencode(verdict.document.path), json.dumps(encode(identity)))
        said = substance(verdict)
        query = "select substance from verdict where path = ? and identity = ? order by time desc limit 1"
        before: tuple[str] | None = self.connection.execute(query, state).fetchone()
        self.connection.execute(
            "insert or replace into verdict values (?, ?, ?, ?, ?, ?, ?)",
            (*state, ruleset, verdict.outcome.value, said, now, kept),
        )
        # Of a file only what was said last is kept: the rest says nothing any more, and names what was once in it.
        self.connection.execute(
            "delete from verdict where path = ? and not (identity = ? and ruleset = ?)", (*state, ruleset)
        )
        return before != (said,)

    def below(self, folder: str) -> Iterator[str]:
        """Yield the files in a folder and below it of which something was said, by name."""
        prefix = os.path.join(os.fsencode(folder), b"")  # noqa: PTH118 - bytes, as the system gives them
        query = "select distinct path from verdict where path >= ? and path < ? order by path"
        for (path,) in self.connection.execute(query, (prefix, prefix.removesuffix(b"/") + b"0")):
            yield os.fsdecode(path)

    def gone(self, paths: Iterable[str]) -> None:
        """Delete what was said of files that are no more."""
        self.connection.executemany("delete from verdict where path = ?", [(os.fsencode(path),) for path in paths])

    def gone_below(self, folder: str) -> None:
        """Delete what was said of the files in a folder that is no more, and below it."""
        prefix = os.path.join(os.fsencode(folder), b"")  # noqa: PTH118 - bytes, as the system gives them
        query = "delete from verdict where path >= ? and path < ?"
        self.connection.execute(query, (prefix, prefix.removesuffix(b"/") + b"0"))
