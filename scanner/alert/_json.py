"""Reads the options of sinks that write one JSON object a line, and renders it."""

import json
from collections.abc import Callable

from scanner.alert._forms import Told
from scanner.alert._options import Options
from scanner.alert._transport import Framing, Relay, Transport, Usual, read_way

_USUAL = Usual(
    (Transport.FILE, Transport.UNIX, Transport.UDP, Transport.TCP, Transport.TLS), Framing.LINES, {}, 4096, ""
)


def check_lines(options: Options) -> tuple[tuple[str, str], ...]:
    """Return what is wrong with the options of a transport."""
    read_way(options, _USUAL)
    return options.faults()


def start_lines(options: Options, form: Callable[[Told], dict[str, object]]) -> Relay:
    """Make ready to send objects; only a file is opened now.

    Raises:
        ValueError: an option is wrong, or a file it names cannot be used.
        OSError: the file of lines cannot be opened.
    """
    way = read_way(options, _USUAL)
    options.settle()
    return Relay(way, lambda what: json.dumps(_full(form(what)), ensure_ascii=True, separators=(",", ":")).encode())


def _full(value: dict[str, object]) -> dict[str, object]:
    """Return an object without what is empty: absent says the same in fewer bytes, and no index maps an empty text."""
    found: dict[str, object] = {}
    for name, part in value.items():
        kept = _full(part) if isinstance(part, dict) else part
        if kept not in (None, "", [], {}):
            found[name] = kept
    return found
