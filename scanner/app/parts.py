"""The parts every command puts together: settings, rules, workers and the judge."""

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from scanner import __version__
from scanner.app.markings import MarkingReader
from scanner.errors import ConfigError, RuleError, UsageError
from scanner.judge import Roots, judge
from scanner.model.codec import encode
from scanner.model.document import Document, Reason
from scanner.model.exposure import Audience
from scanner.model.label_name import LabelName
from scanner.model.limits import Limits
from scanner.model.sandbox import Protection
from scanner.model.verdict import Examination, Verdict
from scanner.model.zone import Zone
from scanner.resources import RuleSource, digest, gather
from scanner.settings.environment import overridden
from scanner.settings.load import find_config, load
from scanner.settings.passwords import read_passwords
from scanner.settings.schema import Settings
from scanner.spool.database import connect, state_folder
from scanner.worker.pool import Pool, Setup

if TYPE_CHECKING:  # whoever records nothing needs none of it
    from scanner.app.recording import Recording

_SLOW = 100_000  # rounds; a guess costs as much, and a start hardly notices


def settings_from(config: Path | None, environ: Mapping[str, str], rules: Sequence[Path] = ()) -> Settings:
    """Return the settings in force: those of the environment over those of the config file over the defaults.

    Ceilings are read with the shipped schemes, those of the configured rule folders, and those in `rules`.

    Raises:
        ConfigError: the file or the environment has faults; all of them.
    """
    path = find_config(config, environ)
    if path is None:
        return overridden(Settings(), environ)

    reader = MarkingReader(path, environ, rules)
    try:
        settings = load(path, reader, _sink_faults)
    except ConfigError as error:
        raise ConfigError((*reader.explained(error.faults), *reader.faults())) from error
    if unjudged := reader.faults():
        raise ConfigError(unjudged)
    return overridden(settings, environ)


def _sink_faults(kind: str, options: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    from scanner.app.sinks import sink_faults

    return sink_faults(kind, options)


def label_names(settings: Settings) -> tuple[LabelName, ...]:
    """Return what the configuration calls the labels of each system."""
    return tuple(
        LabelName(system, id_, name)
        for system in settings.labels.__slots__
        for id_, name in getattr(settings.labels, system)
    )


def sources_for(settings: Settings, extra: Sequence[Path] = ()) -> tuple[RuleSource, ...]:
    """Return every rule file in force: the shipped ones, the configured folders, then `extra`.

    Raises:
        RuleError: a folder or file cannot be read; what is wrong with the others is told as well.
    """
    sources, faults = gather([*(Path(folder) for folder in settings.rules.extra), *extra])
    wrong = tuple(fault for fault in faults if not fault.warning)
    if wrong:
        from scanner.detect.rule_list import faults_of

        raise RuleError((*wrong, *(fault for fault in faults_of(sources) if not fault.warning)))
    return sources


def passwords_for(settings: Settings, file: Path | None = None) -> tuple[str, ...]:
    """Return the passwords to try on locked documents: those in `file`, else those in the configured file.

    Raises:
        ConfigError: the file cannot be read, or others may read or change it.
    """
    chosen = file or (Path(settings.unlock.passwords_file) if settings.unlock.passwords_file else None)
    return () if chosen is None else read_passwords(chosen)


def check_rules(sources: Sequence[RuleSource], ids: Iterable[str], *, trust_shipped: bool = False) -> None:
    """Make sure that the rules can be used, before any worker starts.

    With `trust_shipped`, those that ship with DocWarden are taken to be sound: a worker tells if they are not.

    Raises:
        RuleError: rule files have faults; all of them.
        UsageError: an id names no rule; all such ids.
    """
    if not trust_shipped or any(not source.shipped for source in sources):
        from scanner.detect.rule_list import faults_of

        faults = tuple(fault for fault in faults_of(sources, trust_shipped=trust_shipped) if not fault.warning)
        if faults:
            raise RuleError(faults)
    check_ids(sources, ids)


def check_ids(sources: Sequence[RuleSource], ids: Iterable[str]) -> None:
    """Make sure that ids name rules in files that have no faults.

    Raises:
        UsageError: an id names no rule; all such ids.
    """
    wanted = set(ids)
    if not wanted:
        return
    from scanner.detect.rule_list import list_rules

    unknown = sorted(wanted - {entry.id for entry in list_rules(sources)})
    if unknown:
        message = f"no such rule: {', '.join(unknown)}; `docwarden rules list` shows all"
        raise UsageError(message)


@contextlib.contextmanager
def recorder(settings: Settings, state: str | None, bench: "Bench") -> Iterator["Recording"]:
    """Open the alert store and give what puts a verdict into it; the verdicts are those of this bench.

    Raises:
        UsageError: the bench shows matched values, which would stand in the store for good.
        StoreError: the store cannot be opened or written.
    """
    from scanner.app.recording import Recording
    from scanner.app.records import Records

    if bench.show_match:
        message = "findings that show their matched values are never recorded: the alert store would keep them for good"
        raise UsageError(message)
    folder = state_folder(state or settings.state)
    with contextlib.closing(connect(folder)) as connection:
        records = Records(connection, folder, lambda: settings.alerts)
        with connection:
            records.reconsider()
            records.distrust()
        yield Recording(connection, records, bench.ruleset)


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
    """What one run of the workers needs: the rules, the limits, how values are masked and how well it is shut in."""

    sources: tuple[RuleSource, ...]
    limits: Limits
    workers: int
    only_rules: tuple[str, ...] = ()
    exclude_rules: tuple[str, ...] = ()
    show_match: bool = False
    labels: tuple[LabelName, ...] = ()
    explain: bool = False
    prefer: tuple[str, ...] = ()
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    passwords: tuple[str, ...] = field(default=(), repr=False)
    least: Protection = Protection.PROCESS

    def pool(self) -> Pool:
        """Start the workers."""
        setup = Setup(
            self.sources,
            self.limits,
            self.key.hex(),
            self.exclude_rules,
            self.only_rules,
            self.show_match,
            self.labels,
            self.explain,
            self.prefer,
            passwords=self.passwords,
            least=self.least,
        )
        return Pool(setup, self.workers)

    @property
    def ruleset(self) -> str:
        """A short name of the rules in force."""
        return digest(self.sources)


def policy_digest(bench: Bench, settings: Settings) -> str:
    """Return a short name of all that decides about a file: program, rules, limits and zones.

    A verdict reached under another one is stale. Of passwords it has a keyed hash that is slow to make: other ones
    change it, so that locked files are read again, and it tells none.
    """
    zones = [replace(zone, quiet_hours=()) for zone in (*settings.zones, settings.default)]  # they decide nothing
    known = (bench.ruleset, __version__, bench.limits, zones, settings.accept)
    excluded = (bench.exclude_rules, bench.only_rules, bench.prefer)
    parts = [encode(known), encode(excluded), encode(bench.labels)]
    if bench.passwords:
        joined = "\n".join(bench.passwords).encode()
        parts.append(hashlib.pbkdf2_hmac("sha256", joined, bench.key, _SLOW).hex())
    text = json.dumps(parts, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


class Judge:
    """Knows the zones and what is accepted; turns an examination into a verdict."""

    def __init__(self, zones: Sequence[Zone], default: Zone, accept: frozenset[Reason]) -> None:
        """Take the policy."""
        self._roots = Roots(zones)
        self._default = default
        self._accept = accept
        self.asks_permissions = any(zone.audience is not Audience.EVERYONE for zone in (*zones, default))
        """Whether some zone limits who may read or change a marked file, so that `Document.exposure` is needed."""

    def __call__(self, document: Document, examination: Examination) -> Verdict:
        """Decide about one document that was examined."""
        known = replace(
            document,
            sha256=examination.sha256,
            media_type=examination.media_type,
            claimed_type=examination.claimed_type,
        )
        zone = self._roots.zone_of(document.path, self._default)
        return judge(known, zone, examination.findings, examination.problems, self._accept)
