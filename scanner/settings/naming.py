"""Writes what messages call an entry of an array of tables."""

from typing import Final

from scanner.model.visible import visible

_LONGEST: Final = 64


def entry_name(table: str, number: int, name: object = "") -> str:
    """Return `zone[17] (public-share)`: the entry's place in the file, from 0, and its name where it has one."""
    named = isinstance(name, str) and name.strip()
    return f"{table}[{number}] ({visible(str(name))[:_LONGEST]})" if named else f"{table}[{number}]"
