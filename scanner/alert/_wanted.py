"""Says in SQL which alerts are wanted."""

import os
import re
from collections.abc import Iterable, Iterator

from scanner.alert._chain import Value, text
from scanner.model.wanted import Wanted

_WILD = re.compile(r"[*?\[]")
_KEY = re.compile("[0-9a-f]{1,16}")
_STANDS = ("gone is null", "gone is not null")
_Part = tuple[str, list[Value]]
_LAST = "g"  # sorts after every key


def condition(wanted: Wanted) -> tuple[str, list[Value]]:
    """Return what stands after the table of alerts in a query, and its values."""
    parts = [*_one_of(wanted), *_bounds(wanted)]
    if not parts:
        return "", []
    said, values = _joined(parts, " and ")
    return f"where {said}", values


def _one_of(wanted: Wanted) -> Iterator[_Part]:
    for column, words in (("state", [state.value for state in wanted.states]), ("zone", wanted.zones)):
        if words:
            yield f"{column} in ({', '.join('?' * len(words))})", [text(word) for word in words]
    if wanted.labels:
        yield _any(("instr(labels, ?) > 0", [text(f"\n{label.casefold()}\n")]) for label in wanted.labels)
    if wanted.keys:
        yield _any(_key(key.lower()) for key in wanted.keys)
    if wanted.path:
        yield _path(wanted.path)


def _bounds(wanted: Wanted) -> Iterator[_Part]:
    if wanted.severity is not None:
        yield "severity >= ?", [int(wanted.severity)]
    if wanted.since is not None:
        yield "last_seen >= ?", [wanted.since]
    if wanted.until is not None:
        yield "first_seen < ?", [wanted.until]
    if wanted.assignee is not None:
        yield "assignee = ?", [text(wanted.assignee)]


def _path(pattern: str) -> _Part:
    """Ask for the files of an alert now and before; one about a loss of coverage has its folder alone."""
    raw = os.fsencode(pattern)
    if _WILD.search(pattern):
        # SQLite takes no bytes for a glob, and any bytes for a text.
        test, raws = "cast({} as text) glob cast(? as text)", [raw.replace(b"[!", b"[^")]
    else:
        folder = raw.rstrip(b"/")
        test, raws = "({0} = ? or ({0} > ? and {0} < ?))", [folder or b"/", folder + b"/", folder + b"0"]
    there = test.format("path")
    # Two indexes lead to the files that stand and to those that do not.
    parts = [f"select alert from alert_path where {stands} and {there}" for stands in _STANDS]  # noqa: S608 - texts of ours
    parts.append(f"select key from alert where coverage is not null and {there}")  # noqa: S608 - texts of ours
    return f"key in ({' union all '.join(parts)})", [*raws, *raws, *raws]


def _key(prefix: str) -> _Part:
    if not _KEY.fullmatch(prefix):
        return "0", []
    return "(key >= ? and key < ?)", [prefix, prefix + _LAST]


def _any(parts: Iterable[_Part]) -> _Part:
    said, values = _joined(list(parts), " or ")
    return f"({said})", values


def _joined(parts: list[_Part], by: str) -> _Part:
    return by.join(said for said, _ in parts), [value for _, values in parts for value in values]
