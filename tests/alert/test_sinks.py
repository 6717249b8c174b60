"""What each shipped sink does beside the contract."""

import errno
import io
import json
import os
import stat

import pytest

from scanner.alert import console, jsonl
from scanner.model.alert import Alert, Change, Entry, State
from scanner.model.document import Document, Problem, Reason
from scanner.model.finding import Finding, Kind, Severity, Status
from scanner.model.label import Label, Level
from scanner.model.notice import Notice
from scanner.model.place import Part, Place
from scanner.model.verdict import Outcome, Verdict

_LABEL = Label(Level("us", "s", "SECRET", 3, 4))
_MARKING = Finding(Kind.MARKING, "us", Place("a.zip", ("b.docx",), Part.HEADER), _LABEL)


def _alert(count: int = 1, outcome: Outcome = Outcome.VIOLATION, **changes) -> Alert:
    known = {"why": "too secret", "guidance": "Tell the desk.", "findings": (_MARKING,)}
    verdict = Verdict(Document("/srv/a.zip"), "z", outcome, **{**known, **changes})
    return Alert("00ff", 0.0, 60.0, count, State.OPEN, Severity.CRITICAL, verdict)


def _notice(count: int = 1, outcome: Outcome = Outcome.VIOLATION, **changes) -> Notice:
    return Notice(str(count), Entry(count, 60.0, Change.RAISED, _alert(count, outcome, **changes)))


def _lines(path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_alerts_are_appended_to_a_file_nobody_else_can_read(tmp_path):
    path = tmp_path / "alerts.jsonl"
    for count in (1, 2):
        sink = jsonl.start({"path": str(path)})
        sink.send(_notice(count))
        sink.close()

    assert [record["alert"]["count"] for record in _lines(path)] == [1, 2]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_line_is_in_the_file_as_soon_as_it_is_sent(tmp_path):
    sink = jsonl.start({"path": str(tmp_path / "a")})
    sink.send(_notice())

    assert len(_lines(tmp_path / "a")) == 1
    sink.close()


def test_a_line_torn_by_a_crash_is_ended_before_the_next(tmp_path):
    path = tmp_path / "alerts.jsonl"
    path.write_text('{"schema": "docwarden.ver')
    sink = jsonl.start({"path": str(path)})
    sink.send(_notice(1))
    sink.send(_notice(2))
    sink.close()
    torn, *whole = path.read_text().splitlines()

    assert torn == '{"schema": "docwarden.ver'
    assert [json.loads(line)["alert"]["count"] for line in whole] == [1, 2]


def test_a_notice_that_comes_again_after_a_crash_stands_in_the_file_once(tmp_path):
    path = tmp_path / "alerts.jsonl"
    for counts in ((1, 2), (2, 3), (3,)):
        sink = jsonl.start({"path": str(path)})
        for count in counts:
            sink.send(_notice(count))
        sink.close()
        path.write_bytes(path.read_bytes() + b"{}\n[]\n")

    assert [record["alert"]["count"] for record in _lines(path) if record] == [1, 2, 3]


def test_a_notice_whose_line_was_torn_is_written_again(tmp_path):
    path = tmp_path / "alerts.jsonl"
    sink = jsonl.start({"path": str(path)})
    sink.send(_notice(1))
    sink.close()
    path.write_bytes(path.read_bytes()[:-1])
    sink = jsonl.start({"path": str(path)})
    sink.send(_notice(1))
    sink.close()

    assert [record["alert"]["count"] for record in _lines(path)] == [1, 1]


def test_a_line_torn_by_a_full_disk_is_ended_before_the_next(tmp_path, monkeypatch):
    path = tmp_path / "alerts.jsonl"
    sink = jsonl.start({"path": str(path)})
    real = os.write
    writes = iter([lambda fd, data: real(fd, data[:10]), _full])

    def write(fd, data):
        return next(writes, real)(fd, data)

    monkeypatch.setattr(os, "write", write)

    with pytest.raises(OSError, match="No space"):
        sink.send(_notice(1))
    sink.send(_notice(2))
    sink.close()
    torn, whole = path.read_text().splitlines()

    assert len(torn) == 10
    assert json.loads(whole)["alert"]["count"] == 2


def _full(*_: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_log_rotation_is_noticed(tmp_path):
    sink = jsonl.start({"path": str(tmp_path / "alerts.jsonl")})
    sink.send(_notice())
    (tmp_path / "alerts.jsonl").rename(tmp_path / "alerts.jsonl.1")
    sink.send(_notice())
    (tmp_path / "alerts.jsonl").rename(tmp_path / "alerts.jsonl.2")
    (tmp_path / "alerts.jsonl").touch()
    sink.send(_notice())
    sink.close()

    assert [len(_lines(path)) for path in sorted(tmp_path.iterdir())] == [1, 1, 1]


def test_a_symbolic_link_is_not_followed(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "target")

    with pytest.raises(OSError, match="symbolic link"):
        jsonl.start({"path": str(tmp_path / "link")})
    assert not (tmp_path / "target").exists()


def test_what_is_no_regular_file_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(ValueError, match="not a regular file"):
        jsonl.start({"path": str(tmp_path / "pipe")})
    with pytest.raises(OSError, match="directory"):
        jsonl.start({"path": str(tmp_path)})


@pytest.mark.parametrize("options", [{}, {"path": ""}, {"path": "alerts.jsonl"}])
def test_a_path_that_is_not_absolute_is_named(options):
    with pytest.raises(ValueError, match="absolute path"):
        jsonl.start(options)


def test_the_console_says_it_in_two_lines(capsys):
    console.start({}).send(_notice())

    assert capsys.readouterr().out == (
        "1970-01-01 00:01:00Z CRITICAL /srv/a.zip: too secret\n"
        "    in a.zip ▸ b.docx, header. Tell the desk. [alert 00ff]\n"
    )


def test_the_console_counts_repeats(capsys):
    console.start({}).send(_notice(7))

    assert "[alert 00ff, seen 7 times]" in capsys.readouterr().out


def test_the_console_names_the_place_of_the_finding_that_decided(capsys):
    weak = Finding(Kind.MARKING, "us", Place("weak"), Label(Level("us", "ts", "TOP", 4, 5)), status=Status.SUSPECT)
    match = Finding(Kind.YARA, "k", Place("match"), severity=Severity.CRITICAL)
    console.start({}).send(_notice(findings=(weak, _MARKING, match)))

    assert "in a.zip ▸ b.docx, header." in capsys.readouterr().out


def test_the_console_names_the_place_of_a_violation_that_is_only_suspected(capsys):
    weak = Finding(Kind.MARKING, "us", Place("weak", page=2), _LABEL, status=Status.SUSPECT)
    console.start({}).send(_notice(findings=(weak,)))

    assert "in weak, page 2." in capsys.readouterr().out


def test_the_console_names_the_place_of_what_could_not_be_read(capsys):
    problem = Problem(Place("a.zip", ("c.pdf",)), Reason.ENCRYPTED)
    console.start({}).send(_notice(outcome=Outcome.UNDETERMINED, problems=(problem,)))

    assert "in a.zip ▸ c.pdf." in capsys.readouterr().out


def test_the_console_names_no_place_where_there_is_none(capsys):
    console.start({}).send(_notice(outcome=Outcome.UNDETERMINED, findings=()))

    assert "\n    Tell the desk. [alert" in capsys.readouterr().out


def test_an_output_that_cannot_write_every_character_gets_what_it_can(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="latin-1"))
    sink = console.start({})
    sink.send(_notice())
    sink.close()

    assert rb"a.zip \u25b8 b.docx" in raw.getvalue()


def test_a_file_that_others_may_write_is_refused(tmp_path):
    path = tmp_path / "alerts.jsonl"
    path.touch()
    path.chmod(0o606)
    with pytest.raises(ValueError, match=r"path: .*everyone may write it; run: chmod o-w"):
        jsonl.start({"path": str(path)})
    path.chmod(0o600)
    tmp_path.chmod(0o703)
    with pytest.raises(ValueError, match="everyone may write it; run: chmod o-w"):
        jsonl.start({"path": str(path)})


def test_a_file_that_others_may_write_after_a_rotation_gets_nothing(tmp_path):
    path = tmp_path / "alerts.jsonl"
    sink = jsonl.start({"path": str(path)})
    sink.send(_notice())
    path.rename(tmp_path / "old")
    path.touch()
    path.chmod(0o606)
    with pytest.raises(OSError, match="everyone may write it"):
        sink.send(_notice())
    path.chmod(0o600)
    sink.send(_notice())
    sink.close()

    assert len(path.read_text().splitlines()) == len((tmp_path / "old").read_text().splitlines()) == 1
