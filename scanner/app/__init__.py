"""Puts the parts together; the only place that knows them all. The daemon stands in `watch`: no scan loads it."""

from scanner.app.explain import explain
from scanner.app.parts import (
    Bench,
    Judge,
    check_ids,
    check_rules,
    label_names,
    passwords_for,
    recorder,
    settings_from,
    sources_for,
    worker_count,
)
from scanner.app.scan import Scan, checked_paths

__all__ = [
    "Bench",
    "Judge",
    "Scan",
    "check_ids",
    "check_rules",
    "checked_paths",
    "explain",
    "label_names",
    "passwords_for",
    "recorder",
    "settings_from",
    "sources_for",
    "worker_count",
]
