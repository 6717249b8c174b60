"""`docwarden rules`: shows the rules in force, and proves that they do what their authors say."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from scanner.detect.proof import prove
from scanner.detect.rule_list import Entry, faults_of, list_rules
from scanner.errors import Fault
from scanner.resources import RuleSource, read_rules, rule_sources

_FAULTY = 2
_RULES = click.option(
    "--rules", "folders", multiple=True, type=click.Path(path_type=Path), help="A folder of more rules."
)


@click.group("rules")
def command() -> None:
    """Show and prove the rules; `docs/writing-rules.md` says how to write one."""


@command.command("list")
@_RULES
@click.option("-f", "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def list_command(folders: tuple[Path, ...], form: str) -> int:
    """List every rule and marking scheme in force."""
    entries = list_rules(rule_sources(folders))
    click.echo(_json(entries) if form == "json" else _table(entries))
    return 0


@command.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@_RULES
@click.option("-W", "--warnings-as-errors", "strict", is_flag=True, help="A warning is a fault.")
def check_command(paths: tuple[Path, ...], folders: tuple[Path, ...], *, strict: bool) -> int:
    """Check rules and run their examples: those in PATHS, or the shipped ones and those of --rules.

    Prints every fault at once, one a line. Exit codes: 0 no fault. 2 at least one.
    """
    sources = (*read_rules(paths), *read_rules(folders)) if paths else rule_sources(folders)
    faults = faults_of(sources)
    sound = _sound(sources, faults)
    proofs = tuple(prove(sound))
    broken = [proof.fault() for proof in proofs if not proof.holds]
    for fault in (*faults, *broken):
        click.echo(fault)
    errors = sum(not fault.warning for fault in faults) + len(broken)
    warnings = sum(fault.warning for fault in faults)
    counts = [(len(list_rules(sound)), "rule"), (len(proofs), "example"), (errors, "fault")]
    counts += [(warnings, "warning")] if warnings else []
    click.echo(", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts))
    return _FAULTY if errors or (strict and warnings) else 0


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
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines)
