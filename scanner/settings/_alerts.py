"""Reads how alerts are kept and what is told of them."""

from scanner.settings._table import Table
from scanner.settings.schema import AlertSettings

_SHORTEST_KEPT = 3600.0  # seconds


def read_alerts(table: Table) -> AlertSettings:
    """Read `[alerts]`."""
    default = AlertSettings()
    alerts = AlertSettings(
        keep=_kept(table, "keep", default.keep),
        keep_log=_kept(table, "keep_log", default.keep_log),
        reporting=table.text("reporting"),
        overdue=table.seconds("overdue", default.overdue),
        heartbeat=table.seconds("heartbeat", default.heartbeat),
        readers=table.text("readers"),
    )
    table.end()
    return alerts


def _kept(table: Table, name: str, default: float) -> float:
    kept = table.seconds(name, default)
    if 0 < kept < _SHORTEST_KEPT:
        table.wrong(name, "must be 0, which is for ever, or at least an hour: what is deleted sooner nobody has seen")
    return kept
