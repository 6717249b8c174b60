"""Reads the hours in which nobody is to be disturbed, as a configuration writes them."""

import re

from scanner.model.quiet import DAY, DAY_NAMES, QuietHours
from scanner.settings._table import Table, quoted

_NAME = "|".join(DAY_NAMES)
_SPAN = re.compile(
    rf"""(?P<days>(?:{_NAME})(?:-(?:{_NAME}))?(?:,(?:{_NAME})(?:-(?:{_NAME}))?)*)?
         (?:(?:^|\ +)(?P<begin>\d\d?:\d\d)-(?P<end>\d\d?:\d\d))?""",
    re.VERBOSE | re.ASCII,
)
_WANTED = 'days, hours or both, such as "sat", "22:00-06:00" or "mon-fri 18:00-08:00"'
_EVERY = tuple(range(len(DAY_NAMES)))


def read_quiet(table: Table, name: str) -> tuple[QuietHours, ...]:
    """Read a list of spans of the week; days are named by three letters, hours are local and run to 24:00."""
    spans: list[QuietHours] = []
    for number, text in enumerate(table.texts(name)):
        span = _span(text.strip().lower())
        if span is None:
            table.wrong(f"{name}[{number}]", f"must be {_WANTED}, not {quoted(text)}")
        elif span.begin == span.end:
            table.wrong(f"{name}[{number}]", f"ends when it begins: {quoted(text)}; all day is 00:00-24:00")
        else:
            spans.append(span)
    return tuple(dict.fromkeys(spans))


def _span(text: str) -> QuietHours | None:
    match = _SPAN.fullmatch(text)
    if match is None or not text:
        return None
    days = _days(match["days"]) if match["days"] else _EVERY
    if match["begin"] is None:
        return QuietHours(days, 0, DAY)
    begin, end = _minutes(match["begin"]), _minutes(match["end"])
    if begin is None or end is None or begin == DAY:
        return None
    return QuietHours(days, begin, end if end >= begin else end + DAY)


def _days(text: str) -> tuple[int, ...]:
    """Return the days of a list of names and ranges; a range may go over the end of the week."""
    known: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        begin = DAY_NAMES.index(first)
        count = (DAY_NAMES.index(last or first) - begin) % len(DAY_NAMES) + 1
        known |= {(begin + number) % len(DAY_NAMES) for number in range(count)}
    return tuple(sorted(known))


def _minutes(text: str) -> int | None:
    hour, minute = (int(part) for part in text.split(":"))
    minutes = hour * 60 + minute
    return minutes if minute < 60 and minutes <= DAY else None  # noqa: PLR2004 - minutes of an hour
