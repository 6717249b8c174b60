"""What goes to syslog, by each transport, against collectors on this machine."""

import errno
import os
import socket
import ssl
from pathlib import Path

import pytest

from scanner.alert import syslog
from scanner.alert._channels import LocalDatagrams
from scanner.alert._forms import fit, told
from scanner.model.alert import Change
from scanner.model.notice import Notice
from tests.alert._collectors import Authority, Message, datagrams, message, name_of, octets, streams
from tests.alert._notices import every_kind, flood, heartbeat, of_coverage, of_document

_DOCS = Path(__file__).parents[2] / "docs" / "siem.md"


@pytest.fixture
def arrived(tmp_path):
    """Return the messages of some notices as they come out of a local socket."""

    def run(*notices: Notice, **options: str) -> list[Message]:
        with datagrams(tmp_path / "log") as server:
            sink = syslog.start({"socket": server.address, **options})
            for notice in notices:
                sink.send(notice)
            sink.close()
            return [message(data) for data in server.came()]

    return run


def _to(port: int, transport: str = "tcp", **more: str) -> dict[str, str]:
    return {"transport": transport, "host": "127.0.0.1", "port": str(port), "timeout": "5", **more}


def test_the_example_in_the_documentation_is_what_is_sent(monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "files1")
    monkeypatch.setattr(os, "getpid", lambda: 4711)
    render = syslog._form(3, "docwarden", "32473")

    assert render(told(of_document())).decode().replace("\ufeff", "") in _DOCS.read_text()


def test_a_message_says_what_happened_in_its_header_and_all_of_it_in_its_data(arrived):
    (said,) = arrived(of_document())

    assert (said.priority, said.time, said.app, said.event) == (27, "2023-11-14T22:14:20.500Z", "docwarden", "raised")
    assert (said.host, said.process) == (socket.gethostname(), str(os.getpid()))
    assert said.text == "high alert raised: /srv/pub/plan.docx: SECRET in a zone whose ceiling is UNCLASSIFIED"
    assert said.data.keys() == {"origin", "docwarden@32473"}
    assert (
        said.facts.items()
        >= {
            "id": "f00d-siem-7",
            "number": "7",
            "key": "0123456789abcdef",
            "severity": "high",
            "label": "SECRET",
            "zone": "public",
            "evidence": "SECRET//NOFORN",
            "where": "plan.docx, header 1",
            "copies": "2",
        }.items()
    )
    assert "shortened" not in said.facts


def test_facility_program_and_enterprise_are_chosen(arrived):
    (said,) = arrived(of_document(), facility="local3", app_name="dw", enterprise="1.2")

    assert (said.priority, said.app) == (19 * 8 + 3, "dw")
    assert "docwarden@1.2" in said.data


def test_every_kind_of_notice_arrives_as_what_it_is(arrived):
    kinds = every_kind()
    said = dict(zip(kinds, arrived(*kinds.values()), strict=True))

    assert {name: entry.event for name, entry in said.items() if name in set(Change)} == {
        change.value: change.value for change in Change
    }
    assert {name: entry.facts["kind"] for name, entry in said.items() if name not in set(Change)} == {
        "coverage lost": "coverage",
        "coverage found": "coverage",
        "flood": "flood",
        "flood of coverage": "flood",
        "flood of nothing": "flood",
        "heartbeat": "heartbeat",
        "troubled heartbeat": "heartbeat",
    }
    assert said["flood"].facts.items() >= {"flood_entries": "250", "flood_alerts": "240", "flood_high": "237"}.items()
    assert said["coverage found"].facts["gap_seconds"] == "12.000"
    assert said["forgotten"].facts.keys().isdisjoint({"path", "size", "zone"})
    assert said["resolved"].text.startswith("high alert resolved by kim: /srv/pub/plan.docx")


def test_what_needs_somebody_is_more_urgent_than_what_people_did(arrived):
    kinds = every_kind()
    levels = {name: entry.priority % 8 for name, entry in zip(kinds, arrived(*kinds.values()), strict=True)}

    assert {levels[name] for name in ("raised", "worsened", "copied", "reopened", "coverage lost")} == {3}
    assert levels["flood"] == 2
    assert {levels[name] for name in ("left", "acknowledged", "assigned", "noted", "suppressed", "resolved")} == {5}
    assert (levels["coverage found"], levels["heartbeat"], levels["troubled heartbeat"]) == (5, 6, 4)


@pytest.mark.parametrize("limit", [480, 600, 900, 1400])
@pytest.mark.parametrize("name", ["x" * 250, '"]\\' * 80, "机密" * 120, "a\n\x1b" * 80])
def test_what_is_too_long_is_shortened_and_says_so(limit, name):
    what = told(of_document(name, note='"' * 300))
    data = fit(what, syslog._form(3, "docwarden", "32473"), limit)
    said = message(data)

    assert len(data) <= limit
    assert said.facts["shortened"]
    assert said.facts["key"] == "0123456789abcdef"
    for fact, text in said.facts.items():
        whole = what.fact(fact)
        assert text == whole or fact == "shortened" or {fact, "rest"} & set(said.facts["shortened"].split(","))


@pytest.mark.parametrize("notice", every_kind().values(), ids=every_kind())
def test_every_kind_fits_into_the_smallest_size_there_is(notice):
    assert len(fit(told(notice), syslog._form(23, "a" * 48, "1.2.3"), 480)) <= 480


def test_a_message_the_system_finds_too_long_is_shortened_until_it_goes(tmp_path, monkeypatch):
    real = LocalDatagrams.send

    def send(self: LocalDatagrams, data: bytes) -> None:
        if len(data) > 3000:
            raise OSError(errno.EMSGSIZE, "Message too long")
        real(self, data)

    monkeypatch.setattr(LocalDatagrams, "send", send)
    with datagrams(tmp_path / "log") as server:
        sink = syslog.start({"socket": server.address, "max_size": "65507"})
        sink.send(of_document(note='"' * 70_000))
        sink.close()
        (data,) = server.came()
    said = message(data)

    assert 2040 < len(data) <= 2047  # halved until it was below
    assert said.facts["shortened"] == "note"
    assert said.facts["path"] == "/srv/pub/plan.docx"


def test_the_longest_message_goes_in_one_datagram():
    with datagrams() as server:
        sink = syslog.start(_to(server.address[1], "udp", max_size="65507"))
        sink.send(of_document(note='"' * 70_000))
        sink.close()
        (data,) = server.came()

    assert 65_000 < len(data) <= 65_507
    assert message(data).facts["shortened"] == "note"


def test_one_datagram_of_udp_is_one_message_that_fits_into_a_frame():
    with datagrams() as server:
        sink = syslog.start(_to(server.address[1], "udp"))
        for number in range(3):
            sink.send(of_document("x" * 250 + str(number)))
        sink.close()
        came = server.came()

    assert max(map(len, came)) <= 1400
    assert [message(data).facts["path"][-1] for data in came] == ["0", "1", "2"]


def test_a_host_that_says_that_nobody_listens_is_no_success():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    sink = syslog.start(_to(port, "udp"))

    with pytest.raises(ConnectionRefusedError):
        sink.send(of_document())
    sink.close()


def test_a_local_socket_that_is_made_anew_is_found_again(tmp_path):
    sink = syslog.start({"socket": str(tmp_path / "log")})
    with pytest.raises(FileNotFoundError):
        sink.send(of_document())
    for _ in range(2):
        with datagrams(tmp_path / "log") as server:
            sink.send(of_document())

            assert len(server.came()) == 1
        (tmp_path / "log").unlink()
    sink.close()


def test_messages_of_a_connection_are_counted_in_octets():
    with streams() as server:
        sink = syslog.start(_to(server.port))
        for notice in (of_document("机密.doc"), flood(), heartbeat(), of_coverage()):
            sink.send(notice)
        sink.close()
        (stream,) = server.came()

    assert [message(frame).event for frame in octets(stream)] == ["raised", "flood", "heartbeat", "raised"]
    assert name_of(message(octets(stream)[0]).facts) == "/srv/pub/机密.doc"


def test_messages_may_be_parted_by_line_ends():
    with streams() as server:
        sink = syslog.start(_to(server.port, framing="lines"))
        sink.send(of_document("a\nb"))
        sink.send(heartbeat())
        sink.close()
        (stream,) = server.came()

    assert [message(line).event for line in stream.removesuffix(b"\n").split(b"\n")] == ["raised", "heartbeat"]


def test_a_connection_the_collector_ended_is_made_again_and_nothing_is_lost():
    with streams() as server:
        sink = syslog.start(_to(server.port))
        sink.send(of_document())
        server.hang_up()
        sink.send(heartbeat())
        sink.close()
        came = server.came(2)

    assert [message(frame).event for stream in came for frame in octets(stream)] == ["raised", "heartbeat"]


def test_a_frame_that_was_not_taken_whole_is_an_error_and_sent_whole_the_next_time():
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # less than one frame, and nobody reads
    with listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        sink = syslog.start(_to(port, max_size="65507") | {"timeout": "0.2"})
        notice = of_document(note="x" * 40_000)
        with pytest.raises(TimeoutError, match="not acknowledged"):
            sink.send(notice)
    with streams(port=port) as server:
        sink.send(notice)
        sink.close()
        (stream,) = server.came()

    assert [len(message(frame).facts["note"]) for frame in octets(stream)] == [40_000]


def test_an_unreachable_collector_is_an_error_and_found_when_it_is_back():
    with streams() as server:
        port = server.port
    sink = syslog.start(_to(port))
    with pytest.raises(ConnectionRefusedError):
        sink.send(of_document())
    with streams(port=port) as server:
        sink.send(of_document())
        sink.close()

        assert len(octets(server.came()[0])) == 1


@pytest.fixture
def collector(tmp_path):
    """Return an authority and the context of a collector it vouches for."""
    authority = Authority(tmp_path)
    papers = authority.papers("logs.example.org")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(papers.cert, papers.key)
    return authority, context


def test_over_tls_the_collector_is_verified_and_gets_every_message(collector):
    authority, context = collector
    with streams(context) as server:
        sink = syslog.start(_to(server.port, "tls", ca_file=str(authority.file)))
        sink.send(of_document())
        sink.send(heartbeat())
        sink.close()
        (stream,) = server.came()

    assert [message(frame).event for frame in octets(stream)] == ["raised", "heartbeat"]
    assert not server.failures


def test_a_collector_of_another_authority_or_name_gets_nothing(collector, tmp_path):
    authority, context = collector
    other = Authority(tmp_path, "other")
    with streams(context) as server:
        for more in ({"ca_file": str(other.file)}, {"ca_file": str(authority.file), "server_name": "evil.example"}, {}):
            sink = syslog.start(_to(server.port, "tls", **more))
            with pytest.raises(ssl.SSLCertVerificationError):
                sink.send(of_document())
            sink.close()

        assert not any(server.came(3))


def test_a_collector_may_be_reached_by_an_address_and_verified_by_its_name(collector):
    authority, context = collector
    with streams(context) as server:
        options = _to(server.port, "tls", ca_file=str(authority.file), server_name="logs.example.org")
        sink = syslog.start(options)
        sink.send(of_document())
        sink.close()

        assert len(octets(server.came()[0])) == 1


def test_a_collector_that_asks_for_a_certificate_is_shown_ours(collector):
    authority, context = collector
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority.file)
    ours = authority.papers("files1.example.org")
    with streams(context) as server:
        options = _to(server.port, "tls", ca_file=str(authority.file))
        sink = syslog.start(options | {"cert_file": str(ours.cert), "key_file": str(ours.key)})
        sink.send(of_document())
        sink.close()

        assert len(octets(server.came()[0])) == 1


def test_a_collector_that_refuses_our_certificate_is_an_error_for_the_first_message(collector, tmp_path):
    authority, context = collector
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority.file)
    stranger = Authority(tmp_path, "stranger").papers("files2.example.org")
    with streams(context) as server:
        options = _to(server.port, "tls", ca_file=str(authority.file))
        for more in ({}, {"cert_file": str(stranger.cert), "key_file": str(stranger.key)}):
            sink = syslog.start(options | more)
            with pytest.raises(OSError, match=r"certificate required|unknown ca"):
                sink.send(of_document())
            sink.close()

        assert not any(server.came(2))


def test_a_tls_connection_the_collector_ended_is_made_again(collector):
    authority, context = collector
    with streams(context) as server:
        sink = syslog.start(_to(server.port, "tls", ca_file=str(authority.file)))
        sink.send(of_document())
        server.hang_up()
        sink.send(heartbeat())
        sink.close()
        came = server.came(2)

    assert [message(frame).event for stream in came for frame in octets(stream)] == ["raised", "heartbeat"]


def test_files_of_tls_that_cannot_be_used_are_named_at_the_start(collector, tmp_path):
    authority, _ = collector
    open_key = authority.papers("open")
    open_key.key.chmod(0o644)
    locked = authority.papers("locked", password=b"sesame")
    torn = tmp_path / "torn.pem"
    torn.write_text("no certificate")
    mine = _to(1, "tls")
    wrong = {
        "ca_file": {"ca_file": str(tmp_path / "missing.pem")},
        "ca_file: .*PEM": {"ca_file": str(torn)},
        "key_file: .*chmod 600": {"cert_file": str(open_key.cert), "key_file": str(open_key.key)},
        "key_file: the key is encrypted": {"cert_file": str(locked.cert), "key_file": str(locked.key)},
    }
    for fault, options in wrong.items():
        with pytest.raises(ValueError, match=fault):
            syslog.start(mine | options)


def test_certificates_that_everyone_may_write_are_not_trusted(collector):
    authority, _ = collector
    authority.file.chmod(0o666)

    with pytest.raises(ValueError, match=r"ca_file: .*everyone may write it"):
        syslog.start(_to(1, "tls", ca_file=str(authority.file)))


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"transport": "pigeon"}, {"transport"}),
        ({"transport": "file", "path": "/x"}, {"transport", "path"}),
        ({"transport": "udp"}, {"host"}),
        ({"transport": "tcp", "host": "h", "port": "x"}, {"port"}),
        ({"transport": "tcp", "host": "h", "port": "70000"}, {"port"}),
        ({"transport": "tcp", "host": "h", "ca_file": "/ca", "server_name": "n"}, {"ca_file", "server_name"}),
        ({"transport": "udp", "host": "h", "framing": "lines"}, {"framing"}),
        ({"transport": "tls", "host": "h", "key_file": "/k", "socket": "/s"}, {"key_file", "socket"}),
        (
            {"host": "h", "facility": "local9", "enterprise": "me", "app_name": "a b"},
            {"host", "facility", "enterprise", "app_name"},
        ),
        ({"max_size": "100", "timeout": "0"}, {"max_size", "timeout"}),
        ({"socket": "log"}, {"socket"}),
    ],
)
def test_every_wrong_option_is_named_and_nothing_is_opened(options, wrong, monkeypatch):
    monkeypatch.setattr(socket, "socket", None)
    faults = list(syslog.check(options))

    assert {name for name, _ in faults} == wrong
    with pytest.raises(ValueError, match=faults[0][0]):
        syslog.start(options)


def test_sound_options_have_no_faults():
    assert not list(syslog.check({}))
    assert not list(syslog.check({"transport": "tls", "host": "logs.example.org"}))
    assert not list(syslog.check({"transport": "udp", "host": "h", "max_size": "2KB", "facility": "audit"}))
