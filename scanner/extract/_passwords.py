"""Keeps the passwords an operator gave, and counts what trying them on one top-level file has cost."""

import time
from collections.abc import Iterator, Sequence
from typing import Final

MOST_PASSWORDS: Final = 32
"""How many passwords are tried; those behind them are not."""

MOST_WORK: Final = 20_000_000
"""What may be spent on one top-level file and all its members, in steps of about a microsecond."""

MOST_SECONDS: Final = 20.0
"""The processor time of all tries on them, for machines that are slower: a reader has no more than a minute."""


class Passwords:
    """The passwords that may be tried on one top-level file; none of them is ever shown."""

    __slots__ = ("_fitted", "_known", "_left", "_seconds")

    def __init__(self, known: Sequence[str] = ()) -> None:
        """Take the passwords in the order in which they are tried."""
        self._known = list(known[:MOST_PASSWORDS])
        self._fitted: list[str] = []
        self._left = MOST_WORK
        self._seconds = 0.0

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self._known)

    def __repr__(self) -> str:
        """Say how many there are and nothing else."""
        return f"Passwords({len(self._known)} known)"

    def tries(self, cost: int, first: Sequence[str] = ()) -> Iterator[str]:
        """Yield what to try, as long as the work of all tries together allows it.

        What fitted before comes first, then `first`, then the others. `cost` is that of one try.
        """
        for password in dict.fromkeys((*self._fitted, *first, *self._known)):
            if self._seconds > MOST_SECONDS or not self.spend(cost):
                return
            began = time.process_time()
            yield password
            self._seconds += time.process_time() - began

    def fits(self, password: str) -> None:
        """Try this one before the others from now on: the members of an archive mostly have the same."""
        self._fitted = [password]

    def spend(self, cost: int) -> bool:
        """Account for work; tell whether it may be done."""
        if cost > self._left:
            return False
        self._left -= cost
        return True
