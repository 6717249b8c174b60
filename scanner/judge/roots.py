"""Finds the zone a path is in: walking up from the file, the first folder that a root stands for decides."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from scanner.model.root import Root, path_parts, root
from scanner.model.zone import Zone


@dataclass(frozen=True, slots=True)
class Match:
    """A root that a path stands under: as it is written, the folder of the path that it stands for, and its zone."""

    root: str
    folder: str
    zone: Zone


class Roots:
    """The roots of all zones, ready to be asked for every file.

    Of several that stand for one folder, one that is written out goes before a glob, a glob with more names written out
    before another, and else the first.
    """

    def __init__(self, zones: Iterable[Zone]) -> None:
        """Take the zones, in the order of the configuration."""
        self._top = _Folder()
        globs: list[tuple[Root, Zone]] = []
        for zone in zones:
            for known in map(root, zone.roots):
                if known.is_glob:
                    globs.append((known, zone))
                else:
                    self._top.below(known.parts).put(known, zone)
        self._globs = tuple(sorted(globs, key=lambda pair: -pair[0].spelled))

    def zone_of(self, path: str, default: Zone) -> Zone:
        """Return the zone a path is in; the default where no root stands for it or a folder above it."""
        names = path_parts(path)
        best, zone = 0, default
        for depth, _, owner in self._written(names):
            best, zone = depth, owner
        for known, owner in self._globs:
            if len(known.runs) == 1 and len(known.parts) <= best:  # it reaches no deeper than it is long
                continue
            depth = known.reach(names)
            if depth > best:
                best, zone = depth, owner
        return zone

    def matching(self, path: str) -> tuple[Match, ...]:
        """Return every root a path stands under, the one that decides first."""
        names = path_parts(path)
        reached = [*self._written(names), *((known.reach(names), known, zone) for known, zone in self._globs)]
        found = sorted((entry for entry in reached if entry[0]), key=lambda entry: -entry[0])
        return tuple(Match(known.text, _folder(names[:depth]), zone) for depth, known, zone in found)

    def _written(self, names: tuple[str, ...]) -> Iterator[tuple[int, Root, Zone]]:
        """Yield the roots without globs that a path stands under, the shortest first."""
        folder = self._top
        for depth, name in enumerate(names, 1):
            below = folder.folders.get(name)
            if below is None:
                return
            folder = below
            if folder.owner is not None:
                yield (depth, *folder.owner)


@dataclass(slots=True)
class _Folder:
    """A folder that is a root, or that roots are in."""

    folders: dict[str, "_Folder"] = field(default_factory=dict)
    owner: tuple[Root, Zone] | None = None

    def below(self, parts: Sequence[str]) -> "_Folder":
        folder = self
        for name in parts:
            folder = folder.folders.setdefault(name, _Folder())
        return folder

    def put(self, known: Root, zone: Zone) -> None:
        self.owner = self.owner or (known, zone)


def zone_of(path: str, zones: Sequence[Zone], default: Zone) -> Zone:
    """Return the zone a path is in; who asks for many paths keeps `Roots`."""
    return Roots(zones).zone_of(path, default)


def matching_roots(path: str, zones: Sequence[Zone]) -> tuple[tuple[str, Zone], ...]:
    """Return every root the path stands under with its zone, the one that decides first."""
    return tuple((match.root, match.zone) for match in Roots(zones).matching(path))


def _folder(names: tuple[str, ...]) -> str:
    return names[0] + "/".join(names[1:]) if names[0] == "/" else "/".join(names)
