"""Takes over a changed configuration: all of it when it can be worked by, and nothing of it otherwise."""

import time
from collections.abc import Callable

from scanner.daemon.plan import Terms
from scanner.daemon.shift import Shift
from scanner.errors import DocWardenError
from scanner.watch.supervisor import tell_systemd

Renew = Callable[[], Terms]


class Reload:
    """One reload at a time, from the signal until its workers are up or it is refused.

    `fault` says why the last one was refused; what was in force before stays so.
    """

    def __init__(self, renew: Renew | None, prepare: Callable[[Terms], Shift]) -> None:
        """Take what reads the configuration anew (None: nothing does), and what makes a shift of it."""
        self._renew = renew
        self._prepare = prepare
        self._asked = False
        self._next: Shift | None = None
        self.fault = ""

    def ask(self) -> None:
        """Have the configuration read anew; may be called from a signal handler."""
        self._asked = True

    @property
    def busy(self) -> bool:
        """Whether new workers are starting."""
        return self._next is not None

    def step(self) -> Shift | None:
        """Go on with it, and return the shift that is to work from now on, once it can."""
        if self._asked:
            self._asked = False
            # systemd waits for READY=1, and knows by the time to which signal this answers: sd_notify(3).
            tell_systemd("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
            self.give_up()
            self._begin()
            if self._next is None:
                tell_systemd("READY=1")
        return self._wait()

    def give_up(self) -> None:
        """Let go of workers that were starting."""
        if self._next is not None:
            self._next.terms.close()
            self._next = None

    def _begin(self) -> None:
        self.fault = ""
        if self._renew is None:
            return
        try:
            terms = self._renew()
        except DocWardenError as error:
            self._refuse(error)
            return
        try:
            self._next = self._prepare(terms)
        except DocWardenError as error:
            terms.close()
            self._refuse(error)

    def _wait(self) -> Shift | None:
        if self._next is None:
            return None
        try:
            self._next.terms.workers.poll(0.0)
        except DocWardenError as error:
            self.give_up()
            self._refuse(error)
            tell_systemd("READY=1")
            return None
        if not self._next.terms.workers.free:
            return None
        shift, self._next = self._next, None
        return shift

    def _refuse(self, error: DocWardenError) -> None:
        said = "; ".join(str(error).splitlines())
        self.fault = f"the configuration was read anew and cannot be used, what was in force stays so: {said}"
