"""Reads what a scheme says of words that stand together: how they add up, and which contradict each other."""

from collections.abc import Collection, Iterator, Sequence

from scanner.detect._scheme_rule import CaveatKind, CaveatRule, Conflict, LevelRule, Listing
from scanner.detect._section import Section
from scanner.model.rollup import Dropped, RollUp, is_word


def read_rollup(top: Section, nation: str, levels: Sequence[LevelRule], caveats: Sequence[CaveatRule]) -> RollUp:
    """Return how the words of a scheme add up; whatever would make its labels no lattice is a fault."""
    orders = {rule.level.id: rule.level.order for rule in levels}
    known = {rule.name: rule for rule in caveats}
    for rule in caveats:
        for name in rule.absorbs:
            if name not in known:
                top.fault("caveat", f"{rule.name!r} absorbs {name!r}, which is no caveat of this scheme")
        if rule.dropped_from and rule.dropped_from not in orders:
            top.fault("caveat", f"{rule.name!r} is dropped from {rule.dropped_from!r} on, which is no level's id")
    dropped = {rule.name: orders[rule.dropped_from] for rule in caveats if rule.dropped_from in orders}
    covers = {rule.name: _all_below(rule.name, known) for rule in caveats if rule.absorbs}
    for name, below in covers.items():
        if name in below:
            top.fault("caveat", f"{name!r} absorbs itself")
        late = [word for word in below if name in dropped and dropped.get(word, dropped[name] + 1) > dropped[name]]
        if late:
            top.fault("caveat", f"{name!r} is dropped before {late[0]!r}, which it absorbs")
    lists = {rule.name for rule in caveats if rule.kind is CaveatKind.RELEASABILITY}
    return RollUp(
        covers=tuple(
            (name, *(word for word in below if word not in lists))
            for name, below in covers.items()
            if not lists.issuperset(below)
        ),
        closes=tuple(name for name, below in covers.items() if not lists.isdisjoint(below)),
        dropped=tuple(Dropped(name, order) for name, order in dropped.items()),
        listing=tuple(rule.name for rule in caveats if rule.listing is Listing.CODES and rule.name not in lists),
        groups=tuple((entry.text("code"), *entry.texts("members")) for entry in top.tables("group")),
        nation=nation,
    )


def read_conflicts(
    top: Section, levels: Sequence[LevelRule], caveats: Sequence[CaveatRule], evidence: Collection[str]
) -> Iterator[Conflict]:
    """Yield the conflicts of a scheme; a word in one that the scheme does not have is a fault."""
    names = [rule.name for rule in caveats]
    ids = {rule.level.id for rule in levels}
    for entry in top.tables("conflict"):
        conflict = Conflict(
            name=entry.text("name"),
            title=entry.text("title"),
            every=entry.texts("all"),
            some=entry.texts("any"),
            needs=entry.texts("needs"),
            levels=frozenset(entry.texts("levels")),
            evidence=entry.texts("evidence"),
        )
        for word in (*conflict.every, *conflict.some, *conflict.needs):
            if ":" not in word and not any(is_word(word, name) for name in names):
                entry.fault("name", f"{word!r} is no caveat of this scheme")
        for id_ in sorted(conflict.levels - ids):
            entry.fault("levels", f"{id_!r} is no level's id")
        for name in sorted({*conflict.evidence} - {*evidence}):
            entry.fault("evidence", f"{name!r} is no evidence of this scheme")
        if not (conflict.every or conflict.some or conflict.evidence):
            entry.fault("all", "names nothing that could be wrong; give `all`, `any` or `evidence`")
        yield conflict


def _all_below(name: str, known: dict[str, CaveatRule]) -> tuple[str, ...]:
    """Return what a word absorbs, and what that absorbs in turn."""
    found: dict[str, None] = {}
    left = list(known[name].absorbs)
    while left:
        word = left.pop(0)
        if word not in found:
            found[word] = None
            left += known[word].absorbs if word in known else ()
    return tuple(found)
