"""Passwords of the operator, from the outside: they open documents in confined workers, and show up nowhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.app import Bench, passwords_for
from scanner.app.parts import policy_digest
from scanner.model.codec import encode
from scanner.model.limits import DEFAULT_LIMITS
from scanner.settings.schema import Settings, UnlockSettings
from scanner.settings.show import as_toml
from scanner.worker.setup import Setup

_LOCKED = Path(__file__).parents[1] / "data/sealed/password.xlsx"
_WRONG = "hunter2-wrong"


def _docwarden(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scanner", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "DOCWARDEN_CONFIG": ""},
        check=False,
    )


@pytest.fixture
def share(tmp_path):
    folder = tmp_path / "share"
    folder.mkdir()
    (folder / "locked.xlsx").write_bytes(_LOCKED.read_bytes())
    return folder


@pytest.fixture
def passwords(tmp_path):
    path = tmp_path / "passwords"
    path.write_text(f"{_WRONG}\ntest\n")
    path.chmod(0o600)
    return path


def _record(*arguments: object) -> tuple[dict, str]:
    done = _docwarden("scan", *arguments, "-j", 1, "--format", "jsonl", "-v")
    return json.loads(done.stdout.splitlines()[0]), done.stdout + done.stderr


def test_a_scan_opens_what_the_passwords_of_the_command_line_or_else_of_the_configuration_open(
    share, passwords, tmp_path
):
    other = tmp_path / "other"
    other.write_text(_WRONG)
    other.chmod(0o600)
    config = tmp_path / "policy.toml"
    config.write_text(f'version = 1\n[unlock]\npasswords_file = "{passwords}"\n')
    opened, said = _record(share, "-c", config)
    locked, more = _record(share, "-c", config, "--passwords", other)

    assert opened["problems"] == []
    assert ([problem["reason"] for problem in locked["problems"]], locked["severity"]) == (["encrypted"], "medium")
    assert _WRONG not in said + more


@pytest.mark.skipif(os.name != "posix", reason="only there files have such modes")
def test_passwords_that_others_may_read_are_refused_by_scan_and_check(share, passwords, tmp_path):
    passwords.chmod(0o644)
    config = tmp_path / "policy.toml"
    config.write_text(f'version = 1\n[unlock]\npasswords_file = "{passwords}"\n')

    for done in (
        _docwarden("scan", share, "--passwords", passwords),
        _docwarden("scan", share, "-c", config),
        _docwarden("config", "check", config),
    ):
        assert done.returncode == 2
        assert f"others may read or write the passwords; run: chmod 600 {passwords}" in done.stderr
        assert _WRONG not in done.stdout + done.stderr


def test_check_says_when_there_are_more_passwords_than_are_tried(passwords, tmp_path):
    config = tmp_path / "policy.toml"
    config.write_text(f'version = 1\n[unlock]\npasswords_file = "{passwords}"\n')
    quiet = _docwarden("config", "check", config)
    passwords.write_text("\n".join(map(str, range(40))))
    done = _docwarden("config", "check", config)

    assert (quiet.returncode, quiet.stderr) == (0, "")
    assert done.returncode == 0
    assert "note: unlock.passwords_file: 40 passwords; only the first 32 are tried" in done.stderr


def _bench(*passwords: str, key: bytes = b"k" * 32) -> Bench:
    return Bench((), DEFAULT_LIMITS, 1, key=key, passwords=passwords)


def test_the_policy_changes_with_the_passwords_and_tells_none():
    known = [policy_digest(_bench(*words), Settings()) for words in ((), ("a",), ("a", "b"), ("ab",))]

    assert len(set(known)) == 4
    assert policy_digest(_bench("a"), Settings()) == known[1]
    assert policy_digest(_bench("a", key=b"x" * 32), Settings()) != known[1]
    assert policy_digest(_bench(key=b"x" * 32), Settings()) == known[0]


def test_no_value_that_carries_passwords_shows_them(passwords):
    settings = Settings(unlock=UnlockSettings(str(passwords)))
    words = passwords_for(settings)

    assert words == (_WRONG, "test")
    assert _WRONG not in f"{_bench(*words)!r} {Setup((), passwords=words)!r} {settings!r} {as_toml(settings, {})}"
    assert encode(Setup((), passwords=words))["passwords"] == [_WRONG, "test"]  # type: ignore[index] # an object
    assert passwords_for(Settings()) == ()
