"""Shows rows: as a table on a terminal, else as lines with tabs between the cells."""

import sys
from collections.abc import Iterable, Sequence

import click

from scanner.cli._wrap import wrapped_at
from scanner.model.visible import visible


def show_rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows of texts under a head."""
    cleaned = [[visible(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in (head, *cleaned):
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*head, box=None, pad_edge=False, header_style="bold")
    for column in table.columns:
        column.overflow = "fold"
    for row in cleaned:
        table.add_row(*map(Text, row))
    Console(highlight=False).print(table)


def show_facts(facts: Iterable[tuple[str, str]], indent: str = "  ") -> None:
    """Print names with what they are, one a line; a name that is empty goes on with the one above.

    On a terminal what is long goes on under its begin.
    """
    known = list(facts)
    width = max(len(name) for name, _ in known)
    for name, text in known:
        head = f"{indent}{name:<{width}}  "
        for line in wrapped_at(visible(text), head, " " * len(head)):
            click.echo(line)
