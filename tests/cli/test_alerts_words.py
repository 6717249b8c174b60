"""What is wrong with a file is said by what it is in breach of."""

from dataclasses import replace

import pytest

from scanner.cli._alerts_words import happened, matters, what
from scanner.model.alert import Alert, Change, Entry, State
from scanner.model.document import Document
from scanner.model.exposure import Exposure, Right
from scanner.model.finding import Severity
from scanner.model.verdict import Breach
from tests.cli._alerts import verdict

_ALL = Exposure(0o644, others=frozenset({Right.READ}))


def _alert(**changes):
    seen = replace(verdict("/srv/a", **changes), document=Document("/srv/a", exposure=_ALL))
    return Alert("k", 1.0, 1.0, 1, State.OPEN, Severity.LOW, seen)


@pytest.mark.parametrize(
    ("changes", "cell", "why"),
    [
        ({"breaches": (Breach.UNMARKED,), "findings": (), "labels": ()}, "no marking", "Without a marking"),
        ({"breaches": (Breach.EXPOSURE,)}, "SECRET//NOFORN, open to everyone", "its permissions"),
        ({"breaches": (Breach.LABEL, Breach.EXPOSURE)}, "SECRET//NOFORN", "People may read it here"),
        ({"breaches": (Breach.LABEL,)}, "SECRET//NOFORN", "People may read it here"),
        ({"breaches": (Breach.CONTENT,), "labels": ()}, "us, Private key", "can use what was found"),
    ],
)
def test_a_cell_and_a_reason_fit_what_was_breached(changes, cell, why):
    alert = _alert(**changes)

    assert what(alert) == cell
    assert why in matters(alert)


@pytest.mark.parametrize(
    ("change", "note", "said"),
    [
        (Change.COPIED, "/srv/b", "the same content was found elsewhere, too: /srv/b"),
        (Change.LEFT, "moved to /srv/b", "one of its files was moved to /srv/b"),
        (Change.LEFT, "it is in order now", "one of its files is gone or in order: it is in order now"),
    ],
)
def test_the_history_names_the_files_that_come_and_go(change, note, said):
    assert happened(Entry(1, 1.0, change, _alert(), note=note)) == said
