"""`docwarden doctor`: what on this machine would make it miss files, and the command that mends it."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import click

from scanner import __version__
from scanner.app.doctor import Health, Remark, examine, surroundings
from scanner.cli._options import CONFIG
from scanner.cli._wrap import wrapped_at
from scanner.model.visible import visible

_WIDTH = 14


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object, for programs.")
@CONFIG
@click.option("--state", help="The state folder of the daemon.")
def command(config: Path | None, state: str | None, *, as_json: bool) -> int:
    """Tell what on this machine would make it miss files, and the command that mends it.

    It looks at the configuration and the rules, at the versions of what reads documents, at the state folder and the
    folders to be watched, and at the limits of the system. It changes nothing. Run it as the daemon's user: what can
    be read depends on who asks.

    Exit codes: 0 there is no problem, warnings aside. 1 there is at least one. 2 wrong usage.
    """
    remarks = tuple(examine(surroundings(config, state, os.environ)))
    worst = max((remark.health for remark in remarks), key=tuple(Health).index)
    if as_json:
        click.echo(json.dumps(_record(remarks, worst), ensure_ascii=True, indent=2))
    else:
        for remark in remarks:
            head = f"{remark.health.value:<8} {remark.check:<{_WIDTH}} "
            for line in wrapped_at(visible(remark.what), head, " " * len(head)):
                click.echo(line)
            if remark.run:
                click.echo(f"{'':<8} {'':<{_WIDTH}} run: {visible(remark.run)}")
        click.echo(_sum(remarks))
    return int(worst is Health.PROBLEM)


def _record(remarks: Sequence[Remark], worst: Health) -> dict[str, object]:
    checks = [
        {"check": remark.check, "health": remark.health.value, "what": remark.what, "run": remark.run}
        for remark in remarks
    ]
    return {"schema": "docwarden.doctor/1", "version": __version__, "health": worst.value, "checks": checks}


def _sum(remarks: Sequence[Remark]) -> str:
    counts = [
        (sum(remark.health is health for remark in remarks), health.value)
        for health in (Health.PROBLEM, Health.WARNING)
    ]
    return ", ".join(f"{count or 'no'} {word}{'' if count == 1 else 's'}" for count, word in counts)
