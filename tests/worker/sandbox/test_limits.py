"""What a worker gives up, it has given up."""

import json
import os
import resource
import subprocess
import sys

import pytest

from scanner.worker.sandbox import _kernel, limits

_SCRIPT = """
import json, os, resource, sys
from scanner.worker.sandbox.limits import confine
confine({memory})
names = ("AS", "CORE", "FSIZE", "NOFILE")
said = {{name: resource.getrlimit(getattr(resource, "RLIMIT_" + name))[0] for name in names}}
said["environment"] = len(os.environ)
said["status"] = open("/proc/self/status").read() if sys.platform == "linux" else ""
print(json.dumps(said))
try:
    bytearray(1 << 31)
except MemoryError:
    print("memory is limited")
"""


def _confined(memory: int) -> tuple[dict, list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT.format(memory=memory)], capture_output=True, text=True, check=True
    )
    first, *rest = done.stdout.splitlines()
    return json.loads(first), rest


def test_a_confined_process_has_limits_and_no_environment():
    said, rest = _confined(1 << 30)

    assert (said["AS"], said["CORE"], said["FSIZE"]) == (1 << 30, 0, 0)
    assert said["NOFILE"] <= 64
    assert said["environment"] == 0
    assert rest == ["memory is limited"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux knows these")
def test_a_confined_process_can_gain_no_privileges():
    said, _ = _confined(1 << 30)

    assert "NoNewPrivs:\t1" in said["status"]


def test_memory_without_a_limit_is_left_as_it_was():
    said, _ = _confined(0)

    assert said["CORE"] == 0


def test_limits_are_only_ever_lowered(monkeypatch):
    asked: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "getrlimit", lambda name: (5, 10) if name == resource.RLIMIT_AS else (-1, -1))
    monkeypatch.setattr(resource, "setrlimit", asked.__setitem__)
    monkeypatch.setattr(_kernel, "prctl", lambda *_: None)
    monkeypatch.setattr(os, "environ", {"SECRET": "x"})

    limits.confine(0)
    assert resource.RLIMIT_AS not in asked
    limits.confine(1 << 30, 2.5)

    assert asked[resource.RLIMIT_AS] == (10, 10)
    assert asked[resource.RLIMIT_CPU] == (3, 8)
    assert asked[resource.RLIMIT_NOFILE] == (64, 64)
    assert os.environ == {}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux knows these")
def test_what_is_started_here_inherits_no_capability(monkeypatch):
    asked: list[tuple[int, ...]] = []
    monkeypatch.setattr(_kernel, "prctl", lambda *numbers: asked.append(numbers))

    limits.keep_capabilities_here()

    assert asked == [(47, 4)]
