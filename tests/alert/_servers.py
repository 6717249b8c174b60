"""Small servers on loopback that take what sinks send, answer as they are told to, and keep it."""

import contextlib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Post:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Web:
    """A web server: what came, and with which status the next ones are answered (the last for good)."""

    port: int
    posts: list[Post] = field(default_factory=list)
    answers: list[int] = field(default_factory=lambda: [200])
    location: str = ""


@contextlib.contextmanager
def web_server(port: int = 0, context: ssl.SSLContext | None = None) -> Iterator[Web]:
    """Run a web server."""
    web = Web(port)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = web.answers.pop(0) if len(web.answers) > 1 else web.answers[0]
            web.posts.append(Post(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(answer)
            if web.location:
                self.send_header("Location", web.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with _serving(ThreadingHTTPServer(("127.0.0.1", port), Handler), context) as server:
        web.port = server.server_address[1]
        yield web


@dataclass
class Mail:
    """One mail as it came, with its envelope; dots that SMTP adds are taken away."""

    sender: str
    to: list[str]
    data: bytes


@dataclass
class MailServer:
    """A mail server: what came, and what it answers to RCPT and to the data."""

    port: int
    mails: list[Mail] = field(default_factory=list)
    recipient: bytes = b"250 ok"
    taken: bytes = b"250 ok"


@contextlib.contextmanager
def mail_server(context: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    """Run a mail server that knows as much of RFC 5321 as a client needs."""
    told = MailServer(0)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say(b"220 test")
            sender, to = "", []
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"MAIL":
                    sender, to = line.split(b"<")[1].split(b">")[0].decode(), []
                    self._say(b"250 ok")
                elif word == b"RCPT":
                    to.append(line.split(b"<")[1].split(b">")[0].decode())
                    self._say(told.recipient)
                elif word == b"DATA":
                    self._say(b"354 go on")
                    data = self._data()
                    if told.taken.startswith(b"2"):
                        told.mails.append(Mail(sender, to, data))
                    self._say(told.taken)
                else:
                    self._say(b"221 bye" if word == b"QUIT" else b"250 ok")

        def _data(self) -> bytes:
            lines: list[bytes] = []
            while (line := self.rfile.readline()) not in {b".\r\n", b""}:
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            return b"".join(lines)

        def _say(self, line: bytes) -> None:
            self.wfile.write(line + b"\r\n")

    with _serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler), context) as server:
        told.port = server.server_address[1]
        yield told


@contextlib.contextmanager
def _serving(server: socketserver.TCPServer, context: ssl.SSLContext | None) -> Iterator[socketserver.TCPServer]:
    server.daemon_threads = False  # type: ignore[attr-defined] # both kinds that are served mix threads in
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
