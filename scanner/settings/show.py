"""Writes settings as the file that would give them, each with where it came from."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from scanner.model.finding import Status
from scanner.model.label import Level
from scanner.model.route import Route
from scanner.model.zone import Zone
from scanner.settings.schema import DEFAULT_ZONE, Settings, SinkSettings

_NEW_LINE = "\n"
_SECRETS = ("key", "password", "secret", "token")


def as_toml(settings: Settings, origins: Mapping[str, str]) -> str:
    """Return a configuration file; `origins` says of dotted keys where they came from, a key not in it is a default.

    Options of sinks that sound like secrets are left out. Everything else reads back as it is.
    """
    lines = ["version = 1"]
    for key, value in _plain(settings):
        table, _, name = key.rpartition(".")
        if table and f"[{table}]" not in lines:
            lines += ["", f"[{table}]"]
        lines.append(f"{name} = {value}  # {origins.get(key, 'default')}")
    for system in settings.labels.__slots__:
        named = getattr(settings.labels, system)
        origin = origins.get(f"labels.{system}", "default")
        lines += ["", f"[labels.{system}]"] if named else []
        lines += [f"{_value(id_)} = {_value(name)}  # {origin}" for id_, name in named]
    if settings.default.equivalence:
        lines += ["", "[equivalence]", *_equivalence(settings.default)]
    for zone in settings.zones:
        lines += ["", "[[zone]]", f"name = {_value(zone.name)}", f"paths = {_value(zone.roots)}"]
        lines += [f"{name} = {value}" for name, value in _policy(zone)]
    for sink in settings.sinks:
        lines += ["", "[[sink]]", f"kind = {_value(sink.kind)}", *_route(sink.route), *_options(sink)]
    return "\n".join(lines) + "\n"


def without_secrets(sink: SinkSettings) -> SinkSettings:
    """Return a sink without the options that sound like secrets."""
    return replace(sink, options=tuple(option for option in sink.options if not _is_secret(option[0])))


def _plain(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the dotted key and the value of everything that stands once; those of no table first."""
    yield "state", _value(settings.state or "")
    yield "workers", _value(settings.workers)
    yield "accept", _value(tuple(sorted(settings.accept)))
    for name, value in _policy(settings.default):
        yield f"default.{name}", value
    parts = (
        ("limits", settings.limits),
        ("sandbox", settings.sandbox),
        ("watch", settings.watch),
        ("metrics", settings.metrics),
        ("alerts", settings.alerts),
        ("rules", settings.rules),
        ("unlock", settings.unlock),
    )
    for table, part in parts:
        for name in part.__slots__:
            yield f"{table}.{name}", _value(getattr(part, name))


def _policy(zone: Zone) -> Iterator[tuple[str, str]]:
    ceilings = tuple(f"{ceiling.scheme}:{ceiling}" for ceiling in zone.ceilings)  # several know the word SECRET
    yield "ceiling", _value(ceilings or "none")
    yield "tags", _value(tuple(sorted(zone.tags)))
    yield "owner", _value(zone.owner)
    yield "guidance", _value(zone.guidance)
    yield "undetermined", _value(zone.undetermined.value)
    for status in Status:
        if status not in DEFAULT_ZONE.violating:
            yield status.value, _value("violation" if status in zone.violating else "record")
    yield "equivalents", _value(zone.equivalents)
    yield "severity", _value(zone.severity.word)
    yield "require_marking", _value(zone.require_marking)
    yield "audience", _value(zone.audience.value)
    yield "quiet_hours", _value(tuple(map(str, zone.quiet_hours)))


def _equivalence(zone: Zone) -> Iterator[str]:
    for entry in zone.equivalence:
        other = entry.counts_as
        yield f"{_level(entry.level)} = {_value('none') if other is None else _level(other)}"


def _level(level: Level) -> str:
    return _value(f"{level.scheme}:{level.name}")


def _route(route: Route) -> Iterator[str]:
    """Yield what is set of the keys that all sinks have."""
    usual = Route()
    if route.severity is not usual.severity:
        yield f"severity = {_value(route.severity.word)}"
    for key in ("name", "zones", "events", "rate", "group", "heartbeat"):
        if getattr(route, key) != getattr(usual, key):
            yield f"{key} = {_value(getattr(route, key))}"
    if route.quiet is not None:
        yield f"quiet = {_value(route.quiet.value)}"
    if route.from_start:
        yield 'from = "start"'


def _options(sink: SinkSettings) -> Iterator[str]:
    for name, value in sink.options:
        if _is_secret(name):
            yield f"# {_key(name)} is set, and not shown"
        else:
            yield f"{_key(name)} = {_value(tuple(value.split(_NEW_LINE)) if _is_list(value) else value)}"


def _is_list(value: str) -> bool:
    """Tell whether a list gave this text; one of a single entry reads back as that entry."""
    return _NEW_LINE in value and all(value.split(_NEW_LINE))


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRETS)


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").replace("-", "").isalnum() else _value(name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str):
        return f'"{"".join(map(_character, value))}"'
    return str(value)


def _character(character: str) -> str:
    """Escape as TOML 1.0 does, and whatever cannot be seen."""
    if character in {'"', "\\"}:
        return "\\" + character
    if character.isprintable():
        return character
    return f"\\U{ord(character):08x}"
