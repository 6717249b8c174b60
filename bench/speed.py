"""Measures the CPU seconds that reading takes, beside other readers: `python -m bench.speed [FOLDER]`.

Every reader reads the same documents of a kind, each kind's up to `--largest` bytes, in a process of its own; the
rounds go from reader to reader, and the median of the rounds counts. Time is that of the process and its children,
so other load on the machine changes it little. Loading, the first document and the disk do not count; the product has
read the small documents that a worker reads before its first. A document that a reader cannot read is left out of its
row. `ours` is the product without detectors, the members and pictures of a document included; `alone` is the
document's own text, which is all that most of the others read.

The other readers are installed by `pip install -r bench/peers.txt`, into the same environment or into another, named
by `--python`. What is missing is named and left out. Exits with 1 when `ours` misses a goal.
"""

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_CORPUS = _ROOT.parent / "shared" / "corpus"
# How many times quicker than each reader the product is to be.
_SLOWEST = 1 / 3
_GOALS: dict[str, dict[str, float]] = {
    "pdf": {"pdfminer.six": 10, "kreuzberg": _SLOWEST},
    "docx": {"python-docx": 1.3, "kreuzberg": _SLOWEST},
    "xlsx": {"openpyxl": 5, "kreuzberg": _SLOWEST},
    "pptx": {"kreuzberg": _SLOWEST},
    "eml": {"email": 5, "kreuzberg": _SLOWEST},
    "rtf": {"kreuzberg": _SLOWEST},
    "html": {"kreuzberg": _SLOWEST},
    "doc": {"kreuzberg": _SLOWEST},
    "xls": {"kreuzberg": _SLOWEST},
    "ppt": {"kreuzberg": _SLOWEST},
    "msg": {"kreuzberg": _SLOWEST},
    "odt": {"kreuzberg": _SLOWEST},
}
_OURS = ("ours", "ours alone")
_LONGEST = 900  # seconds for one reader's round

Round = list[float | str]


def _read(python: str, reader: str, paths: Sequence[Path]) -> Round | None:
    """Return what one round of a reader took, document by document; None when it did not come to an end."""
    try:
        done = subprocess.run(
            [python, "-m", "bench._peers", reader, "1"],
            cwd=_ROOT,
            input="".join(f"{path.resolve()}\n" for path in paths),
            capture_output=True,
            text=True,
            check=True,
            timeout=_LONGEST,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    answer: Round = json.loads(done.stdout)
    return None if set(answer) == {"missing"} else answer


def _rounds(kind: str, paths: Sequence[Path], rounds: int, python: str) -> dict[str, list[Round]]:
    """Return the rounds of each reader that came to an end in all of them."""
    results: dict[str, list[Round]] = {reader: [] for reader in (*_OURS, *_GOALS[kind])}
    for _ in range(rounds):
        for reader in list(results):
            answer = _read(sys.executable if reader in _OURS else python, reader, paths)
            if answer is None:
                print(f"{kind}: {reader} is missing, or did not come to an end")
                del results[reader]
            else:
                results[reader].append(answer)
    return results


def _seconds(rounds: Sequence[Round], documents: Sequence[int]) -> float:
    totals = [sum(spent for spent in map(one.__getitem__, documents) if isinstance(spent, float)) for one in rounds]
    return statistics.median(totals)


def _row(kind: str, paths: Sequence[Path], results: Mapping[str, list[Round]]) -> bool:
    """Print the rows of a kind; return whether the goals are met."""
    met = True
    for peer, goal in _GOALS[kind].items():
        if peer not in results or "ours" not in results:
            continue
        rounds = [one for reader in ("ours", "ours alone", peer) for one in results.get(reader, [])]
        documents = [number for number in range(len(paths)) if all(isinstance(one[number], float) for one in rounds)]
        if not documents:
            print(f"{kind:<6}{peer:<14}reads none of {len(paths)} documents")
            continue
        size = sum(paths[number].stat().st_size for number in documents)
        ours, theirs = (_seconds(results[reader], documents) for reader in ("ours", peer))
        alone = _seconds(results["ours alone"], documents) if "ours alone" in results else float("nan")
        reached = theirs / ours >= goal
        met = met and reached
        said = "met" if reached else "MISSED"
        print(
            f"{kind:<6}{peer:<14}{len(documents):>5} of {len(paths):<4}{size / 1e6:>8.2f}{theirs:>9.3f}"
            f"{ours:>9.3f}{alone:>9.3f}{theirs / ours:>9.2f}{theirs / alone:>9.2f}{goal:>7.2f} {said}",
            flush=True,
        )
    return met


def _slowest(paths: Sequence[Path], rounds: Sequence[Round], count: int) -> None:
    """Print the documents that take the product longest."""
    each = [_seconds(rounds, [number]) for number in range(len(paths))]
    for number in sorted(range(len(paths)), key=lambda number: -each[number])[:count]:
        print(f"      {each[number]:.3f} s  {paths[number].stat().st_size / 1e6:.2f} MB  {paths[number]}")


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=_CORPUS)
    parser.add_argument("--kind", nargs="+", choices=list(_GOALS), default=list(_GOALS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--largest", type=int, default=2_000_000, help="leave larger documents out (bytes)")
    parser.add_argument("--slowest", type=int, default=0, help="list so many of our slowest documents of each kind")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the other readers")
    options = parser.parse_args()
    all_met = True
    print("CPU seconds; the quotients say how many times quicker the product is, with members and alone")
    print(
        f"{'kind':<6}{'reader':<14}{'documents':>13}{'MB':>8}{'theirs':>9}{'ours':>9}{'alone':>9}{'times':>9}{'alone':>9}{'goal':>7}"
    )
    for kind in options.kind:
        paths = sorted(
            path
            for path in options.folder.rglob("*")
            if path.suffix.lower() == f".{kind}" and path.is_file() and path.stat().st_size <= options.largest
        )
        if paths:
            results = _rounds(kind, paths, options.rounds, options.python)
            all_met = _row(kind, paths, results) and all_met
            _slowest(paths, results.get("ours", []), options.slowest)
    if not all_met:
        sys.exit(1)


if __name__ == "__main__":
    _main()
