"""What goes to collectors of CEF, read by the rules of the format."""

import re
import socket
from pathlib import Path

import pytest

from scanner import __version__
from scanner.alert import cef
from scanner.alert._forms import fit, told
from scanner.model.notice import Notice
from tests.alert._collectors import Event, datagrams, event, streams
from tests.alert._notices import every_kind, of_coverage, of_document

_DOCS = Path(__file__).parents[2] / "docs" / "siem.md"
_DICTIONARY = {
    *("act", "cat", "cn1", "cn1Label", "cn2", "cn2Label", "cnt", "duser", "dvchost", "end", "externalId", "fileHash"),
    *("filePath", "fileType", "flexString1", "flexString1Label", "flexString2", "flexString2Label", "fname", "fsize"),
    *("msg", "outcome", "reason", "rt", "start", "suser", "type"),
    *(f"cs{number}{end}" for number in range(1, 7) for end in ("", "Label")),
}
"""The keys used of the dictionary in "ArcSight Common Event Format", revision of 2017, chapter 2."""


@pytest.fixture
def written(tmp_path):
    """Return the events of some notices as they stand in a file."""

    def run(*notices: Notice) -> list[Event]:
        sink = cef.start({"path": str(tmp_path / "alerts.cef")})
        for notice in notices:
            sink.send(notice)
        sink.close()
        return [event(line) for line in (tmp_path / "alerts.cef").read_text().splitlines()]

    return run


def test_the_example_in_the_documentation_is_what_is_written(monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "files1")

    assert cef._event(told(of_document())) in _DOCS.read_text()


def test_an_event_says_what_happened_by_the_keys_of_the_dictionary(written):
    (said,) = written(of_document())

    assert said.header == (
        "CEF:0",
        "DocWarden",
        "DocWarden",
        __version__,
        "document.raised",
        "Document alert raised",
        "8",
    )
    assert (
        said.facts.items()
        >= {
            "rt": "1700000060500",
            "start": "1700000000000",
            "end": "1700000060500",
            "externalId": "f00d-siem-7",
            "filePath": "/srv/pub/plan.docx",
            "fname": "plan.docx",
            "fsize": "8120",
            "fileHash": "3f" * 32,
            "reason": "SECRET in a zone whose ceiling is UNCLASSIFIED",
            "cs4": "0123456789abcdef",
            "cs4Label": "key",
            "cnt": "3",
        }.items()
    )
    assert {key for key in said.facts if not key.startswith("DocWarden")} <= _DICTIONARY
    assert "type" not in said.facts


def test_every_kind_of_notice_has_a_class_a_severity_and_labelled_keys(written):
    kinds = every_kind()
    said = dict(zip(kinds, written(*kinds.values()), strict=True))

    assert {name: (entry.header[4], entry.header[6]) for name, entry in said.items()} == {
        **{name: (f"document.{name}", "8") for name in ("raised", "worsened", "copied", "reopened")},
        **{
            name: (f"document.{name}", "3")
            for name in ("left", "acknowledged", "assigned", "noted", "suppressed", "resolved")
        },
        "coverage lost": ("coverage.raised", "8"),
        "coverage found": ("coverage.resolved", "3"),
        "flood": ("flood", "10"),
        "flood of coverage": ("flood", "10"),
        "flood of nothing": ("flood", "10"),
        "heartbeat": ("heartbeat", "0"),
        "troubled heartbeat": ("heartbeat", "5"),
        "forgotten": ("log.forgotten", "1"),
    }
    for entry in said.values():
        labels = {key.removesuffix("Label") for key in entry.facts if key.endswith("Label")}
        assert labels == {key for key in entry.facts if re.fullmatch("cs[1-6]|cn[1-3]|flexString[12]", key)}
    assert said["flood"].facts.items() >= {"type": "1", "DocWardenFloodEntries": "250"}.items()
    assert said["heartbeat"].facts["DocWardenOpenAlerts"] == "55"


@pytest.mark.parametrize("text", ["a=b", "a|b", "back\\slash", "\\=|", "end\\", "two\nlines", "x filePath=/etc", "\\n"])
def test_no_text_can_begin_a_key_or_end_a_field(written, text):
    (said,) = written(of_document(text + ".doc", note=text, assignee=text))

    assert said.facts["filePath"] == f"/srv/pub/{text}.doc".replace("\n", "\\n")
    assert said.facts["duser"] == text.replace("\n", "\\n")
    assert said.header[4:] == ("document.raised", "Document alert raised", "8")


def test_the_header_is_escaped_by_rules_of_its_own(monkeypatch):
    monkeypatch.setattr(cef, "_title", lambda _: "a|b\\c=d")

    assert event(cef._event(told(of_document()))).header[5] == "a|b\\c=d"
    assert r"|a\|b\\c=d|8|" in cef._event(told(of_document()))


def test_what_the_dictionary_has_no_room_for_is_cut_and_said_to_be(written):
    (said,) = written(of_document("d" * 2000 + "/end.doc"))

    assert len(said.facts["filePath"]) == 1023
    assert said.facts["filePath"].endswith("/end.doc")
    assert set(said.facts["DocWardenShortened"].split(",")) == {"path", "message", "where"}


@pytest.mark.parametrize("notice", every_kind().values(), ids=every_kind())
def test_every_kind_fits_into_the_smallest_size_there_is(notice):
    assert len(fit(told(notice), lambda what: cef._event(what).encode(), 1180)) <= 1180


_OLD = re.compile(rb"<27>Nov 1[45] [0-2][0-9]:[0-5][0-9]:[0-5][0-9] (.*)", re.DOTALL)


def test_over_a_network_each_event_has_the_header_of_old_syslog(written):
    host = socket.gethostname().encode()
    with streams() as server:
        sink = cef.start({"transport": "tcp", "host": "127.0.0.1", "port": str(server.port)})
        sink.send(of_document())
        sink.send(of_coverage())
        sink.close()
        lines = server.came()[0].removesuffix(b"\n").split(b"\n")
    with datagrams() as server:
        sink = cef.start({"transport": "udp", "host": "127.0.0.1", "port": str(server.address[1])})
        sink.send(of_document())
        sink.close()
        lines += server.came()
    bodies = [found[1] for line in lines if (found := _OLD.fullmatch(line))]

    assert [event(body.removeprefix(host + b" ").decode()) for body in bodies] == written(
        of_document(), of_coverage(), of_document()
    )


def test_a_local_daemon_is_not_told_the_name_of_its_own_host(tmp_path):
    with datagrams(tmp_path / "log") as server:
        sink = cef.start({"transport": "unix", "socket": server.address, "facility": "daemon"})
        sink.send(of_document())
        sink.close()
        (data,) = server.came()
    found = _OLD.fullmatch(data)

    assert found
    assert event(found[1].decode()).facts["externalId"] == "f00d-siem-7"


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({}, {"path"}),
        ({"path": "/x", "host": "h", "facility": "daemon"}, {"host", "facility"}),
        ({"transport": "tls", "host": "h", "path": "/x", "facility": "none"}, {"path", "facility"}),
        ({"transport": "udp", "max_size": "600"}, {"host", "max_size"}),
        ({"path": "/x", "rotate": "5"}, {"rotate"}),
    ],
)
def test_every_wrong_option_is_named(options, wrong):
    assert {name for name, _ in cef.check(options)} == wrong
    with pytest.raises(ValueError, match=next(iter(cef.check(options)))[0]):
        cef.start(options)
