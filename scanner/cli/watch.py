"""`docwarden watch`: the daemon, in the foreground."""

import os
from dataclasses import replace
from pathlib import Path

import click

from scanner.app import settings_from
from scanner.app.watch import watch
from scanner.model.visible import visible
from scanner.settings.schema import Settings


@click.command("watch")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, file_okay=False, resolve_path=True))
@click.option("-c", "--config", type=click.Path(path_type=Path, dir_okay=False), help="Use this configuration file.")
@click.option("--state", help="Keep journal and alerts in this folder; it is never scanned.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), help="Worker processes; one a core if not given.")
@click.option("-q", "--quiet", is_flag=True, help="Do not say what is watched, and that it stopped.")
def command(paths: tuple[str, ...], config: Path | None, state: str | None, jobs: int | None, *, quiet: bool) -> int:
    """Watch PATHS, or the folders of the configuration, and raise an alert for what stands in the wrong place.

    Everything already there is looked at first, then whatever changes. Alerts go to the store (`docwarden alerts
    list`), and to the sinks of the configuration; without any, to alerts.jsonl in the state folder and to standard
    output. Ctrl-C and SIGTERM end it, and nothing that was seen is lost. SIGHUP has configuration and rules read anew
    and all folders walked; if they have faults, what was in force stays so, and `docwarden status` tells them.

    Exit codes: 0 it was told to stop; 2 wrong usage, a faulty configuration or rule, or it cannot watch.
    """

    def read() -> Settings:
        settings = settings_from(config, os.environ)
        return replace(settings, workers=jobs) if jobs else settings

    settings = read()

    def begun() -> None:
        shown = ", ".join(paths or settings.watch.paths)
        source = f" under {settings.source}" if settings.source else ""
        _say(f"Watching {shown}{source}. Ctrl-C ends.", quiet=quiet)

    watch(settings, paths, state, read, begun)
    _say("Stopped; what was not yet read is read at the next start.", quiet=quiet)
    return 0


def _say(text: str, *, quiet: bool) -> None:
    if not quiet:
        click.echo(visible(text), err=True)
