"""Shows how a scan gets on, on standard error, when that is a terminal."""

import sys
import time
from collections.abc import Iterator

from rich.console import Console
from rich.live import Live
from rich.text import Text

from scanner.app import Scan
from scanner.model.verdict import Outcome, Tally, Verdict

_REFRESH = 8


def progress(scan: Scan, tally: Tally, *, quiet: bool) -> Iterator[Verdict]:
    """Pass the verdicts of a scan on, and show the count of them meanwhile."""
    if quiet or not sys.stderr.isatty():
        yield from scan
        return
    began = time.monotonic()
    console = Console(stderr=True)
    with Live(console=console, transient=True, refresh_per_second=_REFRESH) as live:
        for verdict in scan:
            live.update(_line(scan, tally, time.monotonic() - began))
            yield verdict


def _line(scan: Scan, tally: Tally, seconds: float) -> Text:
    rate = tally.files / seconds if seconds else 0.0
    words = [
        f"{tally.files:,} files, {tally.size / 1e6:,.1f} MB",
        f"{rate:,.0f} files/s",
        f"{scan.found - tally.files:,} of {scan.found:,} remaining" if scan.walked else "still walking",
        f"{tally.outcomes[Outcome.VIOLATION]:,} in violation",
        f"{tally.unread:,} not read",
    ]
    return Text(" · ".join(words))
