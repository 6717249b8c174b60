"""The daemon with all its parts: journal, workers, zones, alert store and sinks."""

import contextlib
import glob
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from scanner import __version__
from scanner.alert import Sink, sinks
from scanner.alert.store import AlertStore
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
from scanner.daemon import Daemon, Plan
from scanner.errors import ConfigError, Fault
from scanner.model.alert import Alert
from scanner.model.document import Identity
from scanner.model.verdict import Verdict
from scanner.model.visible import visible
from scanner.settings.schema import Settings, SinkSettings
from scanner.spool.database import connect, make_folder, state_folder
from scanner.watch.settle import Patience
from scanner.worker.sandbox.limits import keep_capabilities_here

ALERT_FILE = "alerts.jsonl"


def watch(settings: Settings, paths: Sequence[str] = (), state: str | None = None) -> None:
    """Watch until told to stop; `paths` and `state` go over what the settings say.

    Raises:
        ConfigError: a sink cannot be opened as configured; all such sinks.
        RuleError: rule files have faults; all of them.
        StoreError: the state folder cannot be used, or another daemon uses it.
        WatchError: there is nothing to watch, or it cannot be watched.
        WorkerError: no worker can be started.
    """
    keep_capabilities_here()
    folder = state_folder(state or settings.state)
    make_folder(folder)
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
    check_rules(bench.sources, (*settings.rules.exclude, *settings.rules.prefer))
    wanted = settings.sinks or _usual_sinks(folder)
    plan = Plan(
        tuple(paths or settings.watch.paths),
        folder,
        policy_digest(bench, settings),
        __version__,
        (*settings.watch.exclude, *_written_by(wanted)),
        replace(Patience(), closed=settings.watch.settle),
        settings.watch.reconcile,
        settings.watch.reader,
    )
    with contextlib.ExitStack() as stack:
        told = stack.enter_context(_opened(wanted))
        connection = stack.enter_context(contextlib.closing(connect(folder)))
        store = AlertStore(connection)
        pool = stack.enter_context(contextlib.closing(bench.pool()))

        def record(verdict: Verdict, identity: Identity | None, ruleset: str) -> Alert | None:
            return store.record(verdict, identity, ruleset, time.time())

        def notify(alert: Alert) -> None:
            failed: list[OSError] = []
            for _, sink in told:
                try:
                    sink.send(alert)
                except OSError as error:  # the other sinks are told first, then the status says so
                    failed.append(error)
            if failed:
                raise failed[0]

        judge = Judge(settings.zones, settings.default, settings.accept)
        Daemon(plan, connection, pool, decide=judge, record=record, notify=notify).run()


def _usual_sinks(folder: Path) -> tuple[SinkSettings, ...]:
    return SinkSettings("jsonl", (("path", str(folder / ALERT_FILE)),)), SinkSettings("console")


def _written_by(wanted: Sequence[SinkSettings]) -> Iterator[str]:
    """Yield globs of the files that sinks write: watching them, the daemon would feed itself."""
    for sink in wanted:
        for name, value in sink.options:
            if name == "path":
                yield glob.escape(os.path.realpath(value))


@contextlib.contextmanager
def _opened(wanted: Sequence[SinkSettings]) -> Iterator[tuple[tuple[str, Sink], ...]]:
    """Open every sink, and close them in the end."""
    known = sinks()
    faults: list[Fault] = []
    opened: list[tuple[str, Sink]] = []
    for number, table in enumerate(wanted):
        where = f"sink[{number}]"
        if table.kind not in known:
            faults.append(
                Fault("", f"{where}.kind", f'"{visible(table.kind)}" is no sink; there are {", ".join(known)}')
            )
            continue
        try:
            opened.append((table.kind, known[table.kind].start(dict(table.options))))
        except ValueError as error:
            faults.append(Fault("", where, str(error)))
        except OSError as error:
            faults.append(Fault("", where, f"cannot be opened: {error}"))
    try:
        if faults:
            raise ConfigError(tuple(faults))
        yield tuple(opened)
    finally:
        for _, sink in opened:
            sink.close()
