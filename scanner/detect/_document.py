"""What is known of a whole document when one of its lines is weighed; looked for only when it is asked for."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

from scanner.detect._pages import Page, sample
from scanner.detect._scheme_rule import Context, EvidenceRule, Reach, Scheme
from scanner.model.document import Segment
from scanner.model.finding import Status
from scanner.model.place import Part

PAGED: Final = frozenset({Part.BODY, Part.SLIDE, Part.SHEET, Part.HIDDEN, Part.DELETED, Part.ATTACHMENT})
_GUIDE_WORDS: Final = 5
_GUIDE_SAMPLE: Final = 30_000  # characters
_TELLING_HEAD: Final = 30_000  # characters
_TELLING_TAIL: Final = 5_000
_GUIDE_DENSITY: Final = 1500  # characters for each such word


class Document:
    """What is known of a whole document when one of its lines is weighed."""

    def __init__(self, segments: Sequence[Segment], pages: Sequence[Page], context: Context) -> None:
        """Take all text; nothing is looked for before it is asked for."""
        self._segments = segments
        self._context = context
        self._evidence: dict[str, tuple[EvidenceRule, ...]] = {}
        self._pages = pages

    @cached_property
    def body_pages(self) -> int:
        """How many pages hold text, but for headers and the like."""
        return sum(1 for page in self._pages if page.place.part in PAGED and page.text and not page.text.isspace())

    @cached_property
    def text(self) -> str:
        """The beginning and the end of the text."""
        return sample(self._segments)

    @cached_property
    def words(self) -> dict[str, int]:
        """How often each word stands in as much of the text as tells its language."""
        text = self.text
        if len(text) > _TELLING_HEAD + _TELLING_TAIL:
            text = f"{text[:_TELLING_HEAD]}\n{text[-_TELLING_TAIL:]}"
        return Counter(re.findall(r"\w+", text.casefold()))

    @cached_property
    def is_guide(self) -> bool:
        """Whether it speaks of markings so often that it must be about them."""
        rules = [rule for rule in self._context.evidence if rule.reach is Reach.NEAR and rule.status is Status.EXAMPLE]
        text = self.text[:_GUIDE_SAMPLE]
        words = sum(len(rule.pattern.compiled.findall(text)) for rule in rules)
        return words >= max(_GUIDE_WORDS, len(text) / _GUIDE_DENSITY)

    def count(self, words: Iterable[str]) -> int:
        """Count how often any of some words stands in the document."""
        return sum(self.words.get(word, 0) for word in words)

    def evidence(self, scheme: Scheme) -> tuple[EvidenceRule, ...]:
        """Return the rules about the whole document that match, the scheme's own and the shared ones."""
        if scheme.id not in self._evidence:
            rules = (*scheme.evidence, *self._context.evidence)
            self._evidence[scheme.id] = tuple(
                rule for rule in rules if rule.reach is Reach.DOCUMENT and rule.pattern.compiled.search(self.text)
            )
        return self._evidence[scheme.id]
