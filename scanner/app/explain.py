"""Has one document explained by a worker, confined as in a scan."""

import os

from scanner.app.parts import Bench
from scanner.app.scan import STANDARD_INPUT, spooled_input
from scanner.errors import UsageError
from scanner.model.document import Problem
from scanner.model.verdict import Examination
from scanner.model.visible import visible
from scanner.worker.opening import open_document
from scanner.worker.pool import Job

_POLL = 0.2


def explain(path: str, bench: Bench) -> Examination:
    """Return what is found in a file or, for `-`, on standard input, with how each line was weighed.

    Raises:
        UsageError: it is no regular file, or cannot be opened.
    """
    real = path if path == STANDARD_INPUT else os.path.realpath(path)
    opened = spooled_input() if path == STANDARD_INPUT else open_document(real)
    if isinstance(opened, Problem):
        message = f"{visible(path)}: {opened.detail}"
        raise UsageError(message)
    pool = bench.pool()
    submitted = False
    try:
        while True:
            if pool.free and not submitted:
                pool.submit(Job(real, opened, "standard input" if path == STANDARD_INPUT else ""))
                submitted = True
            for _, examination in pool.poll(_POLL):
                return examination
    finally:
        if not submitted:
            os.close(opened.fd)
        pool.close()
