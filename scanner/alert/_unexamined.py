"""Counts the files whose last verdict says that they were not examined in full."""

import json
import sqlite3
from collections import Counter
from typing import Any, Final

from scanner.errors import StoreError
from scanner.model.document import Reason
from scanner.model.verdict import Outcome

# A verdict stands until the file has another one: what is known of a file is the last that was said of it.
_LAST: Final = """
    select record from verdict as known
    where outcome = ? and not exists (select 1 from verdict as later where later.path = known.path and later.time > known.time)
"""  # noqa: E501 - one condition


def unexamined(connection: sqlite3.Connection) -> Counter[tuple[str, frozenset[Reason]]]:
    """Return how many files there are of each zone and set of reasons.

    Raises:
        StoreError: the database cannot be read, or a verdict in it.
    """
    found: Counter[tuple[str, frozenset[Reason]]] = Counter()
    try:
        for (record,) in connection.execute(_LAST, (Outcome.UNDETERMINED.value,)):
            known: dict[str, Any] = json.loads(record or "{}")
            reasons = frozenset(Reason(problem["reason"]) for problem in known.get("problems", ()))
            found[str(known.get("zone", "")), reasons] += 1
    except sqlite3.Error as error:
        message = f"the alert store cannot be used: {error}"
        raise StoreError(message) from error
    except (ValueError, KeyError, TypeError) as error:
        message = f"a verdict in the store cannot be read: {type(error).__name__}"
        raise StoreError(message) from error
    return found
