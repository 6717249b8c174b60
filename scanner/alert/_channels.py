"""Carries frames to a collector: in datagrams, or over a connection with or without TLS."""

import contextlib
import fcntl
import os
import select
import socket
import ssl
import sys
import termios
import time
from typing import Protocol

_PAUSE_MS = 5
_CONSENT_MS = 500
_ROOM = 4096


class Channel(Protocol):
    """A way to one collector, opened when it is first needed, and again after it failed."""

    def send(self, data: bytes) -> None:
        """Pass one frame on whole.

        Raises:
            OSError: it did not arrive, or may not have; the way is closed and opened anew for the next.
        """
        ...

    def close(self) -> None:
        """Let go."""
        ...


class LocalDatagrams:
    """Datagrams to a socket in the file system. It is looked up each time: its reader may have made it anew."""

    def __init__(self, path: str, seconds: float) -> None:
        """Take the path of the socket, and how long a full one is waited for."""
        self._path = path
        self._seconds = seconds

    def send(self, data: bytes) -> None:
        """Send one datagram."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
            way.settimeout(self._seconds)
            way.sendto(data, self._path)

    def close(self) -> None:
        """Hold nothing between two datagrams."""


class Datagrams:
    """UDP datagrams to a host. Nothing tells whether they arrive, save a host that says at once that nobody listens."""

    def __init__(self, host: str, port: int, seconds: float) -> None:
        """Take where to; the name is looked up when the first is sent, and again after a failure."""
        self._address = host, port
        self._seconds = seconds
        self._way: socket.socket | None = None

    def send(self, data: bytes) -> None:
        """Send one datagram."""
        if self._way is None:
            self._way = self._connect()
        try:
            self._way.send(data)
            fault = self._way.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        except OSError:
            self.close()
            raise
        if fault:
            self.close()
            raise OSError(fault, os.strerror(fault))

    def _connect(self) -> socket.socket:
        family, kind, protocol, _, address = socket.getaddrinfo(*self._address, type=socket.SOCK_DGRAM)[0]
        way = socket.socket(family, kind, protocol)
        way.settimeout(self._seconds)
        try:
            way.connect(address)
        except OSError:
            way.close()
            raise
        return way

    def close(self) -> None:
        """Close the socket."""
        if self._way is not None:
            self._way.close()
            self._way = None


class Stream:
    """A TCP connection, with TLS where a context is given.

    A frame counts as sent when the other machine has acknowledged its last byte, where the system can tell that. What
    the program there had not yet read when it died is lost: neither syslog nor lines over TCP know a receipt.
    """

    def __init__(self, host: str, port: int, seconds: float, tls: ssl.SSLContext | None = None, name: str = "") -> None:
        """Take where to, how long each step may take, and the name that the certificate must have."""
        self._address = host, port
        self._seconds = seconds
        self._tls = tls
        self._name = name or host
        self._way: socket.socket | None = None

    def send(self, data: bytes) -> None:
        """Send one frame, over a new connection where the old one has ended."""
        if self._way is not None and _has_ended(self._way):
            self.close()
        if self._way is None:
            self._way = self._connect()
        try:
            self._way.settimeout(self._seconds)
            self._way.sendall(data)
            _await_receipt(self._way, self._seconds)
        except OSError:
            self.close()
            raise

    def _connect(self) -> socket.socket:
        way = socket.create_connection(self._address, self._seconds)
        try:
            way.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            way.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                way = self._tls.wrap_socket(way, server_hostname=self._name)
                _await_consent(way)
        except OSError:
            way.close()
            raise
        except ValueError as error:  # a name that no certificate can have
            way.close()
            raise OSError(str(error)) from error
        return way

    def close(self) -> None:
        """End the connection; over TLS the other end is told so first, and not waited for (RFC 5425, 4.4)."""
        way, self._way = self._way, None
        if way is None:
            return
        if isinstance(way, ssl.SSLSocket):
            with contextlib.suppress(OSError, ValueError):
                way.settimeout(0)
                way.unwrap()
        way.close()


def _has_ended(way: socket.socket) -> bool:
    """Tell whether the other end has closed the connection; what it says otherwise is of no meaning here."""
    way.settimeout(0)
    try:
        while way.recv(_ROOM):
            pass
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True
    return True


def _await_consent(way: ssl.SSLSocket) -> None:
    """Wait until the other end has said something: TLS 1.3 lets it refuse our certificate when we believe it done.

    What comes is a ticket (RFC 8446, 4.6.1) or a refusal; one that sends no tickets costs a moment for a connection.

    Raises:
        OSError: it refused.
    """
    if way.version() != "TLSv1.3":
        return
    poll = select.poll()
    poll.register(way, select.POLLIN)
    if not poll.poll(_CONSENT_MS):
        return
    way.settimeout(0)
    with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
        if not way.recv(_ROOM):
            message = "the collector ended the connection as soon as it was made"
            raise ConnectionResetError(message)


def _await_receipt(way: socket.socket, seconds: float) -> None:
    """Wait until the other machine has acknowledged every byte.

    Raises:
        OSError: it has ended the connection, or did not acknowledge in time.
    """
    end = time.monotonic() + seconds
    poll = select.poll()
    poll.register(way, select.POLLHUP | select.POLLERR)
    while _unacknowledged(way):
        if time.monotonic() > end:
            message = f"what was sent was not acknowledged within {seconds:g} s"
            raise TimeoutError(message)
        if poll.poll(_PAUSE_MS):
            message = "the collector ended the connection before it had acknowledged everything"
            raise ConnectionResetError(message)


def _unacknowledged(way: socket.socket) -> int:
    """Return how many bytes the other end has not acknowledged (tcp(7), SIOCOUTQ); 0 where the system cannot tell."""
    try:
        told = fcntl.ioctl(way.fileno(), termios.TIOCOUTQ, bytes(4))
    except OSError:
        return 0
    return int.from_bytes(told, sys.byteorder, signed=True)
