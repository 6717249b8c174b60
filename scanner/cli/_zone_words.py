"""Says in words, and in a record, what a zone lets stand and what it asks for."""

from collections.abc import Iterator, Sequence
from itertools import chain, repeat

from scanner.judge import Match
from scanner.model.exposure import Audience
from scanner.model.finding import Severity, Status
from scanner.model.label import Label
from scanner.model.root import root
from scanner.model.zone import Unread, Zone

_RANKS = ("public", "internal", "restricted", "confidential", "secret", "top secret")
_AUDIENCES = {
    Audience.OWNER: "a marked file is for its owner",
    Audience.GROUP: "a marked file is for its owner and its group",
    Audience.NAMED: "a marked file is for its owner, its group and whom its access control list names",
}
_ASKED = "its mode and POSIX access control list are asked; no folder above it, no share, no list of NFSv4 or SMB"


def zone_facts(zone: Zone, matches: Sequence[Match]) -> Iterator[tuple[str, str]]:
    """Yield names with what they are: why a path is in a zone, and all that the zone says."""
    yield from _why(zone, matches)
    ceilings = [("ceiling", ceiling_words(label)) for label in zone.ceilings]
    yield from ceilings or [("ceiling", "none")]
    yield from zip(chain(["may stand"], repeat("")), _may_stand(zone), strict=False)
    yield from zip(chain(["violation"], repeat("")), _violations(zone), strict=False)
    if zone.audience in _AUDIENCES:
        yield "audience", _AUDIENCES[zone.audience]
        yield "", _ASKED
    unread = "alerts" if zone.undetermined is Unread.ALERT else "is recorded, without an alert"
    yield "not readable", f"what cannot be read in full {unread}"
    if zone.require_marking and zone.undetermined is not Unread.ALERT:
        yield "", "but a document without a marking in what could be read alerts"
    if zone.quiet_hours:
        yield "quiet", f"{', '.join(map(str, zone.quiet_hours))}, local time: recorded at once, told when that is over"
    yield "owner", zone.owner or "nobody is named"
    if zone.guidance:
        yield "what next", zone.guidance


def ceiling_words(label: Label) -> str:
    """Return a ceiling with its scheme."""
    return f"{label} ({label.scheme})"


def zone_record(zone: Zone) -> dict[str, object]:
    """Return what a zone says, for other programs."""
    return {
        "zone": zone.name,
        "paths": list(zone.roots),
        "ceilings": [{"scheme": label.scheme, "label": str(label)} for label in zone.ceilings],
        "tags": sorted(zone.tags),
        "severity": zone.severity.word,
        "require_marking": zone.require_marking,
        "audience": zone.audience.value,
        "quiet_hours": list(map(str, zone.quiet_hours)),
        "owner": zone.owner,
        "guidance": zone.guidance,
        "undetermined": zone.undetermined.value,
        "violating": _statuses(zone),
        "equivalents": zone.equivalents,
        "equivalence": [
            {
                "level": f"{entry.level.scheme}:{entry.level.name}",
                "counts_as": None if entry.counts_as is None else f"{entry.counts_as.scheme}:{entry.counts_as.name}",
            }
            for entry in zone.equivalence
        ],
    }


def _may_stand(zone: Zone) -> Iterator[str]:
    yield "what is public or unclassified and has no caveat, in any scheme"
    yield from map(_words, zone.ceilings)
    if zone.equivalents:
        yield from _equivalents(zone)
    if zone.tags:
        yield f"what YARA rules with one of these tags find: {', '.join(sorted(zone.tags))}"
    if zone.severity > Severity.INFO:
        yield f"what YARA rules of severity {zone.severity.word} or less find"


def _violations(zone: Zone) -> Iterator[str]:
    yield f"everything else that is {' or '.join(_statuses(zone))}"
    if zone.require_marking:
        yield "a document without a marking or electronic label, where it could be read; with severity low"
    if zone.audience in _AUDIENCES:
        yield "a marked file that more people may read or change, whether it may stand here or not"


def _why(zone: Zone, matches: Sequence[Match]) -> Iterator[tuple[str, str]]:
    if not matches:
        yield "zone", f"{zone.name}, for it stands under the folder of no other zone"
        return
    first = matches[0]
    yield "zone", f"{zone.name}, for it stands under {_under(first)}"
    for match in matches[1:]:
        lost = "that is a shorter path"
        if match.folder == first.folder:
            lost = "the other has more names written out, or comes first"
        yield "", f"(it stands under {_under(match)} of the zone {match.zone.name}, too, but {lost})"


def _under(match: Match) -> str:
    return f"{match.folder}, one of {match.root}" if root(match.root).is_glob else match.root


def _words(label: Label) -> str:
    """Say what a ceiling lets through."""
    own = label.compartments | label.caveats
    extra = sorted(own | label.rollup.moot(own, label.level.order))
    beyond = f"with no compartments or caveats but {', '.join(extra)}" if extra else "without compartments and caveats"
    release = ""
    codes = label.released()
    if codes is not None:
        release = f", and released to {', '.join(sorted(codes))} at least"
    return f"of the scheme {label.scheme}: {label.level.name} and lower, {beyond}{release}"


def _equivalents(zone: Zone) -> Iterator[str]:
    """Say what the ceilings let through of schemes that have none themselves."""
    tops: dict[str, int] = {}
    for label in zone.ceilings:
        counts = zone.counts_as(label.level)
        if counts is None:
            yield f"of other schemes: nothing for {ceiling_words(label)}, which compares with none here"
        else:
            tops[counts.axis] = max(counts.rank, tops.get(counts.axis, 0))
    for axis, rank in tops.items():
        what = f"rank {rank} ({_RANKS[rank]}) and lower, without compartments and caveats"
        yield f"of schemes without a ceiling here, on the axis {axis} only: {what}"
    for entry in zone.equivalence if zone.ceilings else ():
        other = entry.counts_as
        as_what = "nothing, it compares with no other scheme" if other is None else f"{other.name} ({other.scheme})"
        yield f"there {entry.level.name} ({entry.level.scheme}) counts as {as_what}"


def _statuses(zone: Zone) -> list[str]:
    return [status.value for status in Status if status in zone.violating]
