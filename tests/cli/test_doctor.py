"""`docwarden doctor` says every line as ok, warning or problem, and ends with the code that belongs to the worst."""

import json
import os
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from scanner.app.doctor import Health, Remark
from scanner.cli import doctor


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCWARDEN_CONFIG", "")

    def told(*arguments, remarks=None):
        if remarks is not None:
            monkeypatch.setattr(doctor, "examine", lambda _: iter(remarks))
        done = CliRunner().invoke(
            doctor.command, [*arguments, "--state", str(tmp_path / "state")], standalone_mode=False
        )
        return done.return_value, done.output

    return told


_FINE = Remark("clock", Health.OK, "2026")
_WARNING = Remark("pdfium", Health.WARNING, "old", "pip")
_PROBLEM = Remark("folders", Health.PROBLEM, "a\x1b[31m\nb cannot be read", "ls 'a\x1b'")


@pytest.mark.parametrize(
    ("remarks", "code", "said"),
    [
        ((_FINE,), 0, "no problems, no warnings"),
        ((_FINE, _WARNING), 0, "no problems, 1 warning"),
        ((_PROBLEM, _FINE, _WARNING, _PROBLEM), 1, "2 problems, 1 warning"),
    ],
)
def test_the_exit_code_is_that_of_the_worst(run, remarks, code, said):
    got, output = run(remarks=remarks)

    assert got == code
    assert output.splitlines()[-1] == said


def test_a_terminal_gets_no_broken_words_and_commands_whole(run, monkeypatch):
    monkeypatch.setattr("scanner.cli._wrap.get_terminal_size", lambda: os.terminal_size((60, 24)))
    monkeypatch.setattr("scanner.cli._wrap.sys", SimpleNamespace(stdout=SimpleNamespace(isatty=lambda: True)))
    command = "ls " + "x" * 80
    _, output = run(remarks=(Remark("folders", Health.PROBLEM, "it cannot be read " * 6, command),))

    *lines, told, _ = output.splitlines()
    assert told == f"{'':<24}run: {command}"
    assert (len(lines) > 2, max(map(len, lines)) <= 60) == (True, True)
    assert all(line.startswith(" " * 24) for line in lines[1:])


def test_every_line_says_how_it_is_and_what_to_run_and_no_name_breaks_out(run):
    _, output = run(remarks=(_FINE, _PROBLEM))

    assert output.splitlines()[:3] == [
        "ok       clock          2026",
        r"problem  folders        a\x1b[31m\nb cannot be read",
        r"                        run: ls 'a\x1b'",
    ]


def test_programs_get_one_object(run):
    code, output = run("--json", remarks=(_WARNING, _PROBLEM))
    told = json.loads(output)

    assert code == 1
    assert (told["schema"], told["health"]) == ("docwarden.doctor/1", "problem")
    assert told["checks"][0] == {"check": "pdfium", "health": "warning", "what": "old", "run": "pip"}
    assert told["checks"][1]["what"] == _PROBLEM.what


def test_a_real_look_at_this_machine_ends(run):
    code, output = run("--json")

    assert code in {0, 1}
    assert len(json.loads(output)["checks"]) > 10


def test_a_configuration_with_faults_is_a_problem_and_the_rest_is_looked_at(run, tmp_path):
    (tmp_path / "c.toml").write_text("version = 7")
    (tmp_path / "c.toml").chmod(0o600)
    code, output = run("-c", str(tmp_path / "c.toml"))

    assert code == 1
    assert "problem  configuration" in output
    assert "clock" in output
    assert "descriptors" not in output  # how many are needed, the configuration says
