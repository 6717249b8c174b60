"""The layers together, tried in a process of their own: what stands is proven, what fails is said."""

import json
import subprocess
import sys

import pytest

_SCRIPT = """
import json, os, sys
from scanner.worker import sandbox
from scanner.worker.sandbox import enclosure, landlock, seccomp
def broken(*_):
    raise OSError(1, "forbidden here", "a step")
for name in {broken!r}:
    module, function = name.split(".")
    setattr({{"enclosure": enclosure, "landlock": landlock, "seccomp": seccomp}}[module], function, broken)
inside, reached = sandbox.enclose(1 << 30)
print(json.dumps([reached.protection, reached.layers, reached.missing, reached.open, os.getuid()]))
"""
_LAYERS = {"enclosure.leave": "empty root", "landlock.deny_all": "Landlock", "seccomp.close": "system call filter"}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's")


def _enclosed(*broken: str) -> tuple[str, list[str], list[str], list[str], int]:
    script = _SCRIPT.format(broken=broken)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    protection, layers, missing, still_open, user = json.loads(done.stdout)
    return protection, layers, missing, still_open, user


def test_with_every_layer_the_protection_is_full():
    protection, layers, missing, still_open, user = _enclosed()
    if missing:
        pytest.skip(f"this machine has not all layers: {missing}")

    assert (protection, still_open) == ("full", [])
    assert layers == list(_LAYERS.values())
    assert user == 65534


@pytest.mark.parametrize("broken", ["enclosure.leave", "landlock.deny_all"])
def test_without_one_of_two_layers_the_others_still_deny_all_but_names(broken):
    protection, _, missing, still_open, _ = _enclosed(broken)

    assert f"{_LAYERS[broken]}: forbidden here (a step)" in missing
    if len(missing) == 1:
        assert protection == "reduced"
        assert set(still_open) <= {"tell that a file exists, and its size"}


def test_without_the_filter_what_it_alone_denies_is_named():
    protection, _, missing, still_open, _ = _enclosed("seccomp.close")

    assert missing[-1] == "system call filter: Operation not permitted"
    assert protection == "process"
    assert {"start a process", "make code at run time"} <= set(still_open)


def test_without_any_layer_everything_is_open_and_said_to_be():
    protection, layers, missing, still_open, _ = _enclosed(*_LAYERS)

    assert (protection, layers, len(missing)) == ("process", [], 3)
    assert {"open a file", "run a program", "send a packet"} <= set(still_open)
