"""`docwarden alerts file` and `unread`: what is kept of a file, and which files were not read."""

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import click

from scanner.alert._said import KeptFile, Said, count_not_read, kept_of, not_read
from scanner.cli._alerts_store import STATE, looking
from scanner.cli._alerts_words import counted
from scanner.cli._alerts_write import file_record
from scanner.cli._options import CONFIG
from scanner.cli._table import show_facts
from scanner.cli._wrap import wrapped_at
from scanner.model.moment import moment
from scanner.model.visible import visible

_LIMIT = 50
_FINDINGS = 8


@click.command("file")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(readable=False))
@click.option("-f", "--format", "form", type=click.Choice(["table", "json"]), default="table")
@CONFIG
@STATE
def file(paths: tuple[str, ...], config: Path | None, state: str | None, form: str) -> None:
    """Show all that is kept of files, found in order or not, whether they stand there still or not.

    That nothing is kept is an answer, too, and no error.
    """
    found: list[KeptFile] = []
    with looking(config, state) as kept:
        if kept is not None:
            found = [_kept(kept.connection, path) for path in paths]
    if form == "json":
        click.echo(json.dumps({"files": [_record(one) for one in found]}, ensure_ascii=True, indent=2))
        return
    for one in found:
        click.echo(visible(one.path))
        show_facts(_facts(one))


@click.command("unread")
@click.option("--below", "folder", type=click.Path(readable=False), help="Only files in this folder and below it.")
@click.option("--after", type=click.Path(readable=False), help="Begin after this file: the next page.")
@click.option("--limit", type=click.IntRange(min=0), default=_LIMIT, show_default=True, help="At most so many; 0: all.")
@click.option("-f", "--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@CONFIG
@STATE
def unread(  # noqa: PLR0913 - each is an option
    *, folder: str | None, after: str | None, limit: int, form: str, config: Path | None, state: str | None
) -> None:
    """List the files that were not read in full when they were last looked at, by name, and why.

    It names those that the configuration accepts as well. A file in which something was found and something was not
    read is a violation, and stands in the alerts.
    """
    known: list[Said] = []
    number = 0
    below = "" if folder is None else os.path.abspath(folder)  # noqa: PTH100 - the path may hold bytes that are no text
    with looking(config, state) as kept:
        if kept is not None:
            known = not_read(kept.connection, below, after or "", limit or -1)
            number = count_not_read(kept.connection, below)
    for said in known:
        if form == "jsonl":
            click.echo(json.dumps(_said_record(said), ensure_ascii=True, separators=(",", ":")))
            continue
        click.echo(visible(said.path))
        why = "; ".join(_reasons(said)) or said.record.get("why", "")
        click.echo("\n".join(wrapped_at(visible(f"{moment(said.time)}  {why}"), "    ", "        ")))
    if not number:
        click.echo("Every file was read in full, of those that were looked at.", err=True)
    elif len(known) == limit and len(known) < number:
        click.echo(f"of {counted(number, 'file')}; --after with the last name shows more, --limit 0 all", err=True)


def _kept(connection: sqlite3.Connection, path: str) -> KeptFile:
    """Return what is kept of a file under the name that was given, else under the one that leads to."""
    written = os.path.abspath(path)  # noqa: PTH100 - the path may hold bytes that are no text
    first = kept_of(connection, written)
    real = os.path.realpath(written)
    if first.anything or real == written:
        return first
    second = kept_of(connection, real)
    return second if second.anything else first


def _facts(one: KeptFile) -> Iterator[tuple[str, str]]:
    if not one.anything:
        yield "kept", "nothing"
        return
    if one.said is not None:
        yield from _verdict(one.said)
    for key, standing in one.standings:
        until = "and stands there" if standing.gone is None else f"until {moment(standing.gone)}"
        yield "alert", f"{key}, from {moment(standing.first_seen)} {until}"
    if one.entries:
        yield "log", f"{one.entries:,} {'entry' if one.entries == 1 else 'entries'} about its alerts"
    if one.hidden_by:
        yield "suppression", one.hidden_by
    for zone in one.allowed:
        yield "may stand", f"in zone {zone}, to say where a copy elsewhere came from"
    if one.known:
        yield "identity", "its name, inode, size and times, so that it is not read twice"
    if one.owner is not None:
        yield "waits", f"to be read; until then with the number of its owner, {one.owner}"


def _verdict(said: Said) -> Iterator[tuple[str, str]]:
    record = said.record
    zone = f" in zone {record['zone']}" if record.get("zone") else ""
    yield "last look", f"{moment(said.time)}: {said.outcome.value}{zone}"
    if not record:
        yield "", "nothing was found in it, and all of it was read"
        return
    if record.get("why"):
        yield "", record["why"]
    yield "content", f"{record['media_type'] or 'of no known kind'}, {record['size']:,} bytes"
    if record.get("sha256"):
        yield "", f"SHA-256 {record['sha256']}"
    findings = record["findings"]
    for finding in findings[:_FINDINGS]:
        yield "found", f"{finding['place']}: {finding['evidence'] or finding['rule']}"
    if len(findings) > _FINDINGS:
        yield "", f"and {len(findings) - _FINDINGS:,} more; -f json shows all"
    for why in _reasons(said):
        yield "not read", why


def _reasons(said: Said) -> Iterator[str]:
    for reason in said.reasons:
        number = sum(problem["reason"] == reason for problem in said.record["problems"])
        yield reason.replace("_", " ") + (f" ({number:,} parts)" if number > 1 else "")


def _record(one: KeptFile) -> dict[str, object]:
    return {
        "path": one.path,
        "kept": one.anything,
        "last_look": None if one.said is None else _said_record(one.said),
        "alerts": [{"key": key} | file_record(standing) for key, standing in one.standings],
        "log_entries": one.entries,
        "suppression": one.hidden_by or None,
        "may_stand_in": list(one.allowed),
        "identity": one.known,
        "waits_with_owner": one.owner,
    }


def _said_record(said: Said) -> dict[str, object]:
    return {
        "path": said.path,
        "time": moment(said.time).replace(" ", "T"),
        "outcome": said.outcome.value,
        "not_read": list(said.reasons),
        "verdict": said.record or None,
    }
