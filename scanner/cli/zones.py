"""`docwarden zones`: tells what may stand where."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import click

from scanner.app import settings_from
from scanner.cli._options import CONFIG
from scanner.cli._table import show_facts, show_rows
from scanner.judge import matching_roots, zone_of
from scanner.model.finding import Status
from scanner.model.label import Label
from scanner.model.visible import visible
from scanner.model.zone import Unread, Zone

_RANKS = ("public", "internal", "restricted", "confidential", "secret", "top secret")
_FORMAT = click.option("-f", "--format", "form", type=click.Choice(["table", "json"]), default="table")


@click.group("zones")
def command() -> None:
    """Tell what may stand where."""


@command.command("list")
@CONFIG
@_FORMAT
def list_zones(config: Path | None, form: str) -> None:
    """List every zone, the default last."""
    settings = settings_from(config, os.environ)
    zones = (*settings.zones, settings.default)
    if form == "json":
        click.echo(json.dumps({"zones": [_record(zone) for zone in zones]}, ensure_ascii=True, indent=2))
        return
    head = ("ZONE", "FOLDERS", "CEILING", "ALLOWED TAGS", "OWNER")
    rows = [
        (
            zone.name,
            ", ".join(zone.roots) or "everywhere else",
            ", ".join(map(_ceiling, zone.ceilings)) or "none",
            ", ".join(sorted(zone.tags)),
            zone.owner,
        )
        for zone in zones
    ]
    show_rows(head, rows)


@command.command("explain")
@click.argument("path", type=click.Path())
@CONFIG
@_FORMAT
def explain(path: str, config: Path | None, form: str) -> None:
    """Tell which zone PATH is in, why, and what may stand there; PATH need not exist."""
    settings = settings_from(config, os.environ)
    real = os.path.realpath(path)
    zone = zone_of(real, settings.zones, settings.default)
    roots = matching_roots(real, settings.zones)
    if form == "json":
        matched = [{"root": root, "zone": other.name} for root, other in roots]
        click.echo(json.dumps({"path": real, "matched": matched, **_record(zone)}, ensure_ascii=True, indent=2))
        return
    click.echo(visible(real))
    show_facts(_facts(zone, roots))


def _facts(zone: Zone, roots: tuple[tuple[str, Zone], ...]) -> Iterator[tuple[str, str]]:
    if roots:
        yield "zone", f"{zone.name}, for it stands under {roots[0][0]}"
    else:
        yield "zone", f"{zone.name}, for it stands under the folder of no other zone"
    for root, other in roots[1:]:
        yield "", f"(it stands under {root} of the zone {other.name}, too, but that is a shorter path)"
    if zone.ceilings:
        for label in zone.ceilings:
            yield "ceiling", _ceiling(label)
    else:
        yield "ceiling", "none"
    yield "may stand", "what is public or unclassified and has no caveat, in any scheme"
    for label in zone.ceilings:
        yield "", _words(label)
    for text in _equivalents(zone) if zone.equivalents else ():
        yield "", text
    if zone.tags:
        yield "", f"what YARA rules with one of these tags find: {', '.join(sorted(zone.tags))}"
    yield "violation", f"everything else that is {' or '.join(_statuses(zone))}"
    unread = "alerts" if zone.undetermined is Unread.ALERT else "is recorded, without an alert"
    yield "not readable", f"what cannot be read in full {unread}"
    yield "owner", zone.owner or "nobody is named"
    if zone.guidance:
        yield "what next", zone.guidance


def _ceiling(label: Label) -> str:
    return f"{label} ({label.scheme})"


def _words(label: Label) -> str:
    """Say what a ceiling lets through."""
    own = label.compartments | label.caveats
    extra = sorted(own | label.rollup.moot(own, label.level.order))
    beyond = f"with no compartments or caveats but {', '.join(extra)}" if extra else "without compartments and caveats"
    release = ""
    codes = label.released()
    if codes is not None:
        release = f", and released to {', '.join(sorted(codes))} at least"
    return f"of the scheme {label.scheme}: {label.level.name} and lower, {beyond}{release}"


def _equivalents(zone: Zone) -> Iterator[str]:
    """Say what the ceilings let through of schemes that have none themselves."""
    tops: dict[str, int] = {}
    for label in zone.ceilings:
        counts = zone.counts_as(label.level)
        if counts is None:
            yield f"of other schemes: nothing for {_ceiling(label)}, which compares with none here"
        else:
            tops[counts.axis] = max(counts.rank, tops.get(counts.axis, 0))
    for axis, rank in tops.items():
        what = f"rank {rank} ({_RANKS[rank]}) and lower, without compartments and caveats"
        yield f"of schemes without a ceiling here, on the axis {axis} only: {what}"
    for entry in zone.equivalence if zone.ceilings else ():
        other = entry.counts_as
        as_what = "nothing, it compares with no other scheme" if other is None else f"{other.name} ({other.scheme})"
        yield f"there {entry.level.name} ({entry.level.scheme}) counts as {as_what}"


def _statuses(zone: Zone) -> list[str]:
    return [status.value for status in Status if status in zone.violating]


def _record(zone: Zone) -> dict[str, object]:
    return {
        "zone": zone.name,
        "paths": list(zone.roots),
        "ceilings": [{"scheme": label.scheme, "label": str(label)} for label in zone.ceilings],
        "tags": sorted(zone.tags),
        "owner": zone.owner,
        "guidance": zone.guidance,
        "undetermined": zone.undetermined.value,
        "violating": _statuses(zone),
        "equivalents": zone.equivalents,
        "equivalence": [
            {
                "level": f"{entry.level.scheme}:{entry.level.name}",
                "counts_as": None if entry.counts_as is None else f"{entry.counts_as.scheme}:{entry.counts_as.name}",
            }
            for entry in zone.equivalence
        ],
    }
