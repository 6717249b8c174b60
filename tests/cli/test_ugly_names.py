"""Whatever a file, a rule or a zone is called, no command lets it out as anything but text on its own line."""

import json
import os
import sys
import time
import unicodedata
import zipfile

import pytest

from scanner import cli
from scanner.cli import main
from scanner.spool.status import Gap, RootStatus, Status, write_status

_MARKED = b"TOP SECRET//SI//NOFORN\n\nA paper.\n\nTOP SECRET//SI//NOFORN\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory, ugly_names):
    """Make a tree in which everything has an ugly name, with a policy and rules that do."""
    home = os.fsencode(tmp_path_factory.mktemp("home"))
    share, rules = os.path.join(home, b"share"), os.path.join(home, b"rules")
    for folder in (share, rules):
        os.mkdir(folder)
    for number, name in enumerate(ugly_names):
        with open(os.path.join(share, name), "wb") as stream:
            stream.write(_MARKED + b"x" * number)  # files with the same content are one alert
        with open(os.path.join(rules, name[:200] + b".yar"), "wb") as stream:
            stream.write(b"rule broken { condition: x }")
    packed = os.path.join(share, b"packed.zip")
    with zipfile.ZipFile(os.fsdecode(packed), "w") as archive:
        for name in ugly_names:
            archive.writestr(name.decode("utf-8", "replace"), _MARKED)
    return os.fsdecode(home)


@pytest.fixture
def run(place, capfdbinary, monkeypatch):
    monkeypatch.setattr(cli, "shield", lambda: None)
    monkeypatch.setenv("XDG_STATE_HOME", os.path.join(place, "state"))
    monkeypatch.setenv("DOCWARDEN_CONFIG", "")
    monkeypatch.chdir(place)

    def told(*arguments, code=None):
        monkeypatch.setattr(sys, "argv", ["docwarden", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfdbinary.readouterr()
        if code is not None:
            assert ended.value.code == code, (arguments, out, err)
        _is_text_only(arguments, out + err)
        return out.decode(), err.decode()

    return told


def _is_text_only(arguments, output):
    shown = output.decode()  # what is no UTF-8 has got out as it is
    # Between the cells of a list that goes to no terminal stands a tab.
    bad = {character for character in shown if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert bad <= {"\n", "\t"}, (arguments, bad)
    assert "tab\there" not in shown, arguments
    assert not [line for line in shown.split("\n") if line.startswith(("feed.txt", "return.txt"))], arguments


def test_reports_alerts_and_their_details(run, place):
    out, _ = run("scan", "-v", "--record", "share", code=1)
    assert out.count("line\\nfeed.txt") >= 2
    out, _ = run("alerts", "list", code=0)
    keys = [line.split("\t")[0] for line in out.splitlines()[1:]]

    assert len(keys) == len(os.listdir(os.path.join(place, "share")))
    for key in keys:
        run("alerts", "show", key, code=0)
    for form in ("csv", "json", "jsonl"):
        run("alerts", "export", "--paths", "-f", form, code=0)
    run("alerts", "ack", *keys, code=0)
    run("alerts", "suppress", *keys, "--reason", "x", code=0)
    run("alerts", "suppressions", code=0)


def test_programs_get_every_path_back(run, place, ugly_names):
    out, _ = run("scan", "-f", "jsonl", "share", code=1)
    records = [json.loads(line) for line in out.splitlines()[:-1]]
    paths = {os.fsencode(record["path"]) for record in records}

    assert paths >= {os.path.join(os.fsencode(place), b"share", name) for name in ugly_names}


def test_rules_that_are_called_so_and_say_so(run, tmp_path):
    title = r"title \x1b[31m \xc2\x85 \xe2\x80\xae \n \r \t"
    path = tmp_path / "\x1b[31mown\n.yar"
    path.write_text(f'rule own {{ meta: id = "own" title = "{title}" tags = "{title}" condition: true }}')

    assert "title" in run("rules", "list", "--rules", str(tmp_path), code=0)[0]
    run("rules", "list", "--rules", str(tmp_path), "-f", "json", code=0)
    run("rules", "check", "rules", code=2)
    run("rules", "check", str(path))
    run("scan", "--rules", "rules", "share", code=2)


def test_one_file_explained(run):
    out, _ = run("rules", "explain", "share/packed.zip", code=0)

    assert r"line\nfeed.txt" in out


def test_zones_and_the_configuration(run, tmp_path, ugly_names):
    names = [os.fsdecode(name) for name in ugly_names]
    sound = [name for name in names if name.isascii() or not any("\ud800" <= mark <= "\udfff" for mark in name)]
    zones = [
        f'[[zone]]\nname = {json.dumps(name)}\npaths = [{json.dumps(f"/srv/{name}")}]\nceiling = "none"\n'
        f"owner = {json.dumps(name)}\nguidance = {json.dumps(name)}\n"
        for name in sound
    ]
    path = tmp_path / "\x1b[31mpolicy\n.toml"
    path.write_text("version = 1\n" + "\n".join(zones).replace("\x7f", "\\u007f"), encoding="utf-8")
    path.chmod(0o600)
    for arguments in (("zones", "list"), ("config", "show"), ("doctor",), ("config", "show", "-f", "json")):
        run(*arguments, "-c", str(path))
    run("config", "check", str(path))
    for name in names[:5]:
        run("zones", "explain", f"/srv/{name}", "-c", str(path), code=0)
    path.write_text("version = 1\n" + "\n".join(f"{json.dumps(name)} = 1" for name in sound).replace("\x7f", "\\u007f"))
    run("config", "check", str(path), code=2)


def test_the_status(run, tmp_path, ugly_names):
    from scanner.spool.database import connect

    connect(tmp_path / "state").close()
    roots = tuple(
        RootStatus(f"/srv/{name}", name, live=False, trouble=name, unreadable=1, gaps=(Gap(name, name),), doubt=name)
        for name in map(os.fsdecode, ugly_names)
    )
    status = Status(1, "1", "x", time.time(), time.time(), roots, trouble=os.fsdecode(ugly_names[3]))
    write_status(tmp_path / "state", status)

    run("status", "--state", str(tmp_path / "state"), code=1)
    run("status", "--state", str(tmp_path / "state"), "--json", code=1)
    run("doctor", "--state", str(tmp_path / "state"))


def test_what_is_wrong_on_the_command_line(run, tmp_path, ugly_names):
    gone = "gone " + "".join(os.fsdecode(name).removesuffix(".txt") for name in ugly_names if len(name) < 100)[:200]
    for arguments in (
        ("scan", gone),
        ("scan", "share", "--ceiling", gone),
        ("scan", "share", "-c", gone),
        ("scan", "share", "--rule", gone),
        ("scan", "share", "--baseline", gone),
        ("scan", "share", "-o", f"no/{gone}"),
        ("scan", "share", "--max-file-size", gone),
        ("scan", f"--{gone}"),
        ("watch", gone),
        ("alerts", "show", gone),
        ("alerts", "list", "--state", f"share/packed.zip/{gone}"),
        ("rules", "explain", gone),
        ("rules", "check", gone),
        ("config", "init", "-o", f"share/packed.zip/{gone}"),
        ("status", "--state", f"share/packed.zip/{gone}"),
        (gone,),
    ):
        run(*arguments, code=2)
    os.mkfifo(tmp_path / "\x1b[31m\npipe")
    run("scan", str(tmp_path / "\x1b[31m\npipe"), code=2)
