"""`docwarden alerts`: shows what was raised."""

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from scanner import __version__
from scanner.alert.store import AlertStore
from scanner.app import settings_from
from scanner.cli._options import CONFIG
from scanner.cli._table import show_facts, show_rows
from scanner.errors import StoreError, UsageError
from scanner.model.alert import Alert, State
from scanner.model.finding import Finding
from scanner.model.record import alert_record
from scanner.model.visible import visible
from scanner.spool.database import DATABASE, connect, state_folder

_STATE = click.option("--state", help="The folder of the alert store.")
_FORMAT = click.option("-f", "--format", "form", type=click.Choice(["table", "json"]), default="table")


@click.group("alerts")
def command() -> None:
    """Show what was raised."""


@command.command("list")
@CONFIG
@_STATE
@_FORMAT
@click.option("--only", type=click.Choice([state.value for state in State]), help="Show only alerts of this state.")
@click.option("--limit", type=click.IntRange(min=1), help="Show at most so many, the last seen first.")
def list_alerts(config: Path | None, state: str | None, form: str, only: str | None, limit: int | None) -> None:
    """List the alerts, the last seen first."""
    with _store(config, state) as store:
        alerts = store.alerts(State(only) if only else None, limit) if store else ()
    if form == "json":
        shown = {"docwarden": __version__, "alerts": [alert_record(alert) for alert in alerts]}
        click.echo(json.dumps(shown, ensure_ascii=True, indent=2))
    elif alerts:
        show_rows(("ALERT", "LAST SEEN", "TIMES", "SEVERITY", "STATE", "FILE", "WHY"), map(_row, alerts))
    else:
        click.echo("No alerts.", err=True)


@command.command("show")
@click.argument("key")
@CONFIG
@_STATE
@_FORMAT
def show(key: str, config: Path | None, state: str | None, form: str) -> None:
    """Show everything about the alert whose key begins with KEY."""
    with _store(config, state) as store:
        if store is None:
            message = f"no alert {key!r}: nothing was recorded yet"
            raise UsageError(message)
        alert = store.get(key)
    if form == "json":
        click.echo(json.dumps(alert_record(alert), ensure_ascii=True, indent=2))
        return
    verdict = alert.verdict
    click.echo(f"alert {alert.key}: {alert.severity.word}, {alert.state.value}")
    show_facts(_facts(alert))
    if verdict.findings:
        click.echo("\n  found")
        for finding in verdict.findings:
            click.echo(f"    {visible(finding.where())}: {visible(_found(finding))}")
            if finding.reasons:
                click.echo(f"        because: {visible(', '.join(finding.reasons)).replace('_', ' ')}")
    if verdict.problems:
        click.echo("\n  not read")
        for problem in verdict.problems:
            said = ": ".join(filter(None, (problem.reason.value.replace("_", " "), problem.detail)))
            click.echo(f"    {visible(problem.place.words())}: {visible(said)}")


@contextlib.contextmanager
def _store(config: Path | None, state: str | None) -> Iterator[AlertStore | None]:
    """Open the store; None where there is none yet, for looking makes no folder."""
    settings = settings_from(config, os.environ)
    folder = state_folder(state or settings.state)
    try:
        os.stat(folder / DATABASE)  # noqa: PTH116 - unlike exists(), it tells what may not be seen from what is not there
    except FileNotFoundError:
        click.echo(f"nothing was recorded yet in {visible(str(folder))}; --state names another folder", err=True)
        yield None
        return
    except OSError as error:
        message = f"{visible(str(folder))}: {os.strerror(error.errno or 0)}"
        raise StoreError(message) from error
    with contextlib.closing(connect(folder)) as connection:
        yield AlertStore(connection)


def _row(alert: Alert) -> tuple[str, ...]:
    verdict = alert.verdict
    times = (alert.key, _time(alert.last_seen), str(alert.count))
    return (*times, alert.severity.word, alert.state.value, verdict.document.path, verdict.why)


def _facts(alert: Alert) -> Iterator[tuple[str, str]]:
    verdict = alert.verdict
    if alert.coverage is None:
        yield "file", verdict.document.path
        yield "zone", verdict.zone + (f", owned by {verdict.owner}" if verdict.owner else "")
    else:
        ended = alert.coverage.ended
        yield "folder", verdict.document.path
        yield "unseen", f"since {_time(alert.coverage.begun)}, " + (f"until {_time(ended)}" if ended else "still")
    yield "why", verdict.why
    yield "what next", verdict.guidance
    if verdict.labels:
        yield "label", ", ".join(map(str, verdict.labels))
    times = "once" if alert.count == 1 else f"{alert.count} times"
    yield "seen", f"{times}, first {_time(alert.first_seen)}, last {_time(alert.last_seen)}"
    if verdict.document.media_type:
        claimed = verdict.document.claimed_type
        note = f"; its name says {claimed}" if claimed else ""
        yield "kind", f"{verdict.document.media_type}, {verdict.document.size:,} bytes{note}"


def _found(finding: Finding) -> str:
    title = f"{finding.title}: " if finding.title else ""
    what = finding.evidence or ("" if finding.label is None else str(finding.label)) or finding.rule
    return (
        f"{title}{what} ({finding.role.value}, {finding.status.value}, {finding.confidence:.0%}, rule {finding.rule})"
    )


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
