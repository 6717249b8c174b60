"""Reads the cells of Jupyter notebooks, whose lines are strings of a list in JSON (nbformat 4)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from scanner.extract._budget import Budget
from scanner.model.document import Blob, Segment
from scanner.model.place import Part

_LONGEST: Final = 16 << 20
_PARTS: Final = {"code": Part.CODE}


def cells(blob: Blob, budget: Budget) -> Iterator[Segment]:
    """Yield each cell's source and the texts of its outputs, as they are shown; nothing where it is no notebook."""
    data = blob.data
    if b'"nbformat"' not in data or b'"cells"' not in data or len(data) > _LONGEST:
        return
    try:
        book = json.loads(data)
    except (ValueError, RecursionError):
        return
    for number, cell in enumerate(_entries(book, "cells"), 1):
        place = replace(blob.place, part=_PARTS.get(str(cell.get("cell_type")), Part.BODY), number=number)
        shown = [_joined(cell.get("source"))]
        for output in _entries(cell, "outputs"):
            content = output.get("data")
            found = content.values() if isinstance(content, dict) else ()
            shown += [_joined(output.get("text")), *map(_joined, found), _joined(output.get("traceback"))]
        text = "\n".join(piece for piece in shown if piece.strip())
        if text:
            budget.text(len(text))
            yield Segment(place, text)


def _entries(value: Any, name: str) -> list[dict[str, Any]]:
    entries = value.get(name) if isinstance(value, dict) else None
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _joined(value: Any) -> str:
    """Return a text of several lines, which stands as one string or as a list of them."""
    if isinstance(value, list):
        return "".join(piece for piece in value if isinstance(piece, str))
    return value if isinstance(value, str) else ""
