"""Every kind of file that is read for its text is a document, and nothing else is."""

import pytest

from scanner.extract import readers
from scanner.judge.documents import is_document

# Modules that read pictures, programs, what holds documents, what is not read, and what programs write for programs.
_OTHERS = {
    *("ar", "archive", "cms", "compressed", "cpio", "ics", "image", "opaque", "pgp", "plist", "rpm", "sealed", "tar"),
    *("unread", "warc", "xml", "zip"),
}
_ALSO_NOT = {
    *("text/*", "application/json", "application/x-ndjson", "application/javascript"),
    *("application/x-empty", "inode/x-empty", "application/mbox", "image/x-eps", "application/eps", "application/fdf"),
    *("application/ms-tnef", "application/x-ole-storage", "application/x-solidworks", "application/x-msi"),
}


def test_what_each_reader_reads_is_a_document_or_is_known_not_to_be_one():
    undecided = {
        media_type
        for media_type, reader in readers().items()
        if reader.__name__.rpartition(".")[2] not in _OTHERS
        and media_type not in _ALSO_NOT
        and not is_document(media_type)
        and not media_type.removesuffix("-template").endswith((".chart", ".image", ".formula"))
    }

    assert not undecided


def test_what_is_no_document_is_none():
    known = readers()
    others = {media_type for media_type, reader in known.items() if reader.__name__.rpartition(".")[2] in _OTHERS}

    assert not {media_type for media_type in others | _ALSO_NOT if is_document(media_type)}
    assert not is_document("")


@pytest.mark.parametrize(
    "media_type",
    [
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet-template",
        "text/plain",
    ],
)
def test_what_people_write_is_a_document(media_type):
    assert is_document(media_type)
