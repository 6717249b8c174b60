"""Breaks real documents and looks for readers that raise: `python -m bench.cuts [FOLDER]`.

Every document is read whole, cut off at `--cuts` random bytes and with bits flipped in `--flips` ways, by the reader
of what it then is, and so are its members. Nothing may come out of a reader but `LimitReachedError`: the pipeline
catches what does, but loses what the reader had still to say. A document gets `--seconds` for all its variants
together; how many were left out is said. A reader that does not come back is stopped and named.
Exits with 1 when a reader raised, died or took over 30 seconds for one variant.
"""

import argparse
import multiprocessing
import multiprocessing.connection
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scanner.extract import Budget, LimitReachedError, Reader, readers
from scanner.identify import identify
from scanner.model.document import Blob, Member
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.place import Place
from scanner.worker.sandbox.limits import confine

_CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
_LONG = 5.0  # seconds for one variant that are told of
_TOO_LONG = 30.0  # seconds for one variant that end it
_LARGEST = 16 << 20
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """A reader that raised; `where` is the last line of our own code that it passed."""

    reader: str
    error: str
    where: str


@dataclass(slots=True)
class _Result:
    """What became of a document's variants."""

    tried: int = 0
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    long: list[tuple[str, float]] = field(default_factory=list)


def faults(known: Mapping[str, Reader], name: str, data: bytes) -> Iterator[Fault]:
    """Read a document and its members by their readers; yield what they raise."""
    budget = Budget(DEFAULT_LIMITS, len(data))
    waiting = [Blob(Place(name), identify(data), data)]
    while waiting:
        blob = waiting.pop()
        family = blob.media_type.partition("/")[0] + "/*"
        reader = known.get(blob.media_type) or known.get(family) or known["*/*"]
        try:
            for item in reader.extract(blob, budget):
                if isinstance(item, Member):
                    budget.member()
                    if len(item.place.members) <= DEFAULT_LIMITS.depth:
                        waiting.append(Blob(item.place, identify(item.data), item.data))
        except LimitReachedError:
            pass
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            yield Fault(getattr(reader, "__name__", type(reader).__name__), type(error).__name__, _where(error))


def _where(error: Exception) -> str:
    lines: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if "scanner" in path.parts:
            lines.append(f"{path.name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return lines[-1] if lines else "?"


def _variants(data: bytes, cuts: int, flips: int, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    yield "whole", data
    # Cuts and flips by turns, so that a document that runs out of time had some of both.
    every = max(1, cuts // max(1, flips))
    for number in range(max(cuts, flips * every)):
        if number < cuts:
            at = chance.randrange(len(data))
            yield f"cut at {at}", data[:at]
        if number % every == 0 and number // every < flips:
            broken = bytearray(data)
            seed = chance.randrange(1 << 30)
            where = random.Random(seed)  # noqa: S311 - told, so that it can be made again
            for _ in range(max(1, min(len(data) // 500, 200))):
                broken[where.randrange(len(data))] ^= 1 << where.randrange(8)
            yield f"flipped by {seed}", bytes(broken)


def _serve(channel: multiprocessing.connection.Connection, options: argparse.Namespace) -> None:
    """Take paths, and say of each variant when it begins and how it fared."""
    known = readers()
    for _ in faults(known, "warm-up", b"From: a@b\n\nx\n"):
        pass
    confine(DEFAULT_LIMITS.memory)
    while path := channel.recv():
        data = path.read_bytes()
        chance = random.Random(f"{options.seed} {path.name}")  # noqa: S311 - the same variants each time
        ends = time.monotonic() + options.seconds
        for variant, broken in _variants(data, options.cuts, options.flips, chance):
            if time.monotonic() > ends:
                break
            channel.send((variant, None, 0.0))
            start = time.monotonic()
            found = list(faults(known, path.name, broken))
            channel.send((variant, found, time.monotonic() - start))
        channel.send(None)


class _Worker:
    """A process that breaks one document after the other."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._start()

    def _start(self) -> None:
        self.channel, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_serve, args=(theirs, self._options), daemon=True)
        self._process.start()
        theirs.close()
        self.path: Path | None = None

    def take(self, path: Path) -> None:
        """Have a document broken."""
        self.path, self.result = path, _Result()
        self.variant, self.since = "", time.monotonic()
        self.channel.send(path)

    def hear(self) -> bool:
        """Take one message; tell whether the document is through."""
        try:
            message = self.channel.recv()
        except (EOFError, OSError):
            self._replace("died")
            return True
        if message is None:
            return True
        self.variant, found, seconds = message
        self.since = time.monotonic()
        if found is not None:
            self.result.tried += 1
            self.result.faults += [(self.variant, fault) for fault in found]
            if seconds > _LONG:
                self.result.long.append((self.variant, seconds))
        return False

    def overdue(self) -> bool:
        """Stop a reader that does not come back; tell whether that was so."""
        if time.monotonic() - self.since < _TOO_LONG:
            return False
        self._replace(f"took over {_TOO_LONG:.0f} s")
        return True

    def _replace(self, why: str) -> None:
        self.end()
        self.result.faults.append((self.variant, Fault("(process)", why, "?")))
        path, result = self.path, self.result
        self._start()
        self.path, self.result = path, result

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self.channel.close()


def _run(paths: Sequence[Path], options: argparse.Namespace) -> dict[Path, _Result]:
    """Break all documents in two processes, until it is done or the time is up."""
    results: dict[Path, _Result] = {}
    ends = time.monotonic() + 60 * options.minutes
    waiting = list(reversed(paths))
    workers = [_Worker(options) for _ in range(options.jobs)]
    while True:
        for worker in workers:
            if worker.path is None and waiting and time.monotonic() < ends:
                worker.take(waiting.pop())
        busy = {worker.channel: worker for worker in workers if worker.path is not None}
        if not busy:
            break
        ready = multiprocessing.connection.wait(list(busy), timeout=1.0)
        for channel, worker in busy.items():
            if worker.path is not None and (worker.hear() if channel in ready else worker.overdue()):
                results[worker.path] = worker.result
                worker.path = None
    for worker in workers:
        worker.end()
    return results


def _report(results: Mapping[Path, _Result], folder: Path, variants: int, files: int) -> bool:
    """Print what was found; return whether nothing was."""
    tried = sum(result.tried for result in results.values())
    short = sum(result.tried < variants for result in results.values())
    print(f"{tried} of {files * variants} variants of {files} documents read; {files - len(results)} documents not")
    print(f"reached, {short} read in fewer variants than {variants}, for lack of time or after a fault")
    kinds: dict[Fault, list[str]] = defaultdict(list)
    long: list[tuple[float, str]] = []
    for path, result in sorted(results.items()):
        name = str(path.relative_to(folder))
        for variant, fault in result.faults:
            kinds[fault].append(f"{name} {variant}")
        long += [(seconds, f"{name} {variant}") for variant, seconds in result.long]
    for fault, where in sorted(kinds.items(), key=lambda item: -len(item[1])):
        print(f"{len(where):>6}  {fault.reader} {fault.error} at {fault.where}: {where[0]}")
    print(f"raised, died or stopped: {sum(map(len, kinds.values()))} in {len(kinds)} ways")
    for seconds, name in sorted(long, reverse=True)[:_SHOWN]:
        print(f"{seconds:>6.1f} s  {name}")
    print(f"over {_LONG:.0f} s: {len(long)}")
    return not kinds


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=_CORPUS)
    parser.add_argument("--kind", nargs="+", default=[], help="only names with these endings, such as docx")
    parser.add_argument("--cuts", type=int, default=50)
    parser.add_argument("--flips", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=6.0, help="for one document, all variants together")
    parser.add_argument("--minutes", type=float, default=14.0, help="for all of it")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    endings = {f".{kind}" for kind in options.kind}
    paths = sorted(
        path
        for path in options.folder.rglob("*")
        if path.is_file() and 0 < path.stat().st_size <= _LARGEST and (not endings or path.suffix.lower() in endings)
    )
    random.Random(options.seed).shuffle(paths)  # noqa: S311 - so that what time cuts off is of all kinds
    began = time.monotonic()
    results = _run(paths, options)
    clean = _report(results, options.folder, 1 + options.cuts + options.flips, len(paths))
    print(f"{time.monotonic() - began:.0f} s")
    if not clean:
        sys.exit(1)


if __name__ == "__main__":
    _main()
