"""What goes to the systemd journal, against a socket that reads its native protocol."""

import errno
import os
import socket
from pathlib import Path

import pytest

from scanner.alert import journald
from scanner.alert._forms import told
from scanner.model.notice import Notice
from tests.alert._collectors import datagrams, journal, name_of
from tests.alert._notices import every_kind, of_document

_DOCS = Path(__file__).parents[2] / "docs" / "siem.md"


@pytest.fixture
def arrived(tmp_path):
    """Return the entries of some notices as the journal gets them."""

    def run(*notices: Notice) -> list[dict[str, str]]:
        with datagrams(tmp_path / "socket") as server:
            sink = journald.start({"socket": server.address})
            for notice in notices:
                sink.send(notice)
            sink.close()
            entries = [journal(data) for data in server.came()]
        assert all(len(dict(entry)) == len(entry) for entry in entries)
        return [dict(entry) for entry in entries]

    return run


def test_an_entry_has_the_message_and_each_fact_in_a_field_of_its_own(arrived):
    (entry,) = arrived(of_document())

    assert entry["MESSAGE"].splitlines() == [
        "high alert raised: /srv/pub/plan.docx: SECRET in a zone whose ceiling is UNCLASSIFIED",
        "Move it to /srv/secret, then tell the desk.",
    ]
    assert (entry["PRIORITY"], entry["SYSLOG_IDENTIFIER"]) == ("3", "docwarden")
    assert (
        entry.items()
        >= {
            "DOCWARDEN_KEY": "0123456789abcdef",
            "DOCWARDEN_PATH": "/srv/pub/plan.docx",
            "DOCWARDEN_LABEL": "SECRET",
            "DOCWARDEN_HEAD": "ab12" * 8,
        }.items()
    )


def test_the_example_in_the_documentation_is_what_is_sent():
    fields = dict(journal(journald.entry(told(of_document()))))
    shown = "\n".join(f"{name}={text}" for name, text in fields.items() if name != "MESSAGE")

    assert shown in _DOCS.read_text()
    assert all(f"`{number}`" in _DOCS.read_text() for number in journald.MESSAGE_IDS.values())


def test_every_kind_of_message_has_an_id_that_does_not_change(arrived):
    kinds = every_kind()
    ids = {name: entry["MESSAGE_ID"] for name, entry in zip(kinds, arrived(*kinds.values()), strict=True)}
    known = journald.MESSAGE_IDS

    assert len({*known.values()}) == len(known) == 5
    assert {ids[name] for name in ("raised", "worsened", "copied", "reopened")} == {known["document"]}
    assert {ids[name] for name in ("left", "noted", "resolved", "suppressed", "coverage found", "forgotten")} == {
        known["settled"]
    }
    assert ids["coverage lost"] == known["coverage"]
    assert {ids[name] for name in ids if name.startswith("flood")} == {known["flood"]}
    assert {ids["heartbeat"], ids["troubled heartbeat"]} == {known["heartbeat"]}


def test_no_value_begins_a_field():
    forged = "a\nPRIORITY=0\n_UID=0"

    assert journal(journald._field("NOTE", forged)) == [("NOTE", forged)]


def test_what_no_datagram_can_carry_arrives_as_a_sealed_file(arrived):
    small, large = arrived(of_document("a.doc"), of_document("caf\udce9\n.doc", note="n" * 5_000_000))

    assert small["DOCWARDEN_PATH"] == "/srv/pub/a.doc"
    assert len(large["DOCWARDEN_NOTE"]) == 5_000_000
    assert name_of(large, "DOCWARDEN_PATH", "DOCWARDEN_PATH_BYTES") == "/srv/pub/caf\udce9\n.doc"


def test_the_file_that_is_passed_on_cannot_be_changed_by_anybody(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(tmp_path / "socket"))
        sink = journald.start({"socket": str(tmp_path / "socket")})
        sink.send(of_document(note="n" * 5_000_000))
        _, (fd,), _, _ = socket.recv_fds(server, 10, 1)
        try:
            with pytest.raises(OSError, match="not permitted") as caught:
                os.pwrite(fd, b"x", 0)
        finally:
            os.close(fd)

    assert caught.value.errno == errno.EPERM


def test_a_journal_that_is_away_is_an_error_and_found_when_it_is_back(tmp_path):
    sink = journald.start({"socket": str(tmp_path / "socket")})
    with pytest.raises(FileNotFoundError):
        sink.send(of_document())
    with datagrams(tmp_path / "socket") as server:
        sink.send(of_document())

        assert len(server.came()) == 1


def test_the_options_are_the_socket_alone():
    assert not journald.check({})
    assert dict(journald.check({"socket": "here", "path": "/x"})).keys() == {"socket", "path"}
    with pytest.raises(ValueError, match="socket"):
        journald.start({"socket": "here"})
