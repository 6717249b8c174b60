"""Sends a form of each notice by the transport that the options of a sink choose."""

import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scanner.alert._channels import Channel, Datagrams, LocalDatagrams, Stream
from scanner.alert._forms import Told, fit, told
from scanner.alert._lines import Lines, Terms, read_terms
from scanner.alert._options import Options
from scanner.alert._tls import TlsFiles, tls_context, tls_files
from scanner.model.notice import Notice

_MOST = 65_507  # what one IPv4 datagram can carry
_DATAGRAM = 1400  # what one frame of Ethernet carries: a path that breaks it up loses more (RFC 5426, 3.2)
_USUAL = 8192  # what receivers should take (RFC 5425, 4.3.1), and rsyslog does unless told otherwise


class Transport(StrEnum):
    """How frames reach a collector."""

    UNIX = "unix"
    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"
    FILE = "file"


class Framing(StrEnum):
    """What parts two frames of one connection: the length before each, or a line end behind it (RFC 6587, 3.4)."""

    OCTETS = "octets"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Usual:
    """What a kind of sink does where its options say nothing: `ports` of the transports that have a usual one.

    `least` is the smallest size in bytes that a form can be shortened to, `local` the socket in the file system, ""
    where none is usual.
    """

    transports: tuple[Transport, ...]
    framing: Framing
    ports: Mapping[Transport, int]
    least: int = 480
    local: str = "/dev/log"


@dataclass(frozen=True, slots=True)
class Way:
    """Where to and how; `limit` is the most bytes of one form, `seconds` how long a step may take."""

    transport: Transport
    address: str
    port: int
    framing: Framing
    limit: int
    least: int
    seconds: float
    tls: TlsFiles
    file: Terms | None


class Relay:
    """A sink that renders each notice and sends it over a channel."""

    def __init__(self, way: Way, render: Callable[[Told], bytes]) -> None:
        """Take where to and the form.

        Raises:
            ValueError: a file that the options name cannot be used.
            OSError: the file of lines cannot be opened.
        """
        self._way = way
        self._render = render
        self._channel = _channel(way)

    def send(self, notice: Notice) -> None:
        """Send one notice, and a shorter form where the system refuses a datagram of that size."""
        what, limit = told(notice), self._way.limit
        while True:
            try:
                self._channel.send(_framed(fit(what, self._render, limit), self._way))
            except OSError as error:
                if error.errno != errno.EMSGSIZE or limit <= self._way.least:
                    raise
            else:
                return
            limit = max(self._way.least, limit // 2)

    def close(self) -> None:
        """Let go of the channel."""
        self._channel.close()


def read_way(options: Options, usual: Usual) -> Way:
    """Read the options of a transport; one that belongs to another transport is wrong."""
    kind = Transport(options.choice("transport", usual.transports, usual.transports[0]))
    _refuse_others(options, kind, usual.transports)
    file = read_terms(options, "/var/log/docwarden/alerts.log") if kind is Transport.FILE else None
    address, port, framing = "", 0, usual.framing
    limit, seconds = _MOST, 0.0
    if kind is Transport.UNIX:
        address = options.path("socket", example="" if usual.local else "/run/collector.sock") or usual.local
    elif file is None:
        address = options.text("host", example='"logs.example.org"')
        port = options.count("port", usual.ports.get(kind, 0), 0, 65_535)
        if not port:
            options.wrong("port", "is needed, such as port = 5140")
    if kind in _STREAMS:
        framing = Framing(options.choice("framing", Framing, usual.framing))
    if file is None:
        usually = _DATAGRAM if kind is Transport.UDP else _USUAL
        limit = options.size("max_size", max(usual.least, usually), usual.least, _MOST)
        seconds = options.seconds("timeout", 10, 0.1, 300)
    files = tls_files(options) if kind is Transport.TLS else TlsFiles()
    return Way(kind, address, port, framing, limit, usual.least, seconds, files, file)


def _refuse_others(options: Options, kind: Transport, known: tuple[Transport, ...]) -> None:
    """Name options that do nothing with this transport: who wrote ca_file may believe that TLS is on."""
    for name, belongs in _BELONGS.items():
        fitting = [transport for transport in belongs if transport in known]
        if fitting and kind not in belongs and options.text(name):
            options.wrong(name, f'does nothing with transport = "{kind}", only with {" or ".join(fitting)}')


def _channel(way: Way) -> Channel:
    if way.file is not None:
        return Lines(way.file)
    if way.transport is Transport.UNIX:
        return LocalDatagrams(way.address, way.seconds)
    if way.transport is Transport.UDP:
        return Datagrams(way.address, way.port, way.seconds)
    context = tls_context(way.tls) if way.transport is Transport.TLS else None
    return Stream(way.address, way.port, way.seconds, context, way.tls.server_name)


def _framed(data: bytes, way: Way) -> bytes:
    """Return a form as it goes over the channel; a file ends its lines itself."""
    if way.transport not in _STREAMS:
        return data
    return b"%d %s" % (len(data), data) if way.framing is Framing.OCTETS else data + b"\n"


_STREAMS = frozenset({Transport.TCP, Transport.TLS})
_REMOTE = (Transport.UDP, Transport.TCP, Transport.TLS)
_SENT = (Transport.UNIX, *_REMOTE)
_BELONGS = {
    **dict.fromkeys(("host", "port"), _REMOTE),
    **dict.fromkeys(("max_size", "timeout", "facility"), _SENT),
    **dict.fromkeys(("ca_file", "cert_file", "key_file", "server_name"), (Transport.TLS,)),
    **dict.fromkeys(("path", "rotate", "keep"), (Transport.FILE,)),
    "framing": (Transport.TCP, Transport.TLS),
    "socket": (Transport.UNIX,),
}
