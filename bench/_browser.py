"""Drives a headless Chromium by its DevTools protocol over two pipes: neither a port nor a library is needed."""

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
_PATIENCE: Final = 60.0
_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--mute-audio",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)

# The browser reads commands from descriptor 3 and answers on 4, whatever numbers they have here.
_NUMBERED: Final = """
import fcntl, os, sys
numbers = [fcntl.fcntl(int(each), fcntl.F_DUPFD, 10) for each in sys.argv[1:3]]
for number, wanted in zip(numbers, (3, 4)):
    os.dup2(number, wanted)
    os.close(number)
os.execv(sys.argv[3], sys.argv[3:])
"""


def browser_path() -> str | None:
    """Return the browser that is installed, None where there is none."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@dataclass(slots=True)
class Tab:
    """One tab. `faults` are what the console and the policy complained of, `requests` what the page asked for."""

    reader: int
    writer: int
    session: str = ""
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    _rest: bytes = b""
    _events: list[str] = field(default_factory=list)
    _number: int = 0

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol and return its result.

        Raises:
            RuntimeError: the browser refuses, or ended.
            TimeoutError: it does not answer.
        """
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.writer, data) :]
        while True:
            answer = self._receive()
            if answer.get("id") != self._number:
                self._note(answer)
                continue
            if "error" in answer:
                raise RuntimeError(answer["error"]["message"])
            result: dict[str, Any] = answer["result"]
            return result

    def run(self, script: str) -> Any:
        """Return what an expression of JavaScript comes to; a promise is waited for.

        Raises:
            RuntimeError: it throws.
        """
        done = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in done:
            raise RuntimeError(json.dumps(done["exceptionDetails"]))
        return done["result"].get("value")

    def open(self, page: Path) -> float:
        """Open a file, wait until it is loaded, and return the seconds that took."""
        self._events.clear()
        start = time.monotonic()
        self.call("Page.navigate", url=page.resolve().as_uri())
        while "Page.loadEventFired" not in self._events:
            self._note(self._receive())
        return time.monotonic() - start

    def resize(self, width: int, height: int, *, dark: bool = False, phone: bool = False) -> None:
        """Set the size of the window in CSS pixels, and whether the person likes it dark."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if phone else 1,
            mobile=phone,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """Write what is seen, or the whole page, as PNG."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))

    def print(self, path: Path) -> None:
        """Write the page as it prints, as PDF on A4."""
        made = self.call("Page.printToPDF", printBackground=False, paperWidth=8.27, paperHeight=11.69)
        path.write_bytes(base64.b64decode(made["data"]))

    def key(self, name: str, code: int, character: str = "") -> None:
        """Press a key."""
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=name,
                code=name,
                windowsVirtualKeyCode=code,
                **({"text": character} if character and kind == "keyDown" else {}),
            )

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select.select([self.reader], [], [], _PATIENCE)[0]:
                message = "the browser does not answer"
                raise TimeoutError(message)
            piece = os.read(self.reader, 1 << 20)
            if not piece:
                message = "the browser ended"
                raise RuntimeError(message)
            self._rest += piece
        data, _, self._rest = self._rest.partition(b"\0")
        answer: dict[str, Any] = json.loads(data)
        return answer

    def _note(self, event: Mapping[str, Any]) -> None:
        name, told = event.get("method", ""), event.get("params", {})
        self._events.append(name)
        if name == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif name == "Runtime.exceptionThrown":
            self.faults.append(json.dumps(told["exceptionDetails"]))
        elif name == "Runtime.consoleAPICalled":
            self.faults.append(json.dumps(told["args"]))
        elif name == "Log.entryAdded":
            self.faults.append(told["entry"]["text"])


@contextlib.contextmanager
def browser(path: str) -> Iterator[Tab]:
    """Start a browser with a profile of its own and give its one tab; it ends with the block."""
    ours, theirs = os.pipe(), os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                _NUMBERED,
                str(theirs[0]),
                str(ours[1]),
                path,
                *_FLAGS,
                f"--user-data-dir={profile}",
            ],
            pass_fds=(theirs[0], ours[1]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(theirs[0])
        os.close(ours[1])
        try:
            yield _first_tab(Tab(ours[0], theirs[1]))
        finally:
            with contextlib.suppress(OSError):
                os.write(theirs[1], b'{"id":0,"method":"Browser.close"}\0')
            os.close(theirs[1])
            os.close(ours[0])
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _first_tab(tab: Tab) -> Tab:
    made = tab.call("Target.createTarget", url="about:blank")
    tab.session = tab.call("Target.attachToTarget", targetId=made["targetId"], flatten=True)["sessionId"]
    for domain in ("Page", "Runtime", "Network", "Log"):
        tab.call(f"{domain}.enable")
    return tab
