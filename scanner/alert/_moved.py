"""Says where else a content stands: where a file came from, and where one that is gone went."""

from collections.abc import Sequence
from dataclasses import dataclass

from scanner.alert import _next
from scanner.alert._originals import Originals
from scanner.alert._paths import Paths
from scanner.alert._rows import Kept

_MOMENT = 60.0  # seconds within which the new name of a file that was moved is met before the old one is missed
_FEW = 100  # files of an alert, among which the one that came last is looked for
_ALSO = "the same content was also raised in "


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What is known of contents by their files: those in alerts, and those that may stand where they do."""

    paths: Paths
    originals: Originals

    def origin(self, content: str, zone: str) -> str:
        """Say where a content may stand, or else where it is raised as well, in another zone; "" where nowhere."""
        if said := self.originals.sentence(content, zone):
            return said
        found = self.paths.elsewhere(content, zone) if content else None
        return "" if found is None else f"{_ALSO}{found[0]} (zone {found[1]})"

    def is_open(self, origin: str) -> bool:
        """Tell whether nothing better is said yet than where a content was raised as well."""
        return not origin or origin.startswith(_ALSO)

    def gone(self, kept: Kept, paths: Sequence[str], why: str, now: float) -> str:
        """Return why files leave an alert, with where the content went; they are taken out already.

        Within a zone that is told of one file alone, and if another one with its content came a moment ago.
        """
        if why != _next.GONE or not kept.content:
            return why
        if len(paths) < kept.alert.copies:
            other = (
                self.paths.newest_of(kept.alert.key, now - _MOMENT)
                if len(paths) == 1 and kept.alert.copies <= _FEW
                else None
            )
            return why if other is None else f"moved to {other}"
        zone = kept.alert.verdict.zone
        if allowed := self.originals.stands_elsewhere(kept.content, zone):
            return f"{why}; {allowed}"
        found = self.paths.elsewhere(kept.content, zone)
        return why if found is None else f"{why}; the same content stands in {found[0]} (zone {found[1]})"
