"""The doctor names what would make files be missed, with a command that mends it, and is silent about nothing."""

import os
import re
import resource
import stat
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from scanner.app import doctor
from scanner.app.doctor import (
    CHECKS,
    Health,
    Surroundings,
    examine,
    folders,
    machine,
    minimum,
    policy,
    shut_in,
    software,
    surroundings,
    survey,
    watching,
)
from scanner.model.way import Way
from scanner.settings.schema import RuleSettings, Settings, SinkSettings, WatchSettings
from scanner.spool.database import connect
from scanner.spool.status import Status, write_status

_ROOT = Path(__file__).parents[2]


@pytest.fixture
def around(tmp_path):
    (tmp_path / "share" / "a").mkdir(parents=True)
    return Surroundings(Settings(watch=WatchSettings(paths=(str(tmp_path / "share"),))), tmp_path / "state")


def _told(check, around):
    return [(remark.health.value, remark.what, remark.run) for remark in check(around)]


def _only(check, around):
    (remark,) = check(around)
    return remark


def test_the_oldest_safe_versions_are_those_of_the_package():
    text = (_ROOT / "setup.cfg").read_text(encoding="utf-8")
    block = re.search(r"^install_requires =\n((?:    .+\n)+)", text, re.MULTILINE)[1]
    found = re.findall(r"(?:    # (.+)\n)?    ([\w.-]+)>=([\w.]+)(?:; python_version < \"(\d+)\.(\d+)\")?\n", block)
    known = [
        (least.advisory, least.name, least.version, *(map(str, least.before) if least.before else ("", "")))
        for least in minimum.MINIMA
    ]

    assert found == known


def test_every_check_says_something_here(around):
    for check in CHECKS:
        remarks = list(check(around))

        assert remarks, check
        assert all(remark.run or remark.health is Health.OK for remark in remarks), check
        assert all(remark.what and "\n" not in remark.what for remark in remarks)


def test_what_is_well_is_no_problem(around):
    assert {remark.check for remark in examine(around) if remark.health is Health.PROBLEM} == set()


def test_a_library_that_is_old_or_missing_is_a_problem(around, monkeypatch):
    found = {"lxml": "6.0.2", "click": None}

    def version(name):
        if name in found and found[name] is None:
            raise software.PackageNotFoundError(name)
        return found.get(name, "99999999")

    monkeypatch.setattr(software, "version", version)
    told = _told(software.libraries, around)

    assert [health for health, _, _ in told] == ["problem", "problem"]
    assert told[0][1:] == ("click is missing", f"{sys.executable} -m pip install --upgrade 'click>=8.1'")
    assert told[1][1].startswith("lxml 6.0.2 is older than 6.1 (CVE-2026-41066")


@pytest.mark.parametrize(
    ("older", "newer"), [("6.0.9", "6.1"), ("20251229", "20251230"), ("1.1.20240701", "1.1.20240702"), ("5", "5.0.1")]
)
def test_versions_are_compared_number_by_number(older, newer):
    assert software._numbers(older) < software._numbers(newer)
    assert software._numbers("6.1") == software._numbers("6.1.0")


def test_an_old_python_is_a_warning(around, monkeypatch):
    monkeypatch.setattr(minimum, "PYTHONS", {})
    monkeypatch.setattr(software, "PYTHONS", {sys.version_info[:2]: (99, 0, 0)})
    assert _only(software.interpreter, around).health is Health.WARNING
    monkeypatch.setattr(software, "PYTHONS", {sys.version_info[:2]: sys.version_info[:3]})
    assert _only(software.interpreter, around).health is Health.OK


def test_an_old_pdfium_is_a_warning_whether_it_was_built_or_installed_long_ago(around, monkeypatch):
    monkeypatch.setattr(software, "_days_here", lambda _: 0.0)
    monkeypatch.setattr(software, "_days_of", lambda _: 45.0)
    assert _only(software.pdf_reader, around).health is Health.OK
    monkeypatch.setattr(software, "_days_of", lambda _: 46.0)
    assert _only(software.pdf_reader, around).health is Health.WARNING
    monkeypatch.setattr(software, "_days_of", lambda _: 0.0)
    monkeypatch.setattr(software, "_days_here", lambda _: 60.0)
    remark = _only(software.pdf_reader, around)

    assert (remark.health, "about 60 days old" in remark.what) == (Health.WARNING, True)
    assert remark.run.endswith("pip install --upgrade 'pypdfium2'")


def test_the_age_of_a_build_follows_from_its_number():
    assert minimum.pdfium_born(6099) == date(2023, 10, 24)
    assert minimum.pdfium_born(7339) == date(2025, 8, 4)
    assert abs((minimum.pdfium_born(6723) - date(2024, 9, 16)).days) < 5


def test_libraries_that_do_not_load_are_told(around, monkeypatch):
    def refuse(name):
        raise OSError(2, name)

    monkeypatch.setattr(software.importlib, "import_module", refuse)

    assert _only(software.pdf_reader, around).health is Health.PROBLEM
    assert _only(software.file_types, around).health is Health.PROBLEM
    remark = _only(software.unpacker, around)
    assert remark.health is Health.WARNING
    assert "RAR" in remark.what
    assert "libarchive" in remark.run


def test_a_package_is_installed_in_the_way_of_the_system(monkeypatch):
    for known, command in (
        ({"ID": "debian"}, "apt-get install libarchive13"),
        ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "dnf install libarchive"),
        ({"ID": "something"}, "apt-get install libarchive13"),
    ):
        monkeypatch.setattr(software.platform, "freedesktop_os_release", lambda known=known: known)
        assert software._install("libarchive") == command


def test_faults_of_the_configuration_are_problems_with_their_command(tmp_path):
    path = tmp_path / "docwarden.toml"
    path.write_text("version = 1\n")
    path.chmod(0o602)
    told = _told(policy.configuration, surroundings(path, str(tmp_path / "state"), {}))
    assert told[0][1].startswith(f"{path}: it cannot be used")
    assert told[1:] == [("problem", f"{path}: everyone may write it", f"chmod o-w {path}")]
    path.chmod(0o600)
    path.write_text("version = 1\nnonsense = 2\n")
    told = _told(policy.configuration, surroundings(path, str(tmp_path / "state"), {}))

    assert [(health, run) for health, _, run in told] == [("problem", "docwarden config check")] * 2
    assert "nonsense" in told[1][1]


def test_nothing_is_found_by_a_configuration_that_cannot_be_used(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "CHECKS", tuple(check for check in CHECKS if check.__module__ != shut_in.__name__))
    path = tmp_path / "docwarden.toml"
    path.write_text(f'version = 1\nnonsense = 2\nstate = "{tmp_path}/kept"\n')
    path.chmod(0o600)
    remarks = list(examine(surroundings(path, None, {})))

    assert "it cannot be used" in remarks[0].what
    assert {remark.check for remark in remarks} & {
        "rules",
        "passwords",
        "sinks",
        "folders",
        "watches",
        "readers",
    } == set()
    assert [remark.what for remark in remarks if remark.check == "state"] == [
        f"{tmp_path}/kept is made at the first start"
    ]


def test_faults_of_the_rules_are_problems(around, tmp_path):
    (tmp_path / "own.yar").write_text("rule broken {")
    settings = replace(around.settings, rules=RuleSettings(extra=(str(tmp_path / "own.yar"),)))
    assert _only(policy.rules, replace(around, settings=settings)).health is Health.PROBLEM
    settings = replace(around.settings, rules=RuleSettings(exclude=("no-such-rule",)))
    remark = _only(policy.rules, replace(around, settings=settings))

    assert (remark.health, remark.run) == (Health.PROBLEM, "docwarden rules list")


def test_a_state_folder_that_others_may_write_is_a_problem(around, tmp_path):
    connect(around.state).close()
    assert _only(folders.state, around).health is Health.OK
    (around.state / "docwarden.db").chmod(0o602)
    assert _told(folders.state, around) == [
        ("problem", f"{around.state}/docwarden.db: everyone may write it", f"chmod o-w {around.state}/docwarden.db")
    ]
    (around.state / "docwarden.db").chmod(0o600)
    around.state.chmod(0o720)
    assert "problem" in {health for health, _, _ in _told(folders.state, around)}
    around.state.chmod(0o750)
    assert _only(folders.state, around).run == f"chmod -R go= {around.state}"
    around.state.chmod(0o700)
    tmp_path.chmod(0o703)
    assert _only(folders.state, around).run == f"chmod o-w {tmp_path}"


def test_a_state_folder_that_is_not_there_yet_is_looked_for_from_above(around, tmp_path):
    deep = replace(around, state=tmp_path / "a" / "b" / "state")
    assert _only(folders.state, deep).health is Health.OK
    tmp_path.chmod(0o703)

    assert _only(folders.state, deep).run == f"chmod o-w {tmp_path}"


def test_the_state_of_another_user_is_told(around, monkeypatch):
    around.state.mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    remark = _only(folders.account, around)

    assert remark.health is Health.WARNING
    assert remark.run.startswith("runuser -u ")


def test_a_sink_that_cannot_be_written_is_a_problem(around, tmp_path, monkeypatch):
    def sink(path):
        settings = replace(around.settings, sinks=(SinkSettings("jsonl", (("path", str(path)),)),))
        return _only(folders.sinks, replace(around, settings=settings))

    assert sink(tmp_path / "alerts.jsonl").health is Health.OK
    assert sink(tmp_path / "no" / "alerts.jsonl").run == f"install -d -m 0700 {tmp_path}/no"
    (tmp_path / "alerts.jsonl").touch()
    (tmp_path / "alerts.jsonl").chmod(0o602)
    assert sink(tmp_path / "alerts.jsonl").run == f"chmod o-w {tmp_path}/alerts.jsonl"
    (tmp_path / "alerts.jsonl").chmod(0o600)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert sink(tmp_path / "alerts.jsonl").health is Health.PROBLEM


def test_folders_that_are_missing_or_cannot_be_read_are_problems(around, tmp_path, monkeypatch):
    real = survey.entries

    def denied(root, folder):
        if folder.endswith("/a"):
            raise PermissionError(13, "Permission denied")
        return real(root, folder)

    monkeypatch.setattr(survey, "entries", denied)
    gone = str(tmp_path / "gone here")
    paths = (str(tmp_path / "share"), gone)
    both = replace(around, settings=replace(around.settings, watch=WatchSettings(paths=paths)))

    assert _told(watching.folders, both) == [
        ("problem", f"{gone} cannot be watched: No such file or directory", f"ls -ld '{gone}'"),
        (
            "problem",
            f"{tmp_path}/share/a cannot be read: Permission denied",
            f"setfacl -R -m u:{os.geteuid()}:rX {tmp_path}/share/a",
        ),
    ]


def test_a_walk_that_takes_too_long_is_given_up_and_says_so(tmp_path):
    found = survey.survey([str(tmp_path)], (), longest=-1.0)

    assert not found.complete


def test_excluded_folders_and_links_are_not_counted(tmp_path):
    for name in ("a/b", "cache/x"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path)

    assert survey.survey([str(tmp_path), str(tmp_path)], ("cache",)).folders == 3


@pytest.mark.parametrize(("watches", "health"), [(1, "problem"), (2, "warning"), (1000, "ok")])
def test_too_few_watches_are_told_before_they_run_out(around, tmp_path, monkeypatch, watches, health):
    (tmp_path / "max_user_watches").write_text(f"{watches}\n")
    (tmp_path / "max_user_instances").write_text("128\n")
    monkeypatch.setattr(watching, "_INOTIFY", tmp_path)
    monkeypatch.setattr(watching, "_takes_watches", lambda *_: True)
    remark = _only(watching.limits, around)

    assert remark.health.value == health
    assert ("sysctl" in remark.run) == (health != "ok")


def test_too_few_instances_and_no_events_at_all_are_told(around, tmp_path, monkeypatch):
    (tmp_path / "max_user_watches").write_text("1000\n")
    (tmp_path / "max_user_instances").write_text("1\n")
    monkeypatch.setattr(watching, "_INOTIFY", tmp_path)
    monkeypatch.setattr(watching, "_takes_watches", lambda *_: True)
    assert _only(watching.limits, around).health is Health.PROBLEM
    monkeypatch.setattr(watching, "_INOTIFY", tmp_path / "none")
    assert _only(watching.limits, around).health is Health.WARNING


def test_a_tree_where_others_write_is_a_warning_and_so_is_what_is_mounted_below_one(around, tmp_path, monkeypatch):
    kinds = {str(tmp_path / "share"): "", str(tmp_path / "share" / "a"): "nfs4 is written to elsewhere"}
    monkeypatch.setattr(watching.remote, "deaf", lambda path: kinds[path])
    monkeypatch.setattr(watching, "below", lambda root, _: {f"{root}/a": None})
    remark = _only(watching.mounts, around)

    assert remark.health is Health.WARNING
    assert remark.what.startswith(f"{tmp_path}/share/a is seen by walks only, about every 600 s: nfs4 is written")


def test_it_is_told_how_each_tree_will_be_watched_and_why_not_better(around, monkeypatch):
    from scanner.watch import fanotify

    monkeypatch.setattr(fanotify, "refusal", lambda _: "")
    assert _only(watching.readers, around).what.endswith(": fanotify")
    monkeypatch.setattr(fanotify, "refusal", lambda _: "it needs root")
    remark = _only(watching.readers, around)
    assert (remark.health, remark.what.endswith(": inotify, not by fanotify: it needs root")) == (Health.OK, True)
    asked = replace(around.settings.watch, reader=Way.WALK)
    remark = _only(watching.readers, replace(around, settings=replace(around.settings, watch=asked)))
    assert (remark.health, "by walks only" in remark.what) == (Health.WARNING, True)


def test_watches_are_counted_only_where_each_folder_takes_one(around, monkeypatch):
    from scanner.watch import fanotify

    monkeypatch.setattr(watching, "_number", lambda _: 1)
    monkeypatch.setattr(fanotify, "refusal", lambda _: "")
    assert _only(watching.limits, around).what == "1 allowed, 0 needed"
    monkeypatch.setattr(fanotify, "refusal", lambda _: "it needs root")
    assert _only(watching.limits, around).health is Health.PROBLEM
    asked = replace(around.settings.watch, reader=Way.WALK)
    assert _only(watching.limits, replace(around, settings=replace(around.settings, watch=asked))).health is Health.OK


def test_little_space_is_told(around, monkeypatch):
    for free, health in ((50 << 20, "problem"), (500 << 20, "warning"), (5 << 30, "ok")):
        monkeypatch.setattr(machine.shutil, "disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        assert _only(machine.space, around).health.value == health
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert _only(machine.space, around).health is Health.PROBLEM
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_files=1000, f_favail=5))
    assert _only(machine.space, around).run.startswith("df -i")


def test_without_a_folder_for_scratch_files_nothing_starts(around, monkeypatch):
    def nowhere():
        raise FileNotFoundError

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    assert _only(machine.scratch, around).health is Health.PROBLEM


def test_too_few_descriptors_are_told(around, monkeypatch):
    for limit, health in ((30, "problem"), (65536, "ok"), (resource.RLIM_INFINITY, "ok")):
        monkeypatch.setattr(resource, "getrlimit", lambda _, limit=limit: (limit, limit))
        assert _only(machine.descriptors, around).health.value == health


def test_a_clock_that_is_behind_or_drifts_is_told(around, monkeypatch):
    monkeypatch.setattr(machine, "_is_unsynchronised", lambda: False)
    assert _only(machine.clock, around).health is Health.OK
    monkeypatch.setattr(machine, "_is_unsynchronised", lambda: True)
    assert _only(machine.clock, around).health is Health.WARNING
    connect(around.state).close()
    write_status(around.state, Status(1, "1", "x", began=0.0, heartbeat=time.time() + 7200))
    remark = _only(machine.clock, around)

    assert remark.health is Health.PROBLEM
    assert "2.0 hours behind" in remark.what


def test_it_changes_nothing(around, tmp_path):
    before = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
    list(examine(around))

    assert {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    assert not around.state.exists()
    assert stat.S_ISDIR((tmp_path / "share").lstat().st_mode)


def test_the_checks_are_found_where_others_are_added():
    assert all(callable(check) for check in doctor.CHECKS)
    assert len(set(CHECKS)) == len(CHECKS)


def test_all_that_sinks_name_is_looked_at(around, tmp_path):
    options = ((("secret_file", f"{tmp_path}/no"),), (("argv", f"{tmp_path}/none"),), ())
    made = tuple(
        SinkSettings(kind, found) for kind, found in zip(("webhook", "command", "console"), options, strict=True)
    )
    told = _told(folders.sinks, replace(around, settings=replace(around.settings, sinks=made)))

    assert [what for _, what, _ in told] == [
        f"sink[0].secret_file: {tmp_path}/no is not there",
        f"sink[1].argv: {tmp_path}/none is not there",
    ]
    assert (
        _only(folders.sinks, replace(around, settings=replace(around.settings, sinks=made[2:]))).what == "1 configured"
    )
