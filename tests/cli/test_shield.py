"""A process that runs a command leaves no core dump, and nobody looks into its memory."""

import subprocess
import sys

import pytest

_PROGRAM = """
import ctypes, resource, subprocess, sys
from scanner.cli._shield import shield
shield()
child = [sys.executable, "-c", "import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"]
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), flush=True)
print(subprocess.run(child, capture_output=True, text=True).stdout.strip(), open("/proc/self/mountinfo").read(1) != "")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the second of them")
def test_where_a_process_would_not_know_itself_any_more_only_the_core_file_is_forbidden():
    program = _PROGRAM.replace(
        "shield()", "__import__('scanner.cli._shield').cli._shield._knows_itself = bool; shield()", 1
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == ["(0, 0) 1", "1 True"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the second of them")
def test_it_is_dumped_by_nobody_and_what_it_starts_can_say_so_for_itself():
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == ["(0, 0) 0", "1 True"]


def test_every_command_is_shielded(monkeypatch):
    from scanner import cli

    called = []
    monkeypatch.setattr(cli, "shield", lambda: called.append(True))
    monkeypatch.setattr(sys, "argv", ["docwarden", "--version"])
    with pytest.raises(SystemExit):
        cli.main()

    assert called
