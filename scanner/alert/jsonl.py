"""Appends notices to a file, one JSON line each, for log collectors and other programs."""

import contextlib
import json
from collections.abc import Iterator, Mapping

from scanner.alert._lines import Lines, Terms, read_terms
from scanner.alert._options import Options
from scanner.model.notice import Notice
from scanner.model.record import notice_record
from scanner.model.route import Pace

NAME = "jsonl"
PACE = Pace()

_TAIL = 1 << 20  # bytes; more than the notices of which a crash leaves open whether they were passed on


class _File:
    """A file that has each notice once, though one comes again after a crash."""

    def __init__(self, terms: Terms) -> None:
        self._lines = Lines(terms)
        self._known = frozenset(_ids(self._lines.tail(_TAIL)))

    def send(self, notice: Notice) -> None:
        """Append one line and put it on the disk, unless it stood there when the file was opened."""
        if notice.id in self._known:
            return
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


def _ids(lines: list[bytes]) -> Iterator[str]:
    for line in lines:
        with contextlib.suppress(ValueError, LookupError, TypeError):  # a torn line, or one of an earlier version
            yield str(json.loads(line)["notice"]["id"])
