"""What is wrong with a file is said by what it is in breach of."""

from dataclasses import replace

import pytest

from scanner.cli._alerts_words import matters, what
from scanner.model.alert import Alert, State
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
        ({"breaches": (Breach.EXPOSURE,)}, "open to everyone: SECRET//NOFORN", "its permissions"),
        ({"breaches": (Breach.LABEL, Breach.EXPOSURE)}, "SECRET//NOFORN", "People may read it here"),
        ({"breaches": (Breach.LABEL,)}, "SECRET//NOFORN", "People may read it here"),
        ({"breaches": (Breach.CONTENT,), "labels": ()}, "us, Private key", "can use what was found"),
    ],
)
def test_a_cell_and_a_reason_fit_what_was_breached(changes, cell, why):
    alert = _alert(**changes)

    assert what(alert) == cell
    assert why in matters(alert)
