"""`docwarden rules`: shows the rules in force, proves what their authors say of them, and explains what they do."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import click

from scanner.app import Bench, check_rules, explain, label_names, passwords_for, settings_from, sources_for
from scanner.cli._explain import as_json, as_text
from scanner.cli._options import CONFIG
from scanner.detect.proof import prove
from scanner.detect.rule_list import Entry, faults_of, list_rules
from scanner.errors import Fault
from scanner.model.visible import visible
from scanner.resources import RuleSource, gather, read_rules, without

_FAULTY, _INCOMPLETE = 2, 3
_PATH = click.Path(path_type=Path)


@click.group("rules")
def command() -> None:
    """Show, prove and explain the rules; `docs/writing-rules.md` says how to write one."""


@command.command("list")
@click.option("-c", "--config", type=click.Path(path_type=Path, dir_okay=False), help="Use this configuration file.")
@click.option("--rules", "folders", multiple=True, type=_PATH, help="A folder of more rules.")
@click.option("-f", "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def list_command(config: Path | None, folders: tuple[Path, ...], form: str) -> int:
    """List every rule and marking scheme that a scan knows.

    These are the shipped ones and those in the folders that the configuration, DOCWARDEN_RULES and --rules name.
    """
    sources = sources_for(settings_from(config, os.environ, folders), folders)
    check_rules(sources, ())
    entries = list_rules(sources)
    click.echo(_json(entries) if form == "json" else _table(entries))
    return 0


@command.command("check")
@click.argument("paths", nargs=-1, type=_PATH)
@click.option("--rules", "folders", multiple=True, type=_PATH, help="A folder of more rules in force beside PATHS.")
@click.option("-W", "--warnings-as-errors", "strict", is_flag=True, help="A warning is a fault.")
def check_command(paths: tuple[Path, ...], folders: tuple[Path, ...], *, strict: bool) -> int:
    """Check the rules in PATHS and run their examples, with all shipped rules in force as in a scan.

    PATHS are what is checked, counted and reported; --rules names folders that are in force beside them, as in
    `docwarden scan --rules`. Without PATHS the shipped rules and those of --rules are checked. Rules that the
    configuration names are checked by `docwarden config check`. That others may write a file is a warning here, and a
    fault in a scan.

    Prints every fault at once, one a line. Exit codes: 0 no fault. 2 at least one.
    """
    sources, own, unread = _world(paths, folders)
    # A fault beside PATHS is told as well: a scan would stop at it.
    faults = [*unread, *(fault for fault in faults_of(sources) if fault.file in own or not fault.warning)]
    for fault in faults:
        click.echo(visible(str(fault)))
    sound = _sound(sources, faults)
    examples, broken = 0, 0
    for proof in prove(sound, own):
        examples += 1
        if not proof.holds:
            broken += 1
            click.echo(visible(str(proof.fault())))
    errors = sum(not fault.warning for fault in faults) + broken
    warnings = sum(fault.warning for fault in faults)
    rules = sum(entry.file in own for entry in list_rules(sound))
    counts = [(rules, "rule"), (examples, "example"), (errors, "fault")]
    counts += [(warnings, "warning")] if warnings else []
    click.echo(", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts))
    return _FAULTY if errors or (strict and warnings) else 0


@command.command("explain")
@click.argument("path", metavar="FILE", type=click.Path(allow_dash=True, readable=False))
@CONFIG
@click.option("--rules", "folders", multiple=True, type=_PATH, help="A folder of more rules.")
@click.option("-f", "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--show-match", is_flag=True, help="Show each line whole, and values in full. They may be secrets.")
def explain_command(path: str, config: Path | None, folders: tuple[Path, ...], form: str, *, show_match: bool) -> int:
    """Tell of each line in FILE that could be a marking how it was read and weighed; - is standard input.

    A line that came close and was dropped is told with the reason. Of FILE, and of each file packed in it, these are up
    to 200 lines that were weighed and the 50 that came closest. Nothing but the markings themselves is shown without
    --show-match.

    Exit codes: 0 FILE was read. 2 wrong usage, a faulty configuration or rule. 3 FILE could not be read in full.
    """
    settings = settings_from(config, os.environ, folders)
    bench = Bench(
        sources_for(settings, folders),
        settings.limits,
        workers=1,
        exclude_rules=settings.rules.exclude,
        show_match=show_match,
        labels=label_names(settings),
        prefer=settings.rules.prefer,
        least=settings.sandbox.least,
        explain=True,
        passwords=passwords_for(settings),
    )
    check_rules(bench.sources, (*bench.exclude_rules, *bench.prefer), trust_shipped=True)
    examination = explain(path, bench)
    click.echo(as_json(path, examination) if form == "json" else as_text(examination))
    return _INCOMPLETE if examination.problems else 0


def _world(
    paths: Sequence[Path], folders: Sequence[Path]
) -> tuple[tuple[RuleSource, ...], frozenset[str], tuple[Fault, ...]]:
    """Return all rule files in force, the names of those to be checked, and what could not be read."""
    if not paths:
        sources, unread = gather(folders)
        return sources, frozenset(source.name for source in sources), unread
    own, unread = read_rules(paths, of_anybody=True)
    beside, unread_beside = gather(folders)
    names = frozenset(source.name for source in own)
    return (*without(beside, own), *own), names, (*unread, *unread_beside)


def _sound(sources: Sequence[RuleSource], faults: Sequence[Fault]) -> tuple[RuleSource, ...]:
    """Return the files that can be used: the examples of the others cannot be run."""
    faulty = {fault.file for fault in faults if not fault.warning}
    return tuple(source for source in sources if source.name not in faulty)


def _json(entries: Sequence[Entry]) -> str:
    rows = [
        {
            "id": entry.id,
            "kind": entry.kind.value,
            "title": entry.title,
            "severity": entry.severity,
            "tags": list(entry.tags),
            "file": entry.file,
        }
        for entry in entries
    ]
    return json.dumps(rows, indent=2)


def _table(entries: Sequence[Entry]) -> str:
    rows = [("ID", "KIND", "SEVERITY", "TITLE", "TAGS")]
    rows += [(entry.id, entry.kind.value, entry.severity, entry.title, ", ".join(entry.tags)) for entry in entries]
    widths = [max(len(visible(row[column])) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(visible(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join(lines)
