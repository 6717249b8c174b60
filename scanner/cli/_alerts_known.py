"""Says which zones and labels somebody asks for that are nowhere: a slip of the pen finds nothing, and looks well."""

from collections.abc import Iterator
from difflib import get_close_matches

from scanner.alert._known import known_labels, known_zones
from scanner.app.parts import label_names, sources_for
from scanner.cli._alerts_filter import Chosen
from scanner.cli._alerts_store import Kept
from scanner.errors import RuleError
from scanner.model.visible import visible


def unknown(kept: Kept, chosen: Chosen) -> Iterator[str]:
    """Yield a sentence about each zone and each label that neither the configuration nor an alert has."""
    yield from _zones(kept, chosen.zone)
    yield from _labels(kept, chosen.label)


def _zones(kept: Kept, wanted: tuple[str, ...]) -> Iterator[str]:
    known = {zone.name for zone in (*kept.settings.zones, kept.settings.default)}
    if set(wanted) <= known:
        return
    known |= known_zones(kept.connection)
    for zone in dict.fromkeys(wanted):
        if zone not in known:
            close = get_close_matches(zone, sorted(known), n=1)
            names = ", ".join(sorted(filter(None, known)))
            meant = f"did you mean {close[0]}?" if close else f"there are {names}"
            yield visible(f'no zone "{zone}" in the configuration, and no alert is in one; {meant}')


def _labels(kept: Kept, wanted: tuple[str, ...]) -> Iterator[str]:
    if not wanted:
        return
    stored = known_labels(kept.connection)
    missing = [label for label in dict.fromkeys(wanted) if label.casefold() not in stored]
    if not missing:
        return
    from scanner.detect.scheme import load_schemes

    names = {name.name for name in label_names(kept.settings)}
    words = {word.upper() for word in stored} | names
    read = None
    try:
        schemes = load_schemes(sources_for(kept.settings), trust_shipped=True)
        words |= {rule.level.name for scheme in schemes.schemes for rule in scheme.levels}
        words |= {scheme.id for scheme in schemes.schemes}
        read = schemes.read
    except RuleError:  # what is wrong with rules is told by whoever needs them
        pass
    small = {word.casefold() for word in words}
    for label in missing:
        if label.casefold() in small or read is None or read(label) is not None:
            continue
        close = get_close_matches(label.upper(), sorted(words), n=1)
        meant = f"; did you mean {close[0]}?" if close else ""
        yield visible(f'no rule knows a label "{label}", and no alert has one{meant}')
