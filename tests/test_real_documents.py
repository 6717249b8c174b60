"""Documents made by real office programs, scanned as a user would: what is planted is found, at its place."""

import io
import json
import os
import subprocess
import sys
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

_DATA = Path(__file__).parent / "data"
_CORPUS = Path(__file__).parents[2] / "shared" / "corpus"

_PLANTED = [
    ("office-text/document.docx", "SECRET//NOFORN", "header"),
    ("office-text/document.odt", "SECRET//NOFORN", "header"),
    ("office-text/document.pdf", "SECRET//NOFORN", "page 1"),
    ("office-sheet/document.xlsx", "SECRET//NOFORN", 'header "Stock"'),
    ("office-sheet/document.ods", "SECRET//NOFORN", "header"),
    ("office-slides/document.pptx", "SECRET//NOFORN", "slide 1"),
    ("office-slides/document.odp", "CONFIDENTIAL//REL TO USA, GBR", "speaker notes 1"),
]


def _scan(*arguments: str) -> tuple[int, list[dict], dict, str]:
    done = subprocess.run(
        [sys.executable, "-m", "scanner", "scan", *arguments, "--format", "jsonl"],
        capture_output=True,
        env={**os.environ, "DOCWARDEN_CONFIG": ""},
        check=False,
    )
    *records, summary = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, records, summary, done.stderr.decode()


@pytest.fixture(scope="module")
def records() -> dict[str, dict]:
    _, found, _, _ = _scan(str(_DATA))
    return {os.path.relpath(record["path"], _DATA): record for record in found}


@pytest.mark.parametrize(("name", "label", "fragment"), _PLANTED)
def test_a_planted_marking_is_found_at_its_place(records, name, label, fragment):
    record = records[name]

    places = [finding["place"] for finding in record["findings"] if finding["label"] == label]
    assert record["outcome"] == "violation"
    assert any(f"#{fragment}" in place for place in places), places


def test_an_electronic_label_is_found_in_a_property(records):
    kinds = {finding["kind"]: finding for finding in records["office-text/document.docx"]["findings"]}

    assert kinds["label"]["role"] == "property"
    assert "MSIP_Label_" in kinds["label"]["place"]


def test_a_marking_in_a_document_in_a_zip_in_a_mail_is_found_with_the_whole_way_to_it(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(_DATA / "office-text" / "document.docx", "minutes.docx")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@corp.example", "b@else.example", "Papers"
    mail["Date"] = "Mon, 05 Jan 2026 09:00:00 +0000"
    mail.set_content("See attached.")
    mail.add_attachment(packed.getvalue(), maintype="application", subtype="zip", filename="papers.zip")
    (tmp_path / "mail.eml").write_bytes(mail.as_bytes())

    code, (record,), _, _ = _scan(str(tmp_path))

    assert code == 1
    assert "mail.eml!/papers.zip!/minutes.docx#header 1" in {finding["place"] for finding in record["findings"]}


@pytest.mark.parametrize("name", ["office/table.xls", "office/letter.doc", "office/letter.rtf"])
def test_old_office_documents_are_read_without_a_problem(records, name):
    assert records[name]["problems"] == []


@pytest.mark.skipif(not _CORPUS.is_dir(), reason="the shared corpus is not here")
def test_every_file_of_the_shared_corpus_has_one_outcome():
    files = sum(len(names) for _, _, names in os.walk(_CORPUS))

    code, found, summary, errors = _scan(str(_CORPUS))

    assert errors == ""
    assert len(found) == summary["files"] == files
    assert sum(summary[outcome] for outcome in ("clean", "permitted", "violation", "undetermined")) == files
    assert code in {1, 3}
