"""The log of alerts: an entry for each thing that happened, chained so that none can be changed unseen."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.alert._chain import Value, name_of, seal, text, untext
from scanner.alert._data import read_alert, settled, write_alert
from scanner.alert._packed import pack
from scanner.alert._tables import meta, put_meta
from scanner.errors import StoreError
from scanner.model.alert import Alert, Broken, Change, Entry

_COLUMNS = "number, time, change, alert, who, note, data, head"
_LINK = b"an entry"
_UNKNOWN = "unknown"
_MOST = (1 << 63) - 1
_AT_ONCE = 50_000  # entries; deleting them takes a second, in which others wait
_BEGIN = re.compile(r"the log begins after entry (\d+), whose head is ([0-9a-f]*)")
_OLD = re.compile(r"alerts resolved before ([0-9.e+]+) s")
_Row = tuple[int, float, str, str, str | bytes, str | bytes, str, str]


@dataclass(frozen=True, slots=True)
class Log:
    """The entries in one database, sealed with one key; nothing is committed here.

    `name` is what the key is told from others by; `given` says whether it is that of the installation.
    """

    connection: sqlite3.Connection
    key: bytes
    given: bool

    def append(  # noqa: PLR0913 - they are what an entry is
        self, change: Change, alert: Alert, now: float, *, who: str = "", note: str = "", packed: str = ""
    ) -> int:
        """Write an entry, and return its number; `packed` is the verdict of the alert where it is written already.

        Raises:
            StoreError: the log is sealed with the key of the installation, and that was not given.
        """
        number, before, name = self._last()
        if not self.given and name not in {"", name_of(self.key)}:
            message = "the log of alerts is sealed with the key of this installation, and cannot be written without it"
            raise StoreError(message)
        number += 1
        data = write_alert(alert, packed or pack(alert.verdict))
        row = (number, float(now), change.value, alert.key, text(who), text(note), data)
        head = self._head(before, row)
        self.connection.execute("insert into alert_log values (?, ?, ?, ?, ?, ?, ?, ?)", (*row, head))
        put_meta(self.connection, "head", f"{number} {head} {name or name_of(self.key)}")
        return number

    def head(self) -> tuple[int, str]:
        """Return the number and the head of the last entry, 0 and "" where there is none.

        What was said of it stands beside the log as well: an entry that is missing at the end leaves a gap.
        """
        number, head, _ = self._last()
        return number, head

    def entries(self, after: int, limit: int) -> tuple[Entry, ...]:
        """Return entries in their order, those with a greater number than `after`."""
        query = f"select {_COLUMNS} from alert_log where number > ? order by number limit ?"  # noqa: S608 - a constant
        return tuple(_entry(row) for row in self.connection.execute(query, (after, limit)))

    def history(self, key: str) -> tuple[Entry, ...]:
        """Return the entries about an alert, the first of them first."""
        query = f"select {_COLUMNS} from alert_log where alert = ? order by number"  # noqa: S608 - a constant
        return tuple(_entry(row) for row in self.connection.execute(query, (key,)))

    def last_numbers(self) -> dict[str, int]:
        """Return the number of the last entry about each alert."""
        return dict(self.connection.execute("select alert, max(number) from alert_log group by alert"))

    def settled(self, number: int) -> tuple[object, ...]:
        """Return what an entry says of an alert that changes with no other than an entry, as `Rows.proofs` does."""
        query = "select data from alert_log where number = ?"
        return settled(self.connection.execute(query, (number,)).fetchone()[0])

    def begin(self) -> tuple[int, str]:
        """Return the number and the head before the first entry there is."""
        first = self.connection.execute("select min(number) from alert_log").fetchone()[0]
        if first in {None, 1}:
            return 0, ""
        return self._forgotten().get(first - 1, (first - 1, _UNKNOWN))

    def verify(self, anchor: tuple[int, str] | None = None) -> Broken | None:
        """Follow the chain from its begin to its end; return the first link that does not hold.

        `anchor` is the number and the head of an entry, from a place where nobody could change them together with the
        store: with one, it is noticed that the log was cut or made anew before that entry.
        """
        if self._last()[2] not in {"", name_of(self.key)}:
            return Broken(0, "the log is sealed with another key: that of the installation was replaced, or not given")
        before, head = self.begin()
        if head == _UNKNOWN:
            return Broken(before, "missing, with all before it, and no entry says that they were deleted")
        broken, before, head = self._follow(before, head, anchor)
        return broken or self._ends_with(before, head, anchor)

    def cut(self, before: float) -> tuple[int, str]:
        """Delete the entries at the begin of the log that are older than a time; return the last of them.

        Where they do not hold, they are kept: deleted, they could not be told from those that were whole.
        """
        first, head = self.begin()
        query = "select number from alert_log where time >= ? order by number limit 1"
        row = self.connection.execute(query, (before,)).fetchone()
        kept = min(self.head()[0] + 1 if row is None else row[0], first + 1 + _AT_ONCE)
        if head == _UNKNOWN or kept <= first + 1:
            return first, head
        broken, last, after = self._follow(first, head, until=kept)
        if broken is not None:
            return first, head
        self.connection.execute("delete from alert_log where number <= ?", (last,))
        return last, after

    def _last(self) -> tuple[int, str, str]:
        """Return the number and the head of the last entry, and the name of the key that the log began with."""
        said = meta(self.connection, "head")
        if said is not None:
            try:
                number, head, name = said.split(" ")
                return int(number), head, name
            except ValueError as error:
                message = "the last entry of the log of alerts was altered; `docwarden alerts verify` tells more"
                raise StoreError(message) from error
        last = self.connection.execute("select number, head from alert_log order by number desc limit 1").fetchone()
        return (*last, "") if last else (0, "", "")

    def _follow(
        self, before: int, head: str, anchor: tuple[int, str] | None = None, until: int | None = None
    ) -> tuple[Broken | None, int, str]:
        """Follow the chain from an entry and its head; return what does not hold, else the last entry and its head."""
        for row in self._rows(until):
            number, why = before + 1, ""
            if row[0] == number:
                head = self._head(head, row[:-1])
                if head != row[-1]:
                    why = "altered, or it followed on another entry when it was written"
                elif anchor is not None and anchor[0] == number and anchor[1] != head:
                    why = "not the entry that was the last one when the head was kept elsewhere"
            else:
                why = f"missing: entry {row[0]} follows on entry {before}"
            if why:
                return Broken(number, why), before, head
            before = number
        return None, before, head

    def _ends_with(self, last: int, head: str, anchor: tuple[int, str] | None) -> Broken | None:
        """Compare the end of the chain with what is known of it from elsewhere."""
        known = self.head()
        if (last, head) != known:
            why = f"missing: the last entry was {known[0]}, and the log ends with {last}"
            return Broken(min(last, known[0]) + 1, why)
        if anchor is not None and anchor[0] > last:
            return Broken(last + 1, f"missing: the head that was kept elsewhere is of entry {anchor[0]}")
        return None

    def forgotten_before(self) -> float:
        """Return before when an alert was resolved that may be deleted by now."""
        found = (match for note in self._notes() if (match := _OLD.search(note)))
        return max((float(match[1]) for match in found), default=float("-inf"))

    def _forgotten(self) -> dict[int, tuple[int, str]]:
        """Return what entries say of where the log begins."""
        found = (match for note in self._notes() if (match := _BEGIN.search(note)))
        return {int(match[1]): (int(match[1]), match[2]) for match in found}

    def _notes(self) -> Iterator[str]:
        query = "select note from alert_log where change = ?"
        yield from (untext(note) for (note,) in self.connection.execute(query, (Change.FORGOTTEN.value,)))

    def _rows(self, until: int | None = None) -> Iterator[_Row]:
        query = f"select {_COLUMNS} from alert_log where number < ? order by number"  # noqa: S608 - a constant
        yield from self.connection.execute(query, (_MOST if until is None else until,))

    def _head(self, before: str, row: tuple[Value, ...]) -> str:
        return seal(self.key, _LINK, before, *row).hex()


def what_is_forgotten(number: int, head: str, before: float | None) -> str:
    """Return the note of an entry about what was deleted, in the words that `verify` reads.

    The log begins after entry `number` with its `head`; alerts resolved `before` a time were deleted, None for none.
    """
    said = f"the log begins after entry {number}, whose head is {head}"
    return said if before is None else f"{said}; alerts resolved before {before!r} s since the epoch were deleted"


def _entry(row: _Row) -> Entry:
    number, time, change, key, who, note, data, head = row
    try:
        alert = read_alert(data)
        return Entry(number, time, Change(change), alert, untext(who), untext(note), head)
    except ValueError as error:
        message = f"entry {number} of the log, about alert {key}, cannot be read: {error}"
        raise StoreError(message) from error
