"""Decides what a document's findings mean in the zone it stands in."""

from scanner.judge.decide import judge
from scanner.judge.labels import effective_labels
from scanner.judge.roots import Match, Roots, matching_roots, zone_of

__all__ = ["Match", "Roots", "effective_labels", "judge", "matching_roots", "zone_of"]
