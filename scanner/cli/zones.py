"""`docwarden zones`: tells what may stand where."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import get_terminal_size

import click

from scanner.app import settings_from
from scanner.cli._options import CONFIG
from scanner.cli._table import show_facts, show_rows
from scanner.cli._zone_words import ceiling_words, zone_facts, zone_record
from scanner.judge import Match, Roots
from scanner.model.exposure import Audience, Exposure
from scanner.model.record import exposure_record
from scanner.model.visible import visible
from scanner.model.zone import Zone
from scanner.worker.exposure import exposure_at

_FORMAT = click.option("-f", "--format", "form", type=click.Choice(["table", "json"]), default="table")


_HEAD = ("ZONE", "FOLDERS", "CEILING", "ALLOWED TAGS", "OWNER", "AUDIENCE", "MARKING", "QUIET")
_SELDOM = 5  # of these at the end, no zone may have anything
_GAP = 2


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
        click.echo(json.dumps({"zones": [zone_record(zone) for zone in zones]}, ensure_ascii=True, indent=2))
        return
    usual = len(_HEAD) - _SELDOM
    rows = [_row(zone) for zone in zones]
    # A terminal has no room for columns in which nothing stands; a program has each where it always is.
    kept = [n for n in range(len(_HEAD)) if n < usual or not sys.stdout.isatty() or any(row[n] for row in rows)]
    head, rows = [_HEAD[n] for n in kept], [tuple(row[n] for n in kept) for row in rows]
    if sys.stdout.isatty() and not _fits((head, *rows)):
        for name, *cells in rows:
            click.echo(visible(name))
            show_facts((title.lower(), cell) for title, cell in zip(head[1:], cells, strict=True) if cell)
        return
    show_rows(head, rows)


def _fits(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether a terminal is wide enough for a table in which no word is broken."""
    words = [
        max((len(word) for cell in column for word in cell.split()), default=0) for column in zip(*rows, strict=True)
    ]
    return sum(words) + _GAP * (len(words) - 1) <= get_terminal_size().columns


def _row(zone: Zone) -> tuple[str, ...]:
    return (
        zone.name,
        ", ".join(zone.roots) or "everywhere else",
        ", ".join(map(ceiling_words, zone.ceilings)) or "none",
        ", ".join(sorted(zone.tags)),
        zone.owner,
        "" if zone.audience is Audience.EVERYONE else zone.audience.value,
        "required" if zone.require_marking else "",
        ", ".join(map(str, zone.quiet_hours)),
    )


@command.command("explain")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@CONFIG
@_FORMAT
def explain(paths: tuple[str, ...], config: Path | None, form: str) -> None:
    """Tell of each PATH which zone it is in, why, and what may stand there; PATH need not exist.

    Where the zone limits who may have a marked file, the permissions of PATH are held against that. As json, several
    paths are a list under `paths`.
    """
    settings = settings_from(config, os.environ)
    roots = Roots(settings.zones)
    places = [_place(path, roots, settings.default) for path in paths]
    if form == "json":
        records = [_record(place) for place in places]
        known = records[0] if len(records) == 1 else {"paths": records}
        click.echo(json.dumps(known, ensure_ascii=True, indent=2))
        return
    for place in places:
        _show(place)


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    matches: Sequence[Match]
    zone: Zone
    exposure: Exposure | None


def _place(path: str, roots: Roots, default: Zone) -> _Place:
    real = os.path.realpath(path)
    matches = roots.matching(real)
    return _Place(real, matches, matches[0].zone if matches else default, exposure_at(real))


def _record(place: _Place) -> dict[str, object]:
    zone, exposure = place.zone, place.exposure
    known: dict[str, object] = {
        "path": place.path,
        "matched": [{"root": match.root, "folder": match.folder, "zone": match.zone.name} for match in place.matches],
        **zone_record(zone),
    }
    if exposure is not None:
        known["exposure"] = exposure_record(exposure) | {"exceeds": exposure.audience.exceeds(zone.audience)}
    return known


def _show(place: _Place) -> None:
    zone, matches, exposure = place.zone, place.matches, place.exposure
    click.echo(visible(place.path))
    facts = list(zone_facts(zone, matches))
    if exposure is not None and zone.audience is not Audience.EVERYONE:
        more = exposure.audience.exceeds(zone.audience)
        verdict = "more than a marked file here may give" if more else "no more than a marked file here may give"
        facts.append(("this file", f"{exposure.words()}: {verdict}"))
    show_facts(facts)
