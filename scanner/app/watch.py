"""The daemon with all its parts: journal, workers, zones, alert store and sinks."""

import contextlib
import glob
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from scanner import __version__
from scanner.app.key import installation_key
from scanner.app.parts import (
    Bench,
    Judge,
    check_rules,
    label_names,
    passwords_for,
    policy_digest,
    sources_for,
    worker_count,
)
from scanner.app.records import Records
from scanner.app.sinks import Couriers, Turns, couriers, usual_sinks, written_by
from scanner.daemon import Daemon, Plan, Terms
from scanner.daemon.signals import keeping_requests
from scanner.errors import ConfigError, Fault, StoreError, WatchError
from scanner.model.visible import visible
from scanner.settings.schema import Settings
from scanner.spool.damage import check, is_damage, salvage, set_aside
from scanner.spool.database import SYSTEM_STATE, connect, make_folder, state_folder
from scanner.spool.instance import hold
from scanner.spool.readers import share
from scanner.watch.settle import Patience
from scanner.worker.sandbox.limits import keep_capabilities_here

_LOG = logging.getLogger(__name__)
_AGAIN = 60.0  # seconds; a database that is damaged again so soon stands on a broken disk


def watch(
    settings: Settings,
    paths: Sequence[str] = (),
    state: str | None = None,
    again: Callable[[], Settings] | None = None,
    begun: Callable[[], None] = lambda: None,
) -> None:
    """Watch until told to stop; `paths` and `state` go over what the settings say, `again` reads them on SIGHUP.

    `begun` is called when everything that can fail at the start is behind it.

    Raises:
        ConfigError: a sink cannot be opened as configured; all such sinks.
        RuleError: rule files have faults; all of them.
        StoreError: the state folder cannot be used, or another daemon uses it.
        WatchError: there is nothing to watch, or it cannot be watched.
        WorkerError: no worker can be started.
    """
    keep_capabilities_here()
    if not (paths or settings.watch.paths):  # before a folder is made
        message = "there is nothing to watch: name a folder, or set `paths` in [watch]"
        raise WatchError(message)
    folder = state_folder(state or settings.state)
    if not (state or settings.state):
        _check_own(folder)
    make_folder(folder)
    known = settings
    turns = Turns()

    def renew() -> Terms:
        nonlocal known
        fresh = again() if again else known
        if state_folder(state or fresh.state) != folder:
            message = "the state folder cannot be changed while the daemon runs; restart it"
            raise ConfigError((Fault(str(fresh.source or ""), "state", message),))
        terms, told = terms_for(fresh, paths, folder, turns)
        told.begin(folder)  # each waits for the one of its name that is at work
        if unshared := share(folder, fresh.alerts.readers):
            _LOG.warning("docwarden: %s", unshared)
        known = fresh
        return terms

    last = float("-inf")
    with keeping_requests() as requests:
        while True:
            terms, told = terms_for(known, paths, folder, turns)
            try:
                with hold(folder):
                    connection, notes = open_database(folder)
                with contextlib.closing(connection):
                    noted = _noted(terms, (*notes, share(folder, known.alerts.readers)))
                    daemon = Daemon(noted, connection, Records(connection, folder, lambda: known.alerts), renew=renew)
                    told.begin(folder)
                    begun()
                    requests.pass_to(daemon.reload)
                    try:
                        daemon.run()
                    finally:
                        requests.pass_to(None)
                        terms = daemon.terms
            except StoreError as error:
                if not is_damage(error) or time.monotonic() - last < _AGAIN:
                    raise
                last = time.monotonic()
                continue
            finally:
                terms.close()
                turns.join()
            return


def _noted(terms: Terms, notes: Iterable[str]) -> Terms:
    """Return terms whose status says what was done about the state before the daemon began."""
    return replace(terms, plan=replace(terms.plan, notes=tuple(filter(None, notes))))


def terms_for(settings: Settings, paths: Sequence[str], folder: Path, turns: Turns) -> tuple[Terms, Couriers]:
    """Start workers and open sinks as the settings say; the sinks are fed when somebody says so.

    Raises:
        ConfigError: a sink cannot be opened as configured, or the passwords cannot be read.
        RuleError: rule files have faults; all of them.
        UsageError: an id in the configuration names no rule.
        WorkerError: no worker can be started.
    """
    bench = Bench(
        sources_for(settings),
        settings.limits,
        worker_count(settings),
        exclude_rules=settings.rules.exclude,
        labels=label_names(settings),
        prefer=settings.rules.prefer,
        least=settings.sandbox.least,
        key=installation_key(folder),
        passwords=passwords_for(settings),
    )
    check_rules(bench.sources, (*settings.rules.exclude, *settings.rules.prefer), trust_shipped=True)
    wanted = settings.sinks or usual_sinks(folder)
    metrics = Path(settings.metrics.textfile) if settings.metrics.textfile else None
    judge = Judge(settings.zones, settings.default, settings.accept)
    plan = Plan(
        tuple(paths or settings.watch.paths),
        folder,
        policy_digest(bench, settings),
        __version__,
        (*settings.watch.exclude, *written_by(wanted), *_written_as(metrics)),
        replace(Patience(), closed=settings.watch.settle),
        settings.watch.reconcile,
        settings.watch.reader,
        settings.limits.seconds,
        settings.watch.walk_rate,
        settings.watch.io_pressure,
        metrics,
        permissions=judge.asks_permissions,
    )
    stack = contextlib.ExitStack()
    try:
        told = stack.enter_context(couriers(wanted, settings, folder, turns))
        pool = stack.enter_context(contextlib.closing(bench.pool()))
    except BaseException:
        stack.close()
        raise
    return Terms(plan, pool, judge, told.poke, stack.close, told.report), told


def open_database(folder: Path) -> tuple[sqlite3.Connection, tuple[str, ...]]:
    """Open the database of a state folder, and another one where it is damaged; say what was done about that.

    Raises:
        StoreError: it cannot be used, or a damaged one cannot be set aside.
    """
    try:
        connection = connect(folder)
    except StoreError as error:
        if not is_damage(error):
            raise
        return _another_database(folder)
    try:
        check(connection, str(folder))
    except StoreError as error:
        connection.close()
        if not is_damage(error):
            raise
        return _another_database(folder)
    return connection, ()


def _check_own(folder: Path) -> None:
    """Make sure that a folder nobody named is not that of the service, run by another user.

    What root makes in there, that user could not write: the service would not start again.

    Raises:
        StoreError: it is.
    """
    if folder != SYSTEM_STATE or (owner := folder.stat().st_uid) == os.geteuid():
        return
    message = f"{folder} is the state of the service, which runs as another user (uid {owner})"
    error = StoreError(message)
    error.hint = "`systemctl start docwarden` starts that one; --state names a folder for this one."
    raise error


def _another_database(folder: Path) -> tuple[sqlite3.Connection, tuple[str, ...]]:
    aside = set_aside(folder, time.time())
    connection = connect(folder)
    rows = salvage(aside, connection)
    note = (
        f"the database was damaged and set aside as {aside}; {rows} rows of alerts and verdicts could be read and were "
        "taken over, and everything is walked again"
    )
    _LOG.warning("docwarden: %s", visible(note))
    return connection, (note,)


def _written_as(metrics: Path | None) -> Iterator[str]:
    """Yield globs of the metrics, and of the file that becomes them."""
    if metrics is not None:
        folder = metrics.parent.resolve()
        yield from (glob.escape(str(folder / name)) for name in (metrics.name, f".{metrics.name}.new"))
