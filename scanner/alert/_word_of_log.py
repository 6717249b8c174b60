"""Compares suppressions with what the log says of them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from scanner.alert._chain import untext
from scanner.alert._log import Log
from scanner.model.alert import Broken, Change, Entry
from scanner.model.suppression import SUPPRESSED, Suppression

_MADE = re.compile(r"suppression ([0-9a-f]{16})")
_ENDED = re.compile(r"the suppression ([0-9a-f]{16}) by .* (?:was withdrawn|has expired)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Said:
    """The last entry about a suppression; `made` tells whether it began or ended with that."""

    number: int
    time: float
    alert: str
    made: bool


def begin_words(one: Suppression) -> str:
    """Return the note of the entry that a suppression begins with."""
    return f"suppression {one.key}"


def end_words(one: Suppression) -> str:
    """Return the note of the entry that a suppression ends with."""
    how = "was withdrawn" if one.ended is not None else "has expired"
    return f"the suppression {one.key} by {one.terms.author} {how}"


def compare(log: Log, proofs: Iterable[tuple[Suppression, bool]]) -> Broken | None:
    """Return the first suppression that is not as it was written, or not what the log says, None where all are.

    Each comes with whether its seal holds. Of those whose beginning was deleted from the log, the seal has to do.
    """
    last = _last(log)
    seen: set[str] = set()
    for one, whole in proofs:
        seen.add(one.key)
        said = last.get(one.key)
        why = _wrong(log, one, said) if whole else f"suppression {one.key} was altered, or is not DocWarden's"
        if why:
            return Broken(0 if said is None else said.number, why)
    known = "select 1 from alert where key = ?"
    for key, said in last.items():  # what became of one whose alert was deleted, the log does not tell
        if said.made and key not in seen and log.connection.execute(known, (said.alert,)).fetchone():
            return Broken(said.number, f"missing: suppression {key}, which began with the entry")
    return None


def vouches(history: Sequence[Entry], one: Suppression) -> bool:
    """Tell whether the log of an alert knows a suppression of a version that wrote neither its seal nor its key."""
    until = "without an end" if one.terms.until is None else f"until {_day(one.terms.until)}"
    said = f"{SUPPRESSED} {until}: {one.terms.reason}"
    over = {f"the suppression by {one.terms.author} {how}" for how in ("was withdrawn", "has expired")}
    begun = ended_ = False
    for entry in history:
        if entry.time == one.begun and entry.who == one.terms.author and said in {entry.alert.resolution, entry.note}:
            begun, ended_ = True, False
        elif entry.note in over:
            ended_ = True
    return begun and not (ended_ and one.ended is None and not one.told)


def _wrong(log: Log, one: Suppression, said: _Said | None) -> str:
    """Say in what way a suppression whose seal holds is not what the log says; nothing where it is."""
    if said is None:
        first = log.connection.execute("select min(time) from alert_log").fetchone()[0]
        old = log.begin()[0] > 0 and one.begun <= first  # what is older than the log was deleted from it
        return "" if old or vouches(log.history(one.alert), one) else f"the log tells of no suppression {one.key}"
    if said.made and one.begun != said.time:
        return f"suppression {one.key} is another one than began with the entry"
    if not said.made and (one.ended is None and (one.terms.until is None or one.terms.until > said.time)):
        return f"suppression {one.key} is as it was before it ended with the entry"
    return ""


def _last(log: Log) -> dict[str, _Said]:
    """Return what the log said last of each suppression."""
    query = """select number, time, change, alert, note from alert_log
        where change = ? or note like 'the suppression %' order by number"""
    found: dict[str, _Said] = {}
    for number, time, change, alert, note in log.connection.execute(query, (Change.SUPPRESSED.value,)):
        begins = change == Change.SUPPRESSED.value
        match = (_MADE if begins else _ENDED).match(untext(note))
        if match is not None:
            found[match[1]] = _Said(number, time, alert, begins)
    return found


def _day(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"
