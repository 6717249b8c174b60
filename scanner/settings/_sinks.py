"""Reads the sinks of a configuration: what every one of them knows here, and the rest by asking the sink itself."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from scanner.model.finding import Severity
from scanner.model.route import EVENTS, Quiet, Route
from scanner.settings._table import Table, quoted
from scanner.settings.schema import SinkSettings

SinkFaults = Callable[[str, Mapping[str, str]], Iterable[tuple[str, str]]]
"""Takes a kind and its options, and says of each key that is wrong what is."""

_COMMON = frozenset({"kind", "name", "severity", "zones", "events", "rate", "group", "quiet", "heartbeat", "from"})
_NAME = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_BEGIN = ("end", "start")
_SEVERITIES = {severity.word: severity for severity in Severity}
_MOST = 6000
_SHORTEST_BEAT = 1.0  # seconds
_LONGEST_GROUP = 86_400.0
_VALUE = "a text, a number, true or false, or a list of texts"


def read_sinks(top: Table, zones: Collection[str], faults: SinkFaults | None) -> tuple[SinkSettings, ...]:
    """Read every `[[sink]]`; the name of each is used once, for it marks its place in the log."""
    names: dict[str, str] = {}
    sinks: list[SinkSettings] = []
    for table in top.tables("sink"):
        sink = _sink(table, zones, faults)
        if sink.name in names and sink.kind:
            table.wrong(
                "name", f"{quoted(sink.name)} is the name of {names[sink.name]}, too; give each a name of its own"
            )
        names.setdefault(sink.name, table.where)
        sinks.append(sink)
    return tuple(sinks)


def _sink(table: Table, zones: Collection[str], faults: SinkFaults | None) -> SinkSettings:
    kind = table.text("kind")
    if not kind:
        table.wrong("kind", 'missing; write kind = "jsonl" or another kind of sink')
    route = _route(table, zones)
    options = tuple(_options(table))
    if kind and faults is not None:
        for name, message in faults(kind, dict(options)):
            table.wrong(name, message)
    return SinkSettings(kind, options, route)


def _route(table: Table, zones: Collection[str]) -> Route:
    usual = Route()
    name = table.text("name")
    if name and not _NAME.fullmatch(name):
        table.wrong("name", f"must be letters, digits, dots, dashes and underlines, not {quoted(name)}")
    return Route(
        name,
        _SEVERITIES[table.choice("severity", _SEVERITIES, usual.severity.word)],
        _known(table, "zones", zones, "zone"),
        _known(table, "events", EVENTS, "event") if "events" in table.data else None,
        _most(table) if "rate" in table.data else None,
        _group(table) if "group" in table.data else None,
        Quiet(table.choice("quiet", tuple(Quiet), Quiet.KEEP)) if "quiet" in table.data else None,
        _beat(table) if "heartbeat" in table.data else None,
        table.choice("from", _BEGIN, "end") == "start",
    )


def _known(table: Table, name: str, known: Collection[str], what: str) -> tuple[str, ...]:
    """Read a list of words, each of which is known; they stand for a set, and come in the order of what is known."""
    texts = table.texts(name)
    for number, text in enumerate(texts):
        if text not in known:
            table.wrong(f"{name}[{number}]", f"no such {what}: {quoted(text)}; known are {', '.join(known)}")
    if table.data.get(name) == []:
        table.wrong(name, f"is empty; leave it out for the usual, or name a {what}")
    return tuple(word for word in known if word in texts)


def _most(table: Table) -> int:
    rate = table.count("rate", 0)
    if rate > _MOST:
        table.wrong("rate", f"must be 0 for any number, or up to {_MOST} notices a minute")
    return rate


def _group(table: Table) -> float:
    group = table.seconds("group", 0.0)
    if group > _LONGEST_GROUP:
        table.wrong("group", "must not be longer than a day")
    return group


def _beat(table: Table) -> float:
    beat = table.seconds("heartbeat", 0.0)
    if 0 < beat < _SHORTEST_BEAT:
        table.wrong("heartbeat", "must be 0 for none, or at least 1 second")
    return beat


def _options(table: Table) -> Iterable[tuple[str, str]]:
    """Yield what is the sink's own; a list of texts becomes one text, with an entry on each line."""
    for name in table.data:
        if name in _COMMON:
            table.asked.add(name)
            continue
        value = table.get(name, (str, int, float, bool, list), _VALUE)
        if isinstance(value, list):
            texts = table.texts(name)
            if any("\n" in text for text in texts):
                table.wrong(name, "an entry of it has a line break in it")
            yield name, "\n".join(texts)
        elif value is not None:
            yield name, str(value).lower() if isinstance(value, bool) else str(value)
