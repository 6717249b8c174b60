"""Says what a document is marked as on the whole, and whether that may stand in a zone."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce

from scanner.model.finding import Finding, Kind
from scanner.model.label import Label, Level
from scanner.model.zone import Zone


def effective_labels(findings: Iterable[Finding], zone: Zone) -> tuple[Label, ...]:
    """Return the high-water mark of what counts in a zone, settled, one a scheme, the most sensitive first.

    A bare unclassified label is left out beside others of its scheme: it says nothing about release, which in a join
    would read as "released to nobody".
    """
    by_scheme: dict[str, list[Label]] = {}
    for finding in read_for(zone, findings):
        if finding.label is not None and counts(finding, zone):
            by_scheme.setdefault(finding.label.scheme, []).append(finding.label)
    marks = [
        reduce(Label.join, [label for label in labels if not _is_bare(label)] or labels).settled()
        for labels in by_scheme.values()
    ]
    return tuple(sorted(marks, key=lambda label: (-label.level.rank, label.scheme)))


def read_for(zone: Zone, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings; one that several schemes write the same is read in the one that the zone has a ceiling in."""
    schemes = {ceiling.scheme for ceiling in zone.ceilings}
    for finding in findings:
        fitting = next((label for label in finding.also if label.scheme in schemes), None)
        if fitting is not None and finding.label is not None and finding.label.scheme not in schemes:
            yield replace(finding, label=fitting, guidance="")
        else:
            yield finding


def counts(finding: Finding, zone: Zone) -> bool:
    """Tell whether a finding counts against a zone, if what it found may not stand there."""
    return finding.kind is Kind.LABEL or finding.status in zone.violating


def is_plain(label: Label) -> bool:
    """Tell a public or unclassified level that nothing restricts; it may stand everywhere."""
    return label.level.rank == 0 and not label.compartments and not label.caveats


def may_stand(label: Label, zone: Zone) -> bool:
    """Tell whether a label may stand in a zone."""
    if is_plain(label):
        return True
    ceilings = [ceiling for ceiling in zone.ceilings if ceiling.scheme == label.scheme]
    if ceilings:
        return any(ceiling.dominates(label) for ceiling in ceilings)
    # What a caveat or compartment of one scheme is in another is not known: fail closed.
    return zone.equivalents and not label.compartments and not label.caveats and _is_within(label.level, zone)


def no_room(label: Label, zone: Zone) -> str:
    """Say what of the zone the label does not fit."""
    if not zone.ceilings:
        return f"{where(zone)} only unclassified documents may stand"
    ceiling = next((ceiling for ceiling in zone.ceilings if ceiling.scheme == label.scheme), None)
    if ceiling is None:
        several = "ceilings are" if len(zone.ceilings) > 1 else "ceiling is"
        known = " and ".join(map(str, zone.ceilings))
        return f"in a zone whose {several} {known}, with none for markings of this scheme ({label.scheme})"
    told = f"in a zone whose ceiling is {ceiling}"
    if ceiling.level.order < label.level.order:
        return told
    missing = _not_admitted(label, ceiling)
    if missing:
        return f"{told}, which does not admit {', '.join(missing)}"
    return f"{told}, which is open to people it is not released to"


def where(zone: Zone) -> str:
    """Begin a sentence about a zone; of the default one nobody need have heard."""
    return "in a zone where" if zone.roots else "where"


def _is_bare(label: Label) -> bool:
    return is_plain(label) and label.releasable_to is None


def _is_within(level: Level, zone: Zone) -> bool:
    """Tell whether a ceiling of another scheme reaches a level's rank on the same axis."""
    as_ = zone.counts_as(level)
    if as_ is None:
        return False
    tops = filter(None, (zone.counts_as(ceiling.level) for ceiling in zone.ceilings))
    return any(top.axis == as_.axis and top.rank >= as_.rank for top in tops)


def _not_admitted(label: Label, ceiling: Label) -> list[str]:
    """Return the compartments and caveats that a ceiling lacks, by asking it about each alone."""
    alone = [replace(label, compartments=frozenset({word}), caveats=frozenset()) for word in label.compartments]
    alone += [replace(label, compartments=frozenset(), caveats=frozenset({word})) for word in label.caveats]
    open_ = replace(ceiling, releasable_to=None)
    return sorted(word for one in alone if not open_.dominates(one) for word in one.compartments | one.caveats)
