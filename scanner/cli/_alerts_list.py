"""`docwarden alerts list` and `export`: the alerts that are wanted, for a person or for a program."""

import os
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from shutil import get_terminal_size

import click

from scanner.alert._stream import files_of, stream
from scanner.cli._alerts_filter import Chosen, filtered
from scanner.cli._alerts_known import unknown
from scanner.cli._alerts_store import STATE, Kept, looking
from scanner.cli._alerts_words import age, is_suppressed, state_words, what
from scanner.cli._alerts_write import OURS, Files, written
from scanner.cli._options import CONFIG
from scanner.cli._written_file import private_file
from scanner.model.alert import Alert, Standing, State
from scanner.model.finding import Severity
from scanner.model.moment import moment
from scanner.model.suppression import SUPPRESSED
from scanner.model.visible import visible

_FORMS = ("table", "json", "jsonl", "csv")
_HEAD = ("ALERT", "CHANGED", "TIMES", "SEVERITY", "STATE", "FILE", "WHY", "ZONE", "COPIES", "ASSIGNEE")
_COLORS = {Severity.LOW: "cyan", Severity.MEDIUM: "yellow", Severity.HIGH: "red", Severity.CRITICAL: "bright_red"}
_LIMIT = 50
_AT_ONCE = 100  # lines
_GAP = "  "
_SHORTEST = 10


@click.command("list")
@filtered
@click.option("--limit", type=click.IntRange(min=0), default=_LIMIT, show_default=True, help="At most so many; 0: all.")
@click.option("-f", "--format", "form", type=click.Choice(_FORMS), default="table")
@CONFIG
@STATE
def list_alerts(chosen: Chosen, config: Path | None, state: str | None, form: str, limit: int) -> None:
    """List alerts: open ones first, of these the gravest, of these the one that changed last.

    On a terminal each takes a line, or two where its path does not fit; a path is never cut. Elsewhere a line has the
    cells with tabs between them.
    """
    alerts: Sequence[Alert] = ()
    number = 0
    with looking(config, state) as kept:
        if kept is not None:
            wanted = chosen.wanted(kept.settings, time.time())
            _tell_unknown(kept, chosen)
            alerts = kept.store.alerts(wanted, limit or None, gravest=True)
            number = kept.store.count(wanted) if limit and len(alerts) == limit else len(alerts)
    more = number - len(alerts)
    if form != "table":
        _print(written(alerts, form, more=more))
    elif alerts:
        _print(_table(alerts) if sys.stdout.isatty() else _rows(alerts))
    else:
        click.echo("No alerts." if chosen == Chosen() else "No alerts fit.", err=True)
    if more:
        click.echo(f"and {more:,} more; --limit 0 shows all", err=True)


@click.command("export")
@filtered
@click.option("-f", "--format", "form", type=click.Choice(_FORMS[1:]), help="jsonl, or what the name of -o ends in.")
@click.option("-o", "--output", default="-", help="Write to this file, for you alone; - is standard output.")
@click.option("--force", is_flag=True, help="Write over a file that is no export of DocWarden's.")
@click.option("--paths", is_flag=True, help="Name every file of each alert; in csv each has a row.")
@CONFIG
@STATE
def export(  # noqa: PLR0913 - each is an option
    *, chosen: Chosen, config: Path | None, state: str | None, form: str | None, output: str, force: bool, paths: bool
) -> None:
    """Write all alerts that are wanted, in the order of `list`, for other programs.

    In csv no cell begins as a formula, and no name holds a character that a terminal obeys. A file takes the place of
    an earlier export, and of nothing else without --force.
    """
    form = form or _ending(output)
    with looking(config, state) as kept:
        alerts: Iterator[Alert] = iter(())
        files: Files | None = None
        if kept is not None:
            _tell_unknown(kept, chosen)
            alerts = stream(kept.connection, chosen.wanted(kept.settings, time.time()), gravest=True)
            if paths:
                files = partial(_files, kept.connection)
        lines = written(alerts, form, files)
        if output == "-":
            _print(lines)
            return
        with private_file(Path(output), OURS, "the export", force=force) as target:
            target.writelines(f"{line}\n" for line in lines)


def _ending(output: str) -> str:
    """Return the format a file name ends in; a record a line where it ends in none."""
    ending = Path(output).suffix.removeprefix(".").lower()
    return ending if ending in _FORMS[1:] else "jsonl"


def _tell_unknown(kept: Kept, chosen: Chosen) -> None:
    for sentence in unknown(kept, chosen):
        click.echo(sentence, err=True)


def _files(connection: sqlite3.Connection, alert: Alert) -> Iterator[Standing]:
    return files_of(connection, alert.key)


def _print(lines: Iterator[str]) -> None:
    """Print lines, some at a time: each call writes at once."""
    while some := list(islice(lines, _AT_ONCE)):
        click.echo("\n".join(some))


def _rows(alerts: Sequence[Alert]) -> Iterator[str]:
    yield "\t".join(_HEAD)
    for alert in alerts:
        verdict = alert.verdict
        cells = (alert.key, moment(alert.last_seen), str(alert.count), alert.severity.word, state_words(alert))
        more = (verdict.document.path, verdict.why, verdict.zone, str(alert.copies), alert.assignee)
        yield "\t".join(map(visible, (*cells, *more)))


def _table(alerts: Sequence[Alert]) -> Iterator[str]:
    """Yield a line for each alert where all fit, else two: what it is, and its path."""
    from rich.cells import cell_len

    width, now = get_terminal_size().columns, time.time()
    head = ["ALERT", "SEVERITY", "STATE", "CHANGED", "FILES", "WHAT", "ZONE"]
    rows = [_cells(alert, now) for alert in alerts]
    paths = [visible(alert.verdict.document.path) for alert in alerts]
    widths = [max(map(cell_len, column)) for column in zip(head, *rows, strict=True)]
    # No column but the last two and the path is ever wide.
    fixed = sum(widths[:5]) + len(_GAP) * 6
    one = fixed + sum(widths[5:]) + len(_GAP) + max(map(cell_len, paths)) <= width
    if not one:
        spare = max(width - fixed, 2 * _SHORTEST)
        widths[6] = min(widths[6], max(spare // 3, spare - widths[5]))
        widths[5] = min(widths[5], spare - widths[6])
    yield click.style(_row([*head, "FILE"] if one else head, widths), bold=True)
    for alert, row, path in zip(alerts, rows, paths, strict=True):
        line = _row([*row, path] if one else row, widths)
        yield _colored(line, alert)
        if not one:
            yield f"{_GAP}{path}"


def _cells(alert: Alert, now: float) -> list[str]:
    files = "-" if alert.coverage is not None else f"{alert.copies:,}"
    seen = age(max(0.0, now - alert.last_seen))
    state = "ack'd" if alert.state is State.ACKNOWLEDGED else alert.state.value
    state = SUPPRESSED if is_suppressed(alert) else state
    words = (visible(what(alert)), visible(alert.verdict.zone) or "-")
    return [alert.key, alert.severity.word, state, seen, files, *words]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    from rich.cells import cell_len, set_cell_size

    shown: list[str] = []
    for cell, width in zip(cells, widths, strict=False):
        cut = cell if cell_len(cell) <= width else set_cell_size(cell, width - 1) + "…"
        shown.append(cut + " " * (width - cell_len(cut)))
    shown += cells[len(widths) :]
    return _GAP.join(shown).rstrip()


def _colored(line: str, alert: Alert) -> str:
    """Colour the severity of what is not dealt with; colours are left out where nobody wants them."""
    color = _COLORS.get(alert.severity)
    if color is None or alert.state is State.RESOLVED or "NO_COLOR" in os.environ:
        return line
    return line.replace(alert.severity.word, click.style(alert.severity.word, fg=color), 1)
