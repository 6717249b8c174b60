"""A store of alerts to look at and to change, without a scan."""

import os
from contextlib import contextmanager
from pathlib import Path

from scanner.app.alerts import alert_store
from scanner.model.document import Document, Identity, Problem, Reason
from scanner.model.finding import Finding, Kind, Role, Severity
from scanner.model.label import Label, Level
from scanner.model.place import Part, Place
from scanner.model.verdict import Outcome, Verdict
from scanner.spool.database import connect

LABEL = Label(Level("us", "s", "SECRET", 3, 4), caveats=frozenset({"NOFORN"}))
PATHS = ("/srv/a.zip", os.fsdecode(b"/srv/caf\xe9\x1b[2J\n.zip"), "/srv/later.zip")
IN_ORDER = {"findings": (), "problems": (), "labels": (), "alerting": False, "outcome": Outcome.CLEAN}


def verdict(path: str, content: str = "", **changes) -> Verdict:
    """Return a violation; files have the same content where `content` is the same."""
    place = Place(os.path.basename(path), ("b.docx",), Part.HEADER, 1)
    marking = Finding(
        Kind.MARKING, "us", place, LABEL, role=Role.BANNER, confidence=0.99, evidence="SECRET//NOFORN",
        reasons=("full_grammar", "line_isolated"),
    )  # fmt: skip
    match = Finding(Kind.YARA, "private-key", Place("k"), title="Private key", evidence="key, 12 characters, #00ff")
    known = {
        "outcome": Outcome.VIOLATION,
        "labels": (LABEL,),
        "findings": (marking, match),
        "problems": (Problem(Place(os.path.basename(path), ("c.pdf",)), Reason.ENCRYPTED, "needs a password"),),
        "severity": Severity.CRITICAL,
        "why": "SECRET//NOFORN in a zone whose ceiling is UNCLASSIFIED",
        "guidance": "Tell the desk.",
        "owner": "press@corp.example",
        "alerting": True,
        "zone": "public",
    }
    sha256 = os.fsencode(content or path).hex().ljust(64, "0")[:64]
    document = Document(path, 812, None, sha256, "application/zip", "image/jpeg")
    return Verdict(document, **{**known, **changes})


@contextmanager
def opened(folder: Path):
    """Open the store of a state folder; what is done in it is kept."""
    connection = connect(folder)
    try:
        with connection:
            yield alert_store(connection, folder)
    finally:
        connection.close()


class Recorder:
    """Records verdicts, each on another state of its file."""

    def __init__(self, store) -> None:
        self._store = store
        self._states = 0

    def __call__(self, seen: Verdict, now: float):
        self._states += 1
        return self._store.record(seen, Identity(1, self._states, 1, self._states, 1), "r1", now)
