"""Sends notices as mail in plain text, several in one where they come close together."""

import contextlib
import errno
import re
import smtplib
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from scanner.alert._errors import reason_of
from scanner.alert._options import Options, read_private
from scanner.alert._tls import TlsFiles, tls_context
from scanner.alert._words import clipped, details, entry_line, headline
from scanner.model.notice import Notice
from scanner.model.route import NEWS, Pace, Quiet
from scanner.model.visible import visible

NAME = "smtp"
PACE = Pace(rate=4, group=60.0, quiet=Quiet.KEEP, events=NEWS)

_SECONDS = 20.0
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_SUBJECT = 150  # characters; the whole of it stands in the text
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9.-]")


@dataclass(frozen=True, slots=True)
class _Terms:
    """Over which server, from whom and to whom, and with which login."""

    host: str
    port: int
    tls: str
    ca_file: str
    sender: str
    to: tuple[str, ...]
    user: str
    password_file: str
    hello: str
    seconds: float


class _Mail:
    def __init__(self, terms: _Terms) -> None:
        self._terms = terms
        self._password = ""
        if terms.user:
            found = read_private("password_file", terms.password_file).decode("utf-8", "replace")
            self._password = found.removesuffix("\n").removesuffix("\r")
        self._context = None if terms.tls == "none" else tls_context(TlsFiles(terms.ca_file))

    def send(self, notice: Notice) -> None:
        """Hand it to the server; when that took it for one of the receivers, it was taken."""
        message = _message(notice, self._terms)
        where = f"{visible(self._terms.host)}:{self._terms.port}"
        try:
            with self._server() as server:
                server.send_message(message, self._terms.sender, list(self._terms.to))
        except smtplib.SMTPResponseException as error:
            # What a server answers may repeat what it was sent: only the code is told.
            raise OSError(errno.EPROTO, f"{where} answered {error.smtp_code}") from None
        except smtplib.SMTPRecipientsRefused as error:
            codes = ", ".join(sorted({str(code) for code, _ in error.recipients.values()}))
            raise OSError(errno.EPROTO, f"{where} takes mail for none of the receivers: it answered {codes}") from None
        except OSError as error:
            raise OSError(errno.EHOSTUNREACH, f"{where} cannot be reached: {reason_of(error)}") from None

    @contextlib.contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        terms = self._terms
        if self._context is not None and terms.tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                terms.host, terms.port, terms.hello, timeout=terms.seconds, context=self._context
            )
        else:
            server = smtplib.SMTP(terms.host, terms.port, terms.hello, timeout=terms.seconds)
        with server:
            if self._context is not None and terms.tls == "starttls":
                server.starttls(context=self._context)
            if terms.user:
                server.login(terms.user, self._password)
            yield server

    def close(self) -> None:
        """Every mail has a connection of its own."""


def check(options: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Say what is wrong with the options."""
    return _read(options)[1].faults()


def start(options: Mapping[str, str]) -> _Mail:
    """Read the password; nothing is sent yet."""
    terms, read = _read(options)
    read.settle()
    return _Mail(terms)


def _read(options: Mapping[str, str]) -> tuple[_Terms, Options]:
    read = Options(NAME, options)
    tls = read.choice("tls", _PORTS, "starttls")
    terms = _Terms(
        read.text("host", example='"mail.example"'),
        read.count("port", _PORTS[tls], 1, 65535),
        tls,
        read.path("ca_file"),
        read.text("sender", example='"docwarden@example.org"'),
        read.texts("to", example='["desk@example.org"]'),
        read.text("user"),
        read.path("password_file"),
        read.text("hello") or socket.gethostname(),
        read.seconds("seconds", _SECONDS, 0.1, 600.0),
    )
    for name, addresses in (("sender", (terms.sender,)), ("to", terms.to)):
        for address in filter(None, addresses):
            if not _ADDRESS.fullmatch(address):
                read.wrong(name, f"must be an address such as desk@example.org, not {visible(address)!r}")
    if bool(terms.user) != bool(terms.password_file):
        read.wrong("password_file" if terms.user else "user", "missing; a login needs user and password_file")
    if terms.user and tls == "none":
        read.wrong("tls", "a password is not sent in the open; use starttls or tls")
    return terms, read


def _message(notice: Notice, terms: _Terms) -> EmailMessage:
    """Write the mail. Nothing in it is from a document but names, and those by `visible`: no line can be added."""
    message = EmailMessage(SMTP)
    domain = terms.sender.rpartition("@")[2]
    subject = f"DocWarden: {headline(notice)}"
    message["From"] = Address("DocWarden", addr_spec=terms.sender)
    message["To"] = [Address(addr_spec=address) for address in terms.to]
    message["Subject"] = clipped(subject, _SUBJECT)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{_NOT_IN_ID.sub('.', notice.id)}@{domain}>"
    if notice.entry is not None and notice.flood is None:  # mails about one alert stand together
        message["References"] = f"<{notice.entry.alert.key}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody is to answer it by a machine
    message["X-DocWarden-Id"] = notice.id
    message.set_content("\n".join(_lines(notice)) + "\n", charset="utf-8", cte="quoted-printable")
    return message


def _lines(notice: Notice) -> Iterator[str]:
    yield headline(notice)
    yield ""
    yield details(notice)
    if notice.flood is not None:
        listed = notice.flood.gravest
        if len(listed) > 1:
            yield ""
            yield f"The {len(listed)} gravest:" if len(listed) < notice.flood.entries else "All of them:"
            yield from (f"  {entry_line(entry)} [alert {entry.alert.key}, {entry.change.value}]" for entry in listed)
    elif notice.entry is not None:
        verdict = notice.entry.alert.verdict
        yield ""
        for name, value in (("Zone", verdict.zone), ("Owner", verdict.owner), ("Origin", notice.entry.alert.origin)):
            if value:
                yield f"{name}: {visible(value)}"
        yield f"More: docwarden alerts show {notice.entry.alert.key}"
    elif notice.heartbeat is not None and notice.heartbeat.head:
        yield f"Chain: {notice.heartbeat.head}"
