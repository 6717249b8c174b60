"""Wraps lines between words where they go to a terminal, and leaves them alone where they go anywhere else."""

import sys
import textwrap
from collections.abc import Iterable, Iterator
from shutil import get_terminal_size

_DEEPER = "    "
_LEAST = 30  # columns of text; a terminal that leaves less gets lines that are too long


def wrapped(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines as they fit a terminal; what goes on is indented more deeply than its line."""
    for line in lines:
        indent = line[: len(line) - len(line.lstrip(" "))]
        yield from wrapped_at(line.lstrip(" "), indent, indent + _DEEPER)


def wrapped_at(text: str, first: str, after: str) -> Iterator[str]:
    """Yield a text after `first`, and what does not fit on further lines after `after`; no word is broken."""
    if not sys.stdout.isatty():
        yield first + text
        return
    width = max(get_terminal_size().columns, len(after) + _LEAST)
    yield from textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=after, break_long_words=False, break_on_hyphens=False
    ) or [first.rstrip()]
