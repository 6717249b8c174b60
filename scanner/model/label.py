"""Classification labels as a lattice: which dominates which, and what two together amount to."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a marking scheme.

    `order` ranks the levels of one scheme among themselves; `rank` compares schemes with each other:
    0 public, 1 internal, 2 restricted, 3 confidential, 4 secret, 5 top secret.
    """

    scheme: str
    id: str
    name: str
    order: int
    rank: int


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


@dataclass(frozen=True, slots=True)
class Label:
    """A level with its compartments, restrictive caveats and release list.

    `releasable_to` is None where nothing is released beyond the owner, which is the strictest state; a set of
    country or organisation codes opens the label to them. `term` is a period or condition that limits
    nobody's access (`10年`), and `notes` are words of the same kind (`RELIDO`): kept for the written form only.
    """

    level: Level
    compartments: frozenset[str] = frozenset()
    caveats: frozenset[str] = frozenset()
    releasable_to: frozenset[str] | None = None
    term: str = ""
    form: Form = _PLAIN
    notes: frozenset[str] = frozenset()

    @property
    def scheme(self) -> str:
        """The marking scheme the label is written in."""
        return self.level.scheme

    def dominates(self, other: Self) -> bool:
        """Tell whether whoever may see this label may see the other: Bell-LaPadula's dominance.

        Labels of different schemes are never comparable here.
        """
        return (
            self.scheme == other.scheme
            and self.level.order >= other.level.order
            and self.compartments >= other.compartments
            and self.caveats >= other.caveats
            and _release_dominates(self.releasable_to, other.releasable_to)
        )

    def join(self, other: Self) -> Self:
        """Return the high-water mark: the least label that dominates both.

        The written form (the level's name, the term, the notes) is that of the higher level.

        Raises:
            ValueError: the labels are of different schemes.
        """
        if self.scheme != other.scheme:
            message = f"no high-water mark over two schemes: {self.scheme} and {other.scheme}"
            raise ValueError(message)
        higher = max(self, other, key=_written_rank)
        return replace(
            self,
            level=higher.level,
            compartments=self.compartments | other.compartments,
            caveats=self.caveats | other.caveats,
            releasable_to=_release_join(self.releasable_to, other.releasable_to),
            term=higher.term,
            notes=higher.notes,
        )

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


def _written_rank(label: Label) -> tuple[int, int, str, str, str, list[str]]:
    """Order labels by level, and those of one level in some fixed way, so that a join has one written form."""
    level = label.level
    return level.order, level.rank, level.id, level.name, label.term, sorted(label.notes)


def _release_dominates(ours: frozenset[str] | None, theirs: frozenset[str] | None) -> bool:
    if ours is None:
        return True
    return theirs is not None and ours <= theirs


def _release_join(ours: frozenset[str] | None, theirs: frozenset[str] | None) -> frozenset[str] | None:
    if ours is None or theirs is None:
        return None
    return ours & theirs


def _release_order(codes: frozenset[str]) -> list[str]:
    """USA first, then countries, then groups of countries: CAPCO 2016, section D."""
    return sorted(codes, key=lambda code: (code != "USA", len(code) > len("USA"), code))
