"""Keeps the passwords an operator gave, and counts what trying them on one top-level file has cost."""

from collections.abc import Iterator, Sequence
from typing import Final

MOST_PASSWORDS: Final = 32
"""How many passwords are tried; those behind them are not."""

MOST_WORK: Final = 20_000_000
"""What may be spent on one top-level file and all its members, in steps of about a microsecond."""


class Passwords:
    """The passwords that may be tried on one top-level file; none of them is ever shown."""

    __slots__ = ("_known", "_left")

    def __init__(self, known: Sequence[str] = ()) -> None:
        """Take the passwords in the order in which they are tried."""
        self._known = list(known[:MOST_PASSWORDS])
        self._left = MOST_WORK

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self._known)

    def __repr__(self) -> str:
        """Say how many there are and nothing else."""
        return f"Passwords({len(self._known)} known)"

    def tries(self, cost: int, first: Sequence[str] = ()) -> Iterator[str]:
        """Yield what to try, `first` before the others, as long as the work of all tries together allows it.

        `cost` is that of one try.
        """
        for password in (*first, *self._known):
            if not self.spend(cost):
                return
            yield password

    def fits(self, password: str) -> None:
        """Try this one before the others from now on: the members of an archive mostly have the same."""
        if password in self._known:
            self._known.remove(password)
            self._known.insert(0, password)

    def spend(self, cost: int) -> bool:
        """Account for work; tell whether it may be done."""
        if cost > self._left:
            return False
        self._left -= cost
        return True
