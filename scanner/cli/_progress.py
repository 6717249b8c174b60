"""Shows how a scan gets on, on standard error, when that is a terminal."""

import sys
import threading
import time
from collections.abc import Iterator

from scanner.app import Scan
from scanner.model.verdict import Outcome, Tally, Verdict
from scanner.present._summary import size_words

_REFRESH = 8


def progress(scan: Scan, tally: Tally, *, quiet: bool) -> Iterator[Verdict]:
    """Pass the verdicts of a scan on, and show the count of them meanwhile."""
    if quiet or not sys.stderr.isatty():
        yield from scan
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    count = _Count(scan)
    count.start()
    began = time.monotonic()

    def line() -> Text:
        words = _line(tally, count, time.monotonic() - began)
        return Text(words, no_wrap=True, overflow="ellipsis")

    try:
        with Live(get_renderable=line, console=Console(stderr=True), transient=True, refresh_per_second=_REFRESH):
            yield from scan
    finally:
        count.stop()


class _Count(threading.Thread):
    """Walks ahead of the scan, so that what remains can be said."""

    def __init__(self, scan: Scan) -> None:
        super().__init__(daemon=True)
        self._files = scan.files()
        self._stopping = threading.Event()
        self.files = 0
        self.complete = False

    def run(self) -> None:
        for _ in self._files:
            self.files += 1
            if self._stopping.is_set():
                return
        self.complete = True

    def stop(self) -> None:
        """End the walk; what it would have counted interests nobody any more."""
        self._stopping.set()
        self.join()


def _line(tally: Tally, count: _Count, seconds: float) -> str:
    rate = tally.files / seconds if seconds else 0.0
    known = f"{count.files:,}" if count.complete else f"over {count.files:,}"
    left = max(0, count.files - tally.files)
    words = [
        f"{tally.files:,} of {known} files, {size_words(tally.size)}",
        f"{rate:,.0f}/s",
        f"{left / rate:,.0f} s left" if count.complete and rate else "counting",
        f"{tally.outcomes[Outcome.VIOLATION]:,} in violation",
        f"{tally.unread:,} not read",
    ]
    return " · ".join(words)
