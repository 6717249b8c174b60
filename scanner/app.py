"""Puts the parts together; the only module that knows them all."""

import contextlib
import os
import secrets
import stat
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from scanner.alert.store import AlertStore
from scanner.detect.rule_list import faults_of, list_rules
from scanner.detect.scheme import load_schemes
from scanner.errors import RuleError, UsageError
from scanner.judge import judge, zone_of
from scanner.model.document import Document, Identity, Problem, Reason
from scanner.model.limits import Limits
from scanner.model.place import Place
from scanner.model.verdict import Examination, Verdict
from scanner.model.zone import Zone
from scanner.resources import RuleSource, digest, rule_sources
from scanner.settings.environment import overridden
from scanner.settings.load import find_config, load
from scanner.settings.schema import Settings
from scanner.spool.database import connect, state_folder
from scanner.watch.walk import Entry, Sight, walk
from scanner.worker.opening import Opened, open_document
from scanner.worker.pool import Job, Pool, Setup

STANDARD_INPUT = "-"


def settings_from(config: Path | None, environ: Mapping[str, str]) -> Settings:
    """Return the settings in force: those of the environment over those of the config file over the defaults.

    Raises:
        ConfigError: the file or the environment has faults; all of them.
    """
    path = find_config(config, environ)
    settings = Settings() if path is None else load(path, load_schemes(rule_sources()).read)
    return overridden(settings, environ)


def sources_for(settings: Settings, extra: Sequence[Path] = ()) -> tuple[RuleSource, ...]:
    """Return every rule file in force: the shipped ones, the configured folders, then `extra`.

    Raises:
        RuleError: a folder or file cannot be read.
    """
    return rule_sources([*(Path(folder) for folder in settings.rules.extra), *extra])


def check_rules(sources: Sequence[RuleSource], ids: Iterable[str]) -> None:
    """Make sure that the rules can be used, before any worker starts.

    Raises:
        RuleError: rule files have faults; all of them.
        UsageError: an id names no rule; all such ids.
    """
    faults = tuple(fault for fault in faults_of(sources) if not fault.warning)
    if faults:
        raise RuleError(faults)
    known = {entry.id for entry in list_rules(sources)}
    unknown = sorted(set(ids) - known)
    if unknown:
        message = f"no such rule: {', '.join(unknown)}; `docwarden rules list` shows all"
        raise UsageError(message)


@contextlib.contextmanager
def recorder(settings: Settings, state: str | None, ruleset: str) -> Iterator[Callable[[Verdict], None]]:
    """Open the alert store and give a function that puts a verdict into it.

    Raises:
        StoreError: the store cannot be opened or written.
    """
    with contextlib.closing(connect(state_folder(state or settings.state))) as connection:
        store = AlertStore(connection)

        def record(verdict: Verdict) -> None:
            with connection:
                store.record(verdict, verdict.document.identity, ruleset, time.time())

        yield record


def worker_count(settings: Settings) -> int:
    """Return how many workers to run: as configured, else one for each core this process may use."""
    if settings.workers:
        return settings.workers
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # only Linux tells
        return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Bench:
    """What one run of the workers needs: the rules, the limits and how values are masked."""

    sources: tuple[RuleSource, ...]
    limits: Limits
    workers: int
    only_rules: tuple[str, ...] = ()
    exclude_rules: tuple[str, ...] = ()
    show_match: bool = False
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def pool(self) -> Pool:
        """Start the workers."""
        setup = Setup(self.sources, self.limits, self.key.hex(), self.exclude_rules, self.only_rules, self.show_match)
        return Pool(setup, self.workers)

    @property
    def ruleset(self) -> str:
        """A short name of the rules in force; verdicts of another one are stale."""
        return digest(self.sources)


class Judge:
    """Knows the zones and what is accepted; turns an examination into a verdict."""

    def __init__(self, zones: Sequence[Zone], default: Zone, accept: frozenset[Reason]) -> None:
        """Take the policy."""
        self._zones = tuple(zones)
        self._default = default
        self._accept = accept

    def __call__(self, document: Document, examination: Examination) -> Verdict:
        """Decide about one document that was examined."""
        known = replace(
            document,
            sha256=examination.sha256,
            media_type=examination.media_type,
            claimed_type=examination.claimed_type,
        )
        zone = zone_of(document.path, self._zones, self._default)
        return judge(known, zone, examination.findings, examination.problems, self._accept)


@dataclass(slots=True)
class Scan:
    """One walk over some paths; iterate for the verdicts, then read what was left out."""

    paths: Sequence[str]
    bench: Bench
    judge: Judge
    exclude: Sequence[str] = ()
    skipped: Counter[str] = field(default_factory=Counter)
    found: int = 0
    size: int = 0
    walked: bool = False

    def __iter__(self) -> Iterator[Verdict]:
        """Yield one verdict for every file, in the order they are done."""
        pool = self.bench.pool()
        names: dict[Opened, Document] = {}
        try:
            for document, opened in self._openings():
                if isinstance(opened, Problem):
                    yield self.judge(document, Examination(problems=(opened,)))
                    continue
                while not pool.free:
                    yield from self._collect(pool, names)
                names[opened] = document
                pool.submit(Job(document.path, opened, _stdin_name(document.path)))
            self.walked = True
            while names:
                yield from self._collect(pool, names)
        finally:
            pool.close()

    def _collect(self, pool: Pool, names: dict[Opened, Document]) -> Iterator[Verdict]:
        for job, examination in pool.poll(_POLL):
            yield self.judge(names.pop(job.opened), examination)

    def _openings(self) -> Iterator[tuple[Document, Opened | Problem]]:
        for path in self.paths:
            if path == STANDARD_INPUT:
                yield self._document(path, _spooled_input())
                continue
            for entry in walk(path, self.exclude):
                if entry.sight is Sight.FILE:
                    yield self._document(entry.path, open_document(entry.path))
                elif entry.sight is Sight.UNREADABLE:
                    yield self._document(entry.path, _unreadable(entry))
                else:
                    self.skipped[entry.sight.value] += 1

    def _document(self, path: str, opened: Opened | Problem) -> tuple[Document, Opened | Problem]:
        identity = opened.identity if isinstance(opened, Opened) else None
        size = identity.size if identity else 0
        self.found += 1
        self.size += size
        return Document(path, size, identity), opened


def checked_paths(paths: Sequence[str]) -> tuple[str, ...]:
    """Return the paths to scan, absolute; links given by name are followed, doubles are dropped.

    Raises:
        UsageError: one does not exist or is no file or folder; all such paths are named.
    """
    faults: list[str] = []
    known: dict[str, None] = {}
    for path in paths:
        if path == STANDARD_INPUT:
            known[path] = None
            continue
        try:
            mode = os.stat(path).st_mode  # noqa: PTH116 - the path may hold bytes that are no text
        except OSError as error:
            faults.append(f"{path}: {os.strerror(error.errno or 0)}")
            continue
        if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
            known[os.path.realpath(path)] = None
        else:
            faults.append(f"{path}: a FIFO, socket or device; only files and folders can be scanned")
    if faults:
        raise UsageError("\n".join(faults))
    return tuple(known)


_POLL = 0.2


def _stdin_name(path: str) -> str:
    return "standard input" if path == STANDARD_INPUT else PurePath(path).name


def _unreadable(entry: Entry) -> Problem:
    gone = entry.detail == os.strerror(2)
    reason = Reason.VANISHED if gone else Reason.PERMISSION
    return Problem(Place(PurePath(entry.path).name or entry.path), reason, f"folder: {entry.detail}")


def _spooled_input() -> Opened:
    """Copy standard input into memory the kernel holds; nothing of it touches a disk."""
    fd = os.memfd_create("standard input", os.MFD_CLOEXEC)
    with os.fdopen(os.dup(fd), "wb") as target:
        while piece := os.read(0, 1 << 20):
            target.write(piece)
    status = os.fstat(fd)
    return Opened(fd, Identity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))


def stopwatch() -> float:
    """Return a clock reading in seconds; only differences mean anything."""
    return time.monotonic()
