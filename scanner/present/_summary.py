"""The sum of a scan, as programs and people read it."""

from scanner.model.verdict import Outcome, Tally
from scanner.present import Run


def summary(tally: Tally, run: Run) -> dict[str, object]:
    """Return the sum as data; `files` is the sum of the four outcomes."""
    return {
        "files": tally.files,
        "bytes": tally.size,
        **{outcome.value: tally.outcomes[outcome] for outcome in Outcome},
        "findings": tally.findings,
        "reasons": {reason.value: count for reason, count in tally.reasons.most_common()},
        "unread": tally.unread,
        "suspected": tally.suspected,
        "accepted_by_baseline": run.known,
        "skipped": dict(run.skipped),
        "seconds": round(run.seconds, 3),
        "partial": run.partial,
        "protection": run.protection,
    }


def sum_words(tally: Tally) -> str:
    """Return the sum in one line, as a person reads it."""
    counts = " + ".join(f"{tally.outcomes[outcome]:,} {outcome.value}" for outcome in Outcome)
    return f"{tally.files:,} {'file' if tally.files == 1 else 'files'} = {counts}"


def size_words(size: int) -> str:
    """Return a number of bytes in the unit that suits it; kB is a thousand."""
    if size < _KILO:
        return f"{size} bytes"
    unit, name = next((unit, name) for unit, name in _UNITS if size >= unit)
    return f"{size / unit:,.1f} {name}"


_KILO = 1000
_UNITS = ((10**9, "GB"), (10**6, "MB"), (_KILO, "kB"))
