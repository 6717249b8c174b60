"""What Prometheus reads is valid, whole, and names no document."""

import math
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.daemon.metrics import exposition, write_metrics
from scanner.model.sandbox import Protection, Sandbox
from scanner.spool.status import Count, Gap, RootStatus, Status

# The text exposition format 0.0.4, as https://prometheus.io/docs/instrumenting/exposition_formats/ has it.
_NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*"
_HELP = re.compile(rf"# HELP ({_NAME}) ((?:[^\\\n]|\\\\|\\n)+)")
_TYPE = re.compile(rf"# TYPE ({_NAME}) (counter|gauge)")
_SAMPLE = re.compile(rf"({_NAME})(?:\{{(.*)\}})? (\S+)")
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)')
_UNESCAPED = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}


def _parse(text):
    """Return the samples by name and labels; help and type come first, and each sample is there once."""
    assert text.endswith("\n")
    kinds, helped, samples = {}, set(), {}
    for line in text.splitlines():
        if found := _HELP.fullmatch(line):
            assert found[1] not in helped
            helped.add(found[1])
        elif found := _TYPE.fullmatch(line):
            assert found[1] in helped
            assert found[1] not in kinds
            kinds[found[1]] = found[2]
        else:
            name, labels, value = _SAMPLE.fullmatch(line).groups()
            assert name in kinds
            assert name.endswith("_total") is (kinds[name] == "counter")
            pairs = _LABEL.findall(labels or "")
            assert "".join(f'{key}="{text}",' for key, text in pairs).rstrip(",") == (labels or "")
            known = tuple((key, re.sub(r'\\[\\"n]', lambda match: _UNESCAPED[match[0]], text)) for key, text in pairs)
            assert (name, known) not in samples
            assert not math.isnan(float(value))
            samples[name, known] = float(value)
    return samples


_UGLY = '/srv/a"b\\c\nd\x1b\udcff'


@pytest.fixture
def status():
    root = RootStatus(
        "/srv/share",
        "fanotify",
        live=True,
        walked=900.25,
        lost=3,
        recovered=2,
        queued=5,
        oldest=940.0,
        indexed=12,
        walks=4,
        gaps=(Gap("/srv/share/secret plan", "no"),),
        unread=1,
        unread_files=(Gap("/srv/share/secret.docx", "no"),),
    )
    other = RootStatus(_UGLY, "walks only", live=False, mounts=(Gap("/srv/secret", "no"),))
    return Status(
        1,
        "1.0",
        "abc",
        100.0,
        1000.0,
        (root, other),
        outcomes=(Count("clean", 7), Count("violation", 2)),
        alerts=2,
        scanning=1,
        sandbox=Sandbox(Protection.REDUCED),
    )


def test_it_is_valid_and_says_what_the_status_says(status):
    samples = _parse(exposition(status))

    share = (("root", "/srv/share"),)
    assert samples["docwarden_verdicts_total", (("outcome", "clean"),)] == 7
    assert samples["docwarden_verdicts_total", (("outcome", "undetermined"),)] == 0
    assert samples["docwarden_queue_paths", share] == 5
    assert samples["docwarden_queue_oldest_seconds", share] == 60
    assert samples["docwarden_losses_total", share] == 3
    assert samples["docwarden_losses_recovered_total", share] == 2
    assert samples["docwarden_walks_total", share] == 4
    assert samples["docwarden_walk_timestamp_seconds", share] == 900.25
    assert samples["docwarden_coverage", share] == 1
    assert samples["docwarden_files", share] == 12
    assert samples["docwarden_sandbox", (("protection", "reduced"),)] == 1
    assert samples["docwarden_sandbox", (("protection", "full"),)] == 0
    assert samples["docwarden_info", (("version", "1.0"), ("rules", "abc"))] == 1
    assert samples["docwarden_heartbeat_timestamp_seconds", ()] == 1000
    assert samples["docwarden_up", ()] == 1


def test_names_that_break_lines_do_not(status):
    roots = {value for _, labels in _parse(exposition(status)) for name, value in labels if name == "root"}

    assert len(roots) == 2
    assert not any("\n" in root or "\x1b" in root for root in roots)
    exposition(status).encode("utf-8")


def test_a_gap_is_no_coverage(status):
    lost = replace(status.roots[0], loss="the queue was full")
    samples = _parse(exposition(replace(status, roots=(lost,), trouble="the disk is full", sandbox=None)))

    assert samples["docwarden_coverage", (("root", "/srv/share"),)] == 0
    assert samples["docwarden_up", ()] == 0
    assert sum(value for (name, _), value in samples.items() if name == "docwarden_sandbox") == 0


def test_no_document_is_named(status):
    assert "secret" not in exposition(status)


def test_the_file_is_replaced_whole_and_everyone_may_read_it(tmp_path, status):
    path = tmp_path / "docwarden.prom"
    path.write_text("old")
    with path.open() as reader:
        write_metrics(path, status)
        assert reader.read() == "old"

    assert _parse(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [entry.name for entry in tmp_path.iterdir()] == ["docwarden.prom"]


def test_a_link_in_the_place_of_the_file_to_be_is_not_followed(tmp_path, status):
    (tmp_path / "precious").write_text("x")
    (tmp_path / ".docwarden.prom.new").symlink_to(tmp_path / "precious")
    with pytest.raises(OSError, match="symbolic links"):
        write_metrics(tmp_path / "docwarden.prom", status)

    assert (tmp_path / "precious").read_text() == "x"


def test_the_daemon_writes_them_with_every_status(root, make, tmp_path):
    (root / "a").write_text("SECRET")
    stand = make(metrics=tmp_path / "docwarden.prom")
    stand.until_quiet()
    stand.status()
    samples = _parse((tmp_path / "docwarden.prom").read_text())

    assert samples["docwarden_verdicts_total", (("outcome", "violation"),)] == 1
    assert samples["docwarden_files", (("root", str(root)),)] == 1


def test_metrics_that_cannot_be_written_are_trouble_and_the_rest_goes_on(root, make, tmp_path):
    stand = make(metrics=tmp_path / "missing/docwarden.prom")
    (root / "a").write_text("SECRET")
    stand.until(lambda: stand.told)
    stand.until(lambda: "cannot be written" in stand.daemon._trouble)

    assert stand.told


def test_the_documentation_has_every_metric_with_its_labels(status):
    lines = (Path(__file__).parents[2] / "docs/running.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|") for line in lines if line.startswith("| `docwarden_")]
    told = {name: set(re.findall("`([a-z]+)`", row[2])) for row in rows for name in re.findall("`([a-z_]+)`", row[1])}
    written = {}
    for name, labels in _parse(exposition(status)):
        written.setdefault(name, set()).update(key for key, _ in labels)

    assert told == written
