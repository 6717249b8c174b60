"""What labels mean can be configured, and a scan says so in its records."""

import io
import json
import subprocess
import sys

import pytest
from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty

_GUID = "0a1b2c3d-0000-4111-8222-abcdefabcdef"


@pytest.fixture
def share(tmp_path):
    book = Workbook()
    book.custom_doc_props.append(StringProperty(name=f"MSIP_Label_{_GUID}_Enabled", value="true"))
    stream = io.BytesIO()
    book.save(stream)
    (tmp_path / "share").mkdir()
    (tmp_path / "share/a.xlsx").write_bytes(stream.getvalue())
    return tmp_path / "share"


def _scan(share, config):
    path = share.parent / "docwarden.toml"
    path.write_text(f"version = 1\n{config}")
    path.chmod(0o600)
    arguments = ("scan", "-c", str(path), "--format", "jsonl", str(share))
    return subprocess.run(
        [sys.executable, "-m", "scanner", *arguments],
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )


def test_a_label_that_nobody_knows_is_recorded_and_is_no_violation(share):
    done = _scan(share, "")
    (record, _) = [json.loads(line) for line in done.stdout.splitlines()]

    assert (done.returncode, record["outcome"]) == (0, "clean")
    (found,) = record["findings"]
    assert (found["kind"], found["label"], found["severity"]) == ("label", None, "info")
    assert found["evidence"] == _GUID
    assert found["reasons"] == ["electronic_label", f"msip:{_GUID}", "unknown_label"]


def test_a_label_with_a_configured_meaning_counts(share):
    done = _scan(share, f'[labels.msip]\n"{_GUID.upper()}" = "SECRET//NOFORN"\n')
    (record, _) = [json.loads(line) for line in done.stdout.splitlines()]

    assert (done.returncode, record["outcome"], record["label"]) == (1, "violation", "SECRET//NOFORN")
    assert record["findings"][0]["kind"] == "label"


def test_a_meaning_that_no_scheme_knows_is_told_with_its_file_and_key(share):
    done = _scan(share, f'[labels.msip]\n"{_GUID}" = "Blue"\n')

    assert done.returncode == 2
    assert f'docwarden.toml: labels.msip."{_GUID}": not a marking or label name any scheme knows: "Blue"' in done.stderr
