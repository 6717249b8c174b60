"""Reads documents with one reader out of many; the process that `recall` and `speed` start and may kill.

`python -m bench._peers` reads lines of a reader, a document and a file for its text, with tabs between them, and
answers each with a line: `ok`, `missing` where the reader is not installed, or what was raised.
`python -m bench._peers READER ROUNDS` reads one path a line and prints the CPU seconds of each, a line for a round.
"""

import io
import json
import os
import resource
import signal
import sys
import warnings
from pathlib import Path

from bench._readers import PATIENCE, READERS

_MISSING = (ModuleNotFoundError, FileNotFoundError)


def _try(name: str, path: Path) -> tuple[str, str]:
    """Return how a reader fared with a document, and its text."""
    try:
        return "ok", READERS[name](path)
    except _MISSING:
        return "missing", ""
    except BaseException as error:  # noqa: BLE001 - whatever a peer raises, it is its answer
        return type(error).__name__, ""


def _cpu() -> float:
    # While a timer of CPU time runs, the clock of the process only moves with the ticks of the kernel.
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _serve(answers: io.TextIOBase) -> None:
    for line in sys.stdin:
        name, path, target = line.rstrip("\n").split("\t")
        outcome, text = _try(name, Path(path))
        if outcome == "ok":
            Path(target).write_text(text, "utf-8", "surrogatepass")
        answers.write(outcome + "\n")
        answers.flush()


def _give_up(*_: object) -> None:
    raise TimeoutError


def _measure(name: str, rounds: int, answers: io.TextIOBase) -> None:
    """Read every document in every round; the first is read once more before, so that loading does not count."""
    paths = [Path(line.rstrip("\n")) for line in sys.stdin]
    # Patience in CPU time: what else the machine does is not the reader's fault.
    signal.signal(signal.SIGPROF, _give_up)
    _try(name, paths[0])
    for _ in range(rounds):
        spent: list[float | str] = []
        for path in paths:
            signal.setitimer(signal.ITIMER_PROF, PATIENCE)
            start = _cpu()
            outcome, _text = _try(name, path)
            spent.append(_cpu() - start if outcome == "ok" else outcome)
            signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(json.dumps(spent) + "\n")
        answers.flush()


def main() -> None:
    """Serve; what readers print goes nowhere."""
    warnings.simplefilter("ignore")
    with os.fdopen(os.dup(1), "w") as answers:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        if len(sys.argv) > 1:
            _measure(sys.argv[1], int(sys.argv[2]), answers)
        else:
            _serve(answers)


if __name__ == "__main__":
    main()
