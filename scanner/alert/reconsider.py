"""Opens again what a suppression hid that has ended, or does not hold."""

from scanner.alert._word_of_log import begin_words, end_words
from scanner.alert.store import AlertStore
from scanner.alert.suppress import Suppressions
from scanner.errors import UsageError
from scanner.model.alert import Alert, State
from scanner.model.suppression import SUPPRESSED, Suppression


def reconsider(store: AlertStore, suppressions: Suppressions, now: float) -> int:
    """Open every alert whose suppression has ended and whose files still stand; return how many that were.

    Files that came meanwhile, or were moved, are not known to stand: `Suppressions.take_files` tells which have to be
    looked at. Nothing is committed.

    Raises:
        StoreError: the database cannot be used.
    """
    return sum(_opened(store, one, now) for one in suppressions.take_ended(now))


def distrust(store: AlertStore, suppressions: Suppressions, now: float) -> int:
    """Open every alert whose suppression was altered or deleted by somebody else; return how many that were.

    It looks at every suppression. Nothing is committed.

    Raises:
        StoreError: the database cannot be used.
    """
    number = 0
    for one in suppressions.altered():
        alert = _alert(store, one.alert)
        if alert is not None and _is_hidden(alert):
            store.reopen(alert.key, "", f"suppression {one.key} was altered, or is not DocWarden's", now)
            number += 1
    for key in suppressions.orphans():
        alert = _alert(store, key)
        if alert is not None and _is_hidden(alert) and not suppressions.covers(alert.verdict, now):
            store.reopen(alert.key, "", "the suppression it was resolved by is missing", now)
            number += 1
    return number


def made(one: Suppression) -> str:
    """Return what is noted in the log with the entry that a suppression begins with, by which it is proved later."""
    return begin_words(one)


def _opened(store: AlertStore, one: Suppression, now: float) -> bool:
    alert = _alert(store, one.alert)
    if alert is None:
        return False
    if _is_hidden(alert):
        store.reopen(alert.key, one.ended_by, end_words(one), now)
        return True
    store.note(alert.key, end_words(one), one.ended_by, now)
    return False


def _alert(store: AlertStore, key: str) -> Alert | None:
    """Return an alert; None for one that was deleted, for it was resolved long ago: its files raise another one."""
    try:
        return store.get(key)
    except UsageError:
        return None


def _is_hidden(alert: Alert) -> bool:
    return alert.state is State.RESOLVED and alert.resolution.startswith(SUPPRESSED) and alert.copies > 0
