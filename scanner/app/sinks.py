"""Opens the configured sinks, and has each fed from the log of alerts."""

import contextlib
import glob
import os
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from scanner.alert import Sink, SinkKind, kinds, sink_kind
from scanner.alert.courier import Courier
from scanner.alert.store import AlertStore
from scanner.errors import ConfigError, Fault, StoreError
from scanner.model.alert import Alert
from scanner.model.delivery import Delivery
from scanner.model.route import Route
from scanner.model.visible import visible
from scanner.settings.naming import entry_name
from scanner.settings.schema import Settings, SinkSettings
from scanner.spool.database import connect
from scanner.spool.status import read_status

ALERT_FILE = "alerts.jsonl"

_SILENT = 60.0  # seconds; an agent that has said nothing for so long is not well
_LAST_SECONDS = 5.0


class Turns:
    """Whose turn it is to feed the sink of a name: it outlives a reload, and no two of one name are fed at a time."""

    def __init__(self) -> None:
        """Begin with nobody at work."""
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._begun: list[Courier] = []

    def begin(self, courier: Courier) -> None:
        """Let one begin when it is its turn."""
        self._begun = [*(one for one in self._begun if one.lives), courier]
        courier.begin()

    def join(self) -> None:
        """Wait a few seconds for the end of all of them; one whose receiver hangs is left behind."""
        until = time.monotonic() + _LAST_SECONDS
        for courier in self._begun:
            courier.join(max(0.0, until - time.monotonic()))

    def of(self, name: str) -> threading.Lock:
        """Return what the couriers of a name take turns by."""
        return self._turns[name]


class Couriers:
    """All sinks of one configuration, each with what feeds it; nothing is fed before `begin`."""

    def __init__(self, couriers: Sequence[Courier], turns: Turns) -> None:
        """Take them."""
        self._couriers = couriers
        self._turns = turns

    def begin(self, folder: Path) -> None:
        """Feed them from now on: what is written after this into the store of the state folder, which is sound."""
        # One that is locked for long is asked again by each of them.
        with (
            contextlib.suppress(StoreError, sqlite3.Error),
            contextlib.closing(connect(folder)) as connection,
            connection,
        ):
            store = AlertStore(connection)
            for courier in self._couriers:
                courier.mark(store)
        for courier in self._couriers:
            self._turns.begin(courier)

    def poke(self, _: Alert | None = None) -> None:
        """Have them look into the log, where an alert was just written."""
        for courier in self._couriers:
            courier.poke()

    def report(self) -> tuple[Delivery, ...]:
        """Return how they get on."""
        return tuple(courier.report() for courier in self._couriers)

    def close(self) -> None:
        """Have all of them try what is due once more, and end; `Turns.join` waits for that, and a reload does not."""
        for courier in self._couriers:
            courier.stop()


def sink_faults(kind: str, options: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Return what is wrong with a sink's kind and its options, each with its key; nothing is opened."""
    known = kinds()
    if kind in known:
        return sink_kind(kind).check(options)
    close = get_close_matches(kind, known, n=1)
    meant = f" (did you mean `{close[0]}`?)" if close else f"; known are {', '.join(known)}"
    return [("kind", f"no such sink: {visible(kind)}{meant}")]


def usual_sinks(folder: Path) -> tuple[SinkSettings, ...]:
    """Return the sinks of who configured none: a file beside the store, and the output."""
    options = (("path", str(folder / ALERT_FILE)), ("rotate", "50MB"))
    return SinkSettings("jsonl", options), SinkSettings("console")


def written_by(wanted: Sequence[SinkSettings]) -> Iterator[str]:
    """Yield globs of the files that sinks write: watching them, the daemon would feed itself."""
    for sink in wanted:
        for name, value in sink.options:
            if name == "path":
                path = glob.escape(os.path.realpath(value))
                yield from (path, f"{path}.[0-9]*")


@contextlib.contextmanager
def couriers(wanted: Sequence[SinkSettings], settings: Settings, folder: Path, turns: Turns) -> Iterator[Couriers]:
    """Open every sink, with what will feed it from the store in a state folder; end and close them in the end.

    Raises:
        ConfigError: sinks cannot be opened as configured; all such sinks.
    """
    file = visible(str(settings.source or ""))
    faults: list[Fault] = []
    opened: list[Courier] = []
    for number, table in enumerate(wanted):
        where = entry_name("sink", number, table.route.name)
        if table.kind not in kinds():
            faults += [Fault(file, f"{where}.{key}", said) for key, said in sink_faults(table.kind, {})]
            continue
        kind = sink_kind(table.kind)
        try:
            sink = kind.start(dict(table.options))
        except ValueError as error:
            faults.append(Fault(file, where, str(error)))
        except OSError as error:
            faults.append(Fault(file, where, f"cannot be opened: {error}"))
        else:
            opened.append(_courier(kind, sink, table.route, settings, folder, turns))
    told = Couriers(opened, turns)
    try:
        if faults:
            refused = ConfigError(tuple(faults))
            refused.hint = "`docwarden doctor`, run as the user of the daemon, tells all that is wrong with the sinks."
            raise refused
        yield told
    finally:
        told.close()


def _courier(  # noqa: PLR0913, PLR0917 - it is where everything comes together
    kind: SinkKind, sink: Sink, route: Route, settings: Settings, folder: Path, turns: Turns
) -> Courier:
    return Courier(
        kind.NAME,
        sink,
        route,
        kind.PACE,
        heartbeat=settings.alerts.heartbeat if route.heartbeat is None else route.heartbeat,
        connect=lambda: connect(folder),
        hours={zone.name: zone.quiet_hours for zone in (*settings.zones, settings.default)},
        healthy=partial(_is_healthy, folder, time.time(), time.monotonic()),
        turn=turns.of(route.name or kind.NAME),
    )


def _is_healthy(folder: Path, since: float, begun: float) -> bool | None:
    """Tell whether this daemon says that it sees everything, and has said so lately.

    None until it has said anything since `since`, the time when the sink was opened (`begun` by the other clock), for a
    minute at most: what was said before is of no account, and to call every start unhealthy would be a false alarm.
    """
    try:
        status = read_status(folder)
    except StoreError:
        return False
    said = status is not None and status.heartbeat >= since
    if not said and time.monotonic() - begun < _SILENT:
        return None
    return status is not None and not status.degraded and time.time() - status.heartbeat < _SILENT
