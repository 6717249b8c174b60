"""Writes notices to the systemd journal with each text in a field of its own, by the journal's native protocol."""

import errno
import fcntl
import os
import socket
import struct
from collections.abc import Iterable, Iterator, Mapping

from scanner.alert._forms import Told, told
from scanner.alert._options import Options
from scanner.alert._syslog import level
from scanner.model.notice import Notice
from scanner.model.route import Pace

NAME = "journald"
PACE = Pace()

MESSAGE_IDS = {
    "document": "149007816c3f40dcb6f430bbc816266e",
    "coverage": "5ed329934e16483ca8202a09d449d1e5",
    "settled": "3466984eb95349b4a07bfaede2a3a678",
    "flood": "0b173a32d748419eade4ac1653fb9249",
    "heartbeat": "2c152d9a48714d85959ae7384e54738d",
}
"""What the journal knows each kind of message by: a pressing one about a document, or about a loss of coverage, one
that tells what people did or that something is in order again, a flood, and a sign of life."""

_SOCKET = "/run/systemd/journal/socket"
_SECONDS = 10
_TOO_LARGE = frozenset({errno.EMSGSIZE, errno.ENOBUFS})
_SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL


class _Journal:
    def __init__(self, path: str) -> None:
        self._path = path

    def send(self, notice: Notice) -> None:
        """Send one notice; the socket is looked up each time, so a journal that was started anew gets it."""
        data = entry(told(notice))
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
            way.settimeout(_SECONDS)
            try:
                way.sendto(data, self._path)
            except OSError as error:
                if error.errno not in _TOO_LARGE:
                    raise
                _send_file(way, data, self._path)

    def close(self) -> None:
        """Hold nothing between two notices."""


def check(options: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Yield what is wrong with the options; nothing is opened for that."""
    read = Options(NAME, options)
    read.path("socket")
    return read.faults()


def start(options: Mapping[str, str]) -> _Journal:
    """Make ready to write; the socket is the journal's own unless `socket` names another.

    Raises:
        ValueError: an option is wrong.
    """
    read = Options(NAME, options)
    path = read.path("socket") or _SOCKET
    read.settle()
    return _Journal(path)


def entry(what: Told) -> bytes:
    """Return an entry as the journal reads it (systemd, JOURNAL_NATIVE_PROTOCOL): its fields, one after the other.

    The message is the sentence, and what to do next on a second line.
    """
    return b"".join(_field(name, text) for name, text in _fields(what))


def _fields(what: Told) -> Iterator[tuple[str, str]]:
    guidance = what.fact("guidance")
    yield "MESSAGE", f"{what.message}\n{guidance}" if guidance else what.message
    yield "MESSAGE_ID", MESSAGE_IDS[_kind(what)]
    yield "PRIORITY", str(level(what))
    yield "SYSLOG_IDENTIFIER", "docwarden"
    for name, text in what.facts:
        yield f"DOCWARDEN_{name.upper()}", text


def _kind(what: Told) -> str:
    if what.event in {"flood", "heartbeat"}:
        return what.event
    return what.kind if what.pressing else "settled"


def _field(name: str, text: str) -> bytes:
    """Return a field; a value of several lines is told by its length, so that none of them can begin a field."""
    value = text.encode()
    if b"\n" not in value:
        return b"%s=%s\n" % (name.encode(), value)
    return b"%s\n%s%s\n" % (name.encode(), struct.pack("<Q", len(value)), value)


def _send_file(way: socket.socket, data: bytes, path: str) -> None:
    """Pass on what no datagram can carry: as a file in memory that nobody can change any more."""
    fd = os.memfd_create("docwarden", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with open(fd, "wb") as file:  # noqa: PTH123 - a descriptor, no path
        file.write(data)
        file.flush()
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEALS)
        way.sendmsg([], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", fd))], 0, path)
