"""Keeps where a content stands that may stand there, so that an alert about it elsewhere can say where it came from."""

import hashlib
import os
import sqlite3
from dataclasses import dataclass

from scanner.alert._chain import text, untext
from scanner.model.verdict import Outcome, Verdict

_SIZE = 16
_STANDS = "the same content stands in "


def content_of(verdict: Verdict, secret: bytes) -> str:
    """Return the keyed hash of a document's content in hexadecimal, "" where that is not known."""
    whole = verdict.document.sha256
    if not whole:
        return ""
    return hashlib.blake2b(whole.encode(), key=secret, digest_size=_SIZE, person=b"content").hexdigest()


@dataclass(frozen=True, slots=True)
class Originals:
    """Where contents stand that say something and may: in one database; nothing is committed here."""

    connection: sqlite3.Connection

    def keep(self, verdict: Verdict, content: str, now: float) -> bool:
        """Keep what a verdict says of a file; True where it is one more that may stand where it stands."""
        path = os.fsencode(verdict.document.path)
        before = self.connection.execute(
            "select content, zone from alert_original where path = ? and gone is null", (path,)
        ).fetchone()
        told = verdict.outcome is Outcome.PERMITTED and verdict.findings and content
        here = (content, text(verdict.zone)) if told else None
        if before == here:
            return False
        if before is not None:
            self._leave(path, now)
        if here is not None:
            self.connection.execute("insert or replace into alert_original values (?, ?, ?, null)", (*here, path))
        return here is not None

    def stands(self, path: str, content: str, zone: str) -> bool:
        """Tell whether a file is known to stand in its zone with this content, where it may."""
        query = "select 1 from alert_original where path = ? and gone is null and content = ? and zone = ?"
        return self.connection.execute(query, (os.fsencode(path), content, text(zone))).fetchone() is not None

    def any_stands(self) -> bool:
        """Tell whether any is known."""
        query = "select 1 from alert_original where gone is null limit 1"
        return self.connection.execute(query).fetchone() is not None

    def gone(self, path: str, now: float) -> None:
        """Keep that a file is no more."""
        self._leave(os.fsencode(path), now)

    def gone_below(self, folder: str, now: float) -> None:
        """Keep that a folder is no more."""
        prefix = os.path.join(os.fsencode(folder), b"")  # noqa: PTH118 - bytes, as the system gives them
        query = "update alert_original set gone = ? where gone is null and path >= ? and path < ?"
        self.connection.execute(query, (now, prefix, prefix.removesuffix(b"/") + b"0"))

    def sentence(self, content: str, zone: str) -> str:
        """Say in which other zone a content stands and may, or else stood; "" where none is known. Paths are raw."""
        query = "select 1 from alert_original where content = ? limit 1"
        if not content or self.connection.execute(query, (content,)).fetchone() is None:
            return ""
        for order in ("gone is null", "1"):
            for side in ("<", ">"):  # the index leads to each of the two at once, however many stand in this zone
                query = f"""select zone, path, gone from alert_original
                    where content = ? and zone {side} ? and {order} limit 1"""  # noqa: S608 - constants
                row = self.connection.execute(query, (content, text(zone))).fetchone()
                if row is not None:
                    verb = "stands" if row[2] is None else "stood"
                    return f"the same content {verb} in {os.fsdecode(row[1])} (zone {untext(row[0])}), where it may"
        return ""

    def stands_elsewhere(self, content: str, zone: str) -> str:
        """Say in which other zone a content stands, and may; "" where none is known."""
        said = self.sentence(content, zone)
        return said if said.startswith(_STANDS) else ""

    def forget(self, before: float) -> None:
        """Delete what is known of files that were gone before a time."""
        self.connection.execute("delete from alert_original where gone < ?", (before,))

    def _leave(self, path: bytes, now: float) -> None:
        self.connection.execute("update alert_original set gone = ? where path = ? and gone is null", (now, path))
