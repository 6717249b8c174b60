"""Measures reports on many alerts: `python -m bench.report [--alerts 100000] [--rounds 3]`.

A state folder is filled with alerts whose labels are those of real schemes. `docwarden report` then writes the page,
the inspection of a period, and the inspection as JSON. Seconds are those of the clock, with those of the processor
beside them, start of the program included; the least of the rounds counts, of which inspections have one. Chromium
opens the page, types a word into its filter, sorts it and opens a detail. Without a browser that is left out, and said.

Exits with 1 when the page takes over 5 s to write, or over 1 s to open or to filter.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from bench._browser import browser, browser_path
from bench._copied import copy_all, parts
from scanner.app.alerts import alert_store
from scanner.detect.scheme import load_schemes
from scanner.model.document import Document, Identity, Problem, Reason
from scanner.model.finding import Finding, Kind, Role, Severity
from scanner.model.label import Label
from scanner.model.place import Part, Place
from scanner.model.verdict import Outcome, Verdict
from scanner.resources import rule_sources
from scanner.spool.database import connect

_ROOT: Final = Path(__file__).parents[1]
_WRITTEN: Final = 5.0
_SHOWN: Final = 1.0
_DAY: Final = 86_400.0
_MARKINGS: Final = ("SECRET//NOFORN", "TOP SECRET//SI//NOFORN", "NATO CONFIDENTIAL", "TLP:RED", "CONFIDENTIAL")
_ZONES: Final = ("public-share", "press", "hr", "default", "programme-x", "lab")
_WORDS: Final = ("offer", "budget", "plan", "minutes", "memo", "draft", "roadmap", "contract", "annex", "review")


def verdicts(number: int) -> Iterator[Verdict]:
    """Yield verdicts of every kind, the same ones in every run."""
    chance = random.Random(number)  # noqa: S311 - what is drawn is no secret
    schemes = load_schemes(rule_sources())
    labels = [label for marking in _MARKINGS if (label := schemes.read(marking)) is not None]
    for count in range(number):
        zone, word = chance.choice(_ZONES), chance.choice(_WORDS)
        path = f"/srv/share/{zone}/{word}/{chance.randrange(40):02d}/{chance.choice(_WORDS)}-{count}.docx"
        document = Document(
            path, chance.randrange(1_000, 9_000_000), None, f"{chance.getrandbits(256):064x}", "text/plain"
        )
        yield _verdict(chance, document, zone, chance.choice(labels))


def _verdict(chance: random.Random, document: Document, zone: str, label: Label) -> Verdict:
    name, owner, kind = Path(document.path).name, f"{zone}@corp.example", chance.random()
    if kind < 0.65:  # noqa: PLR2004 - two of three are about markings
        why = f"{label} in a zone whose ceiling is UNCLASSIFIED"
        findings = tuple(
            Finding(Kind.MARKING, label.scheme, Place(name, (), part, 1), label, role=role, evidence=str(label),
                    reasons=("full_grammar", "line_isolated"), confidence=0.97)
            for part, role in ((Part.HEADER, Role.BANNER), (Part.BODY, Role.PORTION))
        )  # fmt: skip
        severity = chance.choice((Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL))
        return Verdict(
            document, zone, Outcome.VIOLATION, (label,), findings, (), severity, why, "Move it.", owner, alerting=True
        )
    if kind < 0.85:  # noqa: PLR2004 - one of five is about a secret
        place, title = Place(name, ("in.zip", "deploy.sh")), "AWS secret access key"
        evidence = f"{title}, 40 characters, #{chance.getrandbits(32):08x}"
        found = Finding(Kind.YARA, "aws-secret-key", place, title=title, evidence=evidence)
        why = "AWS secret access key, which is not allowed here"
        return Verdict(
            document, zone, Outcome.VIOLATION, (), (found,), (), Severity.HIGH, why, "Disable it.", owner, alerting=True
        )
    problems = (Problem(Place(name, ("b.pdf",)), Reason.ENCRYPTED, "needs a password"),)
    why = "could not be read in full: encrypted"
    return Verdict(
        document, zone, Outcome.UNDETERMINED, (), (), problems, Severity.LOW, why, "Ask for it.", owner, alerting=True
    )


def fill(folder: Path, number: int) -> None:
    """Make a store with so many alerts; every fourth was acknowledged, every eighth resolved.

    Of very many a part is recorded as the daemon does it, and the rest are copies of these.
    """
    now = time.time()
    number, often = parts(number)
    with closing(connect(folder)) as connection:
        connection.execute("pragma synchronous = off")  # what makes the store is not measured
        store = alert_store(connection, folder)
        for count, verdict in enumerate(verdicts(number)):
            seen = now - (number - count) * 200 * _DAY / number
            alert = store.record(verdict, Identity(1, count, 1, 1, 1), "r1", seen)
            if alert is not None and count % 4 == 0:
                store.acknowledge(alert.key, "somebody", "", min(now, seen + _DAY))
            if alert is not None and count % 8 == 0:
                store.resolve(alert.key, "moved", "somebody", min(now, seen + 2 * _DAY))
            if count % 1000 == 0:
                connection.commit()
        connection.commit()
        copy_all(connection, folder, store, often)


def report(state: Path, output: Path, *options: str) -> tuple[float, float, float]:
    """Write a report; return its seconds by the clock and by the processor, and the megabytes it took at most."""
    command = [sys.executable, "-m", "scanner", "report", "--state", str(state), "-o", str(output), *options]
    environment = {**os.environ, "DOCWARDEN_CONFIG": ""}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, cwd=_ROOT, env=environment, check=True, stderr=subprocess.DEVNULL)
    took, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, spent, after.ru_maxrss / 1024


def show(path: str, page: Path, rounds: int) -> dict[str, float]:
    """Open the page in a browser and use it; return the least seconds of each step."""
    least: dict[str, float] = {}
    for _ in range(rounds):
        with browser(path) as tab:
            tab.resize(1280, 900)
            times = {"open": tab.open(page)}
            for step, script in _STEPS.items():
                times[step] = float(tab.run(_timed(script))) / 1000
            wrong = [*tab.faults, *(url for url in tab.requests if not url.startswith(("file:", "data:")))]
        if wrong:
            message = f"the page is not as it should be: {wrong}"
            raise RuntimeError(message)
        least = {step: min(spent, least.get(step, spent)) for step, spent in times.items()}
    return least


_STEPS: Final = {
    "filter by a word": "type('budget')",
    "filter by two words and a folder": "type('share/press sec 7')",
    "filter by nothing": "type('')",
    "sort by name": "document.querySelector('#head th:nth-child(3) button').click()",
    "sort by zone": "document.querySelector('#head th:nth-child(4) button').click()",
    "open a detail": "document.querySelector('button.name').click()",
}


def _timed(script: str) -> str:
    """Return an expression that comes to the milliseconds of a step, until it is painted."""
    return f"""new Promise((done) => {{
        const type = (text) => {{
            const input = document.getElementById('f-text');
            input.value = text;
            input.dispatchEvent(new Event('input', {{ bubbles: true }}));
        }};
        const start = performance.now();
        {script};
        requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
    }})"""


def main() -> int:
    """Measure, print, and tell whether every goal was met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alerts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    missed = False
    with tempfile.TemporaryDirectory() as scratch:
        state, page = Path(scratch, "state"), Path(scratch, "docwarden-report.html")
        fill(state, asked.alerts)
        print(f"load of the machine: {' '.join(f'{load:.1f}' for load in os.getloadavg())}")
        print(f"{asked.alerts:,} alerts, a store of {(state / 'docwarden.db').stat().st_size / 1e6:,.0f} MB")
        for name, output, options in (
            ("report", page, ()),
            ("report --from 30d", Path(scratch, "p.html"), ("--from", "30d")),
            ("report -f json", Path(scratch, "all.json"), ("-f", "json")),
        ):
            rounds = 1 if options else asked.rounds  # the goal is about the page of what is wrong now
            took, spent, memory = min(report(state, output, *options) for _ in range(rounds))
            size = output.stat().st_size / 1e6
            print(
                f"{name:<34} {took:6.2f} s  {spent:6.2f} s of the processor  {memory:5.0f} MB at most  {size:6.1f} MB"
            )
            missed |= name == "report" and took > _WRITTEN
        path = browser_path()
        if path is None:
            print("no browser: whether the page opens and filters was not measured")
            return int(missed)
        for step, seconds in show(path, page, asked.rounds).items():
            print(f"{step:<34} {seconds:6.2f} s")
            missed |= seconds > _SHOWN
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
