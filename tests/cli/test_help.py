"""The command line answers quickly, and says what it can do."""

import os
import subprocess
import sys

import pytest

from scanner import __version__
from scanner.cli import _group

_COMMANDS = _group.list_commands(None)  # type: ignore[arg-type]  # the context is not looked at


def _docwarden(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scanner", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "DOCWARDEN_CONFIG": ""},
        check=False,
    )


def test_the_version_is_printed():
    assert _docwarden("--version").stdout.strip().endswith(__version__)


def test_every_command_is_listed():
    shown = _docwarden("--help").stdout

    assert {"scan", "watch", "status", "alerts", "rules", "zones", "config", "demo", "doctor"} <= set(_COMMANDS)
    assert all(command in shown for command in _COMMANDS)


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_explains_itself(command):
    done = _docwarden(command, "--help")

    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 4


def test_no_command_is_a_usage_error():
    assert _docwarden("nonsense").returncode == 2
    assert _docwarden("scan").returncode == 2
    assert _docwarden("scan", "--no-such-option", ".").returncode == 2


def test_help_loads_neither_rules_nor_readers():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "scanner", "--version"], capture_output=True, text=True, check=True
    )

    assert "scanner.cli" in done.stderr
    assert not any(name in done.stderr for name in ("pypdfium2", "lxml", "yara", "watchdog", "rich.console"))
