"""No secret of a document gets out: not in a report, an alert, the state, a temporary file or a message."""

import importlib.util
import io
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from scanner.alert import kinds, sink_kind, sinks
from scanner.alert.store import AlertStore
from scanner.model.notice import Flood, Notice
from scanner.model.verdict import Tally
from scanner.present import Run, formats
from scanner.spool.database import connect
from scanner.spool.status import read_status
from tests.alert._receivers import RECEIVERS

_PATIENCE = 120.0


@pytest.fixture(scope="module")
def planted():
    spec = importlib.util.spec_from_file_location("canary", Path(__file__).with_name("_canary.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules["canary"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    made = module.plant()
    assert len(made.secrets) >= 500
    return made


@pytest.fixture
def home(tmp_path, planted):
    for name in ("share", "state", "tmp", "said"):
        (tmp_path / name).mkdir(mode=0o700)
    for name, data in planted.documents.items():
        (tmp_path / "share" / name).write_bytes(data)
    return tmp_path


def _environment(home):
    return {**os.environ, "DOCWARDEN_CONFIG": "", "TMPDIR": str(home / "tmp"), "DOCWARDEN_STATE": str(home / "state")}


def _run(home, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "scanner", *arguments], capture_output=True, env=_environment(home), check=False
    )
    (home / "said" / f"{len(list((home / 'said').iterdir()))}.out").write_bytes(done.stdout + done.stderr)
    assert b"Traceback" not in done.stderr
    return done


def _leaks(home, planted):
    """Return each secret that stands in a file beside the share, however its groups are set apart."""
    found = set()
    for path in home.rglob("*"):
        if not path.is_file() or (home / "share") in path.parents:
            continue
        data = path.read_bytes()
        written = (data, re.sub(rb"[ -]", b"", data), data.replace(b"\0", b""), re.sub(rb"\\[nrt]|\s", b"", data))
        for secret, kind in planted.secrets.items():
            if any(secret.encode() in one for one in written):
                found.add((path.relative_to(home).as_posix(), kind, secret))
    return sorted(found)


def test_the_secrets_are_seen_where_they_are_asked_for(home, planted):
    """Without this, finding none of them elsewhere would show nothing."""
    done = _run(home, "scan", "--show-match", "-f", "jsonl", str(home / "share"))
    shown = re.sub(rb"[ -]", b"", done.stdout)
    seen = {kind for secret, kind in planted.secrets.items() if secret.encode() in shown}

    assert {"card", "iban", "password"} <= seen


def test_no_secret_gets_out_of_a_scan(home, planted):
    assert _run(home, "scan", "-v", "--record", str(home / "share")).returncode == 1
    with zipfile.ZipFile(home / "share" / "everything.zip", "w") as archive:
        for name, data in planted.documents.items():
            archive.writestr(name, data)
    explained = _run(home, "rules", "explain", str(home / "share" / "everything.zip"))
    assert b"lines weighed" in explained.stdout
    _run(home, "rules", "explain", "-f", "json", str(home / "share" / "members.zip"))
    assert _run(home, "alerts", "list").stdout.count(b"\n") > 10
    _run(home, "alerts", "list", "-f", "json")
    with closing(connect(home / "state")) as connection:
        alerts = AlertStore(connection).alerts()
    _run(home, "alerts", "show", alerts[0].key)
    for options in ((), ("--from", "1d"), ("-f", "json"), ("-f", "csv")):
        assert _run(home, "report", *options, "-o", "-").returncode == 0
    for form, module in formats().items():
        stream, tally = io.StringIO(), Tally()
        run = Run("1", "x", (str(home / "share"),), details=True)
        report = module.start(stream, run, color=False)
        for alert in alerts:
            tally.add(alert.verdict)
            report.add(alert.verdict)
        report.end(tally, run)
        (home / "said" / form).write_text(stream.getvalue(), encoding="utf-8")

    assert _leaks(home, planted) == []


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # of apprise
def test_no_secret_gets_out_of_a_sink(home, planted):
    assert _run(home, "scan", "--record", str(home / "share")).returncode == 1
    with closing(connect(home / "state")) as connection:
        entries = AlertStore(connection).entries(0, 1000)
    assert len(entries) > 10
    notices = [Notice(str(entry.number), entry) for entry in entries]
    notices.append(Notice("flood", entries[0], Flood(len(entries), len(entries), 0.0, 1.0)))
    for kind in kinds():
        (home / "said" / kind).mkdir()
        with RECEIVERS[kind](home / "said" / kind) as receiver:
            sink = sink_kind(kind).start(receiver.options)
            for notice in notices:
                sink.send(notice)
            sink.close()
            arrived = receiver.raw()
            shown = [text.encode("utf-8", "surrogateescape") for text in receiver.shown()]
        assert len(arrived) == len(notices)
        (home / "said" / kind / "arrived").write_bytes(b"\n".join([*arrived, *shown]))

    assert _leaks(home, planted) == []


def test_no_secret_gets_out_of_the_daemon(home, planted):
    with (home / "said" / "watch").open("wb") as said:
        daemon = subprocess.Popen(
            [sys.executable, "-m", "scanner", "watch", str(home / "share")],
            stdout=said,
            stderr=subprocess.STDOUT,
            env=_environment(home),
        )
        try:
            until = time.monotonic() + _PATIENCE
            while _read(home) < len(planted.documents):
                assert daemon.poll() is None, (home / "said" / "watch").read_text()
                assert time.monotonic() < until, read_status(home / "state")
                time.sleep(0.1)
            assert _leaks(home, planted) == []  # the journal and its log, while they are open
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait()
    _run(home, "status")
    _run(home, "status", "--json")

    assert set(sinks()) >= {"console", "jsonl"}
    assert (home / "state" / "alerts.jsonl").read_bytes().count(b"\n") > 10
    assert _leaks(home, planted) == []


def _read(home):
    status = read_status(home / "state")
    return sum(count.number for count in status.outcomes) if status and not status.queued else 0
