"""`docwarden alerts suppress`, `unsuppress`, `suppressions` and `baseline`: what is not to be raised for a time."""

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from scanner.alert.reconsider import made, reconsider
from scanner.cli._alerts_change import KEYS, NOTE, each, text
from scanner.cli._alerts_filter import Chosen, filtered, read_moment
from scanner.cli._alerts_known import unknown
from scanner.cli._alerts_store import STATE, Kept, changing, looking, who
from scanner.cli._alerts_words import counted
from scanner.cli._options import CONFIG
from scanner.cli._table import show_rows
from scanner.errors import UsageError
from scanner.model.alert import State
from scanner.model.moment import moment
from scanner.model.suppression import SUPPRESSED, Condition, Suppression, Terms, until_words
from scanner.model.units import read_time
from scanner.model.visible import visible

_USUAL = "90d"
_DAY = 86400.0
_WITHOUT_OPTION = 90 * _DAY
_MOST = 365 * _DAY
_NAMED = 5
_PORTION = 1000


def _span(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Read for how many seconds from now, by a time or by the last day."""
    del ctx, param
    if value is None:
        return None
    now = time.time()
    try:
        return read_time(value)
    except ValueError:
        pass
    try:
        return read_moment(value, now, end=True) - now - 1  # within the day that was named
    except ValueError as error:
        message = f'neither a time nor a date: "{visible(value)}"; write 90d, 12h, or the last day as 2026-12-31'
        raise click.BadParameter(message) from error


_REASON = click.option("--reason", required=True, callback=text, help="Why it may stand there.")
_EXPIRES = click.option(
    "--expires", callback=_span, show_default=_USUAL, metavar="TIME", help="For how long, or the last day; up to 365d."
)
_FOREVER = click.option("--forever", is_flag=True, help="Without an end. Somebody has to remember it.")


def _timed(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (_FOREVER, _EXPIRES, _REASON):
        function = option(function)
    return function


@click.command("suppress")
@KEYS
@_timed
@CONFIG
@STATE
def suppress(  # noqa: PLR0913 - each is an option
    *, keys: tuple[str, ...], reason: str, expires: float | None, forever: bool, config: Path | None, state: str | None
) -> None:
    """Keep what alerts are about from being raised for a time.

    That goes by the content of the files, what was found in it and the zone: it holds wherever in the zone a file is
    moved and whatever it is called, and not for another content or another finding. When it ends, what still stands
    there is raised again.
    """
    with changing(config, state) as kept:
        now = time.time()
        terms = _terms(reason, expires, now, forever=forever)
        suppressed = each(keys, lambda key: _suppress(kept, key, terms, now))
    for one in suppressed:
        click.echo(f"suppressed {until_words(terms.until, now)}: {one.alert} {visible(one.path)}")
        click.echo(f"    by suppression {one.key}")


@click.command("baseline")
@filtered
@_timed
@CONFIG
@STATE
def baseline(  # noqa: PLR0913 - each is an option
    *, chosen: Chosen, reason: str, expires: float | None, forever: bool, config: Path | None, state: str | None
) -> None:
    """Suppress all alerts that are not resolved, or those of them that are wanted: begin with what is new.

    Each is a suppression of its own, as `suppress` makes it. What cannot be suppressed stays as it is and is named.
    It goes on in portions of a thousand: where it is broken off, the rest stays open, and it can be called again.
    """
    if State.RESOLVED.value in chosen.only:
        message = "what is resolved needs no suppression; leave --only resolved out"
        raise UsageError(message)
    skipped: list[str] = []
    number, now = 0, time.time()
    terms = _terms(reason, expires, now, forever=forever)
    with changing(config, state) as kept:
        for sentence in unknown(kept, chosen):
            click.echo(sentence, err=True)
        wanted = chosen.wanted(kept.settings, now)
        keys = [alert.key for alert in kept.store.alerts(wanted) if alert.state is not State.RESOLVED]
    for start in range(0, len(keys), _PORTION):  # the daemon and other people get their turns in between
        with changing(config, state) as kept:
            for key in keys[start : start + _PORTION]:
                try:
                    _suppress(kept, key, terms, now)
                    number += 1
                except UsageError as error:
                    skipped.append(str(error))
    click.echo(f"{counted(number, 'alert')} suppressed {until_words(terms.until, now)}")
    for why in skipped[:_NAMED]:
        click.echo(f"left as it is: {why}", err=True)
    if len(skipped) > _NAMED:
        click.echo(f"left as they are: {len(skipped) - _NAMED:,} more", err=True)


@click.command("unsuppress")
@KEYS
@NOTE
@CONFIG
@STATE
def unsuppress(keys: tuple[str, ...], note: str, config: Path | None, state: str | None) -> None:
    """End suppressions before their time, by their own IDs or those of their alerts.

    What still stands there is raised again: at once, or when the daemon has looked at it.
    """
    with changing(config, state) as kept:
        now = time.time()
        ended = each(keys, lambda key: _withdraw(kept, key, note, now))
        number = reconsider(kept.store, kept.suppressions, now)
    for one in ended:
        click.echo(f"no longer suppressed: {one.alert} {visible(one.path)}")
    click.echo(f"{counted(number, 'alert')} opened again")


@click.command("suppressions")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice([condition.value for condition in Condition]),
    help="Only these; may be repeated.",
)
@click.option("-f", "--format", "form", type=click.Choice(["table", "json", "jsonl"]), default="table")
@CONFIG
@STATE
def suppressions(only: tuple[str, ...], form: str, config: Path | None, state: str | None) -> None:
    """List the suppressions: those in force, those that hide nothing any more, and those that are over."""
    with looking(config, state) as kept:
        known = _known(kept) if kept is not None else ()
    now = time.time()
    shown = [one for one in known if not only or one.condition(now).value in only]
    if form == "table" and shown and sys.stdout.isatty():
        for one in shown:
            click.echo("\n".join(map(visible, _lines(one, now))))
    elif form == "table" and shown:
        head = ("SUPPRESSION", "IS", "UNTIL", "FILES", "BY", "ALERT", "ZONE", "WHAT", "REASON", "FILE")
        show_rows(head, [tuple(_row(one, now)) for one in shown])
    elif form == "table":
        click.echo("No suppressions." if not only else "No suppressions fit.", err=True)
    elif form == "json":
        known_ = {"suppressions": [_record(one, now) for one in shown]}
        click.echo(json.dumps(known_, ensure_ascii=True, indent=2))
    else:
        for one in shown:
            click.echo(json.dumps(_record(one, now), ensure_ascii=True, separators=(",", ":")))


def _known(kept: Kept) -> tuple[Suppression, ...]:
    """Return all suppressions; who has the key sees which of them somebody else altered."""
    if not kept.may_change:
        return kept.suppressions.all()
    wrong = {one.key for one in kept.suppressions.altered()}
    return tuple(replace(one, altered=one.key in wrong) for one in kept.suppressions.all())


def _terms(reason: str, expires: float | None, now: float, *, forever: bool) -> Terms:
    if forever and expires is not None:
        message = "--forever and --expires contradict each other"
        raise UsageError(message)
    if not reason:
        message = "--reason is empty; say why it may stand there"
        raise UsageError(message)
    if forever:
        return Terms(who(), reason, None)
    expires = _WITHOUT_OPTION if expires is None else expires
    if not 0 < expires <= _MOST:
        message = "--expires must lie in the future, at most 365d from now; --forever is without an end"
        raise UsageError(message)
    return Terms(who(), reason, now + expires)


def _suppress(kept: Kept, key: str, terms: Terms, now: float) -> Suppression:
    """Suppress one alert; one that is suppressed already gets the new terms."""
    alert = kept.store.get(key)
    paths = [standing.path for standing in kept.store.paths(alert.key) if standing.gone is None]
    said = f"{SUPPRESSED} {until_words(terms.until, now)}: {terms.reason}"
    if alert.state is State.RESOLVED and not alert.resolution.startswith(SUPPRESSED):
        message = f"alert {alert.key} is resolved; `docwarden alerts reopen {alert.key}` opens it again"
        raise UsageError(message)
    if not paths and alert.state is not State.RESOLVED and alert.coverage is None:
        message = (
            f"alert {alert.key} is about no file that is known to stand; "
            f"`docwarden alerts resolve {alert.key} --reason gone` closes it"
        )
        raise UsageError(message)
    one = kept.suppressions.add(alert, paths, terms, now)
    kept.store.suppress(alert.key, said, terms.author, now, made(one))
    return one


def _withdraw(kept: Kept, key: str, note: str, now: float) -> Suppression:
    one = kept.suppressions.get(key)
    if one.condition(now) in {Condition.EXPIRED, Condition.WITHDRAWN}:
        message = f"suppression {one.key} is {one.condition(now).value} already"
        raise UsageError(message)
    kept.suppressions.withdraw(one.key, who(), now)
    if note:
        with contextlib.suppress(UsageError):  # an alert that was resolved long ago may be deleted
            kept.store.note(one.alert, f"suppression withdrawn: {note}", who(), now)
    return one


def _lines(one: Suppression, now: float) -> Iterator[str]:
    """Yield what a person reads; a path is on a line of its own, so that it can be copied whole."""
    until = until_words(one.terms.until, now)
    yield f"{one.key}  {one.standing(now)}, {until}, {counted(one.hides, 'file')}, alert {one.alert}"
    yield f"    {one.path}"
    yield f"    in {one.zone}: {'; '.join(one.points)}"
    yield f"    {one.terms.author}: {one.terms.reason}"


def _row(one: Suppression, now: float) -> Iterator[str]:
    until = "never" if one.terms.until is None else until_words(one.terms.until, now).removeprefix("until ")
    yield from (one.key, one.standing(now), until, f"{one.hides:,}", one.terms.author, one.alert, one.zone)
    yield from ("; ".join(one.points), one.terms.reason, one.path)


def _record(one: Suppression, now: float) -> dict[str, object]:
    terms = one.terms
    return {
        "id": one.key,
        "condition": one.condition(now).value,
        "altered": one.altered,
        "alert": one.alert,
        "zone": one.zone,
        "what": list(one.points),
        "author": terms.author,
        "reason": terms.reason,
        "begin": moment(one.begun).replace(" ", "T"),
        "until": None if terms.until is None else moment(terms.until).replace(" ", "T"),
        "ended": None if one.ended is None else moment(one.ended).replace(" ", "T"),
        "ended_by": one.ended_by,
        "files": one.hides,
        "path": one.path,
    }
