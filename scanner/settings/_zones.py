"""Reads the zones of a configuration."""

import os
from collections.abc import Callable
from pathlib import Path

from scanner.model.exposure import Audience
from scanner.model.finding import Severity, Status
from scanner.model.label import Label
from scanner.model.root import is_special, root
from scanner.model.zone import Unread, Zone
from scanner.settings._quiet import read_quiet
from scanner.settings._table import Table, quoted
from scanner.settings.schema import DEFAULT_ZONE

ReadLabel = Callable[[str], Label | None]

_NO_CEILING = "none"
_JUDGED = (Status.SUSPECT, Status.DECLASSIFIED, Status.EXAMPLE)
_EFFECTS = ("violation", "record")
_SEVERITIES = {severity.word: severity for severity in Severity}


def read_zones(top: Table, read_label: ReadLabel) -> tuple[Zone, ...]:
    """Read every `[[zone]]`; names and roots are each used once."""
    names: dict[str, str] = {DEFAULT_ZONE.name: "[default]"}
    roots: dict[str, str] = {}
    zones: list[Zone] = []
    for table in top.tables("zone"):
        name = table.text("name")
        if not name.strip():
            table.wrong("name", "missing; every zone needs a name that messages can use")
        elif name in names:
            table.wrong("name", f"{quoted(name)} is the name of {names[name]}, too")
        names.setdefault(name, table.where)
        zones.append(_zone(table, read_label, name, _roots(table, roots)))
    return tuple(zones)


def read_default(top: Table, read_label: ReadLabel) -> Zone:
    """Read `[default]`, the zone of everything that stands in no other."""
    return _zone(top.table("default"), read_label, DEFAULT_ZONE.name, ())


def read_folders(table: Table, name: str) -> tuple[str, ...]:
    """Read a list of absolute paths."""
    folders = table.texts(name)
    for number, folder in enumerate(folders):
        if not Path(folder).is_absolute() or "\0" in folder:
            table.wrong(f"{name}[{number}]", f"must be an absolute path, not {quoted(folder)}")
    return tuple(os.path.normpath(folder) for folder in folders if "\0" not in folder)


def _roots(table: Table, taken: dict[str, str]) -> tuple[str, ...]:
    """Read the roots, each as it is written and, where that goes over a symbolic link, as it resolves.

    Files come under the resolved name from a scan and under either from a watched folder. Of a glob the folder is
    resolved that comes before its first special name.
    """
    if "paths" not in table.data:
        table.wrong("paths", 'missing; write paths = ["/the/folder"]')
    elif table.data["paths"] == []:
        table.wrong("paths", "is empty; a zone needs at least one folder")
    known: dict[str, None] = {}
    for number, written in enumerate(_paths(table)):
        for form in _forms(written):
            if form in taken:
                table.wrong(f"paths[{number}]", f"{quoted(written)} is already a root of {taken[form]}")
                break
            known[form] = None
    taken.update(dict.fromkeys(known, table.where))
    return tuple(known)


def _paths(table: Table) -> tuple[str, ...]:
    """Read folders and globs; what a name leads back from has to be known."""
    folders = read_folders(table, "paths")
    written = table.data.get("paths")
    for number, text in enumerate(written if isinstance(written, list) else ()):
        names = text.split("/") if isinstance(text, str) else []
        special = next((place for place, name in enumerate(names) if is_special(name)), len(names))
        if ".." in names[special:]:
            table.wrong(f"paths[{number}]", f"leads back by .. from a name that stands for many: {quoted(text)}")
    return folders


def _forms(written: str) -> tuple[str, ...]:
    """Return a root as it is written, without a `**` at its end, and as it resolves."""
    known = root(written)
    names = known.parts[1:] if written.startswith("/") else ()
    real = os.path.realpath(known.fixed)
    beyond = names[len(root(known.fixed).parts) - 1 :]
    return tuple(dict.fromkeys(("/" + "/".join(names), "/" + "/".join((*root(real).parts[1:], *beyond)))))


def _zone(table: Table, read_label: ReadLabel, name: str, roots: tuple[str, ...]) -> Zone:
    statuses = {status: table.choice(status.value, _EFFECTS, "record") for status in _JUDGED}
    zone = Zone(
        name=name,
        roots=roots,
        ceilings=_ceilings(table, read_label),
        tags=frozenset(table.texts("tags")),
        owner=table.text("owner"),
        guidance=table.text("guidance"),
        undetermined=Unread(table.choice("undetermined", list(Unread), DEFAULT_ZONE.undetermined)),
        violating=frozenset({Status.MARKED, *(status for status, effect in statuses.items() if effect == "violation")}),
        equivalents=table.flag("equivalents", default=DEFAULT_ZONE.equivalents),
        quiet_hours=read_quiet(table, "quiet_hours"),
        severity=_SEVERITIES[table.choice("severity", _SEVERITIES, DEFAULT_ZONE.severity.word)],
        require_marking=table.flag("require_marking", default=DEFAULT_ZONE.require_marking),
        audience=Audience(table.choice("audience", tuple(Audience), DEFAULT_ZONE.audience)),
    )
    table.end()
    return zone


def _ceilings(table: Table, read_label: ReadLabel) -> tuple[Label, ...]:
    value = table.get("ceiling", (str, list), 'a marking, a list of markings or "none"')
    if value is None or value == _NO_CEILING:
        return ()
    alone = isinstance(value, str)
    by_scheme: dict[str, Label] = {}
    for number, text in enumerate((value,) if alone else table.texts("ceiling")):
        key = "ceiling" if alone else f"ceiling[{number}]"
        label = read_label(text)
        if label is None:
            table.wrong(key, f"not a marking any scheme knows: {quoted(text)}")
        elif label.scheme in by_scheme:
            other = quoted(str(by_scheme[label.scheme]))
            table.wrong(key, f"{quoted(text)} and {other} are both ceilings of the scheme {label.scheme}; keep one")
        else:
            by_scheme[label.scheme] = label
    return tuple(by_scheme.values())
