"""Those who work: the shift in force, and those before it that still end what they were reading."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from scanner.daemon.look import Result
from scanner.daemon.shift import Shift
from scanner.errors import DocWardenError
from scanner.model.alert import Alert
from scanner.spool.journal import Claim


class Crew:
    """Hands files to the shift in force.

    `results` is what has to be written down, each by the shift that came to it.
    """

    def __init__(self, shift: Shift, clock: Callable[[], float]) -> None:
        """Take the first shift, and the clock of the loop."""
        self.shift = shift
        self.results: list[tuple[Shift, Result]] = []
        self._earlier: list[Shift] = []
        self._clock = clock

    def __iter__(self) -> Iterator[Shift]:
        """Yield every shift that reads something, the one in force last."""
        return itertools.chain(self._earlier, (self.shift,))

    @property
    def scanning(self) -> int:
        """How many files are being read."""
        return sum(len(shift.running) for shift in self)

    @property
    def free(self) -> int:
        """How many more files can be read."""
        return self.shift.terms.workers.free

    def begin(self, claims: Iterable[Claim], now: float) -> None:
        """Have files read."""
        for claim in claims:
            if result := self.shift.begin(claim, now):
                self.results.append((self.shift, result))

    def hear(self, wait: float) -> None:
        """Take what was read, waiting for the shift in force; let go of earlier ones that have nothing left."""
        for shift in tuple(self._earlier):
            try:
                results = shift.hear(0.0)
            except DocWardenError:  # its workers are gone: the shift in force reads what is left
                results = [Result(ready.claim, again=self._clock()) for ready in shift.running.values()]
                shift.running.clear()
            # The walk after a reload leaves alone what is being read, so it is queued again under the new rules.
            now = self._clock()
            self.results += [(shift, replace(result, again=result.again or now)) for result in results]
            if not shift.running:
                self._earlier.remove(shift)
                shift.terms.close()
        self.results += [(self.shift, result) for result in self.shift.hear(wait)]

    def tell(self, alerts: Iterable[Alert]) -> None:
        """Have alerts passed on that are on the disk."""
        for alert in alerts:
            self.shift.terms.notify(alert)

    def relieve(self, shift: Shift) -> None:
        """Put another shift in force."""
        self._earlier.append(self.shift)
        self.shift = shift

    def put_back(self, claim: Claim, now: float) -> None:
        """Have a claim written down as not done."""
        self.results.append((self.shift, Result(claim, again=now)))

    def end(self) -> list[Claim]:
        """Let go of earlier shifts, and return every claim that is not done."""
        claims = [ready.claim for shift in self for ready in shift.running.values()]
        for shift in self._earlier:
            shift.terms.close()
        self._earlier.clear()
        return claims + [result.claim for _, result in self.results]
