"""The systemd units are valid, and differ in the rights that fanotify needs and in nothing else."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.resources import bundled

_UNITS = ("docwarden.service", "docwarden-inotify.service")
_EXPOSURE = re.compile(r"Overall exposure level for \S+: (\d+\.\d)")
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze here")


def _text(unit):
    return (bundled("config") / unit).read_text(encoding="utf-8")


def _settings(unit):
    return [line for line in _text(unit).splitlines() if line and not line.startswith("#")]


@pytest.fixture(params=_UNITS)
def unit(request, tmp_path):
    """Return a unit as a file, with a program that is there."""
    text, number = re.subn("^ExecStart=.*", f"ExecStart={sys.executable}", _text(request.param), flags=re.MULTILINE)
    assert number == 1
    (tmp_path / request.param).write_text(text)
    return tmp_path / request.param


@needs_systemd
def test_systemd_finds_no_fault(unit):
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_systemd
def test_the_exposure_that_is_told_is_that_which_systemd_finds(unit):
    version = subprocess.run(["systemd-analyze", "--version"], capture_output=True, text=True, check=True).stdout
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", unit],
        capture_output=True,
        text=True,
        env={"LC_ALL": "C.UTF-8"},
        check=False,
    )
    (found,) = _EXPOSURE.findall(done.stdout)

    assert float(found) < 3
    if version.startswith("systemd 252"):
        comment = " ".join(line.lstrip("# ") for line in _text(unit.name).splitlines())
        assert f"rates this one {found}" in comment


def test_they_differ_in_the_rights_for_fanotify_and_in_nothing_else():
    full, plain = (_settings(unit) for unit in _UNITS)

    assert sorted(set(full) - set(plain)) == [
        "AmbientCapabilities=CAP_DAC_READ_SEARCH CAP_LEASE CAP_SYS_ADMIN",
        "CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_LEASE CAP_SYS_ADMIN",
        "SystemCallFilter=fanotify_init fanotify_mark open_by_handle_at name_to_handle_at",
    ]
    assert sorted(set(plain) - set(full)) == [
        "AmbientCapabilities=CAP_DAC_READ_SEARCH CAP_LEASE",
        "CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_LEASE",
    ]


def test_the_documentation_tells_the_exposure_and_the_rights_of_each():
    text = (Path(__file__).parents[2] / "docs/running.md").read_text(encoding="utf-8")
    for unit in _UNITS:
        (row,) = (line.split("|") for line in text.splitlines() if line.startswith(f"| `config/{unit}`"))
        (rights,) = (line.partition("=")[2] for line in _settings(unit) if line.startswith("AmbientCapabilities="))

        assert sorted(row[3].replace(",", "").split()) == sorted(rights.split())
        assert f"rates this one {row[4].strip()}" in " ".join(line.lstrip("# ") for line in _text(unit).splitlines())
