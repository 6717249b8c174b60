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
    """How a scheme writes a label: `major` between categories, `minor` within one, `release` for a list."""

    major: str = "//"
    minor: str = "/"
    release: str = "REL TO {}"
    release_minor: str = ", "


_PLAIN = Form()


@dataclass(frozen=True, slots=True)
class Label:
    """A level with its compartments, restrictive caveats and release list.

    `releasable_to` is None where nothing is released beyond the owner, which is the strictest state; a set of
    country or organisation codes opens the label to them. `term` is a period or condition that limits
    nobody's access (`10年`), kept for the written form only.
    """

    level: Level
    compartments: frozenset[str] = frozenset()
    caveats: frozenset[str] = frozenset()
    releasable_to: frozenset[str] | None = None
    term: str = ""
    form: Form = _PLAIN

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

        The written form (the level's name, the term) is that of the higher level.

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
        )

    def __str__(self) -> str:
        """Return the label as its scheme writes it: `SECRET//SI/TK//NOFORN`."""
        form = self.form
        caveats = sorted(self.caveats)
        if self.releasable_to is not None:
            caveats.append(form.release.format(form.release_minor.join(_release_order(self.releasable_to))))
        categories = [self.level.name, form.minor.join(sorted(self.compartments)), form.minor.join(caveats)]
        return form.major.join(category for category in categories if category) + self.term


def _written_rank(label: Label) -> tuple[int, int, str, str, str]:
    """Order labels by level, and those of one level in some fixed way, so that a join has one written form."""
    level = label.level
    return level.order, level.rank, level.id, level.name, label.term


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
