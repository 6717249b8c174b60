"""Sends notices in the Common Event Format of ArcSight, by syslog or as lines of a file."""

import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from scanner import __version__
from scanner.alert._forms import Told
from scanner.alert._options import Options
from scanner.alert._syslog import FACILITIES, host_name, old_time, priority
from scanner.alert._transport import Framing, Relay, Transport, Usual, Way, read_way
from scanner.model.finding import Severity
from scanner.model.route import Pace

NAME = "cef"
PACE = Pace()

_USUAL = Usual(
    (Transport.FILE, Transport.UNIX, Transport.UDP, Transport.TCP, Transport.TLS),
    Framing.LINES,
    {Transport.UDP: 514, Transport.TCP: 514, Transport.TLS: 6514},
    1180,
)
_HEADER = str.maketrans({"\\": r"\\", "|": r"\|"})
_EXTENSION = str.maketrans({"\\": r"\\", "=": r"\="})
_SEVERITIES = {Severity.CRITICAL: 10, Severity.HIGH: 8, Severity.MEDIUM: 5, Severity.LOW: 3, Severity.INFO: 1}
_LOW = 3
_KEYS = {
    "id": "externalId",
    "event": "act",
    "kind": "cat",
    "who": "suser",
    "assignee": "duser",
    "count": "cnt",
    "path": "filePath",
    "size": "fsize",
    "sha256": "fileHash",
    "media_type": "fileType",
    "why": "reason",
    "outcome": "outcome",
}
_CUSTOM = {
    "zone": "cs1",
    "label": "cs2",
    "rule": "cs3",
    "key": "cs4",
    "owner": "cs5",
    "guidance": "cs6",
    "number": "cn1",
    "copies": "cn2",
    "state": "flexString1",
    "severity": "flexString2",
}
"""The keys of the dictionary (Micro Focus, ArcSight Common Event Format, 2017); a custom one has a label beside it."""

_TIMES = frozenset({"first_seen", "last_seen", "time", "flood_first", "flood_last"})
_ROOM = {"act": 63, "externalId": 40, "fileHash": 255, "flexString1": 1023, "flexString2": 1023}
_CUSTOM_ROOM, _ROOM_ELSE = 4000, 1023


def check(options: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Yield what is wrong with the options; nothing is opened for that."""
    read = Options(NAME, options)
    _read(read)
    return read.faults()


def start(options: Mapping[str, str]) -> Relay:
    """Make ready to send; only a file is opened now.

    Raises:
        ValueError: an option is wrong, or a file it names cannot be used.
        OSError: the file of lines cannot be opened.
    """
    read = Options(NAME, options)
    way, render = _read(read)
    read.settle()
    return Relay(way, render)


def _read(options: Options) -> tuple[Way, Callable[[Told], bytes]]:
    way = read_way(options, _USUAL)
    if way.transport is Transport.FILE:
        return way, lambda what: _event(what).encode()
    facility = FACILITIES[options.choice("facility", FACILITIES, "daemon")]
    local = way.transport is Transport.UNIX

    def render(what: Told) -> bytes:
        host = "" if local else f"{host_name()} "  # a local daemon knows, and takes the name for a program's
        return priority(what, facility) + f"{old_time(what.time)} {host}{_event(what)}".encode()

    return way, render


def _event(what: Told) -> str:
    """Return `CEF:0|…`: the header with what happened as its class, and the extension."""
    said, cut = [], list(what.shortened)
    for name, key, text in _extension(what):
        room = _ROOM.get(key, _CUSTOM_ROOM if key.startswith("cs") else _ROOM_ELSE)
        if len(text) > room and name not in cut:
            cut.append(name)
        said.append(f"{key}={_cut(name, text, room).translate(_EXTENSION)}")
    if cut:
        said.append(f"DocWardenShortened={','.join(cut)}")
    happened = what.event if what.kind == what.event else f"{what.kind}.{what.event}"
    head = ("DocWarden", "DocWarden", __version__, happened, _title(what), str(_severity(what)))
    return "|".join(("CEF:0", *(part.translate(_HEADER) for part in head), " ".join(said)))


def _extension(what: Told) -> Iterator[tuple[str, str, str]]:
    """Yield what stands in the extension: our name of it, the key, and the text before it is escaped."""
    yield "time", "rt", _milliseconds(what.time)
    yield "host", "dvchost", socket.gethostname()
    first, last = _span(what)
    if first or last:
        yield from (("first_seen", "start", _milliseconds(first)), ("last_seen", "end", _milliseconds(last)))
    if what.event == "flood":
        yield "type", "type", "1"  # of several events, this is the sum
    yield "message", "msg", what.message
    for name, text in what.facts:
        if name in _TIMES:
            continue
        if name == "path":
            yield "name", "fname", PurePosixPath(text).name
        if name in _CUSTOM:
            yield from ((name, _CUSTOM[name], text), (name, f"{_CUSTOM[name]}Label", name))
        else:
            yield name, _KEYS.get(name) or _own(name), text


def _span(what: Told) -> tuple[float, float]:
    notice = what.notice
    if notice.flood is not None:
        return notice.flood.first, notice.flood.last
    return (0.0, 0.0) if notice.entry is None else (notice.entry.alert.first_seen, notice.entry.alert.last_seen)


def _own(name: str) -> str:
    """Return the key of what the dictionary has none for: such keys begin with the vendor's name."""
    return "DocWarden" + "".join(word.capitalize() for word in name.split("_"))


def _title(what: Told) -> str:
    if what.event in {"flood", "heartbeat"}:
        return {"flood": "Flood of alerts", "heartbeat": "Heartbeat"}[what.event]
    about = {"coverage": "Coverage alert", "log": "Log"}.get(what.kind, "Document alert")
    return f"{about} {what.event}"


def _severity(what: Told) -> int:
    """Return how grave the event is from 0 to 10; what needs nobody is low, however grave the alert."""
    if what.event == "heartbeat" and not what.pressing:
        return 0
    found = _SEVERITIES[what.severity]
    return found if what.pressing else min(found, _LOW)


def _cut(name: str, text: str, room: int) -> str:
    """Return at most so many characters; of a path the end."""
    if len(text) <= room:
        return text
    return f"…{text[1 - room :]}" if name in {"path", "name"} else f"{text[: room - 1]}…"


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))
