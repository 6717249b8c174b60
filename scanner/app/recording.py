"""Puts the verdicts of one scan into the alert store, and takes out of it what the scan met no more."""

import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from scanner.app.records import Records
from scanner.model.verdict import Verdict
from scanner.watch.walk import is_gone

_AT_ONCE = 1000  # files; a daemon waits meanwhile


@dataclass(frozen=True, slots=True)
class Recording:
    """Keeps what one scan says; each verdict is committed by itself.

    Any of its methods may raise `StoreError`: the store cannot be written.
    """

    connection: sqlite3.Connection
    records: Records
    ruleset: str

    def __call__(self, verdict: Verdict) -> None:
        """Keep a verdict, and raise the alert it is worth."""
        with self.connection:
            self.records.record(verdict, verdict.document.identity, self.ruleset)

    def sweep(self, paths: Sequence[str]) -> int:
        """Take files below some folders that are no more out of their alerts; return how many that were.

        A file that is left out of the scan, or cannot be seen, is not taken for gone; and none where a folder is empty,
        for so is a mount point while its share is away. Call it when a scan has ended.
        """
        number = 0
        for folder in paths:
            if _is_empty(folder):
                continue
            gone = [path for path in self.records.known_below(folder) if is_gone(path)]
            for start in range(0, len(gone), _AT_ONCE):
                with self.connection:
                    self.records.gone(gone[start : start + _AT_ONCE])
            number += len(gone)
        return number


def _is_empty(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is None
    except OSError:
        return False
