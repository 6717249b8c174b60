"""Decides what a verdict or a person makes of an alert; nothing is read or written here."""

from dataclasses import replace

from scanner.alert.dedup import is_graver, is_news
from scanner.errors import UsageError
from scanner.model.alert import Alert, Change, State
from scanner.model.finding import Finding
from scanner.model.suppression import SUPPRESSED
from scanner.model.verdict import Verdict

GONE = "the file is gone, or is watched no more"
IN_ORDER = "it is in order now"


def raised(key: str, verdict: Verdict, now: float) -> Alert:
    """Return the first form of an alert about a file."""
    return Alert(key, now, now, 1, State.OPEN, verdict.severity, verdict)


def seen_again(  # noqa: PLR0913 - each is something that is known of the file
    before: Alert, verdict: Verdict, now: float, *, joined: bool, changed: bool, opened: bool = False
) -> tuple[Alert, Change | None]:
    """Return an alert after one of its files was seen, and what happened to it; None where that is only one time more.

    `joined` says that the file stood not in the alert, `changed` that the alert is about another content now, `opened`
    that the file stood where it is and might, until its permissions were opened: for who has seen the alert, that is
    news. An alert of which somebody said that it was put right is open again as soon as a file of it is met.
    """
    news = is_news(verdict, before.verdict) or (opened and before.state is not State.OPEN)
    copies = before.copies + joined
    shown = verdict
    if copies > 1 and verdict.document.path != before.verdict.document.path and is_graver(before.verdict, verdict):
        shown = before.verdict  # of several files the one with the most to say is shown
    after = replace(
        before,
        last_seen=max(now, before.last_seen),  # a clock may be set back
        count=before.count + 1,
        copies=copies,
        severity=shown.severity,
        verdict=shown,
    )
    if before.state is State.RESOLVED and (joined or news or changed or before.claimed):
        return replace(after, state=State.OPEN, resolution=""), Change.REOPENED
    if news:
        return replace(after, state=State.OPEN, resolution=""), Change.WORSENED
    return after, Change.COPIED if joined and _is_told(before.copies, copies) else None


def left(before: Alert, gone: int, why: str) -> tuple[Alert, Change | None]:
    """Return an alert after files left it, and what happened to it; None where that is not worth an entry."""
    after = replace(before, copies=max(0, before.copies - gone))
    if after.copies:
        return after, Change.LEFT if _is_told(after.copies, before.copies) else None
    if before.state is State.RESOLVED:
        return after, Change.LEFT if before.claimed else None  # what somebody said of its files is so
    return replace(after, state=State.RESOLVED, resolution=why), Change.RESOLVED


def shown_by(alert: Alert, path: str, name: str) -> Alert:
    """Return an alert that shows another one of its files, which has the same content."""
    verdict = alert.verdict
    document = replace(verdict.document, path=path)

    def moved(finding: Finding) -> Finding:
        return replace(finding, place=replace(finding.place, file=name))

    findings = tuple(map(moved, verdict.findings))
    problems = tuple(replace(problem, place=replace(problem.place, file=name)) for problem in verdict.problems)
    return replace(alert, verdict=replace(verdict, document=document, findings=findings, problems=problems))


def acknowledged(alert: Alert) -> Alert:
    """Return an alert that somebody has seen.

    Raises:
        UsageError: it is acknowledged or resolved.
    """
    if alert.state is State.ACKNOWLEDGED:
        raise _refused(alert, "is acknowledged already", "note", "adds to what was said")
    _not_resolved(alert)
    return replace(alert, state=State.ACKNOWLEDGED)


def assigned(alert: Alert, assignee: str) -> Alert:
    """Return an alert that somebody looks after, or with "" nobody.

    Raises:
        UsageError: it is resolved, or assigned to the same already.
    """
    _not_resolved(alert)
    if alert.assignee == assignee:
        whose = f"is assigned to {assignee!r} already" if assignee else "is assigned to nobody"
        raise _refused(alert, whose, "show", "tells everything about it")
    return replace(alert, assignee=assignee)


def noted(alert: Alert, note: str) -> Alert:
    """Return an alert about which something was said.

    Raises:
        UsageError: nothing was said.
    """
    if not note.strip():
        message = f"there is nothing to note about alert {alert.key}; write what there is to say"
        raise UsageError(message)
    return alert


def resolved(alert: Alert, reason: str) -> Alert:
    """Return an alert that is dealt with.

    Raises:
        UsageError: no reason is given, or it is resolved.
    """
    if not reason.strip():
        message = f"alert {alert.key} cannot be resolved without a reason; say what was done, or why nothing has to be"
        raise UsageError(message)
    _not_resolved(alert)
    return replace(alert, state=State.RESOLVED, resolution=reason)


def suppressed(alert: Alert, reason: str) -> Alert:
    """Return an alert that is dealt with by a suppression, which one that is so already may get other terms of.

    Raises:
        UsageError: no reason is given, or it is resolved in another way.
    """
    if alert.state is State.RESOLVED and alert.resolution.startswith(SUPPRESSED) and reason.strip():
        return replace(alert, resolution=reason)
    return resolved(alert, reason)


def reopened(alert: Alert) -> Alert:
    """Return an alert that is to be looked at again.

    Raises:
        UsageError: it is open.
    """
    if alert.state is State.OPEN:
        raise _refused(alert, "is open", "note", "adds to what was said")
    return replace(alert, state=State.OPEN, resolution="")


def _not_resolved(alert: Alert) -> None:
    if alert.state is State.RESOLVED:
        raise _refused(alert, "is resolved", "reopen", "opens it again")


def _refused(alert: Alert, why: str, command: str, what: str) -> UsageError:
    return UsageError(f"alert {alert.key} {why}; `docwarden alerts {command} {alert.key}` {what}")


def _is_told(fewer: int, more: int) -> bool:
    """Tell whether there is an entry about a number of copies: of the second, then of the 10th, 100th, 1000th …."""
    return any(fewer < mark <= more for mark in _MARKS)


_MARKS = (2, *(10**power for power in range(1, 16)))
