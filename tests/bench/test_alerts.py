"""A small form of the command that measures the alert store."""

from bench import alerts


def test_copies_are_one_alert_with_every_path(tmp_path):
    _, number, paths, entries = alerts.copies(tmp_path, 30)

    assert (number, paths, entries) == (1, 30, 3)


def test_every_damage_of_the_log_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(alerts, "_SMALL", 50)

    assert alerts.damages(tmp_path, 20) == 20


def test_every_question_is_asked_of_a_filled_store(tmp_path):
    assert alerts.fill(tmp_path, 100) > 0
    assert all(seconds > 0 for _, seconds in alerts.pages(tmp_path))
