"""Collectors on sockets of this machine that take what sinks send, and strict readers of what came."""

import base64
import contextlib
import datetime as dt
import ipaddress
import json
import os
import re
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_PATIENCE = 10


class Datagrams:
    """A datagram socket that is read all the time: a sink would wait for one that is full."""

    def __init__(self, family: socket.AddressFamily, address: str | tuple[str, int]) -> None:
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.bind(address)
        self.address = self._socket.getsockname()
        self._came: list[bytes] = []
        self._seen = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        while True:
            data, fds, _, _ = socket.recv_fds(self._socket, 1 << 18, 4)
            if data == b"end":
                return
            if data == b"seen":
                self._seen.set()
                continue
            self._came.append(data + b"".join(map(_contents, fds)))

    def came(self) -> list[bytes]:
        """Return every datagram that was sent before this was asked."""
        self._seen.clear()
        self._tell(b"seen")
        assert self._seen.wait(_PATIENCE)
        return list(self._came)

    def _tell(self, word: bytes) -> None:
        with socket.socket(self._socket.family, socket.SOCK_DGRAM) as way:
            way.sendto(word, self.address)

    def close(self) -> None:
        self._tell(b"end")
        self._thread.join()
        self._socket.close()


def _contents(fd: int) -> bytes:
    with open(fd, "rb") as file:
        file.seek(0)
        return file.read()


class Streams:
    """A TCP server, with TLS where it is given a context, that reads each connection to its end."""

    def __init__(self, context=None, port: int = 0) -> None:
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        self.failures: list[str] = []
        self._connections: list[bytearray] = []
        self._open = 0
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=self._accept)]
        self._ways: list[socket.socket] = []
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            way, _ = self._listener.accept()
            if self._closing:
                way.close()
                return
            data = bytearray()
            with self._changed:
                self._connections.append(data)
                self._open += 1
                self._changed.notify_all()
            thread = threading.Thread(target=self._read, args=(way, data))
            self._threads.append(thread)
            thread.start()

    _closing = False

    def _read(self, way: socket.socket, data: bytearray) -> None:
        try:
            with self._context.wrap_socket(way, server_side=True) if self._context else way as stream:
                self._ways.append(stream)
                while part := stream.recv(1 << 16):
                    with self._changed:
                        data += part
                        self._changed.notify_all()
        except OSError as error:
            self.failures.append(str(error))
        finally:
            with self._changed:
                self._open -= 1
                self._changed.notify_all()

    def came(self, connections: int = 1) -> list[bytes]:
        """Return what each of so many connections brought, when all of them have ended."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._connections) == connections and not self._open, _PATIENCE)
            return [bytes(data) for data in self._connections]

    def hang_up(self) -> None:
        """End the connection from here when something came over it, and wait until it has ended."""
        with self._changed:
            assert self._changed.wait_for(lambda: any(self._connections), _PATIENCE)
        self._end()

    def _end(self) -> None:
        for way in self._ways:
            with contextlib.suppress(OSError):
                way.shutdown(socket.SHUT_RDWR)
        with self._changed:
            assert self._changed.wait_for(lambda: not self._open, _PATIENCE)

    def close(self) -> None:
        self._closing = True
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            pass
        self._threads[0].join()
        self._end()
        for thread in self._threads:
            thread.join()
        self._listener.close()


@contextlib.contextmanager
def datagrams(where: Path | None = None) -> Iterator[Datagrams]:
    """Run a collector of datagrams: on a socket in the file system, or on UDP of loopback."""
    server = Datagrams(socket.AF_UNIX, str(where)) if where else Datagrams(socket.AF_INET, ("127.0.0.1", 0))
    with contextlib.closing(server):
        yield server


@contextlib.contextmanager
def streams(context=None, port: int = 0) -> Iterator[Streams]:
    """Run a collector of connections on loopback."""
    with contextlib.closing(Streams(context, port)) as server:
        yield server


def octets(stream: bytes) -> list[bytes]:
    """Return the frames of a connection that counts octets (RFC 6587, 3.4.1), strictly."""
    frames = []
    while stream:
        length, space, rest = stream.partition(b" ")
        assert space
        assert re.fullmatch(rb"[1-9][0-9]*", length)
        frames.append(rest[: int(length)])
        assert len(frames[-1]) == int(length)
        stream = rest[int(length) :]
    return frames


@dataclass(frozen=True)
class Message:
    """A message of RFC 5424."""

    priority: int
    time: str
    host: str
    app: str
    process: str
    event: str
    data: dict[str, dict[str, str]]
    text: str

    @property
    def facts(self) -> dict[str, str]:
        return next(values for name, values in self.data.items() if name.startswith("docwarden@"))


_HEADER = re.compile(
    rb"<([1-9]?[0-9]|1[0-8][0-9]|19[01])>1 "
    rb"([0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{1,6}Z) "
    rb"([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) "
)
_NAME = re.compile(rb"""[!#-<>-\\^-~]{1,32}""")
_PARAM = re.compile(rb""" ([!#-<>-\\^-~]{1,32})="((?:[^"\\\]]|\\["\\\]])*)\"""")
_BOM = b"\xef\xbb\xbf"


def message(raw: bytes) -> Message:
    """Return a message of RFC 5424, section 6, read by its grammar; the text must be UTF-8 and say so."""
    header = _HEADER.match(raw)
    assert header
    at, data = header.end(), {}
    while raw[at : at + 1] == b"[":
        name = _NAME.match(raw, at + 1)
        assert name
        at, values = name.end(), {}
        while param := _PARAM.match(raw, at):
            assert param[1].decode() not in values
            values[param[1].decode()] = re.sub(rb'\\(["\\\]])', rb"\1", param[2]).decode()
            at = param.end()
        assert raw[at : at + 1] == b"]"
        data[name[0].decode()] = values
        at += 1
    assert data
    assert raw[at : at + 4] == b" " + _BOM
    said = [part.decode() for part in header.groups()]
    return Message(int(said[0]), *said[1:], data, raw[at + 4 :].decode())


@dataclass(frozen=True)
class Event:
    """A CEF event: the seven fields of its header, and its extension."""

    header: tuple[str, ...]
    facts: dict[str, str]


_PAIR = re.compile(r"([A-Za-z0-9]+)=((?:[^=\\]|\\[=\\nr])*?)(?= [A-Za-z0-9]+=|$)", re.DOTALL)


def event(text: str) -> Event:
    """Return a CEF event, its escapes undone; whatever is not escaped as it must be is refused."""
    fields = re.fullmatch(r"CEF:0((?:\|(?:[^|\\]|\\[|\\])*){6})\|(.*)", text, re.DOTALL)
    assert fields
    header = [re.sub(r"\\([|\\])", r"\1", part) for part in re.split(r"(?<!\\)(?:\\\\)*\|", fields[1])[1:]]
    at, facts, rest = 0, {}, fields[2]
    while at < len(rest):
        pair = _PAIR.match(rest, at)
        assert pair
        assert pair[1] not in facts
        facts[pair[1]] = re.sub(r"\\([=\\])", r"\1", pair[2])
        at = pair.end() + 1
    return Event(("CEF:0", *header), facts)


def journal(raw: bytes) -> list[tuple[str, str]]:
    """Return the fields of an entry of the journal's native protocol, strictly."""
    fields = []
    while raw:
        line, end, rest = raw.partition(b"\n")
        assert end
        name, equals, value = line.partition(b"=")
        if not equals:
            (length,) = struct.unpack("<Q", rest[:8])
            value, raw = rest[8 : 8 + length], rest[8 + length :]
            assert raw[:1] == b"\n"
            raw = raw[1:]
        else:
            raw = rest
        assert re.fullmatch(rb"[A-Z][A-Z0-9_]{0,63}", name)
        fields.append((name.decode(), value.decode()))
    return fields


def name_of(facts: dict[str, str], path: str = "path", raw: str = "path_bytes") -> str:
    """Return the very path: from its bytes where it cannot be read, else as it stands."""
    return os.fsdecode(base64.b64decode(facts[raw], validate=True)) if raw in facts else facts[path]


def name_in_json(shown: str) -> str:
    """Return the very path in an object of ECS or OCSF."""
    found = json.loads(shown)
    return name_of(found.get("labels", found.get("unmapped", {})) | {"path": found["file"]["path"]})


_USES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


@dataclass(frozen=True)
class Papers:
    """Where a certificate and its key are."""

    cert: Path
    key: Path


class Authority:
    """A certificate authority that lives for one test."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        basic = x509.BasicConstraints(ca=True, path_length=None)
        usage = x509.KeyUsage(**dict.fromkeys(_USES, False) | {"key_cert_sign": True, "crl_sign": True})
        self.file = folder / f"{name}.pem"
        made = _unsigned(self._name, self._name, self._key.public_key())
        made = made.add_extension(basic, critical=True).add_extension(usage, critical=True)
        self._identifier = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        made = made.add_extension(self._identifier, critical=False).sign(self._key, hashes.SHA256())
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def papers(self, name: str, address: str = "127.0.0.1", password: bytes | None = None) -> Papers:
        """Return a certificate for a name and an address."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address(address))])
        known = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(self._identifier)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = _unsigned(subject, self._name, key.public_key()).add_extension(names, critical=False)
        made = made.add_extension(known, critical=False).sign(self._key, hashes.SHA256())
        papers = Papers(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        papers.cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        hidden = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
        form = serialization.PrivateFormat.PKCS8
        papers.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, hidden))
        papers.key.chmod(0o600)
        return papers


def _unsigned(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key)
    made = made.serial_number(x509.random_serial_number())
    return made.not_valid_before(now - dt.timedelta(1)).not_valid_after(now + dt.timedelta(1))
