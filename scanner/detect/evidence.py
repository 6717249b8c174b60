"""Weighs what speaks for and against a marking: named features, each a step of log-odds, summed to a confidence."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from scanner.detect._disguise import is_disguised
from scanner.detect._document import PAGED, Document
from scanner.detect._firm import INTRODUCING, is_firm, is_whole_line, not_running
from scanner.detect._pages import MARGIN
from scanner.detect._scheme_rule import Context, Reach, Scheme, Strength
from scanner.detect._sighting import Isolation, Sighting
from scanner.detect._together import TABLE_LEVELS, guide, together
from scanner.detect.normalize import key
from scanner.model.finding import OBFUSCATED, Status
from scanner.model.place import Part

PRIOR: Final = -3.5
_DISGUISE: Final = 1.5
_DOUBT: Final = 0.2  # of a confidence, for each whole letter that was misread
MARKED_FROM: Final = 2.5
SUSPECT_FROM: Final = 0.5

_STRENGTH: Final = {Strength.DISTINCT: 3.3, Strength.TELLING: 1.0}
_ISOLATED: Final = {
    Isolation.LINE: "line_isolated",
    Isolation.COLUMN: "column_isolated",
    Isolation.STRAY: "stray_letters",
    Isolation.WORDS: "among_words",
    Isolation.ADDRESSED: "addressed",
}
_ISOLATION: Final = {Isolation.WORDS: -1.5, Isolation.LINE: 2.0, Isolation.COLUMN: 1.5, Isolation.STRAY: 0.5}
# Titles begin so, too: enough for a suspicion and no more, whatever the words.
_ADDRESSED: Final = {Strength.DISTINCT: -0.5, Strength.TELLING: 1.5, Strength.COMMON: 2.0}
_PARTS: Final = {
    Part.HEADER: 4.4,
    Part.FOOTER: 4.4,
    Part.WATERMARK: 3.5,
    Part.MASTER: 2.5,
    Part.TEXT_BOX: 1.0,
    Part.METADATA: -1.5,
    Part.RAW: -1.5,
    Part.CODE: -4.0,
}
_PAGE_ENDS: Final = frozenset({Part.HEADER, Part.FOOTER, Part.WATERMARK})
_PROSE_LENGTH: Final = 24
_FULL_PAGE: Final = 6
_STAMP: Final = 3.3
_STAMPING: Final = frozenset({Isolation.LINE, Isolation.STRAY})
_STAMPED: Final = frozenset({Part.BODY, Part.SLIDE, Part.TEXT_BOX})
_STAMP_ON_FEW: Final = 0.5
# A word of one letter makes a title of what follows: "A SECRET".
_ARTICLE: Final = re.compile(r"^\W*[AIOEY]\s+\w{2,}|\w{2,}\s+[AIOEY]\W*$")
_FIELD_WORDS: Final = 3
_FIELDS: Final = ("CLASSIFICATION", "DISSEMINATIONCONTROLS", "SENSITIVITY")
_SET_APART: Final = re.compile(r"\w([ .\-·])\w\1\w\1")


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the evidence amounts to for one sighting; `looks` is the score without what tells an example.

    `damage` counts the letters that were misread, None where the line is as it was written.
    """

    score: float
    looks: float
    status: Status | None
    reasons: tuple[str, ...]
    damage: float | None = None

    @property
    def confidence(self) -> float:
        """The score as a probability, less where letters were misread."""
        return (1.0 - _DOUBT * (self.damage or 0.0)) / (1.0 + math.exp(-self.score))


def weigh(
    sightings: Sequence[Sighting], document: Document, portions: frozenset[str], context: Context
) -> list[Weighed]:
    """Weigh all sightings of a document together; the answer has one entry for each, in their order.

    `portions` names the schemes whose portion marks were found.
    """
    around: list[tuple[Status | None, float]] = []
    for sighting in sightings:
        sighting.features = dict((*_alone(sighting), *_around(sighting)))
        around.append(_near(sighting, context))
    together(sightings, document)
    schemes = {sighting.reading.scheme.id: sighting.reading.scheme for sighting in sightings}
    most = {name: _most_from_document(scheme, context) for name, scheme in schemes.items()}
    if any(PRIOR + sum(s.features.values()) + most[s.reading.scheme.id] >= SUSPECT_FROM for s in sightings):
        guide(sightings, document)
    weighed = []
    for sighting, (own, in_prose) in zip(sightings, around, strict=True):
        scheme = sighting.reading.scheme
        features = sighting.features
        if scheme.id in portions:
            features["portion_marks"] = 2.5
        became = own
        # The whole text is searched only where that can make a finding.
        if PRIOR + sum(features.values()) + most[scheme.id] >= SUSPECT_FROM:
            for rule in document.evidence(scheme):
                features[rule.name] = rule.weight
                became = rule.status or became
        if "marking_guide" in features:
            became = Status.EXAMPLE
        score = PRIOR + sum(features.values())
        telling = {rule.name for rule in (*scheme.evidence, *context.evidence) if rule.status is not None}
        looks = score - sum(features[name] for name in features.keys() & (telling | {"marking_guide"}))
        if score < MARKED_FROM or became is Status.EXAMPLE:
            became, score = _held(sighting, became, score, max(looks, score - in_prose))
        reasons = tuple(sorted(features, key=lambda name: -abs(features[name])))
        weighed.append(Weighed(score, looks, became, reasons, sighting.damage))
    return weighed


def _held(sighting: Sighting, became: Status | None, score: float, least: float) -> tuple[Status | None, float]:
    """Return status and score of a marking; of a firm banner no word beside it makes nothing.

    `least` is the score without what may be said beside it. What opens a document is held against running text. A guide
    by its structure is stronger than most banners; it is never seen in one at both ends of a page or on several.
    """
    features = sighting.features
    if not sighting.reading.label.level.rank or "marking_guide" in features:
        return became, score
    firm = is_firm(features, sighting.reading.scheme.evidence)
    if not firm and (became is Status.EXAMPLE or not _opens(sighting)):
        return became, score
    if became is Status.EXAMPLE and least >= SUSPECT_FROM:
        became = Status.SUSPECT
    if least - features.get("prose_context", 0.0) >= SUSPECT_FROM > score:
        features["firm_banner"] = SUSPECT_FROM - score
        score = SUSPECT_FROM
    return became, score


def _opens(sighting: Sighting) -> bool:
    """Tell the first line of a document that nothing but a marking is written like."""
    first = sighting.page.number == 1 and sighting.page.rank(sighting.at)[0] == 0
    return first and {"distinct_phrase", "line_isolated", "upper_case"} <= sighting.features.keys()


def _most_from_document(scheme: Scheme, context: Context) -> float:
    """Return how much the whole document could still add."""
    rules = (*scheme.evidence, *context.evidence)
    return sum(max(rule.weight, 0.0) for rule in rules if rule.reach is Reach.DOCUMENT)


def _alone(sighting: Sighting) -> Iterable[tuple[str, float]]:
    """Yield what the line itself says."""
    reading = sighting.reading
    strength = reading.spelling.strength
    yield f"{strength.value}_phrase", _STRENGTH.get(strength, 0.0)
    addressed = _ADDRESSED.get(strength, 0.0)
    yield _ISOLATED[sighting.isolation], _ISOLATION.get(sighting.isolation, addressed)
    if reading.parts and reading.separated and not reading.unknown:
        yield "full_grammar", 3.3
    elif reading.parts and not reading.signed:
        yield "caveats", 1.8
    if reading.unknown:
        yield "unknown_caveat", 0.0
    if reading.signed:
        yield "star_term", 3.0
    if sighting.lead:
        yield "lead_words", 2.5
    if sighting.damage is not None:
        yield "damaged_letters", 0.4 - 0.8 * sighting.damage
    if sighting.caveat_line:
        yield "caveat_line", 3.0
    if is_disguised(sighting.text):
        yield OBFUSCATED, _DISGUISE
    yield from _case(sighting)
    yield from _position(sighting)


def _around(sighting: Sighting) -> Iterable[tuple[str, float]]:
    """Yield what the part of the document says, and a line of several levels or columns."""
    part = sighting.page.place.part
    if part is Part.COMMENT and sighting.isolation is Isolation.WORDS:
        yield "comment_part", 2.0
    if part in _PARTS:
        yield f"{part.value.replace(' ', '_')}_part", _PARTS[part]
    if sighting.ticked:
        yield "ticked_box", 6.0
    elif sighting.levels >= TABLE_LEVELS or (sighting.levels > 1 and "|" in sighting.line.raw):
        yield "table_of_levels", -6.0
    if part in PAGED and sighting.line.raw.count("|") > 1:
        yield "table_row", -2.0


def _case(sighting: Sighting) -> Iterable[tuple[str, float]]:
    text = sighting.text
    if _SET_APART.search(text):
        yield "letters_set_apart", 2.0
    if not any(map(str.islower, text)):
        if any(map(str.isupper, text)):
            yield "upper_case", 0.8
            if (
                sighting.page.place.part in _STAMPED
                and sighting.isolation in _STAMPING
                and not (sighting.isolation is Isolation.STRAY and _ARTICLE.search(sighting.line.raw))
                and sighting.reading.spelling.strength is not Strength.WEAK
            ):
                full = len(sighting.page.filled) >= _FULL_PAGE
                yield "stamp_on_page", _STAMP if full else _STAMP_ON_FEW
        return
    strength = sighting.reading.spelling.strength
    mild = strength is Strength.DISTINCT or (sighting.page.place.part in _PAGE_ENDS and strength is not Strength.WEAK)
    yield "mixed_case", -0.3 if mild else -1.0
    beside = sighting.page.beside(sighting.at)
    if not sighting.lead and any(sum(map(str.isalpha, line)) >= _PROSE_LENGTH for line in beside):
        yield "prose_context", -3.0


def _position(sighting: Sighting) -> Iterable[tuple[str, float]]:
    page = sighting.page
    if page.place.part not in PAGED:
        return
    above, below = page.rank(sighting.at)
    if above < MARGIN and above <= below:
        yield "top_line", 1.5
    elif below < MARGIN:
        yield "bottom_line", 1.5
    elif (lines := page.neighbours(sighting.at)[0]) and lines[0].rstrip().endswith(INTRODUCING):
        yield "introduced", 0.0 if _is_lead(lines[0], sighting) else -2.5


def _is_lead(line: str, sighting: Sighting) -> bool:
    """Tell a line that names what follows: the field of a form."""
    letters = key(line)
    if line.isupper() and len(line.split()) <= _FIELD_WORDS:
        return True
    return any(letters.endswith(lead) for lead in (*sighting.reading.scheme.grammar.leads, *_FIELDS))


def _near(sighting: Sighting, context: Context) -> tuple[Status | None, float]:
    """Add the evidence of the lines around; return what it makes of the finding, and what running text says against it.

    Running text is about something else: it may weigh, but makes no example of a marking. A pattern that takes in a
    whole line knows better.
    """
    above, below = sighting.page.neighbours(sighting.at)
    start, end = sighting.line.span(sighting.reading.start, sighting.reading.end)
    # The marking leaves a sign of its own, so that what stands behind it does not begin the line.
    rest = f"{sighting.line.raw[:start]}\ufffc{sighting.line.raw[end:]}"
    whole = _reaches(sighting.line.raw, rest, above, below)
    about: dict[Reach, str] = {}
    became: Status | None = None
    against = 0.0
    for rule in (*sighting.reading.scheme.evidence, *context.evidence):
        found = None if rule.reach is Reach.DOCUMENT else rule.pattern.compiled.search(whole[rule.reach])
        if found is None:
            continue
        sighting.features[rule.name] = rule.weight
        if (rule.weight < 0 or rule.status is Status.EXAMPLE) and not is_whole_line(found):
            about = about or _reaches(sighting.line.raw, rest, *not_running(above, below))
            if not rule.pattern.compiled.search(about[rule.reach]):
                against += min(rule.weight, 0.0)
                if rule.status is Status.EXAMPLE:
                    continue
        became = rule.status or became
    return became, against


def _reaches(line: str, rest: str, above: Sequence[str], below: Sequence[str]) -> dict[Reach, str]:
    """Return the text that evidence of each reach is looked for in; `rest` is the line without the marking."""
    near = "\n".join((*reversed(above), *below))
    return {Reach.LINE: line, Reach.ABOVE: "\n".join((*above, rest)), Reach.NEAR: f"{rest}\n{near}"}
