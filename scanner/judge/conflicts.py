"""Finds what in a policy contradicts itself, has no effect, or is perhaps not meant so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from scanner.judge._meet import KINDS, meet, samples
from scanner.judge.labels import may_stand
from scanner.judge.roots import Match, Roots
from scanner.model.finding import Severity
from scanner.model.quiet import quiet_until
from scanner.model.root import ANY_DEPTH, Root, is_special, path_parts, root
from scanner.model.zone import Zone

_ONLY_PLAIN = (
    'each document needs a marking, and with the ceiling "none" no marking may stand but public and unclassified ones; '
    "say what may, or do without"
)
_MONDAY = datetime(2001, 1, 1)  # noqa: DTZ001 - local time, of any week
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Conflict:
    """What is odd about a zone: its number in the file, None for the default, the key, and what and why."""

    zone: int | None
    key: str
    message: str


def conflicts(zones: Sequence[Zone], default: Zone) -> Iterator[Conflict]:
    """Yield everything odd about zones, in the order of the configuration."""
    roots = Roots(zones)
    for number, zone in enumerate(zones):
        yield from _unreachable(number, zone, roots)
        yield from _wider_inside(number, zone, roots)
        yield from (Conflict(number, key, message) for key, message in _by_itself(zone))
    yield from _same_folders(zones)
    yield from (Conflict(None, key, message) for key, message in _by_itself(default))


def _unreachable(number: int, zone: Zone, roots: Roots) -> Iterator[Conflict]:
    """Yield the roots below which every file is in other zones."""
    for text in zone.roots:
        winners = [matches[0].zone.name for matches in _inside(text, roots)]
        if winners and zone.name not in winners:
            who = " and ".join(dict.fromkeys(winners))
            yield Conflict(number, "paths", f"no file can be in it by {text}: each is in the zone {who}")


def _wider_inside(number: int, zone: Zone, roots: Roots) -> Iterator[Conflict]:
    """Yield zones around this one that let less sensitive documents stand, and open marked files to fewer people."""
    told: set[str] = set()
    for matches in (matches for text in zone.roots for matches in _inside(text, roots)):
        if matches[0].zone.name != zone.name:
            continue
        outer = next((match.zone for match in matches if match.zone.name != zone.name), None)
        if outer is None or outer.name in told or not zone.audience.exceeds(outer.audience):
            continue
        if any(not may_stand(ceiling, outer) for ceiling in zone.ceilings):
            told.add(outer.name)
            more, fewer = zone.audience.value, outer.audience.value
            message = (
                f"more people may have marked files here ({more}) than in the zone {outer.name} around it ({fewer}), "
                "where only less sensitive ones may stand"
            )
            yield Conflict(number, "audience", message)


def _same_folders(zones: Sequence[Zone]) -> Iterator[Conflict]:
    """Yield globs of two zones that can stand for one folder."""
    globs = [
        (number, zone, known)
        for number, zone in enumerate(zones)
        for known in map(root, zone.roots)
        if known.is_glob
    ]  # fmt: skip
    for (_, zone, known), (number, other, later) in combinations(globs, 2):
        if zone.name != other.name and meet(known, later):
            more = later.spelled > known.spelled
            wins, why = (other, "more names written out") if more else (zone, "as many or more names written out")
            message = (
                f"{later.text} and {known.text} of the zone {zone.name} can stand for one folder; it is in the zone"
            )
            yield Conflict(number, "paths", f"{message} {wins.name}, whose root has {why}")


def _by_itself(zone: Zone) -> Iterator[tuple[str, str]]:
    """Yield the keys of a zone that go against each other."""
    if zone.require_marking and not zone.ceilings:
        yield "require_marking", _ONLY_PLAIN
    if zone.equivalents and not zone.ceilings:
        yield "equivalents", 'has no effect with the ceiling "none": there is nothing to compare with'
    if zone.tags and zone.severity is Severity.CRITICAL:
        yield "tags", 'have no effect: with severity = "critical", whatever a rule finds may stand'
    until = quiet_until(zone.quiet_hours, _MONDAY)
    if until is not None and until - _MONDAY > _WEEK:
        yield "quiet_hours", "it is quiet all week: nobody is ever told at once"


def _inside(text: str, roots: Roots) -> Iterator[tuple[Match, ...]]:
    """Yield the roots that sample files in the folders of a root stand under: the folder as a file, and files in it."""
    known = root(text)
    for folder in _folders(known):
        for inside in ("", "/qzx", "/qzx/QZX.719"):
            yield roots.matching(folder.rstrip("/") + inside or "/")


def _folders(known: Root) -> Iterator[str]:
    """Yield sample folders that a root stands for, each with names of another kind and of another depth."""
    for deep in ("", "qzx", "qzx/719"):
        columns = [_column(name, deep) for name in known.parts[1:]]
        for names in dict.fromkeys(zip(*columns, strict=True)) if columns else [()]:
            folder = "/" + "/".join(name for name in names if name)
            if known.reach(path_parts(folder)) == len(path_parts(folder)):
                yield folder


def _column(name: str, deep: str) -> list[str]:
    """Return what stands in place of a name of a root in each sample."""
    if name == ANY_DEPTH:
        return [deep] * KINDS
    return list(samples(name)) if is_special(name) else [name] * KINDS
