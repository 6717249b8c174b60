"""`docwarden alerts verify`: proves that the log, the alerts and the suppressions are as they were written."""

import re
from pathlib import Path

import click

from scanner.cli._alerts_store import STATE, looking
from scanner.cli._options import CONFIG
from scanner.errors import UsageError
from scanner.model.visible import visible

_BROKEN = 1
_ANCHOR = re.compile(r"([0-9]{1,18}):([0-9a-f]{8,128})")


def _anchor(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, str] | None:
    del ctx, param
    if value is None:
        return None
    match = _ANCHOR.fullmatch(value.strip())
    if match is None:
        message = "must be the number and the head of an entry, as 12:0a1b2c…"
        raise click.BadParameter(message)
    return int(match[1]), match[2]


@click.command("verify")
@click.option(
    "--anchor",
    callback=_anchor,
    metavar="NUMBER:HEAD",
    help="The end of the log as it was kept elsewhere: a heartbeat, a sink or an earlier `verify`.",
)
@CONFIG
@STATE
def verify(anchor: tuple[int, str] | None, config: Path | None, state: str | None) -> int:
    """Follow the log of all that happened to alerts, and compare the alerts and the suppressions with it.

    Without an anchor, an older copy of the whole database in its place is not noticed. Keep the line that this prints
    on another machine.

    Exit codes: 0 everything is as it was written. 1 something is not: the first of it is named. 2 wrong usage, or the
    store cannot be read.
    """
    with looking(config, state) as kept:
        if kept is None:
            message = "there is no log to verify"
            raise UsageError(message)
        if not kept.may_change:
            message = "the log is sealed with a key that only the user of the daemon and root can read; use sudo"
            raise UsageError(message)
        broken = kept.store.verify(anchor) or kept.suppressions.verify()
        number, head = kept.store.head()
    if broken is None:
        click.echo(f"everything is as it was written; the log ends with {number}:{head}" if number else "nothing yet")
        return 0
    where = f"entry {broken.number}" if broken.number else "the log"
    click.echo(f"{where}: {visible(broken.why)}")
    return _BROKEN
