"""`docwarden report`: one file that shows what was raised, or what became of it in a period."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from scanner.cli._alerts_filter import read_moment
from scanner.cli._looking import looking_settings
from scanner.cli._options import CONFIG
from scanner.cli._written_file import private_file
from scanner.errors import StoreError, UsageError
from scanner.model.visible import visible
from scanner.spool.database import DATABASE

_FORMS = ("html", "json", "csv")
_NAME = "docwarden-report"
# What a report of ours has near its begin: only such a file is written over.
_OURS = {
    "html": b'<meta name="generator" content="DocWarden ',
    "json": b'{"docwarden": {"version": ',
    "csv": b"alert,path,zone,owner,severity,",
}


def _moment(*, end: bool) -> Callable[[click.Context, click.Parameter, str | None], float | None]:
    def read(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
        del ctx, param
        try:
            return None if value is None else read_moment(value, time.time(), end=end)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error

    return read


@click.command("report")
@CONFIG
@click.option("--state", help="The folder of the alert store.")
@click.option("-f", "--format", "form", type=click.Choice(_FORMS), help="html, or what the name of -o ends in.")
@click.option("-o", "--output", help=f"Write to this file instead of {_NAME}.html; - is standard output.")
@click.option(
    "--from",
    "since",
    callback=_moment(end=False),
    metavar="DATE",
    help="Inspect the time from this date, or age as 30d, on.",
)
@click.option(
    "--to",
    "until",
    callback=_moment(end=True),
    metavar="DATE",
    help="Inspect the time up to this date, the day included.",
)
def command(  # noqa: PLR0913 - they are what a report may be asked for
    *,
    config: Path | None,
    state: str | None,
    form: str | None,
    output: str | None,
    since: float | None,
    until: float | None,
) -> None:
    """Write a report on the alerts that are kept: one HTML file that needs no network.

    It shows what is wrong now by zone, owner, label and time, what was not examined and why, and every alert in a list
    to sort and filter. With --from or --to it is an inspection of that time: what was found, how fast it was put right,
    what is overdue and where coverage was lost. As json or csv it is always an inspection: without a date, of all the
    log.

    Nobody but you may read the file. It never counts or compares people.
    """
    from scanner.app.report import Asked, write_report

    now = time.time()
    settings, folder = looking_settings(config, state)
    _check_there(folder)
    asked = Asked(form or _ending(output), since, until)
    if asked.since is not None and asked.since >= (now if asked.until is None else asked.until):
        message = "--from must lie before --to, and in the past"
        raise UsageError(message)
    if output == "-":
        write_report(sys.stdout, folder, settings, asked, now)
        return
    target = Path(output or f"{_NAME}.{asked.form}")
    with private_file(target, _OURS.values(), "the report") as stream:
        number = write_report(stream, folder, settings, asked, now)
    click.echo(f"wrote {visible(str(target))}: {number:,} alert{'' if number == 1 else 's'}", err=True)


def _ending(output: str | None) -> str:
    """Return the format a file name ends in; HTML where it ends in none."""
    ending = Path(output or "").suffix.removeprefix(".").lower()
    return ending if ending in _FORMS else "html"


def _check_there(folder: Path) -> None:
    """Make sure that there is a store: looking makes none.

    Raises:
        UsageError: nothing was recorded yet.
        StoreError: it cannot be seen.
    """
    try:
        os.stat(folder / DATABASE)  # noqa: PTH116 - unlike exists(), it tells what may not be seen from what is not there
    except FileNotFoundError as error:
        message = f"nothing was recorded yet in {visible(str(folder))}; --state names another folder"
        raise UsageError(message) from error
    except OSError as error:
        message = f"{visible(str(folder))}: {os.strerror(error.errno or 0)}"
        raise StoreError(message) from error
