"""One daemon at a time on a state folder."""

import os
import signal
import subprocess
import sys

import pytest

from scanner.errors import StoreError
from scanner.spool.instance import hold, is_held


def test_the_second_is_told_who_the_first_is(tmp_path):
    with hold(tmp_path), pytest.raises(StoreError, match=f"process {os.getpid()}"), hold(tmp_path):
        pass


def test_it_is_held_while_it_is_and_free_afterwards(tmp_path):
    assert not is_held(tmp_path)
    with hold(tmp_path):
        assert is_held(tmp_path)
    assert not is_held(tmp_path)
    with hold(tmp_path):
        pass


def test_a_killed_holder_holds_nothing(tmp_path):
    code = "import sys, time; from pathlib import Path; from scanner.spool.instance import hold\n"
    code += "with hold(Path(sys.argv[1])): print(1, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE) as process:
        process.stdout.read(1)
        assert is_held(tmp_path)
        process.send_signal(signal.SIGKILL)

    assert not is_held(tmp_path)


def test_a_lock_that_is_a_link_is_refused(tmp_path):
    (tmp_path / "docwarden.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="symbolic link"), hold(tmp_path):
        pass
    with pytest.raises(StoreError, match="symbolic link"):
        is_held(tmp_path)
