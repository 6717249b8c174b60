"""What a YARA rule says about itself, as values."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from scanner.detect.validators import VALIDATORS
from scanner.model.finding import Severity


class Scope(StrEnum):
    """What a rule is matched over."""

    RAW = "raw"
    TEXT = "text"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class YaraRule:
    """One public or private rule as its author wrote it.

    `start` and `end` are character offsets into the source. `uses` holds every identifier in its body, so that a rule
    that needs another one is known. `minimum` distinct values are needed before the rule counts at all; from `bulk`
    distinct values on (0: never) it counts as `bulk_severity`. `find` is searched for values where the condition holds;
    without it the strings are the values. `within` is how many bytes a value may be away from a `$near` string (0:
    anywhere). A `fallback` rule says nothing of a value that another rule finds, too. `confidence` runs from 0 to 1.
    """

    file: str
    name: str
    line: int
    start: int
    end: int
    private: bool = False
    uses: frozenset[str] = frozenset()
    id: str = ""
    title: str = ""
    severity: Severity = Severity.MEDIUM
    tags: tuple[str, ...] = ()
    guidance: str = ""
    confidence: float = 0.8
    value: str = ""
    validate: str = ""
    find: re.Pattern[bytes] | None = None
    minimum: int = 1
    bulk: int = 0
    bulk_severity: Severity = Severity.HIGH
    within: int = 0
    scope: Scope = Scope.BOTH
    fallback: bool = False
    examples: tuple[bytes, ...] = field(default=(), repr=False)
    counterexamples: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def kind(self) -> str:
        """What a value of this rule is called."""
        return self.value or (VALIDATORS[self.validate].kind if self.validate else "match")
