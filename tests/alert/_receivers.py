"""Real receivers for every kind of sink: what a test starts a sink against, and what came out there."""

import contextlib
import email
import email.policy
import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from tests.alert._collectors import datagrams, event, journal, message, name_in_json, name_of
from tests.alert._servers import mail_server, web_server


@dataclass(frozen=True)
class Receiver:
    """What a sink is started with, and what came so far, one entry a notice.

    `raw` is as it came, without what frames a message on its way. `shown` is what somebody reads there, decoded.
    `path` takes the path of the document out of a shown notice, None where the format does not give names back.
    """

    options: dict[str, str]
    raw: Callable[[], list[bytes]]
    shown: Callable[[], list[str]]
    path: Callable[[str], str] | None = None


@contextlib.contextmanager
def _console(_: Path) -> Iterator[Receiver]:
    stream = io.BytesIO()

    def raw() -> list[bytes]:
        lines = stream.getvalue().splitlines(keepends=True)
        return [b"".join(lines[at : at + 2]) for at in range(0, len(lines), 2)]

    with contextlib.redirect_stdout(io.TextIOWrapper(stream, encoding="utf-8", write_through=True)) as text:
        yield Receiver({}, raw, lambda: [entry.decode() for entry in raw()])
        text.detach()


@contextlib.contextmanager
def _jsonl(folder: Path) -> Iterator[Receiver]:
    path = folder / "alerts.jsonl"

    def raw() -> list[bytes]:
        return path.read_bytes().splitlines()

    yield Receiver({"path": str(path)}, raw, lambda: [line.decode() for line in raw()], _path_in_record)


@contextlib.contextmanager
def _command(folder: Path) -> Iterator[Receiver]:
    path = folder / "taken"
    argv = ["/bin/sh", "-c", 'cat >> "$0"', str(path)]

    def raw() -> list[bytes]:
        return path.read_bytes().splitlines()

    options = {"argv": "\n".join(argv)}
    yield Receiver(options, raw, lambda: [line.decode() for line in raw()], _path_in_record)


@contextlib.contextmanager
def _webhook(folder: Path) -> Iterator[Receiver]:
    secret = folder / "secret"
    secret.write_text("0123456789abcdef\n")
    secret.chmod(0o600)
    with web_server() as web:
        options = {"url": f"http://127.0.0.1:{web.port}/hook", "secret_file": str(secret)}

        def raw() -> list[bytes]:
            return [post.body for post in web.posts]

        yield Receiver(options, raw, lambda: [body.decode() for body in raw()], _path_in_record)


@contextlib.contextmanager
def _smtp(_: Path) -> Iterator[Receiver]:
    with mail_server() as server:
        options = {"host": "127.0.0.1", "port": str(server.port), "tls": "none", "hello": "here.example"}
        people = {"sender": "docwarden@here.example", "to": "desk@here.example"}

        def raw() -> list[bytes]:
            return [mail.data.replace(b"\r\n", b"\n") for mail in server.mails]

        yield Receiver(options | people, raw, lambda: [_mail(mail.data) for mail in server.mails])


def _mail(data: bytes) -> str:
    message = email.message_from_bytes(data, policy=email.policy.default)
    body = message.get_content().replace("\r\n", "\n")
    return "\n".join((*(f"{name}: {value}" for name, value in message.items()), "", body))


@contextlib.contextmanager
def _desktop(folder: Path) -> Iterator[Receiver]:
    program, taken = folder / "notify-send", folder / "taken"
    program.write_text(f"#!/bin/sh\nprintf '%s\\0' \"$@\" >> '{taken}'; printf '\\0' >> '{taken}'\n")
    program.chmod(0o700)

    def raw() -> list[bytes]:
        return [entry.replace(b"\0", b"\n") for entry in taken.read_bytes().split(b"\0\0")[:-1]]

    with mock.patch.dict(os.environ, {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}):
        yield Receiver({"program": str(program)}, raw, lambda: [entry.decode() for entry in raw()])


@contextlib.contextmanager
def _apprise(folder: Path) -> Iterator[Receiver]:
    urls = folder / "urls"
    with web_server() as web:
        urls.write_text(f"# who is told\njson://127.0.0.1:{web.port}/hook\n")
        urls.chmod(0o600)

        def raw() -> list[bytes]:
            return [post.body for post in web.posts]

        def shown() -> list[str]:
            said = [json.loads(body) for body in raw()]
            return ["\n".join((entry["title"], entry["message"], entry["type"])) for entry in said]

        yield Receiver({"urls_file": str(urls)}, raw, shown)


@contextlib.contextmanager
def _syslog(folder: Path) -> Iterator[Receiver]:
    with datagrams(folder / "log") as server:

        def shown() -> list[str]:
            said = [message(data) for data in server.came()]
            return [_line({**entry.facts, "text": entry.text}) for entry in said]

        yield Receiver({"socket": server.address}, server.came, shown, lambda text: name_of(json.loads(text)))


@contextlib.contextmanager
def _journald(folder: Path) -> Iterator[Receiver]:
    with datagrams(folder / "socket") as server:

        def shown() -> list[str]:
            return [_line(dict(journal(data))) for data in server.came()]

        def raw() -> list[bytes]:  # without the length of what has several lines
            return ["\n".join(text for _, text in journal(data)).encode() for data in server.came()]

        def path(text: str) -> str:
            return name_of(json.loads(text), "DOCWARDEN_PATH", "DOCWARDEN_PATH_BYTES")

        yield Receiver({"socket": server.address}, raw, shown, path)


@contextlib.contextmanager
def _cef(folder: Path) -> Iterator[Receiver]:
    def path(text: str) -> str:
        return name_of(event(text).facts, "filePath", "DocWardenPathBytes")

    with _file(folder) as raw:
        yield Receiver({"path": str(folder / "log")}, raw, lambda: [line.decode() for line in raw()], path)


@contextlib.contextmanager
def _json(folder: Path) -> Iterator[Receiver]:
    with _file(folder) as raw:
        yield Receiver({"path": str(folder / "log")}, raw, lambda: [line.decode() for line in raw()], name_in_json)


@contextlib.contextmanager
def _file(folder: Path) -> Iterator[Callable[[], list[bytes]]]:
    yield lambda: (folder / "log").read_bytes().removesuffix(b"\n").split(b"\n")


def _line(facts: dict[str, str]) -> str:
    return json.dumps(facts, ensure_ascii=False)


def _path_in_record(shown: str) -> str:
    return str(json.loads(shown)["path"])


RECEIVERS: dict[str, Callable[[Path], AbstractContextManager[Receiver]]] = {
    "apprise": _apprise,
    "cef": _cef,
    "command": _command,
    "console": _console,
    "desktop": _desktop,
    "ecs": _json,
    "journald": _journald,
    "jsonl": _jsonl,
    "ocsf": _json,
    "smtp": _smtp,
    "syslog": _syslog,
    "webhook": _webhook,
}
