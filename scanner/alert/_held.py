"""Remembers in the database which entries of the log wait for the end of quiet hours, and which of them go together."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

_TABLE = """
    create table if not exists alert_held (
        sink text not null,
        number integer not null,
        zone text not null,
        batch integer not null default 0,
        primary key (sink, number)
    ) without rowid
"""


@dataclass(frozen=True, slots=True)
class Held:
    """What waits for one sink. The connection is committed by whoever has it."""

    connection: sqlite3.Connection
    sink: str

    def prepare(self) -> None:
        """Make the table where it is missing."""
        self.connection.execute(_TABLE)

    def add(self, numbers: Iterable[tuple[int, str]]) -> None:
        """Have entries wait: the number of each, and the zone it is about."""
        rows = (
            (self.sink, number, zone.encode("utf-8", "surrogatepass").decode("latin-1")) for number, zone in numbers
        )
        self.connection.executemany("insert or ignore into alert_held (sink, number, zone) values (?, ?, ?)", rows)

    def count(self) -> int:
        """Return how many wait."""
        query = "select count(*) from alert_held where sink = ?"
        return int(self.connection.execute(query, (self.sink,)).fetchone()[0])

    def numbers(self, after: int, to: int) -> frozenset[int]:
        """Return which entries wait among those that follow on a number, up to another."""
        query = "select number from alert_held where sink = ? and number > ? and number <= ?"
        return frozenset(number for (number,) in self.connection.execute(query, (self.sink, after, to)))

    def zones(self) -> tuple[str, ...]:
        """Return the zones whose entries wait, and were not put into a batch yet."""
        query = "select distinct zone from alert_held where sink = ? and batch = 0"
        return tuple(zone for (zone,) in self.connection.execute(query, (self.sink,)))

    def gather(self, zone: str) -> None:
        """Put what waits of a zone into a batch: that is sent as one notice, and stays as it is until it is taken."""
        where = "sink = ? and zone = ? and batch = 0"
        self.connection.execute(
            f"update alert_held set batch = (select max(number) from alert_held where {where}) where {where}",  # noqa: S608 - a constant
            (self.sink, zone, self.sink, zone),
        )

    def batch(self) -> tuple[int, tuple[int, ...]] | None:
        """Return the first batch and the numbers in it, None where there is none."""
        query = "select batch from alert_held where sink = ? and batch > 0 order by batch limit 1"
        row = self.connection.execute(query, (self.sink,)).fetchone()
        if row is None:
            return None
        query = "select number from alert_held where sink = ? and batch = ? order by number"
        return row[0], tuple(number for (number,) in self.connection.execute(query, (self.sink, row[0])))

    def forget(self, batch: int) -> None:
        """Take note that a batch was taken."""
        self.connection.execute("delete from alert_held where sink = ? and batch = ?", (self.sink, batch))
