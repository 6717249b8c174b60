"""Quiet hours are read as people write them, and refused with what would be right."""

import pytest

from scanner.model.quiet import QuietHours
from scanner.settings._quiet import read_quiet
from scanner.settings._table import Faults, Table

_EVERY = tuple(range(7))


def _read(*texts: str) -> tuple[tuple[QuietHours, ...], list[str]]:
    faults = Faults("f")
    spans = read_quiet(Table({"quiet_hours": list(texts)}, "zone[0]", faults), "quiet_hours")
    return spans, [str(fault) for fault in faults.found]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("22:00-06:00", QuietHours(_EVERY, 22 * 60, 30 * 60)),
        ("sat", QuietHours((5,), 0, 24 * 60)),
        ("sun 00:00-24:00", QuietHours((6,), 0, 24 * 60)),
        ("Mon-Fri 18:00-08:00", QuietHours((0, 1, 2, 3, 4), 18 * 60, 32 * 60)),
        ("sat-mon", QuietHours((0, 5, 6), 0, 24 * 60)),
        ("mon,wed-fri 7:30-8:00", QuietHours((0, 2, 3, 4), 450, 480)),
        (" sat  01:00-02:00 ", QuietHours((5,), 60, 120)),
        ("22:00-00:00", QuietHours(_EVERY, 22 * 60, 24 * 60)),
    ],
)
def test_a_span_is_days_or_hours_or_both(text, span):
    assert _read(text) == ((span,), [])


@pytest.mark.parametrize(
    "text",
    ["night", "22-6", "25:00-06:00", "24:00-06:00", "22:00-24:01", "10:60-11:00", "monday", "mon22:00-06:00",
     "22:00-06:00 mon", "mon-", "sat,", " "],
)  # fmt: skip
def test_what_is_no_span_is_refused_with_what_would_be(text):
    wanted = 'days, hours or both, such as "sat", "22:00-06:00" or "mon-fri 18:00-08:00"'

    assert _read(text) == ((), [f'f: zone[0].quiet_hours[0]: must be {wanted}, not "{text}"'])


def test_a_span_that_ends_when_it_begins_could_be_all_day_or_never_and_is_refused():
    assert _read("08:00-08:00")[1] == [
        'f: zone[0].quiet_hours[0]: ends when it begins: "08:00-08:00"; all day is 00:00-24:00'
    ]


def test_the_same_span_twice_is_one():
    assert len(_read("sat", "sat 00:00-24:00")[0]) == 1
