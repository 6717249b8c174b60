"""Reads a configuration file, and reports everything that is wrong with it at once."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scanner.errors import ConfigError, Fault
from scanner.model.document import Reason
from scanner.model.limits import DEFAULT_LIMITS, Limits
from scanner.model.sandbox import Protection
from scanner.model.visible import visible
from scanner.model.way import Way
from scanner.settings._alerts import read_alerts
from scanner.settings._equivalence import read_equivalence
from scanner.settings._file import read_trusted
from scanner.settings._rules import read_rules
from scanner.settings._sinks import SinkFaults, read_sinks
from scanner.settings._table import Faults, Table, quoted
from scanner.settings._zones import ReadLabel, read_default, read_folders, read_zones
from scanner.settings.schema import (
    DEFAULT_ZONE,
    LabelSettings,
    MetricsSettings,
    SandboxSettings,
    Settings,
    UnlockSettings,
    WatchSettings,
)

SYSTEM_CONFIG = Path("/etc/docwarden/docwarden.toml")

_VERSION = 1
_SHORTEST_ROUND = 1.0  # seconds; walking without a pause would never let the machine rest
_POSITION = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)


def find_config(explicit: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Return the configuration file in force, None where there is none; a scanned tree is never looked into.

    It is the one given, else that of `DOCWARDEN_CONFIG` (set and empty: none at all), else the system's, else the
    user's. One that was named is returned even if it does not exist, so that reading it says so.
    """
    if explicit is not None:
        return explicit
    if "DOCWARDEN_CONFIG" in environ:
        named = environ["DOCWARDEN_CONFIG"]
        return Path(named) if named else None
    user = user_config(environ)
    return next((path for path in (SYSTEM_CONFIG, user) if path is not None and _is_there(path)), None)


def user_config(environ: Mapping[str, str]) -> Path | None:
    """Return where the user's configuration file belongs: XDG Base Directory Specification 0.8."""
    base = environ.get("XDG_CONFIG_HOME", "")
    if not base.startswith("/"):  # the specification: a relative one is invalid and ignored
        home = environ.get("HOME", "")
        if not home:
            return None
        base = f"{home}/.config"
    return Path(base, "docwarden", "docwarden.toml")


def load(path: Path, read_label: ReadLabel, sink_faults: SinkFaults | None = None) -> Settings:
    """Read a configuration file; `read_label` reads a ceiling, None for what is no marking.

    `sink_faults` says what is wrong with the options of a sink; without it, nobody looks at them.

    Raises:
        ConfigError: it cannot be read, others may write it, or its content has faults; all of them.
    """
    return parse(read_trusted(path), str(path), read_label, source=path, sink_faults=sink_faults)


def parse(
    text: str,
    file: str,
    read_label: ReadLabel,
    *,
    source: Path | None = None,
    sink_faults: SinkFaults | None = None,
) -> Settings:
    """Read the text of a configuration file; messages call it `file`. The others are as `load` takes them.

    Raises:
        ConfigError: the text has faults; all of them.
    """
    faults = Faults(visible(file))
    top = Table(_toml(text, faults.file), "", faults)
    _check_version(top)
    equivalence = read_equivalence(top.table("equivalence"), read_label)
    zones = tuple(replace(zone, equivalence=equivalence) for zone in read_zones(top, read_label))
    settings = Settings(
        zones=zones,
        default=replace(read_default(top, read_label), equivalence=equivalence),
        accept=_accept(top),
        limits=_limits(top.table("limits")),
        sandbox=_sandbox(top.table("sandbox")),
        watch=_watch(top.table("watch")),
        metrics=_metrics(top.table("metrics")),
        alerts=read_alerts(top.table("alerts")),
        rules=read_rules(top.table("rules")),
        labels=_labels(top.table("labels"), read_label),
        unlock=_unlock(top.table("unlock")),
        sinks=read_sinks(top, (*(zone.name for zone in zones), DEFAULT_ZONE.name), sink_faults),
        state=top.absolute("state") or None,
        workers=top.count("workers", 0),
        source=source,
    )
    top.end()
    if faults.found:
        raise ConfigError(tuple(faults.found))
    return settings


def written_keys(text: str) -> frozenset[str]:
    """Return the dotted keys a configuration sets, those of `[[…]]` tables left out; the text must have no faults."""
    keys: set[str] = set()
    for name, value in tomllib.loads(text).items():
        keys |= {f"{name}.{entry}" for entry in value} if isinstance(value, dict) else {name}
    return frozenset(keys)


def ceilings_written(text: str) -> tuple[tuple[str, str], ...]:
    """Return each ceiling as a configuration writes it, with whose it is; the text must have no faults."""
    top = tomllib.loads(text)
    named = [(f"zone {zone['name']}", zone.get("ceiling")) for zone in top.get("zone", ())]
    named.append(("default", top.get("default", {}).get("ceiling")))
    return tuple(
        (where, one)
        for where, value in named
        for one in ([value] if isinstance(value, str) else value or ())
        if one.strip().lower() != "none"
    )


def _toml(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = _POSITION.fullmatch(str(error))
        message, line, column = match.groups() if match else (str(error), None, None)
        where = f"line {line}, column {column}" if line else f"line {text.count(chr(10)) + 1}"
        raise ConfigError((Fault(file, where, f"not TOML: {visible(message)}"),)) from error
    except ValueError:  # tomllib leaves it to int() to refuse a number of thousands of digits
        raise ConfigError((Fault(file, "", "not a configuration: a number in it is far too long"),)) from None
    except RecursionError:
        raise ConfigError((Fault(file, "", "not a configuration: nested far too deep"),)) from None


def _check_version(top: Table) -> None:
    version = top.get("version", (int,), "the whole number 1")
    if "version" not in top.data:
        top.wrong("version", "missing; write version = 1")
    elif version is not None and version != _VERSION:
        top.wrong("version", f"{version} is not known to this DocWarden; it reads version = 1")


def _accept(top: Table) -> frozenset[Reason]:
    if "accept" not in top.data:
        return Settings().accept
    known = {reason.value for reason in Reason}
    accepted: set[Reason] = set()
    for number, word in enumerate(top.texts("accept")):
        if word in known:
            accepted.add(Reason(word))
        else:
            top.wrong(f"accept[{number}]", f"no such reason: {quoted(word)}; known are {', '.join(sorted(known))}")
    top.asked.add("accept")
    return frozenset(accepted)


def _limits(table: Table) -> Limits:
    default = DEFAULT_LIMITS
    limits = Limits(
        file_bytes=table.size("file_bytes", default.file_bytes),
        expanded_bytes=table.size("expanded_bytes", default.expanded_bytes),
        member_bytes=table.size("member_bytes", default.member_bytes),
        ratio=table.count("ratio", default.ratio),
        depth=table.count("depth", default.depth),
        members=table.count("members", default.members),
        xml_depth=table.count("xml_depth", default.xml_depth),
        text=table.count("text", default.text),
        seconds=table.seconds("seconds", default.seconds),
        parse_seconds=table.seconds("parse_seconds", default.parse_seconds),
        memory=table.size("memory", default.memory),
        answer_bytes=table.size("answer_bytes", default.answer_bytes),
    )
    table.end()
    return limits


def _sandbox(table: Table) -> SandboxSettings:
    default = SandboxSettings()
    sandbox = SandboxSettings(table.choice("minimum", (default.minimum, *Protection), default.minimum))
    table.end()
    return sandbox


def _watch(table: Table) -> WatchSettings:
    default = WatchSettings()
    watch = WatchSettings(
        paths=read_folders(table, "paths"),
        exclude=table.texts("exclude", default.exclude),
        settle=table.seconds("settle", default.settle),
        reconcile=table.seconds("reconcile", default.reconcile, least=_SHORTEST_ROUND),
        reader=Way(table.choice("reader", tuple(Way), default.reader)),
        walk_rate=table.count("walk_rate", default.walk_rate),
        io_pressure=table.count("io_pressure", default.io_pressure),
    )
    table.end()
    return watch


def _metrics(table: Table) -> MetricsSettings:
    path = table.absolute("textfile")
    if path and not path.endswith(".prom"):
        table.wrong("textfile", f"must end in .prom, or the collector does not read it; not {quoted(path)}")
    table.end()
    return MetricsSettings(path)


def _labels(table: Table, read_label: ReadLabel) -> LabelSettings:
    labels = LabelSettings(**{name: _names(table.table(name), read_label) for name in LabelSettings.__slots__})
    table.end()
    return labels


def _names(table: Table, read_label: ReadLabel) -> tuple[tuple[str, str], ...]:
    """Read what ids and names of labels stand for; they are told apart without regard to case."""
    first: dict[str, str] = {}
    found: list[tuple[str, str]] = []
    for id_ in table.data:
        shown = quoted(id_)
        name = table.text(id_)
        other = first.setdefault(id_.strip().casefold(), id_)
        if not id_.strip():
            table.wrong(shown, "is empty; write the id or the name of a label")
        elif other != id_:
            table.wrong(shown, f"differs from {quoted(other)} in nothing but case; keep one")
        elif id_ in table.data and isinstance(table.data[id_], str) and read_label(name) is None:
            table.wrong(shown, f"not a marking or label name any scheme knows: {quoted(name)}")
        found.append((id_.strip(), name))
    return tuple(found)


def _unlock(table: Table) -> UnlockSettings:
    unlock = UnlockSettings(table.absolute("passwords_file"))
    table.end()
    return unlock


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:  # it may hold the policy: reading it will say that it cannot be read
        return True
