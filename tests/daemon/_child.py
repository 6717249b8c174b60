"""A daemon with workers that take their time, to be killed by a test."""

import os
import sys
import time
from contextlib import closing
from pathlib import Path

from scanner.daemon import Daemon, Plan, Terms
from scanner.model.verdict import Examination, Outcome, Verdict
from scanner.spool.database import connect


class _Workers:
    sandbox = None

    free = 2

    def __init__(self, wait):
        self.jobs = []
        self.wait = wait

    def submit(self, job):
        self.jobs.append(job)

    def poll(self, _timeout):
        done, self.jobs = self.jobs, []
        for job in done:
            time.sleep(self.wait)
            os.close(job.opened.fd)
        return [(job, Examination()) for job in done]


def main():
    root, state, log, wait = sys.argv[1:]
    with closing(connect(Path(state))) as connection:
        with connection:
            connection.execute("create table if not exists kept (path blob)")

        class Records:
            def record(self, verdict, _identity, _ruleset):
                connection.execute("insert into kept values (?)", (os.fsencode(verdict.document.path),))
                with open(log, "a", encoding="utf-8") as stream:
                    stream.write(os.path.basename(verdict.document.path) + "\n")

            def head(self):
                return 0, ""

            def twins(self, _verdict):
                return ()

            def unread(self, _folder):
                return ()

            def gone(self, _paths):
                return None

            def gone_below(self, _folder):
                return None

            def tidy(self):
                return None

            def cover(self, *_):
                return None

        terms = Terms(
            Plan((root,), Path(state), "rules"),
            _Workers(float(wait)),
            lambda document, _: Verdict(document, "zone", Outcome.CLEAN),
            lambda _: None,
            lambda: None,
        )
        daemon = Daemon(terms, connection, Records())
        print(1, flush=True)  # noqa: T201 - tells the test that it is up
        daemon.run()


main()
