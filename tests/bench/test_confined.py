"""Inside the sandbox readers get the same out of hundreds of documents as outside it: less would be a missed leak."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.hiding import probes

_ROOT = Path(__file__).parents[2]
_EACH = 6


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
def test_documents_of_every_kind_are_read_alike_inside_and_outside(tmp_path):
    for number, probe in enumerate(probes()):
        if number % _EACH == 0:
            (tmp_path / f"{number}").write_bytes(probe.data)
    count = len(list(tmp_path.iterdir()))

    done = subprocess.run(
        [sys.executable, "-m", "bench.confined", str(tmp_path)], cwd=_ROOT, capture_output=True, text=True, check=False
    )

    assert count > 200
    assert f"{count} documents, {count} read alike" in done.stdout, done.stdout + done.stderr
