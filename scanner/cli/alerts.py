"""`docwarden alerts`: shows what was raised, and keeps what people do about it."""

import json
import shlex
import sys
import time
from pathlib import Path
from shutil import get_terminal_size

import click

from scanner.alert.suppress import Suppressions
from scanner.cli import _alerts_change, _alerts_file, _alerts_list, _alerts_suppress, _alerts_verify
from scanner.cli._alerts_show import Screen
from scanner.cli._alerts_store import STATE, looking
from scanner.cli._alerts_words import is_suppressed
from scanner.cli._alerts_write import entry_record, file_record
from scanner.cli._options import CONFIG
from scanner.errors import UsageError
from scanner.model.alert import Alert
from scanner.model.record import alert_record
from scanner.model.suppression import Condition
from scanner.model.visible import visible


@click.group("alerts")
def command() -> None:
    """Show what was raised, and say what is done about it.

    An ID is the beginning of the key of an alert, as long as no other alert begins so.
    """


@command.command("show")
@click.argument("key", metavar="ID")
@click.option("-f", "--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option("--paths", "every_path", is_flag=True, help="Name every file that the alert is about.")
@CONFIG
@STATE
def show(key: str, config: Path | None, state: str | None, form: str, *, every_path: bool) -> None:
    """Show everything about an alert: what, where, why, what was done, and what to do now."""
    with looking(config, state) as kept:
        if kept is None:
            message = f"no alert {visible(key)!r}: nothing was recorded yet"
            raise UsageError(message)
        alert = kept.store.get(key)
        files = tuple(kept.store.paths(alert.key))
        history = kept.store.history(alert.key)
        waits = _waits(kept.suppressions, alert) if is_suppressed(alert) else ""
    if form == "json":
        more = {"files": list(map(file_record, files)), "history": list(map(entry_record, history))}
        click.echo(json.dumps(alert_record(alert) | more, ensure_ascii=True, indent=2))
        return
    screen = Screen(
        alert,
        tuple(standing for standing in files if standing.gone is None),
        history,
        kept.settings,
        get_terminal_size().columns if sys.stdout.isatty() else 0,
        every_path=every_path,
        prefix="" if kept.may_change else "sudo ",
        options=_options(config, state),
        waits=waits,
    )
    for line in screen.lines():
        click.echo(line)


def _waits(suppressions: Suppressions, alert: Alert) -> str:
    """Say that the suppression by which an alert was resolved has expired, where its files were not looked at since."""
    now = time.time()
    over = (one for one in suppressions.of_alert(alert.key) if one.condition(now) is Condition.EXPIRED)
    return next((one.standing(now) for one in over), "")


def _options(config: Path | None, state: str | None) -> str:
    """Return the options of this call as another call needs them."""
    given = (("-c", config), ("--state", state))
    return "".join(f" {name} {shlex.quote(visible(str(value)))}" for name, value in given if value is not None)


for _command in (
    _alerts_list.list_alerts,
    _alerts_list.export,
    _alerts_change.ack,
    _alerts_change.assign,
    _alerts_change.note,
    _alerts_change.resolve,
    _alerts_change.reopen,
    _alerts_suppress.suppress,
    _alerts_suppress.suppressions,
    _alerts_suppress.unsuppress,
    _alerts_suppress.baseline,
    _alerts_verify.verify,
    _alerts_file.file,
    _alerts_file.unread,
):
    command.add_command(_command)
