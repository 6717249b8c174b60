"""Writes how the lines of a document were weighed: as a person reads it, or as JSON."""

import json
from collections.abc import Iterator

from scanner.detect.evidence import MARKED_FROM, PRIOR, SUSPECT_FROM
from scanner.model.document import Document
from scanner.model.explained import Explained
from scanner.model.finding import Finding
from scanner.model.record import record
from scanner.model.verdict import Examination, Outcome, Verdict
from scanner.model.visible import visible

_SCHEMA = "docwarden.explanation/1"
_WIDTH = 10


def as_json(path: str, examination: Examination) -> str:
    """Return one object: the lines in their order, then the findings and problems as in the record of a verdict."""
    verdict = Verdict(Document(path), "", Outcome.CLEAN, findings=examination.findings, problems=examination.problems)
    known = record(verdict)
    return json.dumps(
        {
            "schema": _SCHEMA,
            "path": path,
            "media_type": examination.media_type,
            "prior": PRIOR,
            "marked_from": MARKED_FROM,
            "suspect_from": SUSPECT_FROM,
            "lines": [_line(explained) for explained in examination.explained],
            "findings": known["findings"],
            "problems": known["problems"],
        },
        indent=2,
    )


def as_text(examination: Examination) -> str:
    """Return the same as lines of text."""
    lines = [line for explained in examination.explained for line in (*_paragraph(explained), "")]
    others = [finding for finding in examination.findings if not _is_explained(finding, examination)]
    if others:
        lines += ["Found in other ways", *map(_other, others), ""]
    for problem in examination.problems:
        lines.append(visible(f"Not read in full: {problem.place.words()}: {problem.reason.value}: {problem.detail}"))
    weighed = sum(not explained.is_dropped for explained in examination.explained)
    dropped = len(examination.explained) - weighed
    plural = "line" if weighed == 1 else "lines"
    return "\n".join(visible(line) for line in (*lines, f"{weighed} {plural} weighed, {dropped} dropped"))


def _paragraph(explained: Explained) -> Iterator[str]:
    label = explained.label
    yield f"{explained.place.words()}, line {explained.line}: {explained.written}"
    if explained.whole:
        yield _row("line", explained.whole)
    yield _row("read as", f"{label} ({label.scheme}), a {explained.strength} phrase, {explained.isolation}")
    for name, value in _parts(explained):
        yield _row("", f"{name} {value}")
    if explained.also:
        yield _row("also fits", ", ".join(explained.also))
    if explained.before or explained.after:
        shown = f": {' '.join(explained.beside)}" if explained.beside else ""
        yield _row("beside it", f"{explained.before} before and {explained.after} after{shown}")
    if explained.is_dropped:
        yield _row("dropped", explained.why)
        return
    for number, (step, name) in enumerate(((PRIOR, "where nothing is known"), *_steps(explained))):
        yield _row("" if number else "evidence", f"{step:+5.1f}  {name}")
    thresholds = f"marked from {MARKED_FROM:g}, suspect from {SUSPECT_FROM:g}"
    yield _row("sum", f"{explained.score:+5.1f}  {explained.confidence:.1%} ({thresholds})")
    yield _row("decision", f"{'no finding' if explained.decision == 'none' else explained.decision}: {explained.why}")


def _steps(explained: Explained) -> Iterator[tuple[float, str]]:
    return ((weight.step, weight.name.replace("_", " ")) for weight in explained.weights)


def _parts(explained: Explained) -> Iterator[tuple[str, str]]:
    """Yield what the marking is made of, beside a level alone."""
    label = explained.label
    known = (
        ("level", label.level.name),
        ("compartments", ", ".join(sorted(label.compartments))),
        ("caveats", ", ".join(sorted(label.caveats))),
        ("released to", ", ".join(sorted(label.releasable_to or ()))),
        ("notes", ", ".join(sorted(label.notes))),
        ("term", label.term),
    )
    return ((name, value) for name, value in known if value and str(label) != value)


def _row(name: str, text: str) -> str:
    return f"  {name:<{_WIDTH}}{text}"


def _is_explained(finding: Finding, examination: Examination) -> bool:
    return any(
        finding.label == explained.label
        and finding.place == explained.place
        and finding.status.value == explained.decision
        for explained in examination.explained
    )


def _other(finding: Finding) -> str:
    what = finding.evidence or finding.title
    said = f"{finding.title}: {what}" if finding.label is None and finding.title != what else what
    reasons = ", ".join(finding.reasons).replace("_", " ")
    return (
        f"  {finding.where()}: {said} ({finding.kind.value}, {finding.status.value}{f': {reasons}' if reasons else ''})"
    )


def _line(explained: Explained) -> dict[str, object]:
    label = explained.label
    known: dict[str, object] = {
        "place": str(explained.place),
        "line": explained.line,
        "written": explained.written,
        "scheme": label.scheme,
        "label": str(label),
        "level": label.level.name,
        "compartments": sorted(label.compartments),
        "caveats": sorted(label.caveats),
        "releasable_to": None if label.releasable_to is None else sorted(label.releasable_to),
        "notes": sorted(label.notes),
        "term": label.term,
        "strength": explained.strength,
        "also": list(explained.also),
        "isolation": explained.isolation,
        "words_before": explained.before,
        "words_after": explained.after,
        "weights": {weight.name: weight.step for weight in explained.weights},
        "score": None if explained.is_dropped else round(explained.score, 3),
        "confidence": None if explained.is_dropped else round(explained.confidence, 4),
        "decision": explained.decision,
        "why": explained.why,
    }
    if explained.whole:
        known |= {"text": explained.whole, "beside": list(explained.beside)}
    return known
