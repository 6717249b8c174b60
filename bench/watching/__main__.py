"""Runs measurements of the watch: `python -m bench.watching [NAME…] [--small] [--folder FOLDER]`; all without a NAME.

Each module of this folder whose name has no underscore in front is one: its docstring says what it does, and its
`measure(scratch, small)` prints what it saw and returns what missed its goal. `--small` is a short form of each. The
files are made below FOLDER, on the file system that stands there. Exits with 1 when anything missed its goal.
"""

import argparse
import importlib
import pkgutil
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, cast


class Measurement(Protocol):
    """What a module of this folder offers."""

    __doc__: str

    def measure(self, scratch: Path, *, small: bool) -> Iterable[str]:
        """Measure below an empty folder, print what was seen, and return or yield what missed its goal."""
        ...


def known() -> dict[str, Measurement]:
    """Return every measurement there is, by name."""
    folder = Path(__file__).parent
    names = sorted(found.name for found in pkgutil.iter_modules([str(folder)]) if not found.name.startswith("_"))
    return {name: cast("Measurement", importlib.import_module(f"bench.watching.{name}")) for name in names}


def main() -> int:
    """Run what was asked for, and return the exit code."""
    measurements = known()
    about = "\n".join(f"  {name:<12} {found.__doc__.splitlines()[0]}" for name, found in measurements.items())
    parser = argparse.ArgumentParser(
        description=f"{__doc__}\n{about}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--small", action="store_true", help="a tenth of everything, to see that it works")
    parser.add_argument("--folder", type=Path, help="where to make the files; a temporary folder if not given")
    options = parser.parse_args()
    for unknown in set(options.names) - set(measurements):
        parser.error(f"{unknown} is none of {', '.join(measurements)}")
    missed: list[str] = []
    for name in options.names or measurements:
        print(f"\n{name}: {measurements[name].__doc__.splitlines()[0]}", flush=True)
        began = time.monotonic()
        with tempfile.TemporaryDirectory(dir=options.folder, prefix="watching-") as scratch:
            missed += [f"{name}: {fault}" for fault in measurements[name].measure(Path(scratch), small=options.small)]
        print(f"  took {time.monotonic() - began:.0f} s")
    for fault in missed:
        print(f"MISSED {fault}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
