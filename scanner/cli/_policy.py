"""Tells what in the zones of a configuration is perhaps not meant so; such a configuration can be used all the same."""

import os
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from scanner.app import sources_for
from scanner.detect.rule_list import list_rules
from scanner.errors import Fault
from scanner.judge.conflicts import conflicts
from scanner.model.finding import Kind, Severity
from scanner.model.root import path_parts, root
from scanner.model.zone import Zone
from scanner.settings.naming import entry_name
from scanner.settings.schema import Settings

_SEVERITIES = {severity.word: severity for severity in Severity}


def policy_warnings(settings: Settings) -> Iterator[Fault]:
    """Yield what is odd about zones, each with file and key.

    Raises:
        RuleError: a rule folder cannot be read.
    """
    file = str(settings.source or "")
    for conflict in conflicts(settings.zones, settings.default):
        yield Fault(file, f"{_where(conflict.zone, settings)}.{conflict.key}", conflict.message, warning=True)
    tags = _tags(settings) if any(zone.tags for zone in (*settings.zones, settings.default)) else {}
    for number, zone in (*enumerate(settings.zones), (None, settings.default)):
        for message in _about_tags(zone, tags):
            yield Fault(file, f"{_where(number, settings)}.tags", message, warning=True)
    for number, zone in enumerate(settings.zones):
        if settings.watch.paths and not _is_watched(zone, settings.watch.paths):
            message = "no watched folder has anything of it: only `docwarden scan` looks there"
            yield Fault(file, f"{_where(number, settings)}.paths", message, warning=True)


def _where(number: int | None, settings: Settings) -> str:
    return "default" if number is None else entry_name("zone", number, settings.zones[number].name)


def _tags(settings: Settings) -> dict[str, Severity]:
    """Return every tag of the rules in force, with the highest severity of a rule that has it."""
    tags: dict[str, Severity] = {}
    for entry in list_rules(sources_for(settings)):
        if entry.kind is Kind.YARA and entry.id not in settings.rules.exclude:
            for tag in entry.tags:
                tags[tag] = max(_SEVERITIES[entry.severity], tags.get(tag, Severity.INFO))
    return tags


def _about_tags(zone: Zone, tags: Mapping[str, Severity]) -> Iterator[str]:
    for tag in sorted(zone.tags):
        if tag not in tags:
            close = get_close_matches(tag, tags, n=1)
            meant = f" (did you mean `{close[0]}`?)" if close else "; `docwarden rules list` shows all"
            yield f"no rule has the tag {tag}{meant}"
        elif tags[tag] <= zone.severity < Severity.CRITICAL:
            yield f'{tag} has no effect: no rule with this tag is above severity = "{zone.severity.word}"'


def _is_watched(zone: Zone, watched: Iterable[str]) -> bool:
    """Tell whether a root of a zone is in a watched folder, or one in it."""
    folders = [path_parts(path) for folder in watched for path in (folder, os.path.realpath(folder))]
    fixed = [path_parts(root(text).fixed) for text in zone.roots]
    return any(one[: len(other)] == other[: len(one)] for one in fixed for other in folders)
