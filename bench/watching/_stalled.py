"""Runs the daemon with workers that take nothing until told: `python -m bench.watching._stalled ROOT STATE READER GO`.

They begin when the file GO exists, and are done with each file at once. So all that is written waits in the journal.
"""

import sys
import time
from contextlib import closing
from pathlib import Path

from bench.watching._unread import Records, Workers
from scanner.alert.store import AlertStore
from scanner.daemon import Daemon, Plan, Terms
from scanner.model.document import Document
from scanner.model.verdict import Examination, Outcome, Verdict
from scanner.model.way import Way
from scanner.spool.database import connect
from scanner.worker.pool import Job


class Stalled(Workers):
    """Is free when a file exists."""

    def __init__(self, go: Path) -> None:
        """Take the file."""
        super().__init__()
        self._go = go

    @property
    def free(self) -> int:  # type: ignore[override] # what cannot be set is as good to read
        """How many files are taken: none at first."""
        return Workers.free if self._go.exists() else 0

    def poll(self, timeout: float) -> list[tuple[Job, Examination]]:
        """Return what was taken, and wait where nothing is."""
        if not self.free:
            time.sleep(timeout)
        return super().poll(timeout)


def main() -> None:
    """Run until told to stop."""
    root, state, way, go = sys.argv[1:]
    with closing(connect(Path(state))) as connection:

        def decide(document: Document, examination: Examination) -> Verdict:
            return Verdict(document, "zone", Outcome.CLEAN, problems=examination.problems)

        plan = Plan((root,), Path(state), "rules", reader=Way(way))
        terms = Terms(plan, Stalled(Path(go)), decide, lambda _: None, lambda: None)
        Daemon(terms, connection, Records(AlertStore(connection))).run()


if __name__ == "__main__":
    main()
