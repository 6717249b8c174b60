"""`docwarden alerts ack`, `resolve`, `reopen`, `assign`, `note` and `verify`, from the outside."""

import grp
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from scanner.alert.suppress import Suppressions
from scanner.cli import _alerts_store
from scanner.spool.database import connect
from scanner.spool.readers import share
from tests.cli._alerts import PATHS, opened


@pytest.fixture
def key(keys):
    return keys["/srv/a.zip"]


@pytest.fixture
def record(run, state):
    """Return what `show` tells of an alert."""
    return lambda key: json.loads(run("show", key, "--state", state, "-f", "json")[1])


@pytest.mark.parametrize(
    ("words", "states"),
    [
        (["ack"], "acknowledged"),
        (["resolve", "--reason", "fixed"], "resolved"),
        (["assign", "--to", "alice"], "open"),
        (["note", "-m", "asked"], "open"),
    ],
)
def test_what_is_done_is_kept_with_who_did_it_and_told(run, state, key, record, words, states):  # noqa: PLR0913, PLR0917 - fixtures
    code, out, err = run(words[0], key, *words[1:], "--state", state)
    known = record(key)

    assert (code, err) == (0, "")
    assert out.endswith(f"{key} /srv/a.zip\n")
    assert known["alert"]["state"] == states
    assert known["history"][-1]["who"] == _alerts_store.who()


def test_a_resolution_has_a_reason_and_what_somebody_says(run, state, key, record):
    assert run("resolve", key, "--state", state)[0] == 2
    assert run("resolve", key, "--reason", "bored", "--state", state)[0] == 2
    run("resolve", key, "--reason", "accepted_risk", "-m", "the board\nsaid so", "--state", state)

    assert record(key)["alert"]["resolution"] == "accepted_risk: the board said so"
    run("reopen", key, "-m", "it did not", "--state", state)
    assert record(key)["alert"]["state"] == "open"
    assert record(key)["history"][-1]["note"] == "it did not"


def test_somebody_looks_after_an_alert_and_then_nobody(run, state, key, record, listed, monkeypatch):  # noqa: PLR0913, PLR0917 - fixtures
    monkeypatch.setenv("SUDO_USER", "alice")
    run("assign", key, "--state", state)

    assert record(key)["alert"]["assignee"] == "alice"
    assert [alert["path"] for alert in listed("--mine")] == ["/srv/a.zip"]
    assert run("assign", key, "--nobody", "--to", "bob", "--state", state)[0] == 2
    run("assign", key, "--nobody", "--state", state)
    assert record(key)["alert"]["assignee"] == ""


def test_who_became_root_by_sudo_is_named(monkeypatch):
    monkeypatch.delenv("SUDO_USER", raising=False)
    name = _alerts_store.who()
    monkeypatch.setenv("SUDO_USER", "al\x1bice" + "x" * 100)

    assert _alerts_store.who().startswith(rf"{name} (by sudo: al\x1bicexxx")
    assert len(_alerts_store.who()) < 100


def test_several_alerts_are_changed_together_or_not_at_all(run, state, keys, record):
    first, second = keys[PATHS[0]], keys[PATHS[1]]
    code, out, err = run("ack", first, "ffff", second, "zzz", "--state", state)

    assert (code, out) == (2, "")
    assert "'zzz'" in err
    assert err.endswith("nothing was changed\n")
    assert record(first)["alert"]["state"] == record(second)["alert"]["state"] == "open"
    assert run("ack", first, second, first, "--state", state)[1].count("\n") == 2
    assert record(first)["alert"]["state"] == record(second)["alert"]["state"] == "acknowledged"


def test_what_is_done_already_is_told_and_not_done_twice(run, state, key, record):
    run("ack", key, "--state", state)
    code, _, err = run("ack", key, "--state", state)

    assert code == 2
    assert "acknowledged already" in err
    assert len(record(key)["history"]) == 2


@pytest.mark.parametrize("said", ["\x1b[2J", "a\nb", os.fsdecode(b"caf\xe9"), "\u202e", "=1+1", '"'])
def test_what_people_write_is_no_danger_to_who_reads_it(run, state, key, said):
    assert run("note", key, "-m", said, "--state", state)[0] == 0
    assert run("assign", key, "--to", said, "--state", state)[0] == 0
    shown = run("show", key, "--state", state)[1] + run("list", "--state", state)[1]

    assert shown.replace("\n", "").replace("\t", "").isprintable()


def test_a_note_has_to_say_something_and_not_everything(run, state, key):
    assert run("note", key, "--state", state)[0] == 2
    assert run("note", key, "-m", " ", "--state", state)[0] == 2
    assert "longer than" in run("note", key, "-m", "x" * 3000, "--state", state)[2]


def test_a_store_that_somebody_else_writes_is_waited_for_and_then_told(run, state, key, monkeypatch):
    monkeypatch.setattr(_alerts_store, "connect", lambda folder: connect(folder, 0.05))
    other = sqlite3.connect(state / "docwarden.db", isolation_level=None)
    other.execute("begin immediate")
    code, _, err = run("ack", key, "--state", state)
    other.close()

    assert code == 2
    assert "nothing was changed" in err
    assert "locked" in err


def test_two_people_at_once_lose_nothing_of_each_other(state, key):
    call = [sys.executable, "-m", "scanner", "alerts", "note", key, "--state", str(state)]
    environ = {**os.environ, "DOCWARDEN_CONFIG": ""}
    people = [
        subprocess.Popen([*call, "-m", f"note {number}"], env=environ, stdout=subprocess.DEVNULL) for number in (1, 2)
    ]
    codes = [person.wait(60) for person in people]
    with opened(state) as store:
        notes = {entry.note for entry in store.history(key)}
        broken = store.verify()

    assert codes == [0, 0]
    assert notes == {"", "note 1", "note 2"}
    assert broken is None


def test_the_log_is_proven_and_its_end_can_be_kept_elsewhere(run, state, key):
    code, out, _ = run("verify", "--state", state)
    anchor = out.split()[-1]
    run("ack", key, "--state", state)

    assert code == 0
    assert run("verify", "--anchor", anchor, "--state", state)[0] == 0


def test_the_first_broken_link_is_named(run, state, key):
    run("note", key, "-m", "true", "--state", state)
    before = run("verify", "--state", state)[1].split()[-1]
    number = int(before.split(":")[0])
    with sqlite3.connect(state / "docwarden.db") as connection:
        connection.execute("update alert_log set note = 'false' where number = ?", (number,))
    connection.close()
    code, out, _ = run("verify", "--state", state)

    assert code == 1
    assert out.startswith(f"entry {number}: ")


def test_an_older_copy_of_the_store_is_noticed_by_its_anchor_alone(run, state, key, tmp_path):
    shutil.copytree(state, tmp_path / "before")
    run("ack", key, "--state", state)
    anchor = run("verify", "--state", state)[1].split()[-1]

    assert run("verify", "--state", tmp_path / "before")[0] == 0
    assert run("verify", "--state", tmp_path / "before", "--anchor", anchor)[0] == 1


@pytest.mark.parametrize("anchor", ["", "x", "1:", ":ab", "1:zz", "-1:abcdefabcdef"])
def test_an_anchor_that_is_none_is_told(run, state, anchor):
    assert run("verify", "--state", state, "--anchor", anchor)[0] == 2


@pytest.fixture
def shared(state):
    """Return a store that a group may read, in a folder that everybody can go to."""
    top = Path(tempfile.mkdtemp(prefix="docwarden-alerts-"))
    top.chmod(0o755)
    shutil.copytree(state, top / "state")
    (top / "state").chmod(0o700)
    with closing(connect(top / "state")) as connection:
        Suppressions(connection)
        share(top / "state", "nogroup")
    yield top / "state"
    shutil.rmtree(top)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else for a while")
def test_a_member_of_the_readers_lists_and_shows_and_changes_nothing(run, shared, keys, capsys):
    def as_reader(*words: object) -> tuple[int, str]:
        with tempfile.TemporaryFile("w+") as said:
            pid = os.fork()
            if pid == 0:
                code = 9
                try:
                    os.setgroups([grp.getgrnam("nogroup").gr_gid])
                    os.setresgid(60001, 60001, 60001)
                    os.setresuid(60001, 60001, 60001)
                    code, out, err = run(*words, "--state", shared)
                    said.write(out + err)
                    said.flush()
                finally:
                    os._exit(code)
            _, status = os.waitpid(pid, 0)
            said.seek(0)
            return os.waitstatus_to_exitcode(status), said.read()

    key = keys["/srv/a.zip"]
    del capsys

    assert "/srv/a.zip" in as_reader("list")[1]
    assert f"  sudo docwarden alerts ack {key} --state {shared}" in as_reader("show", key)[1]
    assert as_reader("export", "-f", "csv")[0] == 0
    assert as_reader("suppressions") == (0, "No suppressions.\n")
    for words in (["ack", key], ["suppress", key, "--reason", "x"], ["baseline", "--reason", "x"]):
        code, said = as_reader(*words)
        assert (code, "only root and root" not in said, "use sudo" in said) == (2, True, True)
    assert as_reader("verify")[0] == 2
