"""`docwarden rules explain`: it tells why, and tells nothing that stands around a marking."""

import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.app import Bench
from scanner.cli import main

_ROOT = Path(__file__).parents[2]
_TEXT = "SECRET//REL TO USA, GBR     Page 1 of 3\n\nThe committee spoke.\n\nHe kept it SECRET from Bluebird.\n"


def _outside(*arguments, stdin=b""):
    """Run the command as a user does."""
    done = subprocess.run(
        [sys.executable, "-m", "scanner", "rules", "explain", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env={**os.environ, "DOCWARDEN_CONFIG": "", "DOCWARDEN_RULES": "", "PYTHONPATH": str(_ROOT)},
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class _Kept:
    """A pool of workers that outlives the command it was started for: starting one takes longer than all else."""

    def __init__(self, pool):
        self._pool = pool

    def __getattr__(self, name):
        return getattr(self._pool, name)

    def close(self):
        pass


@pytest.fixture(scope="module")
def pools():
    """The pools that were started, by the bench they are for but for its key."""
    started = {}
    yield started
    for pool in started.values():
        pool.close()


@pytest.fixture
def run(monkeypatch, capsys, pools):
    """Run the command in this process, with the workers of an earlier one where they are told the same."""
    start = Bench.pool

    def pool(bench):
        told = replace(bench, key=b"")
        if told not in pools:
            pools[told] = start(bench)
        return _Kept(pools[told])

    monkeypatch.setattr(Bench, "pool", pool)
    monkeypatch.setenv("DOCWARDEN_CONFIG", "")
    monkeypatch.setenv("DOCWARDEN_RULES", "")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["docwarden", "rules", "explain", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, *capsys.readouterr()

    return run


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "paper.txt"
    path.write_text(_TEXT, encoding="utf-8")
    return path


def test_it_tells_how_a_line_was_read_and_what_was_weighed(run, paper):
    code, out, err = run(paper)
    lines = [line.strip() for line in out.splitlines()]

    assert (code, err) == (0, "")
    assert lines[0] == "paper.txt, line 1: SECRET//REL TO USA, GBR"
    assert lines[1].startswith("read as   SECRET//REL TO USA, GBR (us), a common phrase, alone on its line")
    assert "released to GBR, USA" in lines
    assert "evidence   -3.5  where nothing is known" in lines
    assert any(line.endswith("full grammar") for line in lines)
    assert any(line.startswith("sum ") and "(marked from 2.5, suspect from 0.5)" in line for line in lines)
    assert "decision  marked: 2.5 or more" in lines
    assert lines[-1] == "1 line weighed, 1 dropped"


def test_it_tells_why_a_line_that_came_close_was_dropped_and_not_what_stands_beside(run, paper):
    out, shown = run(paper)[1], run(paper, "--show-match")[1]
    why = "dropped   not alone on its line: 3 words before it and 2 words after it"

    assert "paper.txt, line 5: SECRET" in out
    assert why in out
    assert "Bluebird" not in out
    assert why in shown
    assert "line      He kept it SECRET from Bluebird." in shown
    assert "beside it 3 before and 2 after: He kept it from Bluebird" in shown


def test_it_tells_the_same_to_programs(run, paper):
    code, out, _ = run(paper, "-f", "json")
    data = json.loads(out)
    first, second = data["lines"]

    assert code == 0
    assert (data["schema"], data["path"], data["problems"]) == ("docwarden.explanation/1", str(paper), [])
    assert (data["prior"], data["marked_from"], data["suspect_from"]) == (-3.5, 2.5, 0.5)
    assert (first["place"], first["line"], first["written"]) == ("paper.txt", 1, "SECRET//REL TO USA, GBR")
    assert (first["scheme"], first["level"], first["releasable_to"]) == ("us", "SECRET", ["GBR", "USA"])
    assert (first["decision"], first["words_before"], first["words_after"]) == ("marked", 0, 0)
    assert first["score"] == pytest.approx(data["prior"] + sum(first["weights"].values()), abs=0.001)
    assert (second["decision"], second["weights"], second["score"]) == ("none", {}, None)
    assert (second["words_before"], second["words_after"], second["isolation"]) == (3, 2, "not alone")
    assert data["findings"][0]["label"] == "SECRET//REL TO USA, GBR"
    assert "Bluebird" not in out
    assert "text" not in first


def test_whole_lines_for_programs_are_asked_for(run, paper):
    data = json.loads(run(paper, "-f", "json", "--show-match")[1])

    assert data["lines"][1]["text"] == "He kept it SECRET from Bluebird."
    assert data["lines"][1]["beside"] == ["He", "kept", "it", "from", "Bluebird"]


def test_standard_input_will_do():
    code, out, _ = _outside("-", stdin=_TEXT.encode())

    assert code == 0
    assert out.startswith("standard input, line 1: SECRET//REL TO USA, GBR\n")


def test_files_in_files_are_explained_with_their_place(run, tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "NATO SECRET\n\nplan\f\nmore\n\nNATO SECRET\n")
        archive.writestr("b.bin", b"\0\1\2")
    path = tmp_path / "all.zip"
    path.write_bytes(stream.getvalue())
    out = run(path)[1]

    assert "all.zip ▸ a.txt, page 1, line 1: NATO SECRET" in out
    assert "all.zip ▸ a.txt, page 2, line 4: NATO SECRET" in out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Example of a banner line:\n\nNATO SECRET\n", "tells that it is example"),
        ("DECLASSIFIED\n\nSECRET//NOFORN\n\nThe plan.\n", "tells that it is declassified"),
        ("1. NATO SECRET\n2. NATO CONFIDENTIAL\n3. NATO RESTRICTED\n", "decision  no finding: below 0.5"),
        ("Nothing here.\n", "0 lines weighed, 0 dropped"),
    ],
)
def test_the_decision_says_what_decided(run, tmp_path, text, said):
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")

    assert said in run(path)[1]


def test_a_damaged_line_shows_what_was_written_and_what_it_was_read_as(run, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("CONFIDENTIEL DEFEN8E\n\nle texte\n", encoding="utf-8")
    line = json.loads(run(path, "-f", "json")[1])["lines"][0]

    assert (line["written"], line["level"]) == ("CONFIDENTIEL DEFEN8E", "CONFIDENTIEL DÉFENSE")
    assert "damaged_letters" in line["weights"]


def test_what_was_found_in_other_ways_is_listed(run, tmp_path):
    path = tmp_path / "NATO SECRET plan.txt"
    path.write_text("(S//NF) One paragraph of text.\n\n(C) Another paragraph.\n", encoding="utf-8")
    out = run(path)[1]

    assert "Found in other ways" in out
    assert "portions are marked and no banner is: SECRET//NOFORN" in out
    assert "(S//NF) (marking, marked: portion marks, full grammar)" in out


def test_rules_of_ones_own_are_in_force(run, tmp_path):
    (tmp_path / "acme.toml").write_text(
        '[scheme]\nid = "acme"\ntitle = "ACME"\nsource = "its handbook"\n[[level]]\nid = "s"\nname = "ACME STRICT"\n'
        'order = 0\nrank = 3\n[[example]]\ntext = "ACME STRICT"\nlabel = "ACME STRICT"\n'
        '[[counterexample]]\ntext = "strict"\nwhy = "a word"\n'
    )
    (tmp_path / "a.txt").write_text("ACME STRICT\n")

    assert "read as   ACME STRICT (acme)" in run(tmp_path / "a.txt", "--rules", tmp_path / "acme.toml")[1]


def test_what_is_not_read_in_full_is_said_and_gives_3(run, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4\nnot a document")
    code, out, _ = run(path)

    assert code == 3
    assert "Not read in full: a.pdf: " in out


def test_what_is_no_file_is_wrong_usage(run, tmp_path):
    missing, folder = run(tmp_path / "none.txt"), run(tmp_path)

    assert (missing[0], folder[0]) == (2, 2)
    assert "none.txt: No such file or directory" in missing[2]
    assert "a folder, not a regular file" in folder[2]


def test_no_raw_control_character_reaches_the_terminal(run, tmp_path):
    path = tmp_path / "a\x1b[2J.txt"
    path.write_text("NATO SECRET \x1b]0;x\x07\n")
    out = run(path, "--show-match")[1]

    assert "\x1b" not in out
    assert "\x07" not in out
