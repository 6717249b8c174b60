"""What the sinks that send do beside the contract: signatures, refusals, time limits, private files, rotation."""

import email
import email.policy
import hashlib
import hmac
import json
import os
import ssl
import stat
import time

import pytest

from scanner.alert import command, desktop, jsonl, smtp, webhook
from scanner.alert._errors import reason_of
from scanner.model.alert import Alert, Change, Entry, State
from scanner.model.document import Document
from scanner.model.finding import Severity
from scanner.model.notice import Flood, Notice
from scanner.model.verdict import Outcome, Verdict
from tests.alert._collectors import Authority
from tests.alert._servers import mail_server, web_server


def _entry(number: int = 1, path: str = "/srv/a.docx") -> Entry:
    verdict = Verdict(Document(path), "z", Outcome.VIOLATION, severity=Severity.HIGH, why="too secret", owner="desk")
    alert = Alert(f"{number:016x}", 0.0, 60.0, 1, State.OPEN, Severity.HIGH, verdict)
    return Entry(number, 60.0, Change.RAISED, alert)


def _notice(number: int = 1, path: str = "/srv/a.docx") -> Notice:
    return Notice(f"f00d-desk-{number}", _entry(number, path))


@pytest.fixture
def private(tmp_path):
    def write(text: str, mode: int = 0o600) -> str:
        path = tmp_path / "private"
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    return write


def test_a_post_is_signed_over_its_time_and_its_body_and_says_its_id(private):
    with web_server() as web:
        options = {"url": f"http://127.0.0.1:{web.port}/x", "secret_file": private("0123456789abcdef\n")}
        webhook.start(options).send(_notice())
        (post,) = web.posts
    stamp = post.headers["x-docwarden-timestamp"]
    wanted = hmac.new(b"0123456789abcdef", f"{stamp}.".encode() + post.body, hashlib.sha256).hexdigest()

    assert post.headers["x-docwarden-signature"] == f"sha256={wanted}"
    assert abs(int(stamp) - time.time()) < 60
    assert post.headers["x-docwarden-id"] == json.loads(post.body)["notice"]["id"] == "f00d-desk-1"
    assert post.headers["content-type"] == "application/json"


def test_a_token_goes_into_its_header_and_into_no_message(private):
    with web_server() as web:
        web.answers = [401]
        sink = webhook.start({"url": f"http://127.0.0.1:{web.port}/hunter2", "token_file": private("t0k3n\n")})
        with pytest.raises(OSError, match="answered 401") as caught:
            sink.send(_notice())
        assert web.posts[0].headers["authorization"] == "Bearer t0k3n"
    assert "t0k3n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("answer", [301, 307, 400, 500, 503])
def test_only_an_answer_of_200_to_299_took_it_and_no_redirect_is_followed(answer):
    with web_server() as elsewhere, web_server() as web:
        web.answers, web.location = [answer], f"http://127.0.0.1:{elsewhere.port}/"
        with pytest.raises(OSError, match=f"answered {answer}"):
            webhook.start({"url": f"http://127.0.0.1:{web.port}/"}).send(_notice())
        assert elsewhere.posts == []


def test_no_proxy_of_the_environment_is_used_unless_that_is_asked_for(monkeypatch):
    with web_server() as proxy, web_server() as web:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        url = f"http://127.0.0.1:{web.port}/"
        webhook.start({"url": url}).send(_notice())
        assert (len(web.posts), len(proxy.posts)) == (1, 0)
        webhook.start({"url": url, "proxy": "environment"}).send(_notice())
        webhook.start({"url": url, "proxy": f"http://127.0.0.1:{proxy.port}"}).send(_notice())
        assert (len(web.posts), len(proxy.posts)) == (1, 2)


def test_a_server_that_is_not_there_is_an_error_that_can_be_tried_again():
    with web_server() as web:
        url = f"http://127.0.0.1:{web.port}/"
    with pytest.raises(OSError, match="cannot be reached: Connection refused") as caught:
        webhook.start({"url": url}).send(_notice())
    assert reason_of(caught.value) == f"127.0.0.1:{web.port} cannot be reached: Connection refused"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "needs it"),
        ({"url": "ftp://x/"}, "https://"),
        ({"url": "http://"}, "https://"),
        ({"url": "http://joe:hunter2@x/"}, "token_file"),
        ({"url": "http://x:99999/"}, "no address"),
        ({"url": "http://x/\u202e"}, "cannot be seen"),
        ({"url": "http://x/é"}, "ASCII"),
        ({"url": "http://x/", "seconds": "0"}, "between"),
        ({"url": "http://x/", "seconds": "x"}, "must be a number of seconds"),
        ({"url": "http://x/", "secret_file": "a"}, "absolute path"),
        ({"url": "http://x/", "proxy": "socks://x"}, "environment"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_opening_anything(options, said):
    faults = webhook.check(options)

    assert said in " ".join(message for _, message in faults)
    assert "hunter2" not in str(faults)


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o606])
def test_a_secret_that_others_may_read_is_refused_and_not_repeated(private, mode):
    with pytest.raises(ValueError, match=r"secret_file: .*chmod 600") as caught:
        webhook.start({"url": "http://x/", "secret_file": private("hunter2hunter2hunter2", mode)})
    assert "hunter2" not in str(caught.value)


def test_a_short_or_missing_secret_is_refused(private):
    with pytest.raises(ValueError, match="fewer than 16 bytes"):
        webhook.start({"url": "http://x/", "secret_file": private("short")})
    with pytest.raises(ValueError, match="empty"):
        webhook.start({"url": "http://x/", "secret_file": private("\n")})
    with pytest.raises(ValueError, match="cannot be read"):
        webhook.start({"url": "http://x/", "secret_file": "/nowhere/at/all"})


def test_authorities_that_others_could_change_or_that_are_none_are_refused(private, tmp_path):
    authority = Authority(tmp_path).file
    authority.chmod(0o602)
    with pytest.raises(ValueError, match=r"ca_file: .*everyone may write it"):
        webhook.start({"url": "https://x/", "ca_file": str(authority)})
    with pytest.raises(ValueError, match=r"ca_file: .*cannot be used as certificates"):
        webhook.start({"url": "https://x/", "ca_file": private("nonsense")})


@pytest.fixture
def trusted(tmp_path):
    """Return a server's context, and the file of the authority that vouches for it."""
    authority = Authority(tmp_path)
    papers = authority.papers("localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(papers.cert, papers.key)
    authority.file.chmod(0o600)
    return context, str(authority.file)


def test_a_web_server_is_sent_to_only_where_its_certificate_holds(trusted):
    context, ca_file = trusted
    with web_server(context=context) as web:
        url = f"https://localhost:{web.port}/"
        with pytest.raises(OSError, match=r"cannot be reached: .*CERTIFICATE_VERIFY_FAILED"):
            webhook.start({"url": url}).send(_notice())
        assert web.posts == []
        webhook.start({"url": url, "ca_file": ca_file}).send(_notice())
        assert len(web.posts) == 1


def test_a_mail_server_is_sent_to_only_where_its_certificate_holds(trusted):
    context, ca_file = trusted
    with mail_server(context) as server:
        options = _MAIL | {"host": "localhost", "port": str(server.port), "tls": "tls", "to": "desk@here.example"}
        with pytest.raises(OSError, match=r"cannot be reached: .*CERTIFICATE_VERIFY_FAILED"):
            smtp.start(options).send(_notice())
        assert server.mails == []
        smtp.start(options | {"ca_file": ca_file}).send(_notice())
        assert len(server.mails) == 1


_MAIL = {"host": "127.0.0.1", "tls": "none", "sender": "docwarden@here.example", "hello": "here.example"}


def test_a_mail_has_one_line_a_header_whatever_a_file_is_called():
    name = "/srv/a\r\nBcc: joe@evil.example\r\n\r\n<script>\u202e\udce9" + "x" * 300
    with mail_server() as server:
        sink = smtp.start(_MAIL | {"port": str(server.port), "to": "desk@here.example\nchief@here.example"})
        sink.send(_notice(7, name))
        (mail,) = server.mails
    message = email.message_from_bytes(mail.data, policy=email.policy.default)

    assert (mail.sender, mail.to) == ("docwarden@here.example", ["desk@here.example", "chief@here.example"])
    assert set(message.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted", "X-DocWarden-Id"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }
    assert len(message["Subject"]) <= 150
    assert message["Message-ID"] == "<f00d-desk-7@here.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert r"/srv/a\r\nBcc: joe@evil.example\r\n\r\n<script>\u202e\xe9" in message.get_content()
    assert "docwarden alerts show 0000000000000007" in message.get_content()
    assert all(len(line) <= 998 for line in mail.data.split(b"\r\n"))


def test_a_digest_lists_the_gravest():
    entries = tuple(_entry(number, f"/srv/{number}\nx") for number in range(1, 4))
    flood = Flood(50, 3, 0.0, 600.0, ((Severity.HIGH, 3),), entries)
    with mail_server() as server:
        sink = smtp.start(_MAIL | {"port": str(server.port), "to": "desk@here.example"})
        sink.send(Notice("f00d-desk-1-50", entries[0], flood))
        text = email.message_from_bytes(server.mails[0].data, policy=email.policy.default).get_content()

    assert "HIGH 3 alerts (3 high) within 10 min, 50 changes in one notice" in text
    assert "The 3 gravest:" in text
    assert text.count("  HIGH /srv/") == 3
    assert r"/srv/3\nx: too secret [alert 0000000000000003, raised]" in text


def test_what_a_mail_server_does_not_take_is_an_error_by_its_code_alone():
    with mail_server() as server:
        sink = smtp.start(_MAIL | {"port": str(server.port), "to": "desk@here.example"})
        server.taken = b"552 too much of hunter2"
        with pytest.raises(OSError, match="answered 552") as caught:
            sink.send(_notice())
        assert "hunter2" not in str(caught.value)
        server.recipient = b"550 nobody of that name"
        with pytest.raises(OSError, match="none of the receivers: it answered 550"):
            sink.send(_notice())
    with pytest.raises(OSError, match="cannot be reached"):
        sink.send(_notice())


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"host": ""}, "host"),
        ({"sender": "joe"}, "sender"),
        ({"sender": "a@b\r\nBcc: c@d"}, "sender"),
        ({"to": ""}, "to"),
        ({"to": "a@b.example\nJoe <c@d>"}, "to"),
        ({"port": "0"}, "port"),
        ({"tls": "maybe"}, "tls"),
        ({"user": "joe", "password_file": "/etc/x"}, "tls"),
        ({"user": "joe"}, "password_file"),
        ({"password_file": "/etc/x"}, "user"),
    ],
)
def test_what_is_wrong_with_a_mail_sink_is_told_by_its_key(options, key):
    assert key in dict(smtp.check(_MAIL | {"to": "desk@here.example"} | options))


def test_a_server_without_tls_is_not_sent_to_where_tls_is_wanted():
    with mail_server() as server:
        options = _MAIL | {"port": str(server.port), "to": "desk@here.example", "tls": "starttls"}
        with pytest.raises(OSError, match="cannot be reached: STARTTLS"):
            smtp.start(options).send(_notice())
        assert server.mails == []


def test_a_command_gets_the_record_and_nothing_of_our_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("HUNTER2", "x")
    script = tmp_path / "on-alert"
    script.write_text(f"#!/bin/sh\ncat > '{tmp_path}/in'\nenv > '{tmp_path}/env'\npwd > '{tmp_path}/pwd'\n")
    script.chmod(0o700)
    command.start({"argv": str(script)}).send(_notice())

    assert json.loads((tmp_path / "in").read_text())["path"] == "/srv/a.docx"
    names = {line.split("=")[0] for line in (tmp_path / "env").read_text().splitlines()}
    assert names <= {"PATH", "LANG", "PWD", "SHLVL", "_", "OLDPWD"}
    assert (tmp_path / "pwd").read_text() == "/\n"


def test_no_shell_reads_the_arguments(tmp_path):
    target = tmp_path / "$(touch x) ; rm -rf *"
    command.start({"argv": f'/bin/sh\n-c\ncat > "$0"\n{target}'}).send(_notice())

    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_a_command_that_fails_or_hangs_did_not_take_it(tmp_path):
    with pytest.raises(OSError, match="ended with exit code 3"):
        command.start({"argv": "/bin/sh\n-c\nexit 3"}).send(_notice())
    with pytest.raises(OSError, match="was ended by signal 15"):
        command.start({"argv": "/bin/sh\n-c\nkill -TERM $$"}).send(_notice())
    began = time.monotonic()
    with pytest.raises(TimeoutError, match=r"ended after 0\.2 s"):
        command.start({"argv": f"/bin/sh\n-c\nsleep 60 & echo $! > '{tmp_path}/pid'; wait", "seconds": "0.2"}).send(
            _notice()
        )
    assert time.monotonic() - began < 10
    child = int((tmp_path / "pid").read_text())
    until = time.monotonic() + 10
    while _lives(child) and time.monotonic() < until:
        time.sleep(0.01)
    assert not _lives(child)


def _lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stream:
            return stream.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_program_that_others_could_change_or_that_is_none_is_refused(tmp_path):
    script = tmp_path / "x"
    script.write_text("#!/bin/sh\n")
    with pytest.raises(ValueError, match="no program that can be run"):
        command.start({"argv": f"{tmp_path}/none"})
    script.chmod(0o702)
    with pytest.raises(ValueError, match="everyone may write it"):
        command.start({"argv": str(script)})
    assert dict(command.check({"argv": "on-alert"}))["argv"].startswith("must begin with the absolute path")
    assert "needs it" in dict(command.check({}))["argv"]


def test_the_desktop_sink_says_what_it_needs(tmp_path, monkeypatch):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    with pytest.raises(ValueError, match="libnotify"):
        desktop.start({"program": str(tmp_path / "notify-send")})
    program = tmp_path / "notify-send"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o700)
    with pytest.raises(OSError, match="exit code 1"):
        desktop.start({"program": str(program)}).send(_notice())
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    with pytest.raises(ValueError, match="bus of a desktop"):
        desktop.start({"program": str(program)})


def test_a_file_that_is_full_is_moved_away_and_only_so_many_are_kept(tmp_path):
    path = tmp_path / "alerts.jsonl"
    sink = jsonl.start({"path": str(path), "rotate": "64KiB", "keep": "2"})
    for number in range(1, 301):
        sink.send(_notice(number, "/srv/" + "x" * 600))
    sink.close()
    files = {
        entry.name: [json.loads(line)["notice"]["number"] for line in entry.read_text().splitlines()]
        for entry in tmp_path.iterdir()
    }

    assert files.keys() == {"alerts.jsonl", "alerts.jsonl.1", "alerts.jsonl.2"}
    kept = files["alerts.jsonl.2"] + files["alerts.jsonl.1"] + files["alerts.jsonl"]
    assert kept == list(range(kept[0], 301))
    for entry in tmp_path.iterdir():
        assert stat.S_IMODE(os.stat(entry).st_mode) == 0o600
        assert entry.stat().st_size <= 64 * 1024
