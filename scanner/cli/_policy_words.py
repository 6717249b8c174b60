"""Says in one line under which policy a scan was made."""

from collections.abc import Sequence

from scanner.model.zone import Zone
from scanner.settings.schema import Settings


def policy_words(settings: Settings, asked: Sequence[str], default: Zone) -> str:
    """Return where the policy comes from, and what may stand where it has no zones.

    `asked` are the ceilings of the command line, which stand in the default zone by now. Each is told with its scheme,
    since several write the same words.
    """
    source = "no configuration" if settings.source is None else str(settings.source)
    ceilings = " and ".join(f"{label} (scheme {label.scheme})" for label in default.ceilings) or "none"
    if asked:
        return f"{source}; ceiling {ceilings}, as --ceiling says"
    if settings.zones:
        zones = "1 zone" if len(settings.zones) == 1 else f"{len(settings.zones):,} zones"
        return f"{source}; {zones}, elsewhere ceiling {ceilings}"
    return f"{source}; ceiling {ceilings}"
