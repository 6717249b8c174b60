"""Sends notices by the library apprise, which knows over a hundred chats and services; an extra brings it."""

import errno
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from scanner.alert._options import Options, read_private
from scanner.alert._words import clipped, details, headline, severity
from scanner.model.finding import Severity
from scanner.model.notice import Notice
from scanner.model.route import NEWS, Pace, Quiet
from scanner.model.visible import visible

NAME = "apprise"
PACE = Pace(rate=10, group=5.0, quiet=Quiet.KEEP, events=NEWS)

_EXAMPLE = "/etc/docwarden/apprise-urls"
_TITLE, _BODY = 200, 1500  # characters; most services take no more


@dataclass(frozen=True, slots=True)
class _Terms:
    """The file with the addresses, each of which holds its login."""

    urls_file: str


class _Library(Protocol):
    def add(self, servers: str) -> bool: ...

    def notify(self, *, title: str, body: str, notify_type: str) -> object: ...


class _Services:
    def __init__(self, library: _Library) -> None:
        self._library = library

    def send(self, notice: Notice) -> None:
        """Send it to all services; it was taken when all of them say so."""
        taken = self._library.notify(
            title=clipped(headline(notice), _TITLE),
            body=clipped(details(notice), _BODY),
            notify_type=_kind(severity(notice)),
        )
        if not taken:
            raise OSError(errno.EIO, "apprise could not pass it on to all services")

    def close(self) -> None:
        """Nothing is open between two notices."""


def check(options: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Say what is wrong with the options, or that the extra is not there."""
    return _read(options)[1].faults()


def start(options: Mapping[str, str]) -> _Services:
    """Load the library and give it the addresses."""
    terms, read = _read(options)
    read.settle()
    from apprise import Apprise, AppriseAsset

    urls = read_private("urls_file", terms.urls_file).decode("utf-8", "replace").splitlines()
    library: _Library = Apprise(asset=AppriseAsset(async_mode=False, app_id="DocWarden", app_desc="DocWarden"))
    known = 0
    for number, url in enumerate(urls, 1):
        if not url.strip() or url.lstrip().startswith("#"):
            continue
        if not library.add(url.strip()):
            message = f"urls_file: {visible(terms.urls_file)}: line {number} is no address that apprise knows"
            raise ValueError(message)
        known += 1
    if not known:
        message = f"urls_file: {visible(terms.urls_file)} holds no address; write one on each line"
        raise ValueError(message)
    return _Services(library)


def _read(options: Mapping[str, str]) -> tuple[_Terms, Options]:
    read = Options(NAME, options)
    terms = _Terms(read.path("urls_file", example=_EXAMPLE))
    if importlib.util.find_spec("apprise") is None:
        read.wrong("kind", "the apprise sink needs the library of that name: pip install 'docwarden[apprise]'")
    return terms, read


def _kind(grave: Severity) -> str:
    """Return apprise's word for how grave it is."""
    if grave >= Severity.HIGH:
        return "failure"
    return "warning" if grave >= Severity.LOW else "info"
