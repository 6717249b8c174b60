"""Counts the files that were not examined in full, by zone and by reason."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from scanner.model.document import Reason
from scanner.present._page import Section, Table
from scanner.present._words import REASONS

_SHOWN: Final = 50
_NOTE: Final = (
    "Such files are never called clean. This is how each was when it was last looked at; some may be gone since. "
    "Accepted are those whose every reason the configuration accepts. `docwarden alerts unread` names them."
)


@dataclass(slots=True)
class Unread:
    """The counts: `reasons` counts a file once for each of its reasons, `zones` once."""

    files: int = 0
    accepted: int = 0
    reasons: Counter[Reason] = field(default_factory=Counter)
    accepted_reasons: Counter[Reason] = field(default_factory=Counter)
    zones: Counter[str] = field(default_factory=Counter)

    def section(self) -> Section | None:
        """Return the part of a page that says what was not examined and why; None where everything was."""
        if not self.files:
            return None
        rows = tuple(
            (REASONS[reason], f"{count:,}", f"{self.accepted_reasons[reason]:,}")
            for reason, count in self.reasons.most_common()
        )
        zones = tuple((zone or "none", f"{count:,}") for zone, count in self.zones.most_common(_SHOWN))
        more = f"and {len(self.zones) - _SHOWN:,} more zones" if len(self.zones) > _SHOWN else ""
        tables = (
            Table("Files by reason", ("Reason", "Files", "Accepted"), rows),
            Table("Files by zone", ("Zone", "Files"), zones, note=more),
        )
        return Section("Not examined", _NOTE, tables=tables)

    def record(self) -> dict[str, object]:
        """Return the counts as data."""
        return {
            "files": self.files,
            "accepted": self.accepted,
            "reasons": {reason.value: count for reason, count in self.reasons.most_common()},
            "zones": dict(self.zones.most_common()),
        }


def count_unread(files: Mapping[tuple[str, frozenset[Reason]], int], accept: Collection[Reason]) -> Unread:
    """Count files; `files` says how many there are of each zone and set of reasons.

    A forbidden operation is never accepted, whatever `accept` says.
    """
    unread = Unread()
    accepted = set(accept) - {Reason.FORBIDDEN}
    for (zone, reasons), count in files.items():
        unread.files += count
        unread.zones[zone] += count
        unread.reasons.update(dict.fromkeys(reasons, count))
        if reasons <= accepted:
            unread.accepted += count
            unread.accepted_reasons.update(dict.fromkeys(reasons, count))
    return unread
