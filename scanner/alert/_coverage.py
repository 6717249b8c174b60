"""Makes the alert that says of a root that something below it may have gone unseen, and that it is whole again."""

import hashlib
import os
from dataclasses import replace

from scanner.model.alert import Alert, Change, Coverage, State
from scanner.model.document import Document
from scanner.model.finding import Severity
from scanner.model.verdict import Outcome, Verdict

_SIZE = 8
_GUIDANCE = "Nothing is to be done if it ends soon: a walk finds what was missed. `docwarden status` tells how it is."
_OVER = "A walk has looked at everything since, or the folder is watched no more."


def coverage_key(root: str, secret: bytes) -> str:
    """Return the key of the alert about the coverage of a root: 16 hexadecimal digits, none of a file's."""
    return hashlib.blake2b(os.fsencode(root), key=secret, digest_size=_SIZE, person=b"coverage").hexdigest()


def next_coverage(  # noqa: PLR0913, PLR0917 - each is something that is known of it
    before: Alert | None, key: str, root: str, why: str, now: float, since: float | None = None
) -> tuple[Alert, Change] | None:
    """Return the alert after coverage was lost, or with an empty `why` found again; None when that is known.

    `since` is when a loss began that was noticed later, as when nothing ran; one after `now` is not believed.
    A loss that somebody called resolved before it was over is not raised again, but its end is kept.
    """
    gap = None if before is None else before.coverage
    lasts = gap is not None and gap.ended is None
    if why and not lasts:
        fresh = Coverage(root, why, now if since is None else min(since, now))
        if before is None:
            verdict = _verdict(root, why, _GUIDANCE)
            return Alert(key, now, now, 1, State.OPEN, Severity.HIGH, verdict, fresh), Change.RAISED
        count, verdict = before.count + 1, _verdict(root, why, _GUIDANCE)
        again = replace(before, last_seen=now, count=count, state=State.OPEN, verdict=verdict)
        return replace(again, coverage=fresh, resolution=""), Change.REOPENED
    if why or before is None or gap is None or not lasts:
        return None
    gap = replace(gap, ended=now)
    told = f"{gap.why}; over after {gap.seconds or 0:.0f} s"
    verdict = _verdict(root, told, _OVER)
    last = max(now, before.last_seen)  # a clock may be set back
    ended = replace(before, last_seen=last, state=State.RESOLVED, verdict=verdict, coverage=gap)
    return replace(ended, resolution=before.resolution or _OVER), Change.RESOLVED


def _verdict(root: str, why: str, guidance: str) -> Verdict:
    said = f"coverage: {why}"
    document = Document(root)
    return Verdict(
        document, "", Outcome.UNDETERMINED, severity=Severity.HIGH, why=said, guidance=guidance, alerting=True
    )
