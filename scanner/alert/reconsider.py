"""Opens again what a suppression hid that has ended."""

from scanner.alert.store import AlertStore
from scanner.alert.suppress import Suppressions
from scanner.errors import UsageError
from scanner.model.alert import State
from scanner.model.suppression import Suppression

SUPPRESSED = "suppressed"
"""What the resolution of an alert begins with that a suppression resolved."""


def reconsider(store: AlertStore, suppressions: Suppressions, now: float) -> int:
    """Open every alert whose suppression has ended and whose files still stand; return how many that were.

    Files that came meanwhile, or were moved, are not known to stand: `Suppressions.take_files` tells which have to be
    looked at. Nothing is committed.

    Raises:
        StoreError: the database cannot be used.
    """
    return sum(_opened(store, one, now) for one in suppressions.take_ended(now))


def _opened(store: AlertStore, ended: Suppression, now: float) -> bool:
    try:
        alert = store.get(ended.alert)
    except UsageError:  # it was deleted, for it was resolved long ago; looking at its files raises another one
        return False
    if alert.state is not State.RESOLVED or not alert.resolution.startswith(SUPPRESSED):
        return False
    how = "was withdrawn" if ended.ended is not None else "has expired"
    said = f"the suppression by {ended.terms.author} {how}"
    if alert.copies:
        store.reopen(alert.key, ended.ended_by, said, now)
        return True
    store.note(alert.key, said, ended.ended_by, now)
    return False
