"""Runs the daemon with workers that read nothing: `python -m bench.watching._unread ROOT STATE READER EXCLUDE`.

So the watch, the journal and the verdicts are measured, and not the parsing of documents behind them.
"""

import os
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from scanner.alert.store import AlertStore
from scanner.daemon import Daemon, Plan, Terms
from scanner.model.alert import Alert
from scanner.model.document import Document, Identity
from scanner.model.sandbox import Sandbox
from scanner.model.verdict import Examination, Outcome, Verdict
from scanner.model.way import Way
from scanner.spool.database import connect
from scanner.worker.pool import Job


class Workers:
    """Is done with each file at once."""

    sandbox: Sandbox | None = None
    free = 200

    def __init__(self) -> None:
        """Start without a file."""
        self._jobs: list[Job] = []

    def submit(self, job: Job) -> None:
        """Take a file."""
        self._jobs.append(job)

    def poll(self, timeout: float) -> list[tuple[Job, Examination]]:
        """Return every file taken; where there is none, there is nothing to wait for."""
        del timeout
        done, self._jobs = self._jobs, []
        for job in done:
            os.close(job.opened.fd)
        return [(job, Examination()) for job in done]


class Records:
    """Keeps verdicts as the product does."""

    def __init__(self, store: AlertStore) -> None:
        """Take where they are kept."""
        self._store = store

    def record(self, verdict: Verdict, identity: Identity | None, ruleset: str) -> Alert | None:
        """Keep one."""
        return self._store.record(verdict, identity, ruleset, time.time())

    def head(self) -> tuple[int, str]:
        """Return the end of the log."""
        return self._store.head()

    def twins(self, verdict: Verdict) -> tuple[str, ...]:
        """Look at no other file."""
        del verdict
        return ()

    def unread(self, folder: str) -> tuple[str, ...]:
        """Look at no other file."""
        del folder
        return ()

    def gone(self, paths: Sequence[str]) -> None:
        """Keep that files are no more."""
        self._store.gone(paths, time.time())

    def gone_below(self, folder: str) -> None:
        """Keep that a folder is no more."""
        self._store.gone_below(folder, time.time())

    def tidy(self) -> None:
        """Delete nothing."""

    def cover(self, root: str, why: str, since: float | None = None) -> Alert | None:
        """Keep nothing of gaps: the status has them."""
        del root, why, since
        return None


def main() -> None:
    """Run until told to stop."""
    root, state, way, exclude = sys.argv[1:]
    with closing(connect(Path(state))) as connection:

        def decide(document: Document, examination: Examination) -> Verdict:
            return Verdict(document, "zone", Outcome.CLEAN, problems=examination.problems)

        plan = Plan((root,), Path(state), "rules", "", (exclude,), reader=Way(way))
        terms = Terms(plan, Workers(), decide, lambda _: None, lambda: None)
        Daemon(terms, connection, Records(AlertStore(connection))).run()


if __name__ == "__main__":
    main()
