"""The doctor tries the sandbox, and names what shows why a layer is missing."""

from pathlib import Path

import pytest

from scanner.app.doctor import Health, Surroundings, policy, shut_in
from scanner.errors import WorkerError
from scanner.model.sandbox import Protection, Sandbox
from scanner.settings.schema import SandboxSettings, Settings, UnlockSettings


def _told(monkeypatch, reached: Sandbox, minimum: str = "auto") -> tuple[Health, str, str]:
    monkeypatch.setattr(shut_in, "_reached", lambda: reached)
    around = Surroundings(Settings(sandbox=SandboxSettings(minimum)), Path("/nowhere"))
    (remark,) = shut_in.sandbox(around)
    return remark.health, remark.what, remark.run


def test_what_is_reached_here_is_told():
    (remark,) = shut_in.sandbox(Surroundings(Settings(), Path("/nowhere")))

    assert remark.what.startswith(tuple(Protection))


def test_every_layer_in_place_is_well(monkeypatch):
    assert _told(monkeypatch, Sandbox(Protection.FULL, ("Landlock",))) == (Health.OK, "full: Landlock", "")


def test_a_missing_layer_is_a_warning_with_what_shows_why(monkeypatch):
    reached = Sandbox(Protection.REDUCED, missing=("Landlock: Function not implemented",))

    health, what, run = _told(monkeypatch, reached)

    assert health is Health.WARNING
    assert "without Landlock" in what
    assert run == "cat /sys/kernel/security/lsm"


@pytest.mark.parametrize(("reached", "minimum"), [("reduced", "full"), ("process", "reduced")])
def test_less_than_is_asked_for_is_a_problem(monkeypatch, reached, minimum):
    health, what, _ = _told(monkeypatch, Sandbox(Protection(reached)), minimum)

    assert health is Health.PROBLEM
    assert f"at least {minimum} is asked for" in what


def test_workers_that_do_not_start_are_a_problem(monkeypatch):
    def broken() -> Sandbox:
        message = "no such module"
        raise WorkerError(message)

    monkeypatch.setattr(shut_in, "_reached", broken)
    (remark,) = shut_in.sandbox(Surroundings(Settings(), Path("/nowhere")))

    assert remark.health is Health.PROBLEM
    assert "no such module" in remark.what


def test_a_worker_that_is_never_ready_is_not_waited_for_without_end(monkeypatch):
    monkeypatch.setattr(shut_in, "_SECONDS", 0.0)

    with pytest.raises(WorkerError, match="no worker is ready"):
        shut_in._reached()


def test_a_file_of_passwords_that_cannot_be_read_is_a_problem_and_one_that_can_is_counted(tmp_path):
    listed = tmp_path / "passwords"
    around = Surroundings(Settings(unlock=UnlockSettings(str(listed))), tmp_path)

    (missing,) = policy.passwords(around)
    listed.write_text("one\ntwo\n")
    listed.chmod(0o600)
    (read,) = policy.passwords(around)
    (none,) = policy.passwords(Surroundings(Settings(), tmp_path))

    assert (missing.health, missing.run) == (Health.PROBLEM, f"ls -l {listed}")
    assert (read.health, read.what) == (Health.OK, f"2 in {listed}")
    assert none.health is Health.OK
