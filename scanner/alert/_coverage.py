"""Makes the alert that says of a root that something below it may have gone unseen, and that it is whole again."""

import hashlib
import os
from dataclasses import replace

from scanner.model.alert import Alert, Coverage, State
from scanner.model.document import Document
from scanner.model.finding import Severity
from scanner.model.verdict import Outcome, Verdict

_SIZE = 8
_GUIDANCE = "Nothing is to be done if it ends soon: a walk finds what was missed. `docwarden status` tells how it is."
_OVER = "A walk has looked at everything since, or the folder is watched no more."


def coverage_key(root: str, secret: bytes) -> str:
    """Return the key of the alert about the coverage of a root: 16 hexadecimal digits, none of a file's."""
    return hashlib.blake2b(os.fsencode(root), key=secret, digest_size=_SIZE, person=b"coverage").hexdigest()


def next_coverage(before: Alert | None, key: str, root: str, why: str, now: float) -> Alert | None:
    """Return the alert after coverage was lost, or with an empty `why` found again; None when that is known."""
    lasts = before is not None and before.state is not State.RESOLVED
    if why and not lasts:
        gap = Coverage(root, why, now)
        first, count = (now, 1) if before is None else (before.first_seen, before.count + 1)
        return Alert(key, first, now, count, State.OPEN, Severity.HIGH, _verdict(root, why, _GUIDANCE), gap)
    if why or before is None or before.coverage is None or not lasts:
        return None
    gap = replace(before.coverage, ended=now)
    told = f"{gap.why}; over after {gap.seconds or 0:.0f} s"
    verdict = _verdict(root, told, _OVER)
    last = max(now, before.last_seen)  # a clock may be set back
    return replace(before, last_seen=last, state=State.RESOLVED, verdict=verdict, coverage=gap)


def _verdict(root: str, why: str, guidance: str) -> Verdict:
    said = f"coverage: {why}"
    document = Document(root)
    return Verdict(
        document, "", Outcome.UNDETERMINED, severity=Severity.HIGH, why=said, guidance=guidance, alerting=True
    )
