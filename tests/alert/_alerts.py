"""Makes verdicts for tests of the alert store."""

import hashlib
import os

from scanner.model.document import Document, Identity
from scanner.model.finding import Finding, Kind, Severity
from scanner.model.label import Label, Level
from scanner.model.place import Place
from scanner.model.verdict import Outcome, Verdict

SECRET = Label(Level("us", "s", "SECRET", 3, 4), caveats=frozenset({"NOFORN"}))
TOP = Label(Level("us", "ts", "TOP SECRET", 4, 5))


def verdict(path="/srv/a", content="one", outcome=Outcome.VIOLATION, zone="public", **changes):
    """Make a verdict on a file with a content of which only the hash is known, "" for one that was not read."""
    bad = outcome is Outcome.VIOLATION
    said = outcome is not Outcome.CLEAN
    whole = hashlib.sha256(content.encode()).hexdigest() if content else ""
    given = {
        "document": Document(path, sha256=whole),
        "zone": zone,
        "outcome": outcome,
        "labels": (SECRET,) if said else (),
        "findings": (Finding(Kind.MARKING, "us", Place(os.path.basename(path)), SECRET, evidence="SECRET//NOFORN"),)
        if said
        else (),
        "severity": Severity.HIGH if bad else Severity.INFO,
        "why": "because",
        "alerting": bad,
    }
    return Verdict(**given | changes)


class Recorder:
    """Records verdicts in a store, each on another state of its file, at another time."""

    def __init__(self, store):
        self.store = store
        self.now = 1000.0

    def __call__(self, path="/srv/a", content="one", outcome=Outcome.VIOLATION, zone="public", **changes):
        self.now += 1
        identity = Identity(1, 2, 3, int(self.now), 1)
        return self.store.record(verdict(path, content, outcome, zone, **changes), identity, "rules", self.now)
