"""What several tests of the command line begin with."""

import json

import pytest

from scanner.cli import main
from tests.cli._alerts import IN_ORDER, PATHS, Recorder, opened, verdict


@pytest.fixture
def state(tmp_path):
    """Return a state folder with three alerts in it: two open, the last one resolved."""
    folder = tmp_path / "state"
    with opened(folder) as store:
        record = Recorder(store)
        for number, path in enumerate(PATHS):
            record(verdict(path), 60.0 * number)
        record(verdict(PATHS[0]), 30.0)
        record(verdict(PATHS[2], **IN_ORDER), 200.0)
    return folder


@pytest.fixture
def run(monkeypatch, capsys):
    """Run `docwarden alerts` without a configuration; return the exit code and both outputs."""
    monkeypatch.setenv("DOCWARDEN_CONFIG", "")
    monkeypatch.delenv("SUDO_USER", raising=False)

    def run(*arguments: object) -> tuple[object, str, str]:
        monkeypatch.setattr("sys.argv", ["docwarden", "alerts", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, *capsys.readouterr()

    return run


@pytest.fixture
def listed(run, state):
    """Return the records of `list`."""

    def listed(*arguments: object) -> list[dict]:
        return json.loads(run("list", "--state", state, "-f", "json", *arguments)[1])["alerts"]

    return listed


@pytest.fixture
def keys(listed):
    """Return the key of the alert about each file."""
    return {alert["path"]: alert["alert"]["key"] for alert in listed()}
