"""`docwarden watch`, as a process: it alerts, it ends cleanly, and a kill loses nothing that was journalled."""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

_MARKED = "SECRET//NOFORN\n\nThe paper.\n\nSECRET//NOFORN\n"


def _until(met: Callable[[], bool], seconds: float = 30) -> bool:
    ends = time.monotonic() + seconds
    while not met() and time.monotonic() < ends:
        time.sleep(0.02)
    return met()


@pytest.fixture
def share(tmp_path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


@pytest.fixture
def state(tmp_path) -> Path:
    return tmp_path / "state"


@contextlib.contextmanager
def _watching(share: Path, state: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "scanner", "watch", "--state", str(state), "-j", "1", str(share)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "DOCWARDEN_CONFIG": ""},
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _live(share: Path, state: Path) -> None:
    """Wait until a first file has gone all the way through: from then on everything is up."""
    (share / "first.txt").write_text(_MARKED)
    assert _until(lambda: "first.txt" in _alerted(state))


def _alerted(state: Path) -> list[str]:
    path = state / "alerts.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    return [Path(json.loads(line)["path"]).name for line in lines]


def test_a_document_dropped_into_a_watched_folder_alerts_within_two_seconds(share, state):
    with _watching(share, state) as process:
        _live(share, state)
        began = time.monotonic()
        (share / "drop.txt").write_text(_MARKED + "2")

        assert _until(lambda: "drop.txt" in _alerted(state), 2)
        assert time.monotonic() - began < 2
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=20)

    assert process.returncode == 0
    assert b"SECRET//NOFORN" in output
    assert b"Traceback" not in errors


def test_what_was_there_before_is_found_by_the_walk(share, state):
    (share / "old.txt").write_text(_MARKED)

    with _watching(share, state):
        assert _until(lambda: "old.txt" in _alerted(state))


def test_a_document_written_slowly_is_scanned_once_after_it_is_whole(share, state):
    with _watching(share, state):
        _live(share, state)
        with (share / "slow.txt").open("w") as stream:
            for _ in range(20):
                stream.write("Nothing of note.\n")
                stream.flush()
                time.sleep(0.15)  # the slow writer itself: there is no event to wait for
            assert "slow.txt" not in _alerted(state)
            stream.write("\f" + _MARKED)

        assert _until(lambda: "slow.txt" in _alerted(state), 10)
        assert _alerted(state).count("slow.txt") == 1


def test_ctrl_c_ends_it_without_a_word_of_complaint(share, state):
    with _watching(share, state) as process:
        _live(share, state)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)

    assert process.returncode == 0
    assert [line.split()[0] for line in errors.splitlines()] == [b"Watching", b"Stopped;"]


def test_a_kill_loses_nothing_and_doubles_nothing(share, state):
    names = {f"{number:03}.txt" for number in range(120)}
    with _watching(share, state) as process:
        _live(share, state)
        for name in sorted(names):
            (share / name).write_text(f"{_MARKED}{name}\n")
        assert _until(lambda: len(_alerted(state)) > 10)
        process.kill()
        process.wait()
    before = _alerted(state)

    with _watching(share, state):
        assert _until(lambda: names <= {*_alerted(state)} | _stored(state), 60)

    assert len(before) == len(set(before))
    assert _stored(state) == names | {"first.txt"}


def _stored(state: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-m", "scanner", "alerts", "list", "-f", "json", "--limit", "0", "--state", str(state)],
        capture_output=True,
        text=True,
        check=True,
    )
    alerts = json.loads(done.stdout)["alerts"]
    assert all(alert["alert"]["count"] == 1 for alert in alerts)
    return {Path(alert["path"]).name for alert in alerts}


def test_a_second_daemon_on_the_same_state_is_refused(share, state):
    with _watching(share, state):
        _live(share, state)
        with _watching(share, state) as second:
            _, errors = second.communicate(timeout=20)

    assert second.returncode == 2
    assert b"another" in errors


def test_a_state_folder_inside_the_watched_tree_is_never_scanned(share):
    with _watching(share, share / "state") as process:
        _live(share, share / "state")
        (share / "more.txt").write_text(_MARKED + "2")
        assert _until(lambda: "more.txt" in _alerted(share / "state"))
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)

    assert set(_alerted(share / "state")) == {"first.txt", "more.txt"}


def test_status_tells_alive_from_gone(share, state):
    with _watching(share, state):
        _live(share, state)
        alive = subprocess.run(
            [sys.executable, "-m", "scanner", "status", "--state", str(state)], capture_output=True, check=False
        )

    gone = subprocess.run(
        [sys.executable, "-m", "scanner", "status", "--state", str(state)], capture_output=True, check=False
    )
    assert alive.returncode == 0
    assert b"alive" in alive.stdout
    assert gone.returncode == 1


def test_nothing_to_watch_is_a_usage_error(state):
    done = subprocess.run(
        [sys.executable, "-m", "scanner", "watch", "--state", str(state)],
        capture_output=True,
        env={**os.environ, "DOCWARDEN_CONFIG": ""},
        check=False,
    )

    assert done.returncode == 2
    assert b"nothing to watch" in done.stderr


def test_a_sink_that_cannot_be_opened_is_named(share, state, tmp_path):
    config = tmp_path / "docwarden.toml"
    config.write_text('version = 1\n[[sink]]\nkind = "jsonl"\n[[sink]]\nkind = "pigeon"\n')
    config.chmod(0o600)
    done = subprocess.run(
        [sys.executable, "-m", "scanner", "watch", "-c", str(config), "--state", str(state), str(share)],
        capture_output=True,
        check=False,
    )

    assert done.returncode == 2
    assert b"path" in done.stderr
    assert b"pigeon" in done.stderr
    assert b"Watching" not in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_sink_that_writes_into_the_watched_tree_does_not_feed_itself(share, state, tmp_path):
    config = tmp_path / "docwarden.toml"
    config.write_text(f'version = 1\n[[sink]]\nkind = "jsonl"\npath = "{share}/alerts.jsonl"\n')
    config.chmod(0o600)
    command = [
        sys.executable,
        "-m",
        "scanner",
        "watch",
        "-c",
        str(config),
        "--state",
        str(state),
        "-j",
        "1",
        str(share),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            (share / "paper.txt").write_text(_MARKED)
            assert _until(lambda: _alerted(share) == ["paper.txt"])
            (share / "second.txt").write_text(_MARKED + "2")
            assert _until(lambda: _alerted(share) == ["paper.txt", "second.txt"])
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)
        finally:
            process.kill()

    assert _stored(state) == {"paper.txt", "second.txt"}


@pytest.fixture
def configured(tmp_path, share, state) -> Callable[..., Path]:
    """Return what writes a configuration with one zone and more lines; it is written whole, as an editor does."""
    path = tmp_path / "docwarden.toml"

    def write(ceiling: str, more: str = "") -> Path:
        zone = f'[[zone]]\nname = "share"\npaths = ["{share}"]\nceiling = "{ceiling}"\n'
        fresh = tmp_path / "fresh.toml"
        fresh.write_text(f'version = 1\nstate = "{state}"\n{more}[watch]\npaths = ["{share}"]\n{zone}')
        fresh.chmod(0o600)
        fresh.replace(path)
        return path

    return write


@contextlib.contextmanager
def _configured(config: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "scanner", "watch", "-c", str(config), "-j", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("DOCWARDEN_")} | environment,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def test_a_lower_ceiling_is_in_force_after_a_hangup_and_a_faulty_one_is_not(share, state, configured, service):
    (share / "paper.txt").write_text(_MARKED)
    told: list[str] = []

    def until(met: Callable[[], bool]) -> bool:
        """Wait, and hear meanwhile: a manager that does not listen holds up who tells it something."""
        return _until(lambda: told.extend(_told(service)) or met())

    with _configured(configured("us:TOP SECRET//NOFORN"), NOTIFY_SOCKET=service.getsockname()) as process:
        assert until(lambda: _said(state).get("outcomes") == [{"what": "permitted", "number": 1}])
        configured("no such marking at all")
        process.send_signal(signal.SIGHUP)
        assert until(lambda: "cannot be used" in _said(state)["trouble"])
        assert "ceiling" in _said(state)["trouble"]
        assert _alerted(state) == []
        configured("us:CONFIDENTIAL")
        process.send_signal(signal.SIGHUP)
        assert until(lambda: _alerted(state) == ["paper.txt"])

        assert until(lambda: _said(state)["trouble"] == "")
    assert process.returncode == 0
    told += _told(service)
    states = [line for line in told if line in {"READY=1", "RELOADING=1", "STOPPING=1"}]
    assert states == ["READY=1", *("RELOADING=1", "READY=1") * 2, "STOPPING=1"]
    assert "WATCHDOG=1" in told


def test_a_share_that_goes_away_is_an_alert_with_a_begin_and_an_end(share, state):
    def gaps() -> list[dict[str, Any]]:
        path = state / "alerts.jsonl"
        records = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [record for record in records if record["kind"] == "coverage"]

    with _watching(share, state) as process:
        _live(share, state)
        share.rename(share.with_name("away"))
        share.mkdir()
        assert _until(lambda: len(gaps()) == 1)
        share.rmdir()
        share.with_name("away").rename(share)
        process.send_signal(signal.SIGHUP)
        assert _until(lambda: len(gaps()) == 2, 60)
    begun, ended = gaps()

    assert (begun["path"], begun["alert"]["state"], begun["coverage"]["end"]) == (str(share), "open", None)
    assert (ended["alert"]["key"], ended["alert"]["state"]) == (begun["alert"]["key"], "resolved")
    assert ended["coverage"]["begin"] == begun["coverage"]["begin"]
    assert ended["coverage"]["seconds"] > 0


def test_the_state_folder_is_not_changed_while_the_daemon_runs(state, configured, tmp_path):
    with _configured(configured("none")) as process:
        assert _until(lambda: _said(state) != {})
        config = configured("none")
        config.write_text(config.read_text().replace(str(state), str(tmp_path / "other")))
        process.send_signal(signal.SIGHUP)

        assert _until(lambda: "restart it" in _said(state)["trouble"])
    assert not (tmp_path / "other").exists()


def test_the_number_of_alerts_is_right_a_second_after_an_alert(share, state):
    with _watching(share, state):
        _live(share, state)
        for number in (2, 3):
            (share / f"{number}.txt").write_text(f"{_MARKED}{number}")
            assert _until(lambda number=number: len(_alerted(state)) == number)
            assert _until(lambda number=number: _said(state)["alerts"] == number, 1)


def test_a_damaged_database_is_set_aside_and_said_and_alerts_are_not_raised_again(share, state):
    with _watching(share, state) as process:
        _live(share, state)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    database = state / "docwarden.db"
    with database.open("r+b") as file:  # the page of a table that a walk makes anew
        with contextlib.closing(sqlite3.connect(database)) as connection:
            (page,) = connection.execute("select rootpage from sqlite_master where name = 'file'").fetchone()
            (size,) = connection.execute("pragma page_size").fetchone()
        file.seek((page - 1) * size)
        file.write(os.urandom(size))
    with _watching(share, state):
        assert _until(lambda: any("set aside" in note for note in _said(state).get("notes", ())))
        (share / "second.txt").write_text(_MARKED + "2")
        assert _until(lambda: "second.txt" in _alerted(state))

        assert _stored(state) == {"first.txt", "second.txt"}
    assert _alerted(state) == ["first.txt", "second.txt"]
    assert len(list(state.glob("docwarden.db.damaged-*"))) == 1


@pytest.fixture
def service(tmp_path) -> Iterator[socket.socket]:
    """Listen as the service manager does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.setblocking(False)  # noqa: FBT003 - as the standard library has it
        yield channel


def _told(service: socket.socket) -> list[str]:
    lines: list[str] = []
    with contextlib.suppress(BlockingIOError):
        while True:
            lines += service.recv(1 << 16).decode().splitlines()
    return lines


def _said(state: Path) -> dict[str, Any]:
    try:
        return json.loads((state / "status.json").read_text())
    except FileNotFoundError:
        return {}
