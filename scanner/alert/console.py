"""Shows alerts on standard output, two lines each that a terminal may wrap, to a person or the journal of a service."""

import sys
import textwrap
from collections.abc import Mapping
from shutil import get_terminal_size

from scanner.alert._options import Options
from scanner.alert._words import details, headline
from scanner.model.alert import Change
from scanner.model.moment import moment
from scanner.model.notice import Notice
from scanner.model.route import NEWS, Pace

NAME = "console"
PACE = Pace(events=(*NEWS, Change.COPIED.value))


class _Console:
    def send(self, notice: Notice) -> None:
        """Print one notice."""
        stream = sys.stdout
        width = get_terminal_size().columns if stream.isatty() else 0
        lines = (*_lines(f"{_time(notice)} {headline(notice)}", "", width), *_lines(details(notice), "    ", width))
        text = "\n".join((*lines, ""))
        encoding = stream.encoding or "utf-8"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()

    def close(self) -> None:
        """Leave standard output open: it belongs to the program."""


def check(options: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Say what is wrong with the options: every one, there is nothing to choose."""
    return Options(NAME, options).faults()


def start(options: Mapping[str, str]) -> _Console:
    """Begin to print."""
    Options(NAME, options).settle()
    return _Console()


def _lines(text: str, indent: str, width: int) -> list[str]:
    """Return a text as it fits a terminal, where no word is broken; of no width, in one line."""
    if not width:
        return [indent + text]
    after = indent + "    "
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=after, break_long_words=False, break_on_hyphens=False
    )


def _time(notice: Notice) -> str:
    if notice.flood is not None:
        time = notice.flood.last
    elif notice.entry is not None:
        time = notice.entry.alert.last_seen
    else:
        time = notice.heartbeat.time if notice.heartbeat is not None else 0.0
    return moment(time)
