"""Finds the line of a configuration that a fault is about."""

import re

_ENTRY = re.compile(r"(zone|sink)\[(\d+)\]")
_KEY = re.compile(r"(?:^|\.)([A-Za-z_]+)(?:\[\d+\])*$")
_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(?:#.*)?$")


def line_of(text: str, key: str) -> int | None:
    """Return the line, from 1, where a key such as `zone[17] (public).ceiling[0]` is set, else that of its table.

    None where it cannot be told: of a file with texts of several lines, what looks like a line may be none.
    """
    if '"""' in text or "'''" in text:
        return None
    entry, named = _ENTRY.match(key), _KEY.search(key)
    table, number = (entry[1], int(entry[2])) if entry else (key.rpartition(".")[0], 0)
    within, seen, found = not table, 0, None
    for place, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            within = header[2] == table and (header[1] == "[[") == bool(entry) and seen == number
            seen += header[2] == table
            found = place if within else found
        elif within and named and re.match(rf"\s*{named[1]}\s*=", line):
            return place
    return found
