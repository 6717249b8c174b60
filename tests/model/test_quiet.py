"""Quiet hours hold when a calendar says so, and end when they say."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.quiet import QuietHours, quiet_until

_EVERY = tuple(range(7))
_NIGHTS = QuietHours(_EVERY, 22 * 60, 30 * 60)
_SATURDAY = QuietHours((5,), 0, 24 * 60)
_SUNDAY = QuietHours((6,), 0, 24 * 60)
_FRIDAY_NIGHT = QuietHours((4,), 22 * 60, 30 * 60)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("span", "moment", "end"),
    [
        (_NIGHTS, "2026-03-02 21:59:59", None),
        (_NIGHTS, "2026-03-02 22:00", "2026-03-03 06:00"),
        (_NIGHTS, "2026-03-03 05:59:59.999999", "2026-03-03 06:00"),
        (_NIGHTS, "2026-03-03 06:00", None),
        (_SATURDAY, "2026-03-06 23:59", None),
        (_SATURDAY, "2026-03-07 00:00", "2026-03-08 00:00"),
        (_SATURDAY, "2026-03-08 00:00", None),
        (_FRIDAY_NIGHT, "2026-03-07 05:00", "2026-03-07 06:00"),
        (_FRIDAY_NIGHT, "2026-03-06 05:00", None),
        (_FRIDAY_NIGHT, "2026-03-07 23:00", None),
        (QuietHours((0,), 12 * 60, 36 * 60), "2026-03-03 11:59", "2026-03-03 12:00"),
    ],
)
def test_a_span_holds_from_its_first_minute_to_its_end(span, moment, end):
    assert span.ends(_at(moment)) == (end and _at(end))
    assert span.holds(_at(moment)) is (end is not None)


def test_spans_that_meet_or_overlap_are_one_quiet():
    weekend = (_FRIDAY_NIGHT, _SATURDAY, _SUNDAY)

    assert quiet_until(weekend, _at("2026-03-06 23:00")) == _at("2026-03-09 00:00")
    assert quiet_until(weekend, _at("2026-03-09 00:00")) is None
    assert quiet_until((), _at("2026-03-09 00:00")) is None


def test_quiet_all_week_ends_some_day_so_that_nothing_waits_for_ever():
    moment = _at("2026-03-06 23:00")
    until = quiet_until([QuietHours(_EVERY, 0, 24 * 60)], moment)

    assert moment + timedelta(days=7) < until < moment + timedelta(days=30)


def test_many_short_spans_that_meet_are_one_quiet_as_well():
    hours = [QuietHours((0, 1, 2, 3, 4, 5), 60 * hour, 60 * hour + 60) for hour in range(24)]

    assert quiet_until(hours, _at("2026-03-02 00:00")) == _at("2026-03-08 00:00")


@pytest.mark.parametrize(("night", "hours"), [("2026-03-28", 7), ("2026-10-24", 9), ("2026-06-01", 8)])
def test_a_night_in_which_clocks_change_ends_by_the_clock(night, hours):
    begun = _at(f"{night} 22:00").replace(tzinfo=ZoneInfo("Europe/Berlin"))
    end = _NIGHTS.ends(begun)

    assert (end.hour, end.minute) == (6, 0)
    assert end.timestamp() - begun.timestamp() == hours * 3600


@pytest.mark.parametrize(
    ("span", "written"),
    [
        (_NIGHTS, "22:00-06:00"),
        (_SATURDAY, "sat"),
        (QuietHours(_EVERY, 0, 24 * 60), "00:00-24:00"),
        (QuietHours((0, 1, 2, 3, 4), 18 * 60, 32 * 60), "mon-fri 18:00-08:00"),
        (QuietHours((0, 1), 0, 24 * 60), "mon,tue"),
        (QuietHours((0, 2, 6), 0, 60), "mon,wed,sun 00:00-01:00"),
    ],
)
def test_a_span_is_written_as_a_configuration_does(span, written):
    assert str(span) == written


_SPANS = st.builds(
    lambda days, begin, length: QuietHours(tuple(sorted(days)), begin, begin + length),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 24 * 60 - 1),
    st.integers(1, 24 * 60),
)
_MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda moment: moment.replace(fold=0))  # noqa: DTZ001 - local time has no zone


@given(_SPANS, _MOMENTS)
def test_a_span_holds_up_to_its_end_and_not_after_it(span, moment):
    end = span.ends(moment)
    begun = [
        day + timedelta(minutes=span.begin)
        for back in range(3)
        if (day := moment.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=back)).weekday()
        in span.days
    ]
    inside = any(begin <= moment < begin + timedelta(minutes=span.end - span.begin) for begin in begun)

    assert span.holds(moment) is inside
    if end is not None:
        assert moment < end <= moment + timedelta(days=1)
        assert span.holds(end - timedelta(microseconds=1))


@given(st.lists(_SPANS, max_size=3), _MOMENTS)
def test_quiet_that_has_ended_holds_in_no_span(spans, moment):
    until = quiet_until(spans, moment)

    assert (until is not None) is any(span.holds(moment) for span in spans)
    if until is not None and until < moment + timedelta(days=7):
        assert not any(span.holds(until) for span in spans)
