"""Writes an alert into an entry of the log, and reads it back."""

import dataclasses
import json

from scanner.alert._packed import unpack
from scanner.model.alert import Alert
from scanner.model.codec import decode, encode

SETTLED = ("first_seen", "state", "assignee", "resolution", "origin", "coverage")
"""What of an alert changes with no other than an entry of the log."""

_FIELDS = tuple(field.name for field in dataclasses.fields(Alert) if field.name != "verdict")
_NO_VERDICT = {"document": {"path": ""}, "zone": "", "outcome": "clean"}


def write_alert(alert: Alert, packed: str) -> str:
    """Return an alert as lines of JSON: its own fields, and its verdict as it was packed."""
    return json.dumps({name: encode(getattr(alert, name)) for name in _FIELDS}, ensure_ascii=True) + "\n" + packed


def read_alert(data: str) -> Alert:
    """Return the alert that `write_alert` wrote.

    Raises:
        ValueError: it is not what that writes.
    """
    known, _, packed = data.partition("\n")
    try:
        fields = json.loads(known) | {"verdict": _NO_VERDICT}
    except TypeError as error:
        message = "not an alert"
        raise ValueError(message) from error
    return dataclasses.replace(decode(Alert, fields), verdict=unpack(packed))


def settled(data: str) -> tuple[object, ...]:
    """Return the values of what `SETTLED` names."""
    fields = json.loads(data.partition("\n")[0])
    return tuple(fields[name] for name in SETTLED)
