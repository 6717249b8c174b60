"""The attacks of the bench, shortened: inside the sandbox none of them gets anything."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
def test_no_attack_succeeds_inside_the_sandbox():
    command = [sys.executable, "-m", "bench.attacks", "--seconds", "0.3", "--as", str(os.getuid())]

    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)

    if "inside: full" not in done.stdout:
        pytest.skip(f"this machine has no full sandbox: {done.stdout.splitlines()[:1]}")
    assert "SUCCEEDED" not in done.stdout
    assert done.stdout.count("violation (SIGSYS)") > 30
    assert done.returncode == 0
