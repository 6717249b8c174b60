"""`docwarden alerts ack`, `resolve`, `reopen`, `assign` and `note`: what people do about alerts."""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from scanner.alert.store import AlertStore
from scanner.cli._alerts_store import STATE, Kept, changing, me, who
from scanner.cli._alerts_words import counted
from scanner.cli._options import CONFIG
from scanner.errors import UsageError
from scanner.model.alert import CLAIMS, Alert
from scanner.model.suppression import Condition
from scanner.model.visible import visible

REASONS = (*CLAIMS[:1], "false_positive", "accepted_risk", "duplicate", *CLAIMS[1:])
_LONGEST = 2000
_Changed = TypeVar("_Changed")

KEYS = click.argument("keys", metavar="ID...", nargs=-1, required=True)


def text(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Read what somebody has to say, as one line that nothing obeys."""
    del ctx, param
    if value is None:
        return None
    said = visible(" ".join(value.split()))
    if len(said) > _LONGEST:
        message = f"longer than {_LONGEST} characters"
        raise click.BadParameter(message)
    return said


NOTE = click.option("-m", "--note", callback=text, default="", help="What is to be remembered about it.")


@click.command("ack")
@KEYS
@NOTE
@CONFIG
@STATE
def ack(keys: tuple[str, ...], note: str, config: Path | None, state: str | None) -> None:
    """Say that you have seen alerts: only something new about them opens them again."""
    _each(keys, config, state, "acknowledged", lambda store, key, now: store.acknowledge(key, who(), note, now))


@click.command("resolve")
@KEYS
@click.option("--reason", type=click.Choice(REASONS), help="Why nothing is left to do; it has to be said.")
@NOTE
@CONFIG
@STATE
def resolve(keys: tuple[str, ...], reason: str | None, note: str, config: Path | None, state: str | None) -> None:
    """Say that nothing is left to do about alerts; they open again when the same comes back.

    That they are fixed or gone is checked: the daemon looks at their files again, and opens those it finds as they
    were. The other reasons hold until there is something new.
    """
    if reason is None:
        message = f"say why nothing is left to do: --reason {', '.join(REASONS[:-1])} or {REASONS[-1]}"
        raise UsageError(message)
    said = f"{reason}: {note}" if note else reason
    with changing(config, state) as kept:
        now = time.time()
        alerts = each(keys, lambda key: kept.store.resolve(key, said, who(), now))
        standing = [(alert, _have_checked(kept, alert)) for alert in alerts if alert.claimed]
    told(alerts, "resolved")
    for alert, number in standing:
        if number:
            click.echo(_still(alert, number), err=True)


def _have_checked(kept: Kept, alert: Alert) -> int:
    """Have the files of an alert looked at again; return how many of them there are right now."""
    paths = [standing.path for standing in kept.store.paths(alert.key) if standing.gone is None]
    kept.suppressions.ask(paths)
    return sum(map(os.path.lexists, paths))


def _still(alert: Alert, number: int) -> str:
    verb, they, them = ("is", "it", "it") if number == 1 else ("are", "they", "them")
    return (
        f"{alert.key}: {counted(number, 'file')} of it {verb} known to stand; it opens again if the next look finds "
        f"{them} unchanged. If {they} may stand, `docwarden alerts reopen {alert.key}`, and suppress it or resolve it "
        "as accepted_risk"
    )


@click.command("reopen")
@KEYS
@NOTE
@CONFIG
@STATE
def reopen(keys: tuple[str, ...], note: str, config: Path | None, state: str | None) -> None:
    """Open alerts again that were acknowledged or resolved."""
    with changing(config, state) as kept:
        now = time.time()
        alerts = each(keys, lambda key: kept.store.reopen(key, who(), note, now))
        doubts = [doubt for alert in alerts if (doubt := _doubt(kept, alert, now))]
    told(alerts, "opened")
    for doubt in doubts:
        click.echo(doubt, err=True)


def _doubt(kept: Kept, alert: Alert, now: float) -> str:
    """Say what makes an alert that somebody opened different from one that was raised."""
    if alert.coverage is not None:
        return ""
    if not alert.copies:
        return f"{alert.key}: no file of it is known to stand any more, so that nothing but you will close it"
    try:
        one = kept.suppressions.get(alert.key)
    except UsageError:
        return ""
    if one.condition(now) in {Condition.EXPIRED, Condition.WITHDRAWN}:
        return ""
    return (
        f"{alert.key}: what it is about is still suppressed, so that nothing new of it is raised; "
        f"`docwarden alerts unsuppress {alert.key}` ends that"
    )


@click.command("assign")
@KEYS
@click.option("--to", "name", callback=text, help="Who looks after them; you, if not given.")
@click.option("--nobody", is_flag=True, help="Nobody looks after them any more.")
@NOTE
@CONFIG
@STATE
def assign(  # noqa: PLR0913 - each is an option
    *, keys: tuple[str, ...], name: str | None, nobody: bool, note: str, config: Path | None, state: str | None
) -> None:
    """Say who looks after alerts. The name is free text; `list --mine` goes by the name of the user."""
    if nobody and name is not None:
        message = "--to and --nobody contradict each other"
        raise UsageError(message)
    to = "" if nobody else me() if name is None else name
    done = f"assigned to {to}:" if to else "assigned to nobody:"
    _each(keys, config, state, done, lambda store, key, now: store.assign(key, to, who(), note, now))


@click.command("note")
@KEYS
@click.option("-m", "--note", "said", callback=text, required=True, help="What is to be remembered about them.")
@CONFIG
@STATE
def note(keys: tuple[str, ...], said: str, config: Path | None, state: str | None) -> None:
    """Write something down about alerts."""
    _each(keys, config, state, "noted:", lambda store, key, now: store.note(key, said, who(), now))


def each(keys: Sequence[str], change: Callable[[str], _Changed]) -> list[_Changed]:
    """Change something by its keys; all that cannot be are told together.

    Raises:
        UsageError: one cannot be changed; whoever calls undoes the others.
    """
    changed: list[_Changed] = []
    faults: list[str] = []
    for key in dict.fromkeys(keys):
        try:
            changed.append(change(key))
        except UsageError as error:
            faults.append(str(error))
    if faults:
        several = len(set(keys)) > 1
        raise UsageError("\n".join([*faults, *(["nothing was changed"] if several else [])]))
    return changed


def told(alerts: Sequence[Alert], done: str) -> None:
    """Say what was done."""
    for alert in alerts:
        click.echo(f"{visible(done)} {alert.key} {visible(alert.verdict.document.path)}")


def _each(
    keys: Sequence[str],
    config: Path | None,
    state: str | None,
    done: str,
    change: Callable[[AlertStore, str, float], Alert],
) -> None:
    with changing(config, state) as kept:
        now = time.time()
        alerts = each(keys, lambda key: change(kept.store, key, now))
    told(alerts, done)
