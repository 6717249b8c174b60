"""A small form of the command that measures the alert store."""

from contextlib import closing

from bench import _copied, alerts
from scanner.app.alerts import alert_store
from scanner.model.alert import State
from scanner.spool.database import connect


def test_copies_are_one_alert_with_every_path(tmp_path):
    _, number, paths, entries = alerts.copies(tmp_path, 30)

    assert (number, paths, entries) == (1, 30, 3)


def test_every_damage_of_the_log_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(alerts, "_SMALL", 50)

    assert alerts.damages(tmp_path, 20) == 20


def test_every_question_is_asked_of_a_filled_store(tmp_path):
    assert alerts.fill(tmp_path, 100) > 0
    assert all(seconds > 0 for _, seconds in alerts.pages(tmp_path))


def test_a_store_of_copies_is_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(_copied, "_RECORDED", 50)
    alerts.fill(tmp_path, 150)

    with closing(connect(tmp_path)) as connection:
        store = alert_store(connection, tmp_path)
        assert store.verify() is None
        assert store.counts() == {State.OPEN: 147, State.RESOLVED: 3}
        assert len({alert.verdict.document.path for alert in store.alerts()}) == 150


def test_so_many_are_recorded_that_their_copies_make_the_whole():
    assert _copied.parts(100_000) == (10_000, 10)
    assert [recorded * often for recorded, often in map(_copied.parts, (1, 99, 10_007, 35_000))] == [
        1,
        99,
        10_007,
        35_000,
    ]
