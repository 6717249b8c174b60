"""`docwarden zones`: tells what may stand where."""

import json
import os
from pathlib import Path

import click

from scanner.app import settings_from
from scanner.cli._options import CONFIG
from scanner.cli._table import show_facts, show_rows
from scanner.cli._zone_words import ceiling_words, zone_facts, zone_record
from scanner.judge import Roots
from scanner.model.exposure import Audience
from scanner.model.record import exposure_record
from scanner.model.visible import visible
from scanner.worker.exposure import exposure_at

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
        click.echo(json.dumps({"zones": [zone_record(zone) for zone in zones]}, ensure_ascii=True, indent=2))
        return
    head = ("ZONE", "FOLDERS", "CEILING", "ALLOWED TAGS", "OWNER")
    rows = [
        (
            zone.name,
            ", ".join(zone.roots) or "everywhere else",
            ", ".join(map(ceiling_words, zone.ceilings)) or "none",
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
    """Tell which zone PATH is in, why, and what may stand there; PATH need not exist.

    Where the zone limits who may have a marked file, the permissions of PATH are held against that.
    """
    settings = settings_from(config, os.environ)
    real = os.path.realpath(path)
    matches = Roots(settings.zones).matching(real)
    zone = matches[0].zone if matches else settings.default
    exposure = exposure_at(real)
    if form == "json":
        known: dict[str, object] = {
            "path": real,
            "matched": [{"root": match.root, "folder": match.folder, "zone": match.zone.name} for match in matches],
            **zone_record(zone),
        }
        if exposure is not None:
            known["exposure"] = exposure_record(exposure) | {"exceeds": exposure.audience.exceeds(zone.audience)}
        click.echo(json.dumps(known, ensure_ascii=True, indent=2))
        return
    click.echo(visible(real))
    facts = list(zone_facts(zone, matches))
    if exposure is not None and zone.audience is not Audience.EVERYONE:
        more = exposure.audience.exceeds(zone.audience)
        verdict = "more than a marked file here may give" if more else "no more than a marked file here may give"
        facts.append(("this file", f"{exposure.words()}: {verdict}"))
    show_facts(facts)
