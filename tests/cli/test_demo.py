"""`docwarden demo` shows a leak of every kind, and its advice can be followed."""

import os
import re
import shlex
import subprocess
import sys

from scanner.cli import _share, demo

_ENV = {**os.environ, "DOCWARDEN_CONFIG": ""}


def test_the_demo_finds_what_it_planted_and_says_what_to_try(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "scanner", "demo", "--folder", str(tmp_path / "d")],
        capture_output=True,
        text=True,
        env=_ENV,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "9 files = 2 clean + 1 permitted + 5 violation + 1 undetermined" in done.stdout
    for told in ("offer-2026.docx, header 1", "mail-to-partner.eml ▸ papers.zip ▸ minutes.docx", "encrypted", "IBAN"):
        assert told in done.stdout
    (following,) = re.findall(r"^ .+ (zones explain .*)$", done.stdout, re.MULTILINE)
    tried = subprocess.run(
        [sys.executable, "-m", "scanner", *shlex.split(following)],
        capture_output=True,
        text=True,
        env={**_ENV, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=tmp_path / "d",
        check=False,
    )
    assert tried.returncode == 0, tried.stderr
    assert "public" in tried.stdout
    lines = done.stdout.replace(str(tmp_path / "d"), "/tmp/docwarden-demo-abcdefgh").replace(sys.executable, "python")
    typed = [line for line in lines.splitlines() if "scan -c" in line or "cd /" in line or "critical " in line]
    assert len(typed) > 5
    assert max(map(len, typed)) <= 80


def test_a_program_that_is_not_on_the_path_is_called_from_any_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [".venv/bin/docwarden"])

    assert demo._program() == ("docwarden", (f'PATH={tmp_path}/.venv/bin:"$PATH"',))


def test_made_up_accounts_have_right_check_digits():
    account = _share._iban()

    digits = "".join(str(int(character, 36)) for character in account[4:] + account[:4])
    assert int(digits) % 97 == 1


def test_two_demos_share_no_secret():
    assert _share._script() != _share._script()
