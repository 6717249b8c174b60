"""Takes the receiver of a sink away and kills the agent meanwhile: `python -m bench.outbox [--down 60] [--kills 8]`.

`docwarden watch` watches a folder and posts to a web server on this machine. The server is shut down, marked documents
are dropped into the folder, and the agent is killed by SIGKILL and started again, so often, until the receiver was away
for so many seconds; then the server comes back, and the agent is killed once more as soon as it passes something on.

The server is really away: what an hour of it would differ in is the back-off, which is at its longest, five minutes,
after nine failed attempts. A new agent begins with short ones.

Exits with 1 when a document had no notice, when notices came out of order, or when one came twice with two ids.
"""

import argparse
import json
import os
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

_MARKED: Final = "SECRET//NOFORN\n\nPaper {}.\n\nSECRET//NOFORN\n"
_PATIENCE: Final = 120.0


@dataclass(slots=True)
class Came:
    """What a receiver was sent, in the order it came: the id, the number and the path of each notice."""

    notices: list[tuple[str, int, str]] = field(default_factory=list)

    def faults(self, wanted: Sequence[str]) -> list[str]:
        """Return what is wrong: documents without a notice, an order that goes back, a number with two ids."""
        first: dict[int, str] = {}
        faults: list[str] = []
        for id_, number, _ in self.notices:
            if first.setdefault(number, id_) != id_:
                faults.append(f"entry {number} came with two ids")
        order = list(first)
        if order != sorted(order):
            faults.append("entries came for the first time in another order than that of the log")
        missing = set(wanted) - {path for _, _, path in self.notices}
        return faults + ([f"{len(missing)} documents without a notice: {sorted(missing)[:3]}"] if missing else [])

    @property
    def again(self) -> int:
        """How many notices had come before."""
        return len(self.notices) - len({id_ for id_, _, _ in self.notices})


class Receiver:
    """A web server that keeps what it is sent, and can be shut down and come back at the same port."""

    def __init__(self, came: Came) -> None:
        """Listen at a port that is free."""
        self._came = came
        self._server: ThreadingHTTPServer | None = None
        self.port = 0
        self.up()

    def up(self) -> None:
        """Listen."""
        came = self._came

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                record = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                told = record["notice"]
                came.notices.append((told["id"], told["number"], record["path"]))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        socketserver.TCPServer.allow_reuse_address = True
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def down(self) -> None:
        """Refuse connections."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class Agent:
    """`docwarden watch` on a folder, with a webhook and nothing else."""

    def __init__(self, scratch: Path, port: int) -> None:
        """Write its configuration."""
        self.share, self._state, self._config = scratch / "share", scratch / "state", scratch / "docwarden.toml"
        self.share.mkdir()
        url = f"http://127.0.0.1:{port}/"
        self._config.write_text(f'version = 1\n[[sink]]\nkind = "webhook"\nurl = "{url}"\nrate = 0\nfrom = "start"\n')
        self._config.chmod(0o600)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it says how it is."""
        options = ["-c", str(self._config), "--state", str(self._state), "-j", "1", str(self.share)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scanner", "watch", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def end(self, how: signal.Signals) -> None:
        """End it, and wait for that."""
        if self._process is not None:
            os.kill(self._process.pid, how)
            self._process.wait(_PATIENCE)
            self._process = None

    def raised(self) -> int:
        """Return how many alerts about documents the store has."""
        command = [sys.executable, "-m", "scanner", "alerts", "list", "-f", "json", "--limit", "0"]
        done = subprocess.run([*command, "--state", str(self._state)], capture_output=True, check=False)
        alerts = json.loads(done.stdout)["alerts"] if done.returncode == 0 else []
        for alert in alerts:
            if alert["kind"] != "document":
                print(f"beside them, an alert about coverage: {alert['why']}")
        return sum(alert["kind"] == "document" for alert in alerts)


def trial(scratch: Path, down: float, kills: int, documents: int) -> tuple[Came, list[str], list[str]]:
    """Take the receiver away, kill the agent so often, bring it back; return what came, all paths, and faults."""
    came = Came()
    receiver = Receiver(came)
    agent = Agent(scratch, receiver.port)
    paths: list[str] = []
    faults: list[str] = []
    agent.start()
    _drop(agent, paths, documents)
    if not _within(lambda: len(came.notices) >= documents):
        faults.append("nothing came while the receiver was there")
    receiver.down()
    began = time.monotonic()
    for _ in range(kills):
        _drop(agent, paths, documents)
        time.sleep(down / kills)
        agent.end(signal.SIGKILL)
        agent.start()
    time.sleep(max(0.0, began + down - time.monotonic()))
    away = time.monotonic() - began
    before = len(came.notices)
    receiver.up()
    back = time.monotonic()
    _within(lambda: len(came.notices) > before)
    agent.end(signal.SIGKILL)  # in the middle of what it has to pass on
    agent.start()
    if not _within(lambda: {path for _, _, path in came.notices} >= set(paths)):
        faults.append("not everything came after the receiver was back")
    print(f"receiver away {away:.1f} s, all there {time.monotonic() - back:.1f} s after it was back")
    raised = agent.raised()
    agent.end(signal.SIGTERM)
    receiver.down()
    if raised != len(paths):
        faults.append(f"the store has {raised} alerts of {len(paths)}")
    return came, paths, [*faults, *came.faults(paths)]


def _drop(agent: Agent, paths: list[str], documents: int) -> None:
    for _ in range(documents):
        path = agent.share / f"{len(paths):05}.txt"
        path.write_text(_MARKED.format(len(paths)))
        paths.append(str(path))


def _within(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and not true():
        time.sleep(0.05)
    return true()


def main() -> int:
    """Run the trial, print what came, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--down", type=float, default=60.0, metavar="S", help="for how long the receiver is away")
    parser.add_argument("--kills", type=int, default=8, metavar="N", help="how often the agent is killed meanwhile")
    parser.add_argument("--documents", type=int, default=20, metavar="N", help="how many are dropped before each kill")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        came, paths, faults = trial(Path(scratch).resolve(), options.down, options.kills, options.documents)
    print(f"{len(paths)} documents, {len(came.notices)} notices, {came.again} of them again with the same id")
    for fault in faults:
        print(f"MISSED: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
