"""Keeps the tables of East Asian fonts packed in memory, for pdfminer.six where no file can be opened."""

import gzip
import json
from importlib.resources import files
from typing import Any, Final

from pdfminer.cmapdb import CMapDB

_ENDING: Final = ".json.gz"
_packed: Final[dict[str, bytes]] = {}


def preload() -> None:
    """Read every table that ships with pdfminer.six, five megabytes, and have it ask for them here."""
    if _packed:
        return
    for entry in (files("pdfminer") / "cmap").iterdir():
        if entry.name.endswith(_ENDING):
            _packed[entry.name.removesuffix(_ENDING)] = entry.read_bytes()
    # It has no other place where tables that it did not open itself could be handed to it.
    CMapDB._load_data = _load  # type: ignore[method-assign]  # noqa: SLF001


def _load(name: str) -> type[Any]:
    """Return a table as pdfminer.six does: numbers that JSON made strings of are numbers again.

    Raises:
        CMapDB.CMapNotFound: there is no table of this name.
    """
    packed = _packed.get(name.replace("\0", ""))
    if packed is None:
        raise CMapDB.CMapNotFound(name)
    table: dict[str, Any] = json.loads(gzip.decompress(packed))
    return type(name, (), {key: _numbered(value) if key in _NUMBERED else value for key, value in table.items()})


_NUMBERED: Final = frozenset({"CID2UNICHR_H", "CID2UNICHR_V", "CODE2CID"})


def _numbered(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {int(key) if key.lstrip("-").isdigit() else key: _numbered(inner) for key, inner in value.items()}
