"""What the README shows is what happens."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.cli import _group, _share

_ROOT = Path(__file__).parents[1]
_README = (_ROOT / "README.md").read_text(encoding="utf-8")
_COMMANDS = sorted(
    set(re.findall(r"docwarden ([a-z]+(?: [a-z]+)?)", " ".join(re.findall(r"```sh\n.*?```", _README, re.DOTALL))))
)


def test_it_opens_with_one_sentence_on_what_it_is():
    _, first, *_ = _README.split("\n\n")

    assert first.startswith("DocWarden finds sensitive documents")
    assert first.count(". ") == 0


def test_the_session_it_shows_is_real(tmp_path):
    _share.make(tmp_path)
    (shown,) = re.findall(r"```console\n\$ docwarden (.*?)\n(.*?)```", _README, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-m", "scanner", *shown[0].split()],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        check=False,
    )

    missing = [line for line in shown[1].splitlines() if line.strip() and line not in done.stdout]
    assert not missing, done.stdout


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_it_names_exists(command):
    words = command.split()
    known = _group.get_command(None, words[0])  # type: ignore[arg-type]  # the context is not looked at

    assert known is not None
    if hasattr(known, "commands"):
        assert words[1] in known.commands


def test_the_configuration_it_shows_is_sound(tmp_path):
    (shown,) = re.findall(r"```toml\n(.*?)```", _README, re.DOTALL)
    path = tmp_path / "docwarden.toml"
    path.write_text(shown)
    path.chmod(0o600)
    done = subprocess.run(
        [sys.executable, "-m", "scanner", "config", "check", str(path)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_its_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", _README):
        assert (_ROOT / target).exists(), target


def test_there_is_one_line_to_set_up_and_one_to_test():
    setup, test, *_ = re.findall(r"```sh\n(.*?)\n```", _README, re.DOTALL)

    assert setup.endswith("docwarden demo")
    assert "\n" not in setup + test
    assert "pytest" in test
