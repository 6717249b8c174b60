"""Keeps which files each alert is about, and which it was about before."""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.alert._chain import Value, seal, text, untext
from scanner.model.alert import Standing

_ROW = b"a file"
_SLASH, _AFTER_SLASH = b"/", b"0"


@dataclass(frozen=True, slots=True)
class Paths:
    """The files of alerts in one database, sealed with one key; nothing is committed here.

    A file stands in one alert at a time.
    """

    connection: sqlite3.Connection
    key: bytes

    def alert_of(self, path: str) -> str | None:
        """Return the key of the alert that a file stands in."""
        query = "select alert from alert_path where path = ? and gone is null"
        row = self.connection.execute(query, (os.fsencode(path),)).fetchone()
        return None if row is None else str(row[0])

    def last_alert_of(self, path: str) -> str | None:
        """Return the key of the alert that a file left last."""
        query = "select alert from alert_path where path = ? and gone is not null order by gone desc, alert limit 1"
        row = self.connection.execute(query, (os.fsencode(path),)).fetchone()
        return None if row is None else str(row[0])

    def any_stands(self) -> bool:
        """Tell whether any file stands in an alert."""
        return self.connection.execute("select 1 from alert_path where gone is null limit 1").fetchone() is not None

    def put(self, alert: str, path: str, now: float) -> None:
        """Keep that a file stands in an alert, and was seen now."""
        query = "select first_seen, last_seen from alert_path where alert = ? and path = ?"
        before = self.connection.execute(query, (alert, os.fsencode(path))).fetchone()
        first, last = before or (now, now)
        self.write(alert, Standing(path, first, max(now, last)))  # a clock may be set back

    def leave(self, alert: str, path: str, now: float) -> None:
        """Keep that a file does not stand in an alert any more."""
        query = "select first_seen, last_seen from alert_path where alert = ? and path = ?"
        first, last = self.connection.execute(query, (alert, os.fsencode(path))).fetchone()
        self.write(alert, Standing(path, first, last, now))

    def write(self, alert: str, standing: Standing) -> None:
        """Write one row."""
        gone = None if standing.gone is None else float(standing.gone)
        first, last = float(standing.first_seen), float(standing.last_seen)
        row: tuple[Value, ...] = (alert, os.fsencode(standing.path), first, last, gone)
        self.connection.execute(
            "insert or replace into alert_path values (?, ?, ?, ?, ?, ?)", (*row, seal(self.key, _ROW, *row))
        )

    def one_of(self, alert: str) -> str | None:
        """Return a file that stands in an alert."""
        query = "select path from alert_path where alert = ? and gone is null limit 1"
        row = self.connection.execute(query, (alert,)).fetchone()
        return None if row is None else os.fsdecode(row[0])

    def newest_of(self, alert: str, since: float) -> str | None:
        """Return the file of an alert that stands there and came last, if it did so later than a time."""
        query = """select path from alert_path where alert = ? and gone is null and first_seen >= ?
            order by first_seen desc limit 1"""
        row = self.connection.execute(query, (alert, since)).fetchone()
        return None if row is None else os.fsdecode(row[0])

    def elsewhere(self, content: str, zone: str) -> tuple[str, str] | None:
        """Return a file that stands in an alert about a content in another zone, and that zone."""
        query = """select alert_path.path, zone from alert join alert_path on alert = key
            where content = ? and content <> '' and zone <> ? and gone is null limit 1"""
        row = self.connection.execute(query, (content, text(zone))).fetchone()
        return None if row is None else (os.fsdecode(row[0]), untext(row[1]))

    def with_content(self, content: str, most: int) -> list[str]:
        """Return files of alerts about a content that stand there; at most so many."""
        query = """select alert_path.path from alert join alert_path on alert = key
            where content = ? and content <> '' and gone is null limit ?"""
        return [os.fsdecode(path) for (path,) in self.connection.execute(query, (content, most))]

    def unread(self, folder: str) -> list[str]:
        """Return the files in a folder and below it that stand in alerts and could not be read."""
        prefix = os.path.join(os.fsencode(folder), b"")  # noqa: PTH118 - bytes, as the system gives them
        query = """select alert_path.path from alert cross join alert_path on alert = key
            where length(content) = 0 and coverage is null and gone is null
            and alert_path.path >= ? and alert_path.path < ?"""
        rows = self.connection.execute(query, (prefix, prefix.removesuffix(_SLASH) + _AFTER_SLASH))
        return [os.fsdecode(path) for (path,) in rows]

    def of(self, alert: str) -> Iterator[Standing]:
        """Yield every file of an alert, in the order of their names."""
        query = "select path, first_seen, last_seen, gone from alert_path where alert = ? order by path"
        for path, first, last, gone in self.connection.execute(query, (alert,)):
            yield Standing(os.fsdecode(path), first, last, gone)

    def standing(self, paths: Iterable[str]) -> dict[str, list[str]]:
        """Return those of some files that stand in alerts, by alert."""
        found: dict[str, list[str]] = {}
        for path in paths:
            if (alert := self.alert_of(path)) is not None:
                found.setdefault(alert, []).append(path)
        return found

    def below(self, folder: str) -> dict[str, list[str]]:
        """Return the files in a folder and below it that stand in alerts, by alert."""
        prefix = os.path.join(os.fsencode(folder), b"")  # noqa: PTH118 - bytes, as the system gives them
        query = "select alert, path from alert_path where gone is null and path >= ? and path < ?"
        found: dict[str, list[str]] = {}
        for alert, path in self.connection.execute(query, (prefix, prefix.removesuffix(_SLASH) + _AFTER_SLASH)):
            found.setdefault(alert, []).append(os.fsdecode(path))
        return found

    def sealed(self, alert: str) -> Iterator[tuple[str, bool, bool]]:
        """Yield every file of an alert, whether it stands, and whether its row is as it was written."""
        query = "select alert, path, first_seen, last_seen, gone, seal from alert_path where alert = ?"
        for row in self.connection.execute(query, (alert,)):
            yield os.fsdecode(row[1]), row[4] is None, seal(self.key, _ROW, *row[:-1]) == row[-1]

    def forget(self, alert: str) -> None:
        """Delete the files of an alert."""
        self.connection.execute("delete from alert_path where alert = ?", (alert,))
