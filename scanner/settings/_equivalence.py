"""Reads what levels count as where schemes are compared: a customer's word over the ranks that schemes give."""

from scanner.model.label import Label, Level
from scanner.model.zone import Equivalent
from scanner.settings._table import Table, quoted
from scanner.settings._zones import ReadLabel

_NOTHING = "none"


def read_equivalence(table: Table, read_label: ReadLabel) -> tuple[Equivalent, ...]:
    """Read `[equivalence]`: markings, and for each the marking whose rank and axis it has, or none."""
    found: dict[tuple[str, str], Equivalent] = {}
    for written in table.data:
        shown = quoted(written)
        text = table.text(written)
        level = _level(table, shown, written, read_label)
        other = None if text == _NOTHING else _level(table, shown, text, read_label)
        if level is None or (other is None and text != _NOTHING):
            continue
        if (level.scheme, level.id) in found:
            table.wrong(shown, f"{level.name} of the scheme {level.scheme} is given twice; keep one")
        found[level.scheme, level.id] = Equivalent(level, other)
    table.end()
    return tuple(found.values())


def _level(table: Table, key: str, text: str, read_label: ReadLabel) -> Level | None:
    """Return the level a text names, and note why it names none."""
    label = read_label(text) if text else None
    if label is None:
        table.wrong(key, f"not a marking any scheme knows: {quoted(text)}")
        return None
    if label != Label(label.level, form=label.form):
        table.wrong(key, f"{quoted(text)} is more than a level; caveats have no equivalent")
    return label.level
