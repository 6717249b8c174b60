"""A site's own schemes and rules count everywhere: in scans, in ceilings, and when the configuration is checked."""

import json
import os
import subprocess
import sys

import pytest

_SCHEME = """
[scheme]
id = "acme"
title = "ACME labels"
source = "ACME policy 7"

[[level]]
id = "open"
name = "ACME OPEN"
order = 0
rank = 0
strength = "distinct"

[[level]]
id = "closed"
name = "ACME CLOSED"
order = 1
rank = 3
strength = "distinct"

[[example]]
text = "ACME CLOSED"
label = "ACME CLOSED"

[[counterexample]]
text = "The acme closed at noon."
why = "prose"
"""


@pytest.fixture
def rules(tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "acme.toml").write_text(_SCHEME)
    return folder


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "paper.txt"
    path.write_text("ACME CLOSED\n\nThe paper.\n\nACME CLOSED\n")
    return path


def _run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scanner", *map(os.fspath, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "DOCWARDEN_CONFIG": ""},
        check=False,
    )


def _config(tmp_path, rules, ceiling="ACME CLOSED", more=""):
    path = tmp_path / "docwarden.toml"
    path.write_text(
        f'version = 1\n[[zone]]\nname = "z"\npaths = ["{tmp_path}"]\nceiling = "{ceiling}"\n'
        f'[rules]\nextra = ["{rules}"]\n{more}'
    )
    path.chmod(0o600)
    return path


def test_a_scheme_of_ones_own_is_found(rules, paper):
    done = _run("scan", "--rules", rules, paper, "-f", "jsonl")

    assert json.loads(done.stdout.splitlines()[0])["label"] == "ACME CLOSED"
    assert done.returncode == 1


def test_a_ceiling_on_the_command_line_may_be_of_ones_own_scheme(rules, paper):
    assert _run("scan", "--rules", rules, "--ceiling", "ACME CLOSED", paper).returncode == 0


def test_a_ceiling_in_the_configuration_may_be_of_a_configured_scheme(rules, paper, tmp_path):
    config = _config(tmp_path, rules)

    assert _run("config", "check", config).returncode == 0
    assert _run("scan", "-c", config, paper).returncode == 0


def test_a_faulty_rule_is_a_fault_of_the_configuration(rules, tmp_path):
    (rules / "broken.yar").write_text("rule broken {")
    done = _run("config", "check", _config(tmp_path, rules, "UNCLASSIFIED", 'exclude = ["no-such"]\n'))

    assert done.returncode == 2
    assert "broken.yar" in done.stderr


def test_an_excluded_rule_that_does_not_exist_is_a_fault(rules, tmp_path):
    done = _run("config", "check", _config(tmp_path, rules, "UNCLASSIFIED", 'exclude = ["no-such"]\n'))

    assert done.returncode == 2
    assert "no-such" in done.stderr


def test_a_rule_folder_that_is_missing_is_a_fault(tmp_path):
    done = _run("config", "check", _config(tmp_path, tmp_path / "gone", "UNCLASSIFIED"))

    assert done.returncode == 2
    assert "gone" in done.stderr


def test_a_preferred_scheme_that_does_not_exist_is_a_fault(tmp_path):
    config = tmp_path / "docwarden.toml"
    config.write_text('version = 1\n[rules]\nprefer = ["atlantis"]\n')
    config.chmod(0o600)

    checked = _run("config", "check", str(config))

    assert checked.returncode == 2
    assert "rules.prefer" in checked.stderr
    assert "atlantis" in checked.stderr


def test_a_preferred_scheme_names_a_word_that_several_have(tmp_path):
    config = tmp_path / "docwarden.toml"
    config.write_text('version = 1\n[rules]\nprefer = ["nz"]\n')
    config.chmod(0o600)
    paper = tmp_path / "paper.txt"
    paper.write_text("SECRET\n\nThe pump was mended on Monday.\nThe report was sent to the office.\n\nSECRET\n")

    record = _run("scan", "-c", str(config), "-f", "jsonl", str(paper)).stdout.splitlines()[0]

    (finding,) = json.loads(record)["findings"]
    assert finding["rule"] == "nz"
    assert {"scheme": "us", "label": "SECRET"} in finding["also"]
