"""Tells of some damaged files of an archive each, and of the rest in one sentence: a directory may list a million."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from scanner.model.document import Member, Problem, Reason, Segment
from scanner.model.place import Place

_MOST: Final = 100

Item = Segment | Member | Problem


def few_problems(place: Place, items: Iterator[Item]) -> Iterator[Item]:
    """Yield what a reader does, but of its problems only the first hundred, then one for each reason of the others.

    What the reader raises passes, once these have been told.
    """
    told = 0
    more: Counter[Reason] = Counter()
    try:
        for item in items:
            if not isinstance(item, Problem):
                yield item
            elif told < _MOST:
                told += 1
                yield item
            else:
                more[item.reason] += 1
    except Exception:
        yield from _rest(place, more)
        raise
    yield from _rest(place, more)


def _rest(place: Place, more: Counter[Reason]) -> Iterator[Problem]:
    yield from (Problem(place, reason, f"so are {count} more files in it") for reason, count in more.items())
