"""`docwarden config`, from the outside."""

import json
import os
import tomllib

import pytest

from scanner.cli import config as module
from scanner.cli import main


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    """Hide the configuration of the machine the tests run on."""
    for name in [name for name in os.environ if name.startswith("DOCWARDEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(module, "SYSTEM_CONFIG", tmp_path / "etc" / "docwarden.toml")
    monkeypatch.setattr("scanner.settings.load.SYSTEM_CONFIG", tmp_path / "etc" / "docwarden.toml")


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command line; return the exit code and both outputs."""

    def run(*arguments: object) -> tuple[object, str, str]:
        monkeypatch.setattr("sys.argv", ["docwarden", "config", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, *capsys.readouterr()

    return run


@pytest.fixture
def policy(tmp_path):
    def write(text: str):
        path = tmp_path / "policy.toml"
        path.write_text("version = 1\n" + text, encoding="utf-8")
        path.chmod(0o600)
        return path

    return write


@pytest.mark.parametrize(("euid", "place"), [(0, "etc/docwarden.toml"), (1000, "home/docwarden/docwarden.toml")])
def test_init_writes_where_it_will_be_found_for_nobody_else_to_read(run, tmp_path, monkeypatch, euid, place):
    monkeypatch.setattr(module.os, "geteuid", lambda: euid)
    code, out, _ = run("init")

    assert code == 0
    assert str(tmp_path / place) in out
    assert (tmp_path / place).stat().st_mode & 0o777 == 0o600
    assert tomllib.loads((tmp_path / place).read_text())["version"] == 1


def test_what_init_wrote_checks_out_and_is_found(run):
    run("init")
    code, out, _ = run("check")

    assert code == 0
    assert out.startswith("ok: 0 zones, 0 sinks, 0 watched folders, 0 folders of more rules (")
    assert out.endswith("docwarden.toml)\n")


def test_init_overwrites_nothing(run, tmp_path):
    (tmp_path / "mine.toml").write_text("mine")
    (tmp_path / "link.toml").symlink_to(tmp_path / "elsewhere")

    for name in ("mine.toml", "link.toml"):
        code, _, err = run("init", "--output", tmp_path / name)
        assert code == 2
        assert "is there already" in err
    assert (tmp_path / "mine.toml").read_text() == "mine"


def test_init_writes_the_example_to_standard_output(run):
    code, out, _ = run("init", "--example", "-o", "-")

    assert code == 0
    assert len(tomllib.loads(out)["zone"]) == 3


def test_the_example_checks_out_under_the_shipped_schemes(run, tmp_path):
    run("init", "--example", "-o", tmp_path / "example.toml")
    code, out, _ = run("check", tmp_path / "example.toml")

    assert code == 0
    assert out.startswith("ok: 3 zones, 2 sinks, 3 watched folders, ")


def test_init_says_where_it_could_not_write(run, tmp_path):
    (tmp_path / "file").touch()
    code, _, err = run("init", "-o", tmp_path / "file" / "x.toml")

    assert code == 2
    assert "cannot be written" in err


def test_init_without_a_home_asks_where(run, monkeypatch):
    monkeypatch.setattr(module.os, "geteuid", lambda: 1000)
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.delenv("HOME", raising=False)
    code, _, err = run("init")

    assert code == 2
    assert "--output" in err


def test_check_counts_what_stands_in_the_file(run, policy, tmp_path):
    path = policy(f'[[zone]]\nname = "z"\npaths = ["{tmp_path}"]\n[[sink]]\nkind = "console"\n[watch]\npaths = ["/"]')
    code, out, err = run("check", path)

    assert (code, err) == (0, "")
    assert out == f"ok: 1 zone, 1 sink, 1 watched folder, 0 folders of more rules ({path})\n"


def test_check_names_every_fault(run, policy):
    sink = '[[sink]]\nkind = "jsonl"\npath = "a"\ncolour = 1\nseverity = "bad"\n'
    path = policy(f'workers = -1\n[[zone]]\nname = "z"\npaths = ["/z"]\nceiling = "SEKRET"\n{sink}[watch]\ncolour = 1')
    code, out, err = run("check", path)
    example = 'path = "/var/log/docwarden/alerts.jsonl"'

    assert (code, out) == (2, "")
    assert err.splitlines() == [
        f'{path}:6: zone[0] (z).ceiling: not a marking any scheme knows: "SEKRET"; did you mean SECRET?',
        f"{path}:13: watch.colour: no such setting",
        f'{path}:11: sink[0].severity: must be one of critical, high, info, low, medium, not "bad"',
        f"{path}:9: sink[0].path: the jsonl sink needs an absolute path, such as {example}",
        f"{path}:10: sink[0].colour: no such option of the jsonl sink; it knows rotate, path, keep",
        f"{path}:2: workers: must not be negative",
    ]


@pytest.mark.parametrize(
    ("kind", "message"),
    [("jsnl", "no such sink: jsnl (did you mean `jsonl`?)"), ("pigeon", "no such sink: pigeon; known are apprise, ")],
)
def test_check_names_a_sink_there_is_none_of(run, policy, kind, message):
    code, _, err = run("check", policy(f'[[sink]]\nkind = "{kind}"'))

    assert code == 2
    assert f"sink[0].kind: {message}" in err


def test_check_notes_folders_that_are_not_there(run, policy, tmp_path):
    text = f'[[zone]]\nname = "z"\npaths = ["{tmp_path}/zone"]\n[watch]\npaths = ["{tmp_path}/watched"]'
    code, _, err = run("check", policy(text))

    assert code == 0
    assert f"note: zone z: nothing is there yet: {tmp_path}/zone" in err
    assert f"note: watch.paths: no such folder yet: {tmp_path}/watched" in err


def test_check_without_a_file_says_that_the_defaults_hold(run):
    code, out, _ = run("check")

    assert code == 0
    assert "no configuration file, the defaults hold" in out


def test_check_reads_the_environment_too(run, monkeypatch):
    monkeypatch.setenv("DOCWARDEN_WORKERS", "many")
    code, _, err = run("check")

    assert code == 2
    assert err == 'environment: DOCWARDEN_WORKERS: must be a whole number, not "many"\n'


def test_a_file_that_is_not_there_is_said_in_one_line(run, tmp_path):
    code, _, err = run("check", tmp_path / "no.toml")

    assert code == 2
    assert err == f"{tmp_path}/no.toml: cannot be read: No such file or directory\n"


def test_show_says_where_each_setting_came_from(run, policy, monkeypatch):
    monkeypatch.setenv("DOCWARDEN_WORKERS", "7")
    path = policy("workers = 3\n[watch]\nsettle = 1")
    code, out, _ = run("show", "-c", path)

    assert code == 0
    assert f"# in force: {path}\n" in out
    assert "workers = 7  # environment, DOCWARDEN_WORKERS\n" in out
    assert "settle = 1.0  # file\n" in out
    assert "depth = 10  # default\n" in out


def test_show_gives_a_file_that_checks_out(run, policy):
    path = policy('[[zone]]\nname = "z"\npaths = ["/"]\nceiling = "SECRET"')
    _, out, _ = run("show", "-c", path)
    path.write_text(out, encoding="utf-8")

    assert run("check", path)[0] == 0


def test_show_without_a_file_shows_the_defaults(run):
    code, out, _ = run("show")

    assert code == 0
    assert "# in force: the defaults\n" in out


def test_show_as_json(run, policy):
    path = policy("workers = 3")
    shown = json.loads(run("show", "-c", path, "-f", "json")[1])
    empty = json.loads(run("show", "-f", "json")[1])

    assert (shown["source"], shown["settings"]["workers"], shown["origins"]) == (str(path), 3, {"workers": "file"})
    assert (empty["source"], empty["origins"]) == (None, {})


def test_show_says_every_fault_of_the_file(run, policy):
    code, out, err = run("show", "-c", policy("workers = -1\ncolour = 1"))

    assert (code, out) == (2, "")
    assert "workers: must not be negative" in err
    assert "colour: no such setting" in err


def test_show_as_json_hides_secrets_of_sinks(run, policy):
    table = '[[sink]]\nkind = "webhook"\nurl = "https://joe.example"\ntoken_file = "/etc/hunter2"'
    out = run("show", "-f", "json", "-c", policy(table))[1]

    assert "hunter2" not in out
    assert "joe" in out


def test_check_tells_what_a_sink_would_not_start_with(run, policy, tmp_path):
    sinks = (
        f'[[sink]]\nkind = "webhook"\nname = "desk"\nurl = "https://desk.example"\nsecret_file = "{tmp_path}/no"\n'
        f'[[sink]]\nkind = "command"\nargv = ["{tmp_path}/none"]\n'
    )
    path = policy(sinks)
    code, out, err = run("check", path)

    run_this = f"install -m 600 /dev/stdin {tmp_path}/no"

    assert (code, out) == (2, "")
    assert err.splitlines() == [
        f"{path}:6: sink[0] (desk).secret_file: {tmp_path}/no is not there; run: {run_this}",
        f"{path}:9: sink[1].argv: {tmp_path}/none is not there",
    ]


def test_check_warns_of_what_the_daemon_runs_without(run, policy, tmp_path):
    path = policy(f'[alerts]\nreaders = "no-such-group"\n[[sink]]\nkind = "jsonl"\npath = "{tmp_path}/no/a.jsonl"\n')
    code, out, err = run("check", path)

    assert (code, out.startswith("ok: ")) == (0, True)
    assert [line.partition("warning: ")[0] for line in err.splitlines()] == [
        f"{path}:6: sink[0].path: ",
        f"{path}:3: alerts.readers: ",
    ]


def test_a_time_without_a_unit_in_a_text_is_refused(run, policy):
    path = policy('[watch]\nsettle = "300"\n')
    code, _, err = run("check", path)
    wanted = 'a number of seconds or a time such as "10s"'

    assert code == 2
    assert err == f'{path}:3: watch.settle: "300" has no unit; write {wanted}\n'
