"""Classification labels as a lattice: which dominates which, and what two together amount to."""

from dataclasses import dataclass, field, replace
from typing import Final, Self

from scanner.model.rollup import RollUp

NATIONAL: Final = "national"
"""The axis of levels that states and their alliances compare."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a marking scheme.

    `order` ranks the levels of one scheme among themselves; `rank` compares schemes with each other:
    0 public, 1 internal, 2 restricted, 3 confidential, 4 secret, 5 top secret. Ranks of two axes are of two kinds (how
    grave the harm is, who may read on, what a company calls its papers) and say nothing of each other.
    """

    scheme: str
    id: str
    name: str
    order: int
    rank: int
    axis: str = NATIONAL


@dataclass(frozen=True, slots=True)
class Form:
    """How a scheme writes a label: `major` between categories, `minor` within one, `release` for a list.

    `categories` gives the order: each lists names that an entry equals or begins with (`SI` stands for `SI-G`, too);
    an entry that none names ends the last. Without them compartments come first, then caveats.
    """

    major: str = "//"
    minor: str = "/"
    release: str = "REL TO {}"
    release_minor: str = ", "
    categories: tuple[tuple[str, ...], ...] = ()


_PLAIN = Form()
_UNION = RollUp()


@dataclass(frozen=True, slots=True)
class Label:
    """A level with its compartments, restrictive caveats and release list.

    `releasable_to` is None where nothing is released beyond the owner, which is the strictest state; a set of
    country or organisation codes opens the label to them. `term` is a period or condition that limits
    nobody's access (`10年`), and `notes` are words of the same kind (`RELIDO`): kept for the written form only.
    `rollup` is what the scheme says of words that stand together.

    Dominance is a partial order of what labels mean: two that dominate each other have the same `settled` words and
    release. Labels of one scheme form a lattice under it.
    """

    level: Level
    compartments: frozenset[str] = frozenset()
    caveats: frozenset[str] = frozenset()
    releasable_to: frozenset[str] | None = None
    term: str = ""
    form: Form = _PLAIN
    notes: frozenset[str] = frozenset()
    rollup: RollUp = field(default=_UNION, repr=False, compare=False)

    @property
    def scheme(self) -> str:
        """The marking scheme the label is written in."""
        return self.level.scheme

    def dominates(self, other: Self) -> bool:
        """Tell whether whoever may see this label may see the other: Bell-LaPadula's dominance.

        A word that is not among ours must be covered by one that is, or dropped at our level: what nobody knows is
        neither. Labels of different schemes are never comparable here.
        """
        order, rules, beside = self.level.order, self.rollup, self._live()
        return (
            self.scheme == other.scheme
            and order >= other.level.order
            and rules.dominates(rules.live(self.compartments, order), other.compartments, order, beside)
            and rules.dominates(rules.live(self.caveats, order), other.caveats, order, beside)
            and _release_dominates(self.released(), other.released())
        )

    def join(self, other: Self) -> Self:
        """Return the high-water mark: the least label that dominates both, settled.

        What restricts is united, what opens is intersected, as a banner rolls up its portions (ODNI, CAPCO 2016,
        section D). The name of the level and the term are those of the higher level.

        Raises:
            ValueError: the labels are of different schemes.
        """
        if self.scheme != other.scheme:
            message = f"no high-water mark over two schemes: {self.scheme} and {other.scheme}"
            raise ValueError(message)
        higher = max(self, other, key=_written_rank)
        united = replace(
            self,
            level=higher.level,
            compartments=self.compartments | other.compartments,
            caveats=self.caveats | other.caveats,
            releasable_to=self.rollup.common(self.releasable_to, other.releasable_to),
            term=higher.term,
            notes=self.rollup.single(self.notes) & self.rollup.single(other.notes),
        )
        return united.settled()

    def settled(self) -> Self:
        """Return the label that means the same without words that others in it make moot."""
        order, rules, beside = self.level.order, self.rollup, self._live()
        return replace(
            self,
            compartments=rules.settled(self.compartments, order, beside),
            caveats=rules.settled(self.caveats, order, beside),
            releasable_to=None if self.released() is None else self.releasable_to,
            notes=rules.settled(self.notes, order, beside),
        )

    def released(self) -> frozenset[str] | None:
        """Return every code the label is open to, groups taken apart; None where it is open to its owner only."""
        return self.rollup.released(self.releasable_to, self._live())

    def _live(self) -> frozenset[str]:
        return self.rollup.live(self.compartments | self.caveats, self.level.order)

    def __str__(self) -> str:
        """Return the label as its scheme writes it: `SECRET//SI/TK//NOFORN`."""
        form = self.form
        parts = self._ordered() if form.categories else self._plain()
        return form.major.join([self.level.name, *(form.minor.join(part) for part in parts if part)]) + self.term

    def _plain(self) -> list[list[str]]:
        return [sorted(self.compartments), [*sorted(self.caveats), *self._release(), *sorted(self.notes)]]

    def _ordered(self) -> list[list[str]]:
        categories = self.form.categories
        parts: list[list[tuple[int, str]]] = [[] for _ in categories]
        for entry in sorted((*self.compartments, *self.caveats, *self.notes, *self._release())):
            category, position = _position(entry, categories)
            parts[category].append((position, entry))
        return [[entry for _, entry in sorted(part)] for part in parts]

    def _release(self) -> list[str]:
        if self.releasable_to is None:
            return []
        return [self.form.release.format(self.form.release_minor.join(_release_order(self.releasable_to)))]


def _position(entry: str, categories: tuple[tuple[str, ...], ...]) -> tuple[int, int]:
    """Return the category an entry stands in, and its place there."""
    for number, names in enumerate(categories):
        for position, name in enumerate(names):
            if entry == name or entry.startswith((f"{name} ", f"{name}-")):
                return number, position
    return len(categories) - 1, len(categories[-1])


def _written_rank(label: Label) -> tuple[int, int, str, str, str]:
    """Order labels by level, and those of one level in some fixed way, so that a join has one written form."""
    level = label.level
    return level.order, level.rank, level.id, level.name, label.term


def _release_dominates(ours: frozenset[str] | None, theirs: frozenset[str] | None) -> bool:
    if ours is None:
        return True
    return theirs is not None and ours <= theirs


def _release_order(codes: frozenset[str]) -> list[str]:
    """USA first, then countries, then groups of countries: CAPCO 2016, section D."""
    return sorted(codes, key=lambda code: (code != "USA", len(code) > len("USA"), code))
