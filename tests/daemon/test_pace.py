"""Walks leave the disks to others, and never stop."""

import pytest

from scanner.daemon.pace import Pace, io_pressure


def test_a_walk_rests_for_as_long_as_what_it_met_may_take():
    pace = Pace(1000, 0)
    assert pace.ready(5.0)
    pace.met(500)
    pace.rest(5.0)

    assert (pace.ready(5.4), pace.resting, pace.ready(5.5)) == (False, 5.5, True)


def test_without_limits_it_never_rests():
    pace = Pace(0, 0, lambda: 100.0)
    pace.met(10**9)
    pace.rest(5.0)

    assert pace.ready(5.0)


def test_under_pressure_it_goes_on_once_a_second():
    seen = iter([35.0, 5.0])
    pace = Pace(0, 20, lambda: next(seen))
    pace.rest(5.0)
    assert (pace.ready(5.9), pace.ready(6.0), pace.pressed) == (False, True, 35.0)
    pace.rest(6.0)
    assert (pace.ready(6.0), pace.pressed) == (True, None)


def test_pressure_is_not_asked_for_more_often_than_each_second():
    seen = iter([35.0])
    pace = Pace(0, 20, lambda: next(seen))
    pace.rest(5.0)
    pace.rest(5.5)

    assert pace.resting == 6.5


def test_a_system_that_tells_no_pressure_is_none():
    pace = Pace(0, 20, lambda: None)
    pace.rest(5.0)

    assert pace.ready(5.0)


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("some avg10=12.50 avg60=1.00 avg300=0.00 total=1\nfull avg10=9.00 avg60=0.00 avg300=0.00 total=1\n", 12.5),
        ("full avg10=9.00 avg60=0.00 avg300=0.00 total=1\n", None),
        ("some avg60=1.00\n", None),
        ("", None),
    ],
)
def test_pressure_is_read_as_the_kernel_writes_it(tmp_path, text, percent):
    (tmp_path / "io").write_text(text)

    assert io_pressure(tmp_path / "io") == percent
    assert io_pressure(tmp_path / "none") is None


def test_a_slow_walk_still_ends_and_says_that_it_is_slow(root, make, monkeypatch):
    for number in range(30):
        (root / str(number)).mkdir()
        (root / str(number) / "a").write_text("x")
    monkeypatch.setattr("scanner.daemon.rounds._SLICE", 0.0)
    monkeypatch.setattr("scanner.daemon.pace._REST", 0.01)
    monkeypatch.setattr("scanner.daemon.pace.io_pressure", lambda: 99.0)
    stand = make(io_pressure=20, walk_rate=2000)
    stand.until(lambda: stand.daemon._rounds.pace.pressed)
    assert stand.status().pressure == 99.0
    stand.until_quiet()

    assert len(stand.names()) == 30
