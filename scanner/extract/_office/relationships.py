"""Knows what the parts of a package refer to, and by what names."""

import posixpath
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from scanner.extract._markup.xml import attribute
from scanner.extract._office.skim import openings, skim_tags

LISTED: Final = openings(("Override", "Default", "Relationship"))
"""The elements of content types and relationships that say something."""

_TO_RESOLVE: Final = ("%", "/.", "//", "\\")
_FEW: Final = 8  # names that are looked for in every relationships part


@dataclass(frozen=True, slots=True)
class Relationship:
    """One line of a `.rels` part: `kind` is the last word of its type, in lower case."""

    id: str
    kind: str
    target: str
    external: bool


class Relationships:
    """What the parts of a package refer to. Those that lead nowhere outside are read when somebody asks for them."""

    def __init__(self) -> None:
        """Start with none."""
        self._found: dict[str, list[Relationship]] = {}
        self._waiting: dict[str, list[bytes]] = {}

    def add(self, source: str, links: Sequence[Relationship]) -> None:
        """Take what a part refers to."""
        self._found.setdefault(source, []).extend(links)

    def put_off(self, source: str, data: bytes) -> None:
        """Take a plain relationships part of a part, in which nothing is external."""
        self._waiting.setdefault(source, []).append(data)

    def get(self, source: str, default: Sequence[Relationship] = ()) -> Sequence[Relationship]:
        """Return what a part refers to."""
        for data in self._waiting.pop(source, ()):
            links = Links(source)
            skim_tags(data, LISTED, links.start)
            self.add(source, links.found)
        return self._found.get(source, default)

    def external(self) -> Iterator[Relationship]:
        """Yield what lies outside of the package."""
        return (link for links in self._found.values() for link in links if link.external)

    def targets(self, names: Sequence[str]) -> dict[str, str]:
        """Return the kinds of parts that are referred to, by their names; those of `names`, and of others perhaps."""
        bases = {posixpath.basename(name).encode() for name in names}
        plain = len(bases) <= _FEW and all(map(bytes.isascii, bases))
        for source, parts in tuple(self._waiting.items()):
            if not plain or any(_may_name(data, bases) for data in parts):
                self.get(source)
        return {link.target: link.kind for links in self._found.values() for link in links if not link.external}


@dataclass(slots=True)
class Links:
    """Takes the lines of one relationships part."""

    source: str
    found: list[Relationship] = field(default_factory=list)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take a line."""
        if name != "Relationship":
            return
        target = attribute(attributes, "Target")
        external = attribute(attributes, "TargetMode").lower() == "external"
        if not external:
            target = part_name(target, self.source)
        kind = attribute(attributes, "Type").rpartition("/")[2].lower()
        self.found.append(Relationship(attribute(attributes, "Id"), kind, target, external))

    def end(self, name: str) -> None:
        """Lines are told apart by where they begin."""

    def text(self, data: str) -> None:
        """Relationships hold no text."""

    def close(self) -> None:
        """As above."""


def part_name(target: str, source: str = "") -> str:
    """Return the name of the part that a part refers to."""
    base = "" if target.startswith("/") else posixpath.dirname(source)
    if "." not in target[:1] and not any(sign in target for sign in _TO_RESOLVE):
        return (f"{base}/{target}" if base else target.lstrip("/")).lower()
    return lowered(posixpath.normpath(posixpath.join(base, unquote(target).lstrip("/"))))


def lowered(name: str) -> str:
    """Return a name as it is compared: without case (ECMA-376 part 2, section 6.2.2.3), with slashes."""
    # Some writers use backslashes.
    return name.replace("\\", "/").lstrip("/").lower()


def source_of(name: str) -> str:
    """Return the name of the part whose relationships a part holds."""
    folder, _, base = name.rpartition("/")
    around = folder[: folder.rfind("/") + 1]
    return around + base.removesuffix(".rels")


def _may_name(data: bytes, bases: Collection[bytes]) -> bool:
    """Tell whether relationships can lead to a part with one of some names, however they write it."""
    lower = data.lower()
    return b"%" in data or any(base in lower for base in bases)
