"""Progress is for terminals, and tells how much is left."""

import os
import pty
import subprocess
import sys


def test_a_terminal_sees_how_a_scan_gets_on(tmp_path):
    for number in range(300):
        (tmp_path / f"{number}.txt").write_text("word " * 2000)
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "scanner", "scan", str(tmp_path), "-j", "1"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "DOCWARDEN_CONFIG": "", "TERM": "xterm", "COLUMNS": "100"},
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 4096):
                shown += piece
        except OSError:  # Linux says so when the other end is closed
            pass
        assert process.stdout
        report = process.stdout.read().decode()
    os.close(ours)

    assert process.returncode == 0
    assert b"of 300 files" in shown
    assert b"0 in violation" in shown
    assert "300 files = 300 clean" in report


def test_a_file_sees_no_progress(tmp_path):
    (tmp_path / "a.txt").write_text("word")

    done = subprocess.run(
        [sys.executable, "-m", "scanner", "scan", str(tmp_path)],
        capture_output=True,
        env={**os.environ, "DOCWARDEN_CONFIG": ""},
        check=False,
    )

    assert done.stderr == b""
