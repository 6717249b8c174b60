"""Appends notices to a file, one JSON line each, for log collectors and other programs."""

import json
from collections.abc import Mapping

from scanner.alert._lines import Lines, Terms, read_terms
from scanner.alert._options import Options
from scanner.model.notice import Notice
from scanner.model.record import notice_record
from scanner.model.route import Pace

NAME = "jsonl"
PACE = Pace()


class _File:
    def __init__(self, terms: Terms) -> None:
        self._lines = Lines(terms)

    def send(self, notice: Notice) -> None:
        """Append one line and put it on the disk."""
        self._lines.send(json.dumps(notice_record(notice), ensure_ascii=True, separators=(",", ":")).encode())

    def close(self) -> None:
        """Let go of the file."""
        self._lines.close()


def check(options: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Say what is wrong with the options."""
    return _read(options)[1].faults()


def start(options: Mapping[str, str]) -> _File:
    """Open the file named by `path`; it is made with access for this user only."""
    terms, read = _read(options)
    read.settle()
    return _File(terms)


def _read(options: Mapping[str, str]) -> tuple[Terms, Options]:
    read = Options(NAME, options)
    return read_terms(read, "/var/log/docwarden/alerts.jsonl"), read
