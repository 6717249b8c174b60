"""Keeps a sink from being told faster than its receiver likes, and from being asked too often while it is away."""

import random
from collections.abc import Callable

_MINUTE = 60.0
_FIRST, _LONGEST = 1.0, 300.0  # seconds between two attempts
_DOUBLINGS = 12  # more would only make the number large


class Allowance:
    """How many notices may go out now: `rate` in a minute, 0 for any number; times are of a clock that only goes on."""

    def __init__(self, rate: int, now: float) -> None:
        """Begin with a minute's worth."""
        self._rate = rate
        self._left = float(rate)
        self._since = now

    def left(self, now: float) -> int:
        """Return how many may go out at once."""
        if not self._rate:
            return 1 << 30
        if now > self._since:
            self._left = min(self._rate, self._left + (now - self._since) * self._rate / _MINUTE)
            self._since = now
        return int(self._left + 1e-9) if now >= self._since else 0

    def wait(self, now: float) -> float:
        """Return in how many seconds one may go out."""
        if self.left(now):
            return 0.0
        if now < self._since:
            return self._since - now
        return (1.0 - self._left) * _MINUTE / self._rate

    def spend(self, now: float) -> None:
        """Take note that one went out."""
        if self._rate and self.left(now):
            self._left -= 1.0

    def rest(self, now: float) -> None:
        """Let nothing out for a minute, and then as much as at the beginning: what comes meanwhile is summed up."""
        if self._rate:
            self._left = float(self._rate)
            self._since = now + _MINUTE


class Backoff:
    """When to try again: after a second, two, four and so on up to five minutes, each cut by up to a half at random.

    By that, many machines that lost one receiver do not all come back to it at once.
    """

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        """Take what gives numbers from 0 to 1."""
        self._chance = chance
        self._failed = 0
        self.until = float("-inf")

    def failed(self, now: float) -> None:
        """Take note that an attempt failed."""
        longest = min(_LONGEST, _FIRST * 2 ** min(self._failed, _DOUBLINGS))
        self._failed += 1
        self.until = now + longest * (1.0 - self._chance() / 2)

    def reset(self) -> None:
        """Take note that all is well."""
        self._failed = 0
        self.until = float("-inf")
