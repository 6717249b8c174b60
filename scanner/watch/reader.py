"""What every reader of file system events offers."""

from collections.abc import Callable
from typing import Protocol

from scanner.model.change import Change

Put = Callable[[Change], None]
Lose = Callable[[str], None]


class Reader(Protocol):
    """Reports changes below one root from the moment `start` returns until `stop`.

    What it cannot promise to have reported it says through the `lose` it was made with; a walk mends that.
    """

    @property
    def name(self) -> str:
        """What status calls it."""
        ...

    @property
    def caveat(self) -> str:
        """Why it may lose events without noticing; empty for one that notices."""
        ...

    @property
    def unwatched(self) -> int:
        """How many folders it was refused; nothing that happens in them is reported."""
        ...

    @property
    def crosses_mounts(self) -> bool:
        """Whether it also reports what happens in file systems that are mounted below the root."""
        ...

    @property
    def instead(self) -> str:
        """Why no better reader was taken; empty for the best there is."""
        ...

    @property
    def heard(self) -> int:
        """How many events came through so far, of whatever kind."""
        ...

    def start(self) -> None:
        """Begin to report.

        Raises:
            WatchError: the root cannot be watched this way.
        """
        ...

    def alive(self) -> bool:
        """Tell whether everything that has to run does."""
        ...

    def knock(self) -> bool:
        """Provoke an event that changes nothing and that `heard` counts once it came through; False if there is none.

        Raises:
            WatchError: it is plain that the root is no longer watched.
        """
        ...

    def cover(self, folder: str) -> None:
        """Make sure that a folder met by a walk is watched; called before the walk lists it."""
        ...

    def stop(self) -> None:
        """End reporting; may be called on a reader that never started."""
        ...


OpenReader = Callable[[str, Put, Lose], Reader]
