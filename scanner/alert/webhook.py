"""Posts each notice as JSON to a web address, signed so that the receiver knows whom it is from."""

import errno
import hashlib
import hmac
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from scanner import __version__
from scanner.alert._errors import reason_of
from scanner.alert._options import Options, read_private
from scanner.alert._tls import TlsFiles, tls_context
from scanner.model.notice import Notice
from scanner.model.record import notice_record
from scanner.model.route import NEWS, Pace, Quiet
from scanner.model.visible import visible

NAME = "webhook"
PACE = Pace(rate=30, quiet=Quiet.KEEP, events=NEWS)  # it often ends in a chat

_SECONDS = 10.0
_SHORTEST_SECRET = 16  # bytes; a shorter one can be guessed by who sees one message
_OF_ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class _Terms:
    """Where to, how long each step may take, the files of secrets, and which authorities and proxy are used."""

    url: str
    seconds: float
    secret_file: str
    token_file: str
    ca_file: str
    proxy: str


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Takes an answer that points elsewhere for a refusal: notices go where the configuration says."""

    def redirect_request(self, *_: object) -> None:
        return None


class _Webhook:
    def __init__(self, terms: _Terms) -> None:
        self._terms = terms
        self._host = visible(urlsplit(terms.url).netloc)
        self._secret = _secret("secret_file", terms.secret_file)
        if terms.secret_file and len(self._secret) < _SHORTEST_SECRET:
            message = f"secret_file: the secret has fewer than {_SHORTEST_SECRET} bytes; write a longer one"
            raise ValueError(message)
        token = _secret("token_file", terms.token_file)
        self._token = token.decode("ascii", "replace")
        if not self._token.isprintable() or "\ufffd" in self._token:
            message = "token_file: what it holds is no token: it has other characters than those of ASCII"
            raise ValueError(message)
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler(_proxies(terms.proxy)),
            _NoRedirect(),
            urllib.request.HTTPSHandler(context=tls_context(TlsFiles(terms.ca_file))),
        )

    def send(self, notice: Notice) -> None:
        """Post it; only an answer of 200 to 299 says that it was taken."""
        body = json.dumps(notice_record(notice), ensure_ascii=True, separators=(",", ":")).encode()
        request = urllib.request.Request(  # noqa: S310 - only http and https get here
            self._terms.url, body, self._headers(notice.id, body), method="POST"
        )
        try:
            with self._opener.open(request, timeout=self._terms.seconds):
                return
        except urllib.error.HTTPError as error:
            error.close()
            message = f"{self._host} answered {error.code}"
            raise OSError(errno.EPROTO, message) from None
        except urllib.error.URLError as error:
            message = f"{self._host} cannot be reached: {reason_of(error.reason)}"
            raise OSError(errno.EHOSTUNREACH, message) from None
        except (http.client.HTTPException, OSError) as error:
            message = f"{self._host} did not answer: {reason_of(error)}"
            raise OSError(errno.EPROTO, message) from None

    def _headers(self, id_: str, body: bytes) -> dict[str, str]:
        """Return the headers; what is signed is the time, a full stop and the body, so that it cannot be replayed."""
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"DocWarden/{__version__}",
            "X-DocWarden-Id": id_,
            "X-DocWarden-Timestamp": stamp,
        }
        if self._secret:
            signature = hmac.new(self._secret, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
            headers["X-DocWarden-Signature"] = f"sha256={signature}"
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        return headers

    def close(self) -> None:
        """Every notice has a connection of its own."""
        self._opener.close()


def check(options: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Say what is wrong with the options."""
    return _read(options)[1].faults()


def start(options: Mapping[str, str]) -> _Webhook:
    """Read the secrets; nothing is sent yet."""
    terms, read = _read(options)
    read.settle()
    return _Webhook(terms)


def _read(options: Mapping[str, str]) -> tuple[_Terms, Options]:
    read = Options(NAME, options)
    url = read.text("url", example='"https://siem.example/docwarden"')
    if url and (wrong := _wrong_with(url)):
        read.wrong("url", wrong)
    terms = _Terms(
        url,
        read.seconds("seconds", _SECONDS, 0.1, 600.0),
        read.path("secret_file"),
        read.path("token_file"),
        read.path("ca_file"),
        read.text("proxy"),
    )
    if terms.proxy and terms.proxy != _OF_ENVIRONMENT and (wrong := _wrong_with(terms.proxy)):
        read.wrong("proxy", f'{wrong}, or the word "{_OF_ENVIRONMENT}"')
    return terms, read


def _wrong_with(url: str) -> str:
    """Say why an address cannot be used; the address itself may be a secret, and is not repeated."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - asking for it finds one that is no number
    except ValueError as error:
        return f"is no address: {error}"
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return "must be an address that begins with https:// or http://"
    if parts.username or parts.password:
        return "must not hold a name or a password: token_file names a private file for that"
    return "" if url.isascii() and " " not in url else "must be written with characters of ASCII, and no blank"


def _secret(name: str, path: str) -> bytes:
    if not path:
        return b""
    if found := read_private(name, path).strip():
        return found
    message = f"{name}: {visible(path)} is empty"
    raise ValueError(message)


def _proxies(proxy: str) -> dict[str, str] | None:
    """Return what a `ProxyHandler` takes: nothing means no proxy, None the environment's."""
    if proxy == _OF_ENVIRONMENT:
        return None
    return {"http": proxy, "https": proxy} if proxy else {}
