import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.identify import claimed_type

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("name", "media_type", "expected"),
    [
        ("notes.txt", "application/pdf", "text/plain"),
        ("photo.jpg", _DOCX, "image/jpeg"),
        ("invoice.pdf", "application/x-dosexec", "application/pdf"),
        ("invoice.PDF", "application/x-dosexec", "application/pdf"),
        ("a.docx", "application/octet-stream", _DOCX),
        ("a.zip", "image/png", "application/zip"),
        ("song.mp3", _DOCX, "audio/mpeg"),
    ],
)
def test_a_name_that_lies_is_caught(name: str, media_type: str, expected: str):
    assert claimed_type(name, media_type) == expected


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.docx", _DOCX),
        ("a.docm", _DOCX),
        ("a.docx", "application/vnd.ms-word.document.macroEnabled.12"),
        ("a.docx", "application/x-ole-encrypted"),
        ("a.doc", "application/rtf"),
        ("a.xls", "text/html"),
        ("a.md", "text/html"),
        ("a.log", "message/rfc822"),
        ("a.xml", "image/svg+xml"),
        ("a.jpg", "image/png"),
        ("a.zip", _DOCX),
        ("a.tar.gz", "application/gzip"),
        ("a.exe", "application/zip"),
        ("a.mp3", "application/octet-stream"),
        ("a.xyz", "application/pdf"),
        ("README", "application/pdf"),
        (".pdf", "text/plain"),
        ("a.pdf", "application/x-empty"),
        ("a.pdf", ""),
    ],
)
def test_relatives_agree_and_unknown_endings_claim_nothing(name: str, media_type: str):
    assert claimed_type(name, media_type) is None


@given(st.text(), st.sampled_from(["text/plain", "application/pdf", "x"]))
def test_any_name_is_taken(name: str, media_type: str):
    claimed = claimed_type(name + "\udcff.txt", media_type)

    assert claimed in {None, "text/plain"}
