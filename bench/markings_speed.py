"""Measures what the marking detector costs: `python bench/markings_speed.py [FOLDER]` prints its tables.

Beside one pass of YARA with plain words, with few schemes and with all, and on texts made to be slow. CPU time.
"""

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Final

import yara

from scanner.detect.markings import MarkingDetector
from scanner.detect.scheme import Schemes, load_schemes
from scanner.model.document import Blob, Segment
from scanner.model.place import Place
from scanner.resources import rule_sources

_FOLDER = Path(__file__).parents[2] / "shared/corpus/markings"
_ROUNDS = 3
_PATTERNS = 300
_SHORTEST = 6
_LARGE = 20_000_000  # characters
_FEW = 10
_PORTION = 4_000_000  # characters; the pipeline shows a detector a quarter of that at once
_FILE = 100_000_000  # bytes
_RATIO = 4  # of the large hostile text to the small one; linear means at most a little more in time
_MIB = 1024

# What is repeated; `{}` stands for a number.
_HOSTILE: Final = {
    "one line": "A SECRET that is told on one line ",
    "different candidates": "SECRET//NOFORN {}\n",
    "equal damaged": "SECREI NDFORM\n",
    "different damaged": "SECREI {} NDFORM\n",
    "equal": "SECRET//NOFORN\n",
    "SECRET//": "SECRET//",
    "(S//": "(S//",
    "new lines, spaces": "\n  ",
    "letters apart": "S E C R E T ",
    "marks over letters": "S\u0336E\u0336C\u0336R\u0336E\u0336T\u0336 ",
    "U+202E": "\u202e",
    "密, pages": "密\f",
    "====": "====",
}


def main() -> None:
    """Run every part and print its table."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _FOLDER
    schemes = load_schemes(rule_sources())
    detector = MarkingDetector(schemes)
    alone, joined, large = _texts(folder / "negatives.jsonl")
    words = yara.compile(source=_rule(schemes))
    print(f"{len(schemes.schemes)} schemes against {_PATTERNS} plain patterns, best of {_ROUNDS} rounds")
    for what, texts in (("each document", alone), ("by language", joined), ("large", large)):
        _compare(what, texts, detector, words)
    few = MarkingDetector(Schemes(schemes.schemes[:_FEW], schemes.context))
    least, most = _interleaved([_looking(few, large), _looking(detector, large)])
    print(f"{_FEW} schemes {least:.2f} s, {len(schemes.schemes)} schemes {most:.2f} s: {most / least:.2f} times")
    columns = f"{'CPU s':>9}{'x' + str(_RATIO):>9}{'times':>7}{'MiB':>7}{'MiB':>7}"
    print(f"\n{_PORTION:<24,}{columns}")
    for what, unit in _HOSTILE.items():
        texts = [_fill(unit, size) for size in (_PORTION // _RATIO, _PORTION)]
        _row(what, *(_forked(_looking(detector, [text])) for text in texts))
    print(f"\n{f'scan of {_FILE:,}':24}{columns}")
    for what, unit in _HOSTILE.items():
        _row(what, *(_scanned(unit, size) for size in (_FILE // _RATIO, _FILE)))


def _texts(path: Path) -> tuple[list[str], list[str], list[str]]:
    """Return the ordinary documents, the same joined by language, and one large text; no paragraph comes twice."""
    alone: list[str] = []
    languages: defaultdict[str, list[str]] = defaultdict(list)
    running: dict[str, None] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] == "declassified_series_unmarked":
            continue
        alone.append(row["text"])
        languages[row["lang"]].append(row["text"])
        if row["kind"].startswith(("novel", "law")):
            running.update(dict.fromkeys(row["text"].split("\n\n")))
    there = sum(map(len, running))
    for source in _sources():
        if sum(map(len, running)) < _LARGE:
            running.update(dict.fromkeys(source.split("\n\n")))
    large = "\n\n".join(running)[:_LARGE]
    print(f"large: {len(large):,} characters, {there:,} of novels and laws, the rest of Python's own sources")
    return alone, ["\n\n".join(texts) for texts in languages.values()], [large]


def _sources() -> Iterator[str]:
    """Yield the sources of Python's library in batches, so that their length is added up seldom."""
    batch: list[str] = []
    for path in sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py")):
        if "site-packages" not in path.parts and "dist-packages" not in path.parts:
            batch.append(path.read_text(encoding="utf-8", errors="replace"))
            if sum(map(len, batch)) > _LARGE // 20:
                yield "\n\n".join(batch)
                batch = []
    yield "\n\n".join(batch)


def _rule(schemes: Schemes) -> str:
    """Return a rule of YARA with as many plain words and phrases: names of levels, then made-up ones."""
    spelled = {
        " ".join(spelling.words)
        for scheme in schemes.schemes
        for rule in scheme.levels
        for spelling in rule.spellings
        if spelling.key.isascii() and len(spelling.key) >= _SHORTEST and "".join(spelling.words).isalnum()
    }
    made_up = (f"quopr{one}z{other}x" for one in "abcdefghijklmnopqrstuvwxyz" for other in "aeioubcdfghjk")
    names = (sorted(filter(str.isascii, spelled)) + list(made_up))[:_PATTERNS]
    strings = "\n".join(f'$s{number} = "{name}" nocase' for number, name in enumerate(names))
    return f"rule words {{ strings: {strings} condition: any of them }}"


def _compare(what: str, texts: Sequence[str], detector: MarkingDetector, words: yara.Rules) -> None:
    data = [text.encode() for text in texts]

    def match() -> None:
        for each in data:
            words.match(data=each)

    ours, theirs = _interleaved([_looking(detector, texts), match])
    size = sum(map(len, data)) / 1e6
    print(f"{what:16}{size:7.2f} MB: ours {size / ours:7.2f} MB/s, YARA {size / theirs:7.2f} MB/s: {theirs / ours:.2f}")


def _looking(detector: MarkingDetector, texts: Sequence[str]) -> Callable[[], None]:
    def look() -> None:
        for text in texts:
            for _ in detector.detect(Blob(Place("text"), "text/plain", b""), [Segment(Place("text"), text)]):
                pass

    return look


def _interleaved(jobs: Sequence[Callable[[], None]]) -> list[float]:
    """Return the least CPU seconds of each job over rounds in which all of them run by turns."""
    rounds = [[_cpu_of(job) for job in jobs] for _ in range(_ROUNDS)]
    return list(map(min, zip(*rounds, strict=True)))


def _cpu_of(job: Callable[[], None]) -> float:
    before = getrusage(RUSAGE_SELF)
    job()
    after = getrusage(RUSAGE_SELF)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _fill(unit: str, size: int) -> str:
    """Return text of a size, counted in characters."""
    if "{}" not in unit:
        return (unit * (size // len(unit) + 1))[:size]
    return "".join(unit.format(f"{number:07}") for number in range(size // (len(unit) + 5)))


def _forked(job: Callable[[], None]) -> tuple[float, int]:
    """Return the CPU seconds and the peak memory in MiB of a job in a process of its own."""
    child = os.fork()
    if not child:
        job()
        os._exit(0)
    return _spent(child)


def _scanned(unit: str, size: int) -> tuple[float, int]:
    """Return the CPU seconds and the peak of memory in MiB of a scan of a file of about so many bytes."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        file.write(_fill(unit, size * len(unit) // len(unit.encode())))
        file.flush()
        command = (sys.executable, "-m", "scanner", "scan", "--jobs", "1", "--timeout", "0", file.name)
        started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        spent = _spent(started.pid)
        started.returncode = 0
        return spent


def _spent(child: int) -> tuple[float, int]:
    _, _, usage = os.wait4(child, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss // _MIB


def _row(what: str, small: tuple[float, int], big: tuple[float, int]) -> None:
    times = big[0] / max(small[0], 0.01)
    print(f"{what:24}{small[0]:9.2f}{big[0]:9.2f}{times:7.1f}{small[1]:7}{big[1]:7}", flush=True)


if __name__ == "__main__":
    main()
