"""What a configuration names is looked for, and nothing is opened."""

import os
from dataclasses import replace

import pytest

from scanner.app.places import other_places, sink_places
from scanner.model.route import Route
from scanner.settings.schema import AlertSettings, MetricsSettings, Settings, SinkSettings


def _told(kind, *options, name="", user=0):
    settings = Settings(sinks=(SinkSettings(kind, options, replace(Route(), name=name)),))
    return [(fault.key, fault.message, fault.warning) for fault in sink_places(settings, user)]


@pytest.mark.parametrize(
    ("kind", "option"),
    [("webhook", "secret_file"), ("webhook", "ca_file"), ("smtp", "password_file"), ("apprise", "urls_file")],
)
def test_a_file_that_is_missing_is_a_fault_at_its_key(tmp_path, kind, option):
    path = f"{tmp_path}/missing"

    ((key, message, warning),) = _told(kind, (option, path), name="desk")
    said, _, run = message.partition("; run: ")

    assert (key, said, warning) == (f"sink[0] (desk).{option}", f"{path} is not there", False)
    assert run in {"", f"install -m 600 /dev/stdin {path}"}


def test_a_secret_that_others_may_read_is_a_fault_with_what_mends_it(tmp_path):
    path = tmp_path / "secret"
    path.touch(0o600)
    assert _told("webhook", ("secret_file", str(path))) == []
    path.chmod(0o640)
    ((_, message, warning),) = _told("webhook", ("secret_file", str(path)))

    assert (message.endswith(f"run: chmod 600 {path}"), warning) == (True, False)
    assert _told("webhook", ("ca_file", str(path))) == []


def test_a_secret_that_is_a_link_is_a_fault_and_is_not_followed(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "secret")

    assert _told("webhook", ("secret_file", f"{tmp_path}/link"))[0][1] == f"{tmp_path}/link is a link"


def test_a_program_has_to_be_there_and_to_be_one(tmp_path):
    path = tmp_path / "program"
    for _ in range(2):
        ((key, _, warning),) = _told("command", ("argv", f"{path}\n--flag"))
        assert (key, warning) == ("sink[0].argv", False)
        path.touch(0o600)
    path.chmod(0o700)

    assert _told("command", ("argv", f"{path}\n--flag")) == []


def test_a_folder_that_is_not_there_yet_is_a_warning_for_systemd_may_make_it(tmp_path):
    assert _told("jsonl", ("path", f"{tmp_path}/no/alerts.jsonl"))[0][2] is True
    assert _told("jsonl", ("path", f"{tmp_path}/alerts.jsonl")) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_secret_of_the_user_of_the_daemon_is_sound_when_root_asks(tmp_path):
    path = tmp_path / "secret"
    path.touch(0o600)
    os.chown(path, 4711, 4711)

    assert _told("webhook", ("secret_file", str(path)), user=4711) == []
    assert "belongs to user 4711" in _told("webhook", ("secret_file", str(path)))[0][1]


def test_a_group_and_a_folder_of_metrics_that_are_not_there_are_warnings(tmp_path):
    settings = Settings(
        alerts=replace(AlertSettings(), readers="no-such-group"), metrics=MetricsSettings(f"{tmp_path}/no/x.prom")
    )

    assert [(fault.key, fault.warning) for fault in other_places(settings)] == [
        ("alerts.readers", True),
        ("metrics.textfile", True),
    ]
    assert list(other_places(Settings())) == []
