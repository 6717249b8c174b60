"""A small form of the command that kills readers at random while a scan runs."""

import os
import signal
import subprocess
import sys
from collections import Counter

import pytest

from bench._processes import catches, children, descriptors, lives, of_session
from bench.kills import BLOWS, Count, Plan, check_records, make_documents, strike

_QUICK = tuple(blow for blow in BLOWS if blow.name == "child killed")


@pytest.fixture
def documents(tmp_path):
    return make_documents(tmp_path, 60, seed=1)


# Several seconds: wardens have to start.
def test_every_file_has_one_outcome_while_children_are_killed_and_no_process_outlives_the_agent(documents):
    count = strike(Plan(documents, kills=20, agents=1, blows=_QUICK))

    assert count.faults == []
    assert count.blows["child killed"] == 20
    assert count.blows["agent killed"] == 1
    assert sum(count.outcomes.values()) == count.scans * len(documents)


def test_a_file_without_an_outcome_is_told_and_so_is_one_with_two(tmp_path):
    paths = [tmp_path / name for name in "abc"]
    records = [f'{{"path": "{tmp_path}/{name}", "outcome": "clean", "problems": []}}'.encode() for name in "aab"]
    count = Count()

    check_records([*records, b'{"files": 3}'], paths, count)

    assert count.outcomes == Counter(clean=3)
    assert len(count.faults) == 1
    assert "1 files without an outcome, 1 with two" in count.faults[0]


def test_a_scan_that_fails_is_told(documents, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")

    assert strike(Plan(documents, kills=1, agents=0)).faults


def test_processes_are_seen_from_outside():
    code = "import signal, time; signal.signal(signal.SIGCHLD, lambda *_: None); print(flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        pid = process.pid
        assert pid in children(os.getpid())
        assert of_session(pid) == [pid]
        assert catches(pid, signal.SIGCHLD)
        assert not catches(pid, signal.SIGUSR1)
        assert lives(pid)
        process.kill()
        process.wait()

    assert not lives(pid)
    assert of_session(pid) == []
    assert descriptors(pid) is None
