"""The configured sinks are opened all or not at all, begin before anything new is written, and outlive a reload."""

import json
import time
from dataclasses import replace

import pytest

from scanner.alert.store import AlertStore
from scanner.app.sinks import Turns, _is_healthy, couriers, sink_faults, usual_sinks, written_by
from scanner.errors import ConfigError
from scanner.model.document import Document
from scanner.model.route import Route
from scanner.model.verdict import Outcome, Verdict
from scanner.settings.schema import AlertSettings, Settings, SinkSettings
from scanner.spool.database import connect
from scanner.spool.status import Status, write_status


@pytest.fixture
def store(tmp_path):
    connection = connect(tmp_path / "state")
    yield AlertStore(connection), connection
    connection.close()


def _raise(store, name):
    kept, connection = store
    with connection:
        document = Document(f"/srv/{name}", size=1, sha256=name)
        kept.record(Verdict(document, "z", Outcome.VIOLATION, alerting=True), None, "rules", 1.0)


def _jsonl(path, name=""):
    return SinkSettings("jsonl", (("path", str(path)),), Route(name))


def _told(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _until(met, seconds=20.0):
    ends = time.monotonic() + seconds
    while not met() and time.monotonic() < ends:
        time.sleep(0.01)
    return met()


def test_what_is_written_right_after_the_begin_is_told_and_what_was_before_is_not(tmp_path, store):
    turns, target = Turns(), tmp_path / "a.jsonl"
    _raise(store, "before")
    with couriers([_jsonl(target)], Settings(), tmp_path / "state", turns) as told:
        told.begin(tmp_path / "state")
        _raise(store, "after")
        told.poke()
        assert _until(lambda: [record["path"] for record in _told(target)] == ["/srv/after"])
        assert [delivery.name for delivery in told.report()] == ["jsonl"]
    turns.join()


def test_a_reload_loses_nothing_and_doubles_nothing(tmp_path, store):
    turns, target, state = Turns(), tmp_path / "a.jsonl", tmp_path / "state"
    names = [str(number) for number in range(30)]
    with couriers([_jsonl(target)], Settings(), state, turns) as first:
        first.begin(state)
        for name in names[:10]:
            _raise(store, name)
        with couriers([_jsonl(target)], Settings(), state, turns) as second:
            second.begin(state)
            for name in names[10:20]:
                _raise(store, name)
            first.close()
            for name in names[20:]:
                _raise(store, name)
            second.poke()
            assert _until(lambda: len(_told(target)) == len(names))
    turns.join()

    assert [record["path"] for record in _told(target)] == [f"/srv/{name}" for name in names]


def test_every_sink_that_cannot_be_opened_is_named_and_the_others_are_closed(tmp_path):
    sound, folder = _jsonl(tmp_path / "a.jsonl"), _jsonl(tmp_path, "folder")
    bad = [sound, folder, SinkSettings("command", (("argv", "/no/such"),)), SinkSettings("pigeon")]
    with (
        pytest.raises(ConfigError) as caught,
        couriers(bad, Settings(), tmp_path / "state", Turns()),
    ):
        pytest.fail("it was opened")

    assert [fault.key for fault in caught.value.faults] == ["sink[1] (folder)", "sink[2]", "sink[3].kind"]
    assert "config check" not in caught.value.hint


def test_all_sinks_have_the_heartbeat_of_the_configuration_unless_they_have_one(tmp_path, store):
    state = tmp_path / "state"
    settings = Settings(alerts=replace(AlertSettings(), heartbeat=3600.0))
    quiet = SinkSettings("jsonl", (("path", str(tmp_path / "b.jsonl")),), Route("b", heartbeat=0.0))
    write_status(state, Status(1, "1", "rules", 0.0, time.time() - 1000))  # what the daemon before this one said
    turns = Turns()
    with couriers([_jsonl(tmp_path / "a.jsonl"), quiet], settings, state, turns) as told:
        told.begin(state)
        assert _until(lambda: all(delivery.waiting == 0 for delivery in told.report()))
        write_status(state, Status(1, "1", "rules", 0.0, time.time()))
        assert _until(lambda: len(_told(tmp_path / "a.jsonl")) == 1)
        assert _until(lambda: all(delivery.waiting == 0 for delivery in told.report()))
    turns.join()
    (beat,) = _told(tmp_path / "a.jsonl")

    assert (beat["kind"], beat["notice"]["healthy"]) == ("heartbeat", True)
    assert _told(tmp_path / "b.jsonl") == []
    assert store[0].cursor("b") == 0


def test_health_is_not_known_before_the_daemon_has_said_how_it_is(tmp_path):
    now, clock = time.time(), time.monotonic()
    assert _is_healthy(tmp_path, now, clock) is None
    write_status(tmp_path, Status(1, "1", "rules", 0.0, now - 1))
    assert _is_healthy(tmp_path, now, clock) is None
    assert _is_healthy(tmp_path, now, clock - 61) is True
    write_status(tmp_path, Status(1, "1", "rules", 0.0, now, trouble="the disk is full"))
    assert _is_healthy(tmp_path, now, clock) is False
    (tmp_path / "status.json").unlink()
    assert _is_healthy(tmp_path, now, clock - 61) is False


def test_the_usual_sinks_rotate_and_no_file_of_a_sink_is_watched(tmp_path):
    usual = usual_sinks(tmp_path)

    assert [sink.kind for sink in usual] == ["jsonl", "console"]
    assert all(not list(sink_faults(sink.kind, dict(sink.options))) for sink in usual)
    assert list(written_by(usual)) == [f"{tmp_path}/alerts.jsonl", f"{tmp_path}/alerts.jsonl.[0-9]*"]
