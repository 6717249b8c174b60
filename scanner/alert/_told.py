"""Says of an entry which file led to it, and what is new in it."""

from dataclasses import dataclass

from scanner.model.alert import Alert, Change
from scanner.model.verdict import Breach, Verdict


@dataclass(frozen=True, slots=True)
class Seen:
    """A file that was seen, and the alert before that, None for a new one.

    `joined` tells that it stood in no alert, `opened` that it might stand there until its permissions were opened.
    """

    before: Alert | None
    verdict: Verdict
    joined: bool
    opened: bool

    def note(self, change: Change | None) -> str:
        """Return what the entry says beside what happened; paths are raw."""
        if change is None:
            return ""
        return ": ".join(filter(None, (self._path(change), "; ".join(filter(None, (self._claim(), self._wider()))))))

    def _path(self, change: Change) -> str:
        before, path = self.before, self.verdict.document.path
        if before is None:
            return ""
        several = self.joined or before.copies > 1 or path != before.verdict.document.path
        return path if several or change is Change.COPIED else ""

    def _claim(self) -> str:
        if self.before is None or not self.before.claimed or self.joined:
            return ""
        return f"it was said to be {self.before.resolution.partition(':')[0]}, and was found to stand as before"

    def _wider(self) -> str:
        exposure = self.verdict.document.exposure
        if exposure is None or Breach.EXPOSURE not in self.verdict.breaches:
            return ""
        known = None if self.before is None else self.before.verdict
        same_file = known is not None and known.document.path == self.verdict.document.path
        knew = known.document.exposure if known is not None and Breach.EXPOSURE in known.breaches else None
        wider = same_file and (knew is None or exposure.audience.exceeds(knew.audience))
        if self.opened or wider:
            return f"permissions were opened to {exposure.audience.value}"
        other = known is not None and not same_file
        return f"permissions give it to {exposure.audience.value}" if other else ""
