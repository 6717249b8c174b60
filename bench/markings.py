"""Measures the marking detector on labelled texts: `python bench/markings.py [FOLDER]` prints one table."""

import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from rapidfuzz.distance import OSA

from scanner.detect.markings import MarkingDetector
from scanner.detect.normalize import key
from scanner.detect.scheme import load_schemes
from scanner.model.document import Blob, Segment
from scanner.model.finding import Finding, Status
from scanner.model.label import Label
from scanner.model.place import Place
from scanner.resources import rule_sources

_LINE = 70
_FOLDER = Path(__file__).parents[2] / "shared/corpus/markings"
# Where the corpus' name of a scheme is not the beginning of its id here, or several are meant.
_SCHEMES = {
    "US-CNSI": ("us",),
    "US-LEGACY": ("us", "us-cui"),
    "US-CUI": ("us-cui",),
    "US-DOE": ("us-doe", "us-cui", "us"),
    "AU": ("au", "us-cui"),
    "CN": ("cn", "cn-business"),
    "CORP": ("corporate", "corporate-legal"),
}
# How the corpus names a level, where that is not its id, its name or one of its spellings.
_LEVELS = {
    "CD": "confidentiel-defense",
    "SD": "secret",
    "TSD": "tres-secret",
    "DR": "diffusion-restreinte",
    "SBU": "legacy",
    "OUO": "legacy",
    "PRIV": "privileged",
    "PROP": "confidential",
    "UNCLASSIFIED": "for-official-use-only",
    "核心商密": "core",
    "普通商密": "ordinary",
}


def main() -> None:
    """Run every part and print its table."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _FOLDER
    detector = MarkingDetector(load_schemes(rule_sources()))
    _ordinary("traps", folder / "traps.jsonl", detector)
    _ordinary("negatives", folder / "negatives.jsonl", detector)
    _ordinary("guides", folder / "guides.jsonl", detector)
    _synthetic(folder / "synthetic.jsonl", detector)
    for name in ("positives", "positives_unverified"):
        _positives(folder / f"{name}.jsonl", detector)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _found(detector: MarkingDetector, text: str) -> list[Finding]:
    blob = Blob(Place("text"), "text/plain", b"")
    segments = [Segment(Place("text", page=number), page) for number, page in enumerate(text.split("\f"), 1)]
    return [item for item in detector.detect(blob, segments) if isinstance(item, Finding)]


def _ordinary(what: str, path: Path, detector: MarkingDetector) -> None:
    """Count the texts by the gravest status found; ranks from 1 up only, and name those called marked."""
    counts: Counter[str] = Counter()
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    size, begun = 0, time.perf_counter()
    marked = []
    for row in _rows(path):
        found = _found(detector, row["text"])
        size += len(row["text"])
        sensitive = [finding for finding in found if finding.label is not None and finding.label.level.rank > 0]
        gravest = next((s.value for s in Status if any(f.status is s for f in sensitive)), "nothing")
        counts[gravest] += 1
        kinds[row["kind"]][gravest] += 1
        if gravest == Status.MARKED.value:
            first = next(finding for finding in sensitive if finding.status is Status.MARKED)
            marked.append(f"    {row['id']} {row['kind']}: {first.rule} {first.label} {', '.join(first.reasons)}")
    seconds = time.perf_counter() - begun
    total = sum(counts.values())
    print(f"{what}: {total} texts, {size / 1e6 / seconds:.1f} Mchar/s: {dict(counts)}")
    for kind, of in sorted(kinds.items()):
        if of.keys() - {"nothing"}:
            print(f"    {kind:32} {dict(of)}")
    print(*marked, sep="\n")


def _synthetic(path: Path, detector: MarkingDetector) -> None:
    """Count, by scheme and layout, the texts whose banner was found with the right level."""
    right: Counter[str] = Counter()
    every: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    missed = []
    for row in _rows(path):
        schemes = _SCHEMES.get(row["scheme"], (row["scheme"].lower(),))
        found = [f for f in _found(detector, row["text"]) if f.status in {Status.MARKED, Status.DECLASSIFIED}]
        first = any(f.rule in schemes and _is_level(f.label, row["level"], detector) for f in found)
        labels = [label for f in found for label in (f.label, *f.also)]
        good = any(
            label is not None and label.scheme in schemes and _is_level(label, row["level"], detector)
            for label in labels
        )
        for group in (row["scheme"], "layout " + row["layout"], "all"):
            every[group] += 1
            right[group] += good
            alone[group] += first
        if not good:
            said = [(f.rule, str(f.label)) for f in found]
            missed.append(f"    missed {row['id']} {row['scheme']} {row['layout']} {row['banner']!r}: {said}")
    print("synthetic: marked, with the right scheme and level (and those where no other scheme was named first)")
    for group in sorted(every):
        print(f"    {group:24} {right[group]:3} of {every[group]:3}  ({alone[group]:3})")
    print(*missed, sep="\n")


def _is_level(label: Label | None, wanted: str, detector: MarkingDetector) -> bool:
    if label is None:
        return False
    level = label.level
    if level.id == _LEVELS.get(wanted) or wanted in {level.id, level.name}:
        return True
    read = detector.schemes.read(f"{level.scheme}:{wanted}")
    return read is not None and read.level.id == level.id


def _positives(path: Path, detector: MarkingDetector) -> None:
    """Count, by tier, the texts where the level that their release names was found.

    The level is that of the whole release. The corpus holds a text's first 24,000 characters: a text in which no line
    is within two letters of the level cannot show it, and is counted apart.
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in _rows(path):
        found = [f for f in _found(detector, row["text"]) if f.label is not None and f.label.level.rank > 0]
        right = {f.status for f in found if f.label is not None and row["level"] == f.label.level.name}
        marked = bool({Status.MARKED, Status.DECLASSIFIED} & right)
        shown = _stands(row["level"], row["text"])
        tier = counts[row["tier"]]
        tier["texts"] += 1
        tier["found"] += bool(found)
        tier["right level"] += bool(right)
        tier["marked"] += marked
        tier["told declassified"] += Status.DECLASSIFIED in right
        tier["with the level in the text"] += shown
        tier["of these marked"] += shown and marked
    for tier_name, of in sorted(counts.items()):
        print(f"{path.stem} tier {tier_name}: {', '.join(f'{name} {count}' for name, count in of.items())}")


def _stands(level: str, text: str) -> bool:
    """Tell whether a short line of a text has the letters of a level in it, two of them misread at most."""
    wanted = key(level)
    for line in text.replace("\f", "\n").split("\n"):
        letters = key(line)
        if len(line) <= _LINE and len(letters) >= len(wanted) - 1:
            for start in range(max(1, len(letters) - len(wanted) + 1)):
                if OSA.distance(letters[start : start + len(wanted)], wanted, score_cutoff=2) <= 2:  # noqa: PLR2004 - as the corpus was made
                    return True
    return False


if __name__ == "__main__":
    main()
