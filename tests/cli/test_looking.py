"""Commands that only look go on where the configuration cannot be used, and say so."""

import json

import pytest

from scanner.cli import main


@pytest.fixture
def run(tmp_path, state, monkeypatch, capsys):
    """Run a command under a configuration with a fault, which names the state folder and how to report."""
    path = tmp_path / "docwarden.toml"
    path.write_text(
        f'version = 1\nnonsense = 1\nstate = "{state}"\n[alerts]\nreporting = "Call 4711."\noverdue = "x"\n'
    )
    path.chmod(0o600)
    monkeypatch.setenv("DOCWARDEN_CONFIG", str(path))

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["docwarden", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, *capsys.readouterr()

    return run


def test_alerts_are_listed_shown_exported_and_verified_under_a_broken_configuration(run, state):
    code, out, err = run("alerts", "list", "-f", "json")
    (key, *_) = [alert["alert"]["key"] for alert in json.loads(out)["alerts"]]

    assert code == 0
    assert err.startswith("warning: the configuration cannot be used: ")
    assert err.endswith(f"going on with {state}\n")
    code, out, err = run("alerts", "show", key)
    assert (code, "Call 4711." in out, err.count("\n")) == (0, True, 1)
    assert run("alerts", "export", "-f", "jsonl")[0] == 0
    assert run("alerts", "verify")[0] == 0


def test_a_report_is_written_under_a_broken_configuration(run):
    code, out, err = run("report", "-f", "csv", "-o", "-")

    assert (code, out.startswith("alert,")) == (0, True)
    assert "the configuration cannot be used" in err


def test_nothing_is_changed_under_a_broken_configuration(run):
    code, _, err = run("alerts", "ack", "0")

    assert code == 2
    assert "nonsense: no such setting" in err
