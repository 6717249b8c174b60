"""How the words beside a level add up over the parts of a document, as their scheme says it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dropped:
    """A word that says nothing more from a level on; `order` is that of the level."""

    name: str
    order: int


@dataclass(frozen=True, slots=True)
class RollUp:
    """What a scheme says of words that stand together.

    Each tuple of `covers` is a word and those it makes moot, its own consequences included. Words in `closes` make
    any release list moot. Countries follow those in `listing`, and such a word without any stands for all of them.
    Each tuple of `groups` is a code and those it stands for; `nation` is the owner's own code, which is in every
    release list, written or not. A word is matched by its name, and by what begins with it where the name ends with a
    hyphen or a blank follows: `SI-` by `SI-G`, `FGI` by `FGI DEU`.

    Where a word covers one that is not dropped, it must not be dropped itself: the order of labels would not be
    transitive.
    """

    covers: tuple[tuple[str, ...], ...] = ()
    closes: tuple[str, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    listing: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    nation: str = ""

    def single(self, entries: Iterable[str]) -> frozenset[str]:
        """Return one entry for each country that an entry lists."""
        found: set[str] = set()
        for entry in entries:
            name = next((name for name in self.listing if entry.startswith(f"{name} ")), None)
            codes = () if name is None else entry.removeprefix(f"{name} ").split()
            found.update((entry,) if name is None else (f"{name} {code}" for code in codes))
        return frozenset(found)

    def live(self, entries: Iterable[str], order: int) -> frozenset[str]:
        """Return single entries, one for each country listed, without those that a level of this order drops."""
        return frozenset(entry for entry in self.single(entries) if not self.is_dropped(entry, order))

    def settled(self, entries: Iterable[str], order: int, beside: Collection[str]) -> frozenset[str]:
        """Return what still says something at a level, beside other entries; countries of one word in one entry."""
        kept = {entry for entry in self.live(entries, order) if not self.is_covered(entry, beside)}
        for name in self.listing:
            listed = {entry for entry in kept if entry.startswith(f"{name} ")}
            if listed:
                kept -= listed
                kept.add(" ".join((name, *sorted(entry.removeprefix(f"{name} ") for entry in listed))))
        return frozenset(kept)

    def dominates(self, ours: Collection[str], theirs: Iterable[str], order: int, beside: Collection[str]) -> bool:
        """Tell whether entries at a level admit all others; `beside` is all that stands beside that level, live."""
        return all(entry in ours or self.is_covered(entry, beside) for entry in self.live(theirs, order))

    def is_dropped(self, entry: str, order: int) -> bool:
        """Tell whether an entry says nothing at a level of this order."""
        return any(order >= rule.order and is_word(entry, rule.name) for rule in self.dropped)

    def is_covered(self, entry: str, beside: Collection[str]) -> bool:
        """Tell whether something beside an entry makes it moot."""
        head = next((name for name in self.listing if entry.startswith(f"{name} ")), None)
        if head in beside:
            return True
        return any(
            entry in rule[1:] or head in rule[1:]
            for rule in self.covers
            if any(is_word(other, rule[0]) for other in beside)
        )

    def moot(self, entries: Iterable[str], order: int) -> frozenset[str]:
        """Return the words that a level with these entries admits though they are not among them."""
        beside = self.live(entries, order)
        covered = {
            word for rule in self.covers if any(is_word(entry, rule[0]) for entry in beside) for word in rule[1:]
        }
        return frozenset(covered | {rule.name for rule in self.dropped if order >= rule.order})

    def released(self, codes: frozenset[str] | None, beside: Iterable[str]) -> frozenset[str] | None:
        """Return every code a release list opens to, the owner's with them; None where it opens to nobody else."""
        if codes is None or any(is_word(entry, name) for entry in beside for name in self.closes):
            return None
        owner = {self.nation} if self.nation else set()
        opened = self._expanded(codes)
        return frozenset(opened | owner) if opened - owner else None

    def common(self, one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
        """Return the release list of two together, as short as it can be written; equal lists stay as they are."""
        if one is None or other is None or one == other:
            return None if other is None else one
        owner = {self.nation} if self.nation else set()
        return self._folded((self._expanded(one) | owner) & (self._expanded(other) | owner))

    def _expanded(self, codes: Iterable[str]) -> set[str]:
        members = {group[0]: group[1:] for group in self.groups}
        return {member for code in codes for member in members.get(code, (code,))}

    def _folded(self, codes: set[str]) -> frozenset[str]:
        """Write groups for their members, the largest first; the owner's code stays."""
        left = set(codes)
        found: set[str] = set()
        for group in sorted(self.groups, key=lambda group: (-len(group), group)):
            members = set(group[1:])
            if members <= codes and members & left - {self.nation}:
                found.add(group[0])
                left -= members - {self.nation}
        return frozenset(left | found)


def is_word(entry: str, name: str) -> bool:
    """Tell whether an entry is a word, or goes on behind it: `FGI DEU` is `FGI`, and `SI-G` is `SI-`."""
    return entry == name or entry.startswith(name if name.endswith("-") else f"{name} ")
