"""A scan that records takes what is gone out of its alerts, and nothing else."""

import os
import shutil
from contextlib import closing

import pytest

from scanner.app.recording import Recording
from scanner.app.records import Records
from scanner.model.alert import State
from scanner.settings.schema import AlertSettings
from scanner.spool.database import connect
from tests.cli._alerts import opened, verdict


@pytest.fixture
def recording(tmp_path):
    with closing(connect(tmp_path / "state")) as connection:
        yield Recording(connection, Records(connection, tmp_path / "state", AlertSettings), "r1")


@pytest.fixture
def share(tmp_path):
    folder = tmp_path / "share"
    for name in ("stays", "gone", "out"):
        (folder / name).mkdir(parents=True)
        (folder / name / "a.txt").write_text(name, encoding="utf-8")
    return folder


def _states(tmp_path) -> dict[str, State]:
    with opened(tmp_path / "state") as store:
        return {os.path.basename(os.path.dirname(one.verdict.document.path)): one.state for one in store.alerts()}


def test_what_is_gone_below_the_folder_leaves_its_alert_and_nothing_else_does(recording, share, tmp_path):
    for name in ("stays", "gone", "out"):
        recording(verdict(str(share / name / "a.txt"), content=name))
    (share / "gone" / "a.txt").unlink()
    (share / "gone").rmdir()
    (share / "out" / "a.txt").unlink()

    assert recording.sweep([str(share / "stays"), str(share / "gone")]) == 1
    assert _states(tmp_path) == {"stays": State.OPEN, "gone": State.RESOLVED, "out": State.OPEN}
    assert recording.sweep([str(share)]) == 1
    assert _states(tmp_path)["out"] is State.RESOLVED


def test_a_folder_is_not_taken_for_one_whose_name_goes_on(recording, share):
    recording(verdict(str(share / "stays-not" / "a.txt")))

    assert recording.sweep([str(share / "stays")]) == 0


def test_what_cannot_be_seen_is_not_taken_for_gone(recording, share, monkeypatch):
    recording(verdict(str(share / "stays" / "a.txt")))

    def refused(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("scanner.app.recording.os.lstat", refused)
    assert recording.sweep([str(share)]) == 0


def test_in_an_empty_folder_nothing_is_taken_for_gone(share, recording):
    recording(verdict(str(share / "stays" / "a.txt")))
    shutil.rmtree(share)
    share.mkdir()

    assert recording.sweep([str(share)]) == 0
    (share / "another").touch()
    assert recording.sweep([str(share)]) == 1
