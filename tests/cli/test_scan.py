"""`docwarden scan`, from the outside: what it prints, what it counts, how it ends."""

import contextlib
import csv
import io
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from scanner.app import Bench, Scan, recorder
from scanner.cli._report_file import report_stream
from scanner.cli.scan import command
from scanner.errors import UsageError
from scanner.model.limits import Limits
from scanner.model.verdict import Verdict
from scanner.settings.schema import Settings

_MARKED = "TOP SECRET//SI//NOFORN\n\nThe paper itself.\n\nTOP SECRET//SI//NOFORN\n"


def _scan(
    *arguments: object, stdin: bytes = b"", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "scanner", "scan", *map(os.fspath, arguments)],
        input=stdin,
        capture_output=True,
        env={**os.environ, "DOCWARDEN_CONFIG": "", **(env or {})},
        check=False,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def _records(*arguments: object, **keywords: object) -> tuple[list[dict], dict]:
    done = _scan(*arguments, "--format", "jsonl", **keywords)
    *records, summary = [json.loads(line) for line in done.stdout.splitlines()]
    assert summary["schema"] == "docwarden.summary/1"
    return records, summary


@pytest.fixture
def share(tmp_path):
    folder = tmp_path / "share"
    folder.mkdir()
    (folder / "paper.txt").write_text(_MARKED)
    (folder / "menu.txt").write_text("Soup, then fish.\n")
    return folder


def test_a_clean_folder_ends_with_0(tmp_path):
    (tmp_path / "menu.txt").write_text("Soup, then fish.\n")

    done = _scan(tmp_path)

    assert done.returncode == 0
    assert "1 file = 1 clean + 0 permitted + 0 violation + 0 undetermined" in done.stdout


def test_a_marked_file_ends_with_1_and_is_named_with_its_label(share):
    done = _scan(share)

    assert done.returncode == 1
    assert "paper.txt" in done.stdout
    assert "TOP SECRET//SI//NOFORN" in done.stdout
    assert "2 files = 1 clean + 0 permitted + 1 violation + 0 undetermined" in done.stdout


def test_what_could_not_be_read_ends_with_3(tmp_path):
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and nothing more of it")

    done = _scan(tmp_path)

    assert done.returncode == 3
    assert "1 undetermined" in done.stdout
    assert "broken.zip" in done.stdout


def test_a_missing_path_ends_with_2_before_anything_is_scanned(share, tmp_path):
    done = _scan(share, tmp_path / "nowhere", tmp_path / "nothing")

    assert done.returncode == 2
    assert done.stdout == ""
    assert "nowhere" in done.stderr
    assert "nothing" in done.stderr


def test_an_ugly_path_in_a_message_obeys_nobody(tmp_path):
    done = _scan(tmp_path / "no\x1b[31m\nsuch")

    assert done.returncode == 2
    assert "\x1b" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_fifo_given_by_name_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    done = _scan(tmp_path / "pipe")

    assert done.returncode == 2
    assert "FIFO" in done.stderr


def test_every_file_has_a_record_and_the_sum_adds_up(share):
    os.mkfifo(share / "pipe")
    (share / "loop").symlink_to(share / "loop")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(share / "s"))
        records, summary = _records(share)

    assert [record["outcome"] for record in sorted(records, key=lambda record: record["path"])] == [
        "clean",
        "violation",
    ]
    assert summary["files"] == 2 == sum(summary[name] for name in ("clean", "permitted", "violation", "undetermined"))
    assert summary["skipped"] == {"FIFO, socket or device": 2, "symbolic link": 1}


def test_the_record_is_that_of_the_design(share):
    records, _ = _records(share / "paper.txt")

    (record,) = records
    assert record["schema"] == "docwarden.verdict/1"
    assert record["path"] == str(share / "paper.txt")
    assert record["label"] == "TOP SECRET//SI//NOFORN"
    assert record["media_type"] == "text/plain"
    assert record["size"] == len(_MARKED)
    finding = record["findings"][0]
    assert finding.keys() >= {"kind", "rule", "label", "role", "status", "confidence", "place", "evidence", "reasons"}
    assert (finding["kind"], finding["rule"], finding["status"]) == ("marking", "us", "marked")


def test_a_name_that_is_not_utf8_is_scanned_and_its_bytes_kept(tmp_path):
    with open(os.path.join(os.fsencode(tmp_path), b"caf\xe9.txt"), "w") as stream:
        stream.write(_MARKED)

    records, _ = _records(tmp_path)

    assert records[0]["path"].endswith("caf\udce9.txt")
    assert "path_bytes" in records[0]
    assert records[0]["outcome"] == "violation"
    assert _scan(tmp_path).returncode == 1


def test_a_name_that_disagrees_with_the_bytes_is_noted(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF")

    records, _ = _records(tmp_path)

    assert records[0]["media_type"] == "application/pdf"
    assert records[0]["name_claims"] == "image/jpeg"


def test_standard_input_is_a_file_too():
    records, _ = _records("-", stdin=_MARKED.encode())

    assert records[0]["path"] == "-"
    assert records[0]["outcome"] == "violation"


def test_a_ceiling_given_for_one_run_lets_the_file_stand(share):
    records, _ = _records(share, "--ceiling", "TOP SECRET//SI//NOFORN")

    assert {record["outcome"] for record in records} == {"clean", "permitted"}


def test_a_ceiling_that_is_no_marking_is_a_usage_error(share):
    done = _scan(share, "--ceiling", "rather hush-hush")

    assert done.returncode == 2
    assert "rather hush-hush" in done.stderr
    assert "docwarden rules list" in done.stderr


def test_a_ceiling_that_several_schemes_write_is_told_with_its_scheme(share):
    assert (
        "Policy: no configuration; ceiling SECRET (scheme us), as --ceiling says"
        in _scan(share, "--ceiling", "SECRET").stdout
    )


def test_json_is_one_object(share):
    data = json.loads(_scan(share, "--format", "json").stdout)

    assert data.keys() == {"docwarden", "verdicts", "summary"}
    assert len(data["verdicts"]) == data["summary"]["files"] == 2


def test_csv_has_a_row_for_every_file(share):
    rows = list(csv.DictReader(io.StringIO(_scan(share, "--format", "csv").stdout)))

    assert {row["outcome"] for row in rows} == {"clean", "violation"}


def test_only_narrows_the_report_and_not_the_sum(share):
    records, summary = _records(share, "--only", "violations")

    assert [record["outcome"] for record in records] == ["violation"]
    assert summary["files"] == 2


def test_exclude_leaves_files_out_and_says_so(share):
    records, summary = _records(share, "--exclude", "paper.*")

    assert len(records) == 1
    assert summary["skipped"] == {"excluded": 1}


def test_the_exit_code_for_violations_can_be_chosen(share):
    assert _scan(share, "--exit-code", "42").returncode == 42


def test_a_baseline_accepts_what_is_known_and_nothing_new(share, tmp_path):
    baseline = tmp_path / "baseline.json"
    assert _scan(share, "--write-baseline", baseline).returncode == 1
    (share / "paper.txt").rename(share / "moved.txt")
    (share / "copy.txt").write_text(_MARKED)
    accepted = _scan(share, "--baseline", baseline)
    assert (accepted.returncode, "2 accepted by the baseline" in accepted.stdout) == (0, True)
    (share / "more.txt").write_text("NATO SECRET\n\nAnother paper.\n\nNATO SECRET\n")

    records, _ = _records(share, "--baseline", baseline)

    assert [record["path"] for record in records if record["outcome"] == "violation"] == [str(share / "more.txt")]


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"schema": "other"}', '{"schema": "docwarden.baseline/1"}'])
def test_a_broken_baseline_is_said_in_one_line(share, tmp_path, content):
    (tmp_path / "b.json").write_text(content)

    done = _scan(share, "--baseline", tmp_path / "b.json")

    assert done.returncode == 2
    assert "b.json" in done.stderr


def test_a_report_goes_to_a_file(share, tmp_path):
    done = _scan(share, "--format", "json", "-o", tmp_path / "report.json")

    assert done.stdout == ""
    assert json.loads((tmp_path / "report.json").read_text())["summary"]["violation"] == 1


def test_a_report_in_a_file_is_for_its_owner_alone_and_told_in_one_line(share, tmp_path):
    report = tmp_path / "report.html"
    done = _scan(share, "-o", report)

    assert report.stat().st_mode & 0o777 == 0o600
    assert done.stderr == f"2 files = 1 clean + 0 permitted + 1 violation + 0 undetermined; wrote {report}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "share"]


def test_a_report_takes_the_place_of_an_earlier_one_when_it_is_whole(tmp_path):
    target = tmp_path / "r.csv"
    target.write_text("earlier")
    target.chmod(0o640)

    with contextlib.suppress(ZeroDivisionError), contextlib.ExitStack() as stack:
        stack.enter_context(report_stream(str(target), quiet=False, shows_values=False)).write("half")
        raise ZeroDivisionError
    assert target.read_text() == "earlier"

    for shows_values, mode in ((False, 0o640), (True, 0o600)):
        with report_stream(str(target), quiet=False, shows_values=shows_values) as stream:
            stream.write("whole")
            assert [path.name for path in tmp_path.iterdir()] == ["r.csv"]
        assert (target.read_text(), target.stat().st_mode & 0o777) == ("whole", mode)


def test_a_name_that_tells_no_format_and_an_empty_folder_are_said(tmp_path):
    (tmp_path / "empty").mkdir()

    done = _scan(tmp_path / "empty", "-o", tmp_path / "report.xls")

    assert done.returncode == 0
    assert "no format is called xls" in done.stderr
    assert "nothing was examined" in done.stderr
    assert "nothing was examined" in _scan(tmp_path / "empty", "-f", "jsonl").stderr


def test_a_report_goes_through_a_link_and_to_what_is_no_file(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for name in (tmp_path / "link", "/dev/null"):
        with report_stream(str(name), quiet=False, shows_values=False) as stream:
            stream.write("x")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "x"


def test_the_report_that_is_replaced_is_no_document_to_scan(share):
    (share / "report.txt").write_text(_MARKED)

    done = _scan(share, "-o", share / "report.txt")

    assert done.stderr.startswith("2 files = ")
    assert "Left out: 1 × excluded" in (share / "report.txt").read_text()


def test_a_report_that_cannot_be_written_is_said_in_one_line(share, tmp_path):
    done = _scan(share, "-o", tmp_path / "no" / "report.txt")

    assert done.returncode == 2
    assert "cannot be written" in done.stderr


def test_quiet_says_nothing(share):
    done = _scan(share, "-q")

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 1)


def test_an_unknown_rule_is_a_usage_error(share):
    done = _scan(share, "--rule", "no-such-rule")

    assert done.returncode == 2
    assert "no-such-rule" in done.stderr


def test_a_file_over_the_size_limit_is_read_in_part_and_never_clean(tmp_path):
    (tmp_path / "long.txt").write_text("word " * 10_000)

    records, _ = _records(tmp_path, "--max-file-size", "10KB")

    assert records[0]["outcome"] == "undetermined"
    assert records[0]["problems"][0]["reason"] == "too_large"


def test_findings_in_the_read_part_of_a_large_file_count(tmp_path):
    (tmp_path / "long.txt").write_text(_MARKED + "word " * 10_000)

    records, _ = _records(tmp_path, "--max-file-size", "10KB")

    assert records[0]["outcome"] == "violation"


def test_an_interrupt_shows_what_was_found_and_says_that_it_is_partial(tmp_path):
    for number in range(2000):
        (tmp_path / f"{number:04}.txt").write_text("word " * 20_000)
    (tmp_path / "0000.txt").write_text(_MARKED)
    report = tmp_path.parent / f"{tmp_path.name}.jsonl"
    arguments = [sys.executable, "-m", "scanner", "scan", str(tmp_path), "-f", "jsonl", "-j", "1"]
    with (
        report.open("wb") as output,
        subprocess.Popen(arguments, stdout=output, stderr=subprocess.PIPE) as process,
    ):
        deadline = time.monotonic() + 60
        while report.stat().st_size == 0 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)

    summary = json.loads(report.read_text().splitlines()[-1])
    assert b"Traceback" not in errors
    assert summary["partial"] is True
    assert b"broken off" in errors
    assert 0 < summary["files"] < 2000
    assert process.returncode == 1


@pytest.mark.parametrize("options", [(), ("-q",)])
def test_a_report_in_a_file_that_was_broken_off_says_so_in_itself_and_aloud(share, tmp_path, monkeypatch, options):
    def broken_off(scan: Scan, *_: object, **__: object) -> Iterator[Verdict]:
        with contextlib.closing(iter(scan)) as seen:
            yield next(seen)
            raise KeyboardInterrupt

    monkeypatch.setattr("scanner.cli.scan.progress", broken_off)
    monkeypatch.setenv("DOCWARDEN_CONFIG", "")
    (tmp_path / "report.html").write_text("earlier")
    arguments = [str(share / "menu.txt"), "-o", str(tmp_path / "report.html"), *options]
    done = CliRunner().invoke(command, arguments, standalone_mode=False)

    assert done.return_value == 3
    assert "broken off: this is only what was found so far; wrote" in done.stderr
    assert '<p class="warning">The scan was broken off' in (tmp_path / "report.html").read_text()


def test_identical_copies_are_all_reported_while_a_baseline_is_written(tmp_path):
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(_MARKED)

    _, summary = _records(tmp_path, "--write-baseline", tmp_path.parent / f"{tmp_path.name}.json")

    assert summary["violation"] == 3


def test_a_path_inside_another_is_scanned_once(share):
    _, summary = _records(share, share / "paper.txt", share)

    assert summary["files"] == 2


def test_a_ceiling_on_the_command_line_goes_over_those_of_the_zones(share, tmp_path):
    config = tmp_path / "docwarden.toml"
    config.write_text(f'version = 1\n[[zone]]\nname = "z"\npaths = ["{share}"]\nceiling = "UNCLASSIFIED"\n')
    config.chmod(0o600)

    records, _ = _records(share, "-c", config, "--ceiling", "TOP SECRET//SI//NOFORN")

    assert {record["outcome"] for record in records} == {"clean", "permitted"}


def test_a_reader_that_has_seen_enough_is_no_violation(tmp_path):
    for number in range(3000):
        (tmp_path / f"{number}.txt").write_text("x")
    arguments = [sys.executable, "-m", "scanner", "scan", str(tmp_path), "-f", "jsonl"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr
        errors = process.stderr.read()

    assert process.returncode == 141
    assert b"Traceback" not in errors


def test_the_name_of_the_report_tells_its_format(share, tmp_path):
    _scan(share, "-o", tmp_path / "report.csv")

    assert (tmp_path / "report.csv").read_text().startswith("path,outcome")


@pytest.mark.parametrize("options", [("--state", "x"), ("--rule", "us", "--exclude-rule", "us")])
def test_what_would_be_ignored_is_refused(share, options):
    assert _scan(share, *options).returncode == 2


def test_alerts_are_recorded_when_asked(share, tmp_path):
    _scan(share, "--record", "--state", tmp_path / "state")
    done = subprocess.run(
        [sys.executable, "-m", "scanner", "alerts", "list", "-f", "json", "--state", str(tmp_path / "state")],
        capture_output=True,
        text=True,
        check=True,
    )

    assert [alert["path"] for alert in json.loads(done.stdout)["alerts"]] == [str(share / "paper.txt")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_given_by_name_is_undetermined_and_the_rest_goes_on(share):
    (share / "paper.txt").chmod(0)

    _, summary = _records(share / "paper.txt", share / "menu.txt")

    assert (summary["undetermined"], summary["clean"]) == (1, 1)


@pytest.fixture
def leaky(tmp_path):
    """Return a folder with a key of a cloud service in a file, and the key."""
    folder = tmp_path / "leaky"
    folder.mkdir()
    key = "AKIA" + "".join(secrets.choice("ABCDEFGHIJKLMNOP234567") for _ in range(16))
    (folder / "deploy.sh").write_text(f"export AWS_ACCESS_KEY_ID={key}\n")
    return folder, key


def test_what_is_recorded_never_has_a_value_that_was_shown(leaky, tmp_path):
    folder, key = leaky
    state = tmp_path / "state"
    assert key in _scan(folder, "--show-match").stdout

    refused = _scan(folder, "--show-match", "--record", "--state", state)
    assert (refused.returncode, refused.stdout, state.exists()) == (2, "", False)
    assert "--show-match and --record do not go together" in refused.stderr

    assert _scan(folder, "--record", "--state", state).returncode == 1
    kept = b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())
    assert b"deploy.sh" in kept
    told = [sys.executable, "-m", "scanner", "alerts", "export", "--state", state]
    exported = subprocess.run(told, capture_output=True, env={**os.environ, "DOCWARDEN_CONFIG": ""}, check=True).stdout
    assert b"deploy.sh" in exported
    assert key.encode() not in kept + exported
    store = Bench((), Limits(), 1, show_match=True)
    with pytest.raises(UsageError, match="never recorded"), recorder(Settings(), str(tmp_path / "other"), store):
        pass
    assert not (tmp_path / "other").exists()
