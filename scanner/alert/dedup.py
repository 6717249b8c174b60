"""Tells which verdicts are the same thing to look at."""

import hashlib
import json
import os
from collections.abc import Iterator

from scanner.model.exposure import Audience
from scanner.model.finding import Kind
from scanner.model.verdict import Breach, Outcome, Verdict

_SIZE = 8  # bytes; with a million alerts on one machine, two share a key once in 37 million machines


def alert_key(verdict: Verdict, secret: bytes, turn: int = 0) -> str:
    """Return the key of an alert that begins with a verdict: 16 hexadecimal digits.

    It is made of the path, and of `turn` where an alert that began there is about other files now. The hash is keyed,
    so that a key that left this machine tells no path.
    """
    said = os.fsencode(verdict.document.path) + (b"\0%d" % turn if turn else b"")
    return hashlib.blake2b(said, key=secret, digest_size=_SIZE).hexdigest()


def substance(verdict: Verdict) -> str:
    """Return a digest of what a verdict decided: two with the same one say nothing new about one state of a file.

    It leaves out places, counts and evidence: the hashes in evidence are keyed anew by every run.
    """
    known = (verdict.zone, verdict.outcome.value, verdict.alerting, *sorted(_points(verdict) | _ways(verdict)))
    return hashlib.blake2b(json.dumps(known).encode(), digest_size=_SIZE).hexdigest()


def is_news(verdict: Verdict, before: Verdict) -> bool:
    """Tell whether a verdict is worse than the one somebody has already seen, or wrong in another way."""
    worse = _GRAVITY[verdict.outcome] > _GRAVITY[before.outcome] or verdict.severity > before.severity
    known = _points(before) | (set() if before.breaches else _ways(verdict))  # an older version did not keep them
    return worse or not (_points(verdict) | _ways(verdict)) <= known | _ways(before)


def is_graver(verdict: Verdict, other: Verdict) -> bool:
    """Tell whether a verdict is worse than another one, or as bad and says all that the other one does and more."""
    grave, less = ((_GRAVITY[one.outcome], one.severity) for one in (verdict, other))
    return grave > less or (grave == less and _points(verdict) > _points(other))


_GRAVITY = {Outcome.CLEAN: 0, Outcome.PERMITTED: 1, Outcome.UNDETERMINED: 2, Outcome.VIOLATION: 3}


def _points(verdict: Verdict) -> set[str]:
    """Return what there is to say about a verdict, each thing once."""
    labels = {f"label {label.scheme} {label}" for label in verdict.labels}
    rules = {f"rule {finding.rule} {finding.status.value}" for finding in verdict.findings if finding.kind is Kind.YARA}
    problems = {f"problem {problem.reason.value}" for problem in verdict.problems}
    return labels | rules | problems | set(_beyond(verdict))


def _beyond(verdict: Verdict) -> Iterator[str]:
    """Yield the ways of being in violation that neither a label nor a rule tells of."""
    if Breach.UNMARKED in verdict.breaches:
        yield "no marking"
    exposure = verdict.document.exposure
    if Breach.EXPOSURE in verdict.breaches and exposure is not None:
        wider = (audience for audience in Audience if audience.exceeds(exposure.audience))
        yield from (f"open to {audience.value}" for audience in set(Audience) - set(wider))


def _ways(verdict: Verdict) -> set[str]:
    """Return the ways of being in violation: a label that may not stand here is another thing than who may read it."""
    return {f"breach {breach.value}" for breach in verdict.breaches}
