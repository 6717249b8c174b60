"""The archives that other programs made, as tests/data/archives/make.py has put them together."""

import zipfile
from functools import cache
from pathlib import Path

_MADE = Path(__file__).parents[2] / "tests" / "data" / "archives" / "made.zip"


@cache
def golden() -> dict[str, bytes]:
    """Return them by name."""
    with zipfile.ZipFile(_MADE) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
