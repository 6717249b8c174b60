"""Writes how the daemon is as a file that the textfile collector of Prometheus' node exporter reads.

The form is the Prometheus text exposition format 0.0.4. Roots are named, for they are configured; no document is.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from scanner.model.sandbox import Protection
from scanner.model.verdict import Outcome
from scanner.model.visible import visible
from scanner.spool.status import RootStatus, Status

_Sample = tuple[dict[str, str], float]


def write_metrics(path: Path, status: Status) -> None:
    """Replace the file; whoever reads it sees the old one or the new one, and everyone may.

    Raises:
        OSError: it cannot be written.
    """
    fresh = path.with_name(f".{path.name}.new")  # the collector reads names that end in .prom only
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    with os.fdopen(fd, "w", encoding="utf-8") as stream:
        os.fchmod(fd, 0o644)
        stream.write(exposition(status))
    fresh.replace(path)


def exposition(status: Status) -> str:
    """Return the text."""
    lines: list[str] = []
    for name, kind, meaning, samples in _families(status):
        lines += [f"# HELP docwarden_{name} {meaning}", f"# TYPE docwarden_{name} {kind}"]
        lines += [f"docwarden_{name}{_labels(labels)} {_number(value)}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _families(status: Status) -> Iterator[tuple[str, str, str, list[_Sample]]]:
    roots = status.roots
    outcomes = {entry.what: entry.number for entry in status.outcomes}
    protection = "" if status.sandbox is None else status.sandbox.protection
    yield (
        "up",
        "gauge",
        "1 while the daemon works, 0 while something keeps all of it from working.",
        [({}, float(not status.trouble))],
    )
    yield (
        "info",
        "gauge",
        "The version, and the digest of the rules and the policy in force.",
        [({"version": status.version, "rules": status.ruleset}, 1.0)],
    )
    yield "heartbeat_timestamp_seconds", "gauge", "When this was written.", [({}, status.heartbeat)]
    yield "start_timestamp_seconds", "gauge", "When the daemon began.", [({}, status.began)]
    yield (
        "verdicts_total",
        "counter",
        "Files that got a verdict since the daemon began.",
        [({"outcome": outcome.value}, float(outcomes.get(outcome.value, 0))) for outcome in Outcome],
    )
    yield "alerts_total", "counter", "Alerts raised or repeated since the daemon began.", [({}, float(status.alerts))]
    yield (
        "sink_waiting",
        "gauge",
        "Entries of the log of alerts that a sink was not told yet.",
        [({"sink": visible(sink.name)}, float(sink.waiting)) for sink in status.sinks],
    )
    yield (
        "sink_up",
        "gauge",
        "1 while a sink takes what it is told, 0 while it cannot.",
        [({"sink": visible(sink.name)}, float(not sink.trouble)) for sink in status.sinks],
    )
    yield "scanning", "gauge", "Files that are being read.", [({}, float(status.scanning))]
    yield (
        "sandbox",
        "gauge",
        "1 for the protection with which documents are read.",
        [({"protection": entry.value}, float(entry == protection)) for entry in Protection],
    )
    yield "queue_paths", "gauge", "Paths that wait or are being read.", _each(roots, lambda root: root.queued)
    yield (
        "queue_oldest_seconds",
        "gauge",
        "For how long the oldest of them has been waiting.",
        _each(roots, lambda root: 0.0 if root.oldest is None else max(0.0, status.heartbeat - root.oldest)),
    )
    yield (
        "coverage",
        "gauge",
        "1 where everything below a root is seen, 0 where something may go unseen.",
        _each(roots, lambda root: float(not root.degraded and not root.loss)),
    )
    yield (
        "live",
        "gauge",
        "1 where changes are reported as they happen, 0 where only walks find them.",
        _each(roots, lambda root: float(root.live)),
    )
    yield (
        "losses_total",
        "counter",
        "How often events were lost since the daemon began.",
        _each(roots, lambda root: root.lost),
    )
    yield (
        "losses_recovered_total",
        "counter",
        "How many of those losses a walk has made good.",
        _each(roots, lambda root: root.recovered),
    )
    yield (
        "walks_total",
        "counter",
        "Full walks that have ended since the daemon began.",
        _each(roots, lambda root: root.walks),
    )
    yield (
        "walk_timestamp_seconds",
        "gauge",
        "When a full walk last ended, 0 for never.",
        _each(roots, lambda root: root.walked or 0.0),
    )
    yield (
        "files",
        "gauge",
        "Files that have a verdict for their present state.",
        _each(roots, lambda root: root.indexed),
    )
    yield "unreadable_folders", "gauge", "Folders that cannot be listed.", _each(roots, lambda root: root.unreadable)
    yield "unreadable_files", "gauge", "Files that cannot be opened.", _each(roots, lambda root: root.unread)
    yield (
        "unwatched_folders",
        "gauge",
        "Folders whose changes are not reported.",
        _each(roots, lambda root: root.unwatched),
    )
    yield (
        "unwatched_mounts",
        "gauge",
        "File systems mounted below a root that are not watched.",
        _each(roots, lambda root: len(root.mounts)),
    )


def _each(roots: Sequence[RootStatus], value: Callable[[RootStatus], float]) -> list[_Sample]:
    return [({"root": visible(root.path)}, float(value(root))) for root in roots]


def _labels(labels: dict[str, str]) -> str:
    escaped = (f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{','.join(escaped)}}}" if labels else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.3f}"
