"""A root of a zone: a folder, a file, or a glob over whole names that stands for many."""

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

ANY_DEPTH = "**"
"""Stands for any number of folders in a row, none included."""

_SPECIAL = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Root:
    """What a zone names as its own; everything below it is meant, too.

    `parts` are its names. In a glob `*`, `?` and `[…]` stand for characters of one name, and a name that is `**` for
    any number of names. A name that is written just as the glob is always fits, so that a folder called `[old]` can be
    named. `runs` are the names between the `**`.
    """

    text: str
    parts: tuple[str, ...]
    runs: tuple["_Run", ...]

    @property
    def is_glob(self) -> bool:
        """Whether it can stand for more than one folder."""
        return any(map(is_special, self.parts))

    @property
    def spelled(self) -> int:
        """How many of its names are written out."""
        return sum(not is_special(name) for name in self.parts)

    @property
    def fixed(self) -> str:
        """The folder that all it stands for is in: what comes before the first special name."""
        first = next((number for number, name in enumerate(self.parts) if is_special(name)), len(self.parts))
        return self.parts[0] + "/".join(self.parts[1:first])

    def reach(self, names: tuple[str, ...]) -> int:
        """Return how many names of a path it takes to the deepest folder this root stands for; 0 if there is none.

        The time is in proportion to the length of the path, whatever the path is: trees are not trusted.
        """
        first = self.runs[0]
        if not first.fits(names, 0):
            return 0
        end, last = first.length, len(self.runs) - 1
        for number in range(1, last + 1):
            run = self.runs[number]
            starts = range(end, len(names) - run.length + 1)
            # The first place that fits leaves most for the runs after it; the last run is to reach as far as it can.
            found = next((at for at in (reversed(starts) if number == last else starts) if run.fits(names, at)), None)
            if found is None:
                return 0
            end = found + run.length
        return end


@dataclass(frozen=True, slots=True)
class _Run:
    """Names that follow each other: how many, those that are written out, and the others, each with its place."""

    length: int
    written: tuple[tuple[int, str], ...]
    special: tuple[tuple[int, str, re.Pattern[str]], ...]

    def fits(self, names: tuple[str, ...], start: int) -> bool:
        """Tell whether the names of a path from a place on are these."""
        if start + self.length > len(names):
            return False
        for place, name in self.written:  # a loop: asked for every file and root, and most fail here
            if names[start + place] != name:
                return False
        return all(
            pattern.match(names[start + place]) is not None or names[start + place] == name
            for place, name, pattern in self.special
        )


@cache
def root(text: str) -> Root:
    """Return the root that an absolute path or glob writes. `**` at the end says nothing: a root has all below it."""
    names = list(path_parts(text))
    while len(names) > 1 and names[-1] == ANY_DEPTH:
        names.pop()
    runs: list[list[str]] = [[]]
    for name in names:
        if name == ANY_DEPTH:
            runs.append([])
        else:
            runs[-1].append(name)
    return Root(text, tuple(names), tuple(_run(run) for run in runs if run) or (_run(()),))


def path_parts(path: str) -> tuple[str, ...]:
    """Split a path into its names; the first of an absolute one is `/`."""
    names = [name for name in path.split("/") if name not in {"", "."}]
    return ("/", *names) if path.startswith("/") else tuple(names)


def is_special(name: str) -> bool:
    """Tell whether a name of a root stands for others, too."""
    return not _SPECIAL.isdisjoint(name)


def fits(name: str, special: str) -> bool:
    """Tell whether a name of a path is one that a name of a root stands for; `**` is for the caller to look at."""
    return name == special or re.match(fnmatch.translate(special), name) is not None


def _run(names: Sequence[str]) -> _Run:
    places = list(enumerate(names))
    return _Run(
        len(names),
        tuple((place, name) for place, name in places if not is_special(name)),
        tuple((place, name, re.compile(fnmatch.translate(name))) for place, name in places if is_special(name)),
    )
