"""What a marking scheme is made of once its file has been read: levels, caveats, evidence and worked examples."""

from dataclasses import dataclass, field
from enum import StrEnum

from scanner.detect._pattern import Pattern
from scanner.model.finding import Status
from scanner.model.label import Form, Level
from scanner.model.rollup import RollUp


class Strength(StrEnum):
    """How much a written form of a level says by itself.

    A distinct one means nothing else. A telling one is a phrase that titles use, too; a common one is an ordinary
    word that few but officials put alone on a line in capitals; a weak one stands on many a form and sign. A short
    one counts beside caveats only, and the name of an electronic label nowhere in text.
    """

    DISTINCT = "distinct"
    TELLING = "telling"
    COMMON = "common"
    WEAK = "weak"
    SHORT = "short"
    LABEL = "label"


class CaveatKind(StrEnum):
    """What a word beside a level does to the label."""

    RESTRICTIVE = "restrictive"
    COMPARTMENT = "compartment"
    RELEASABILITY = "releasability"
    PERMISSIVE = "permissive"
    INFORMATIVE = "informative"
    TERM = "term"


class Listing(StrEnum):
    """What follows a caveat: nothing, country codes, or names up to the end of the line."""

    NONE = ""
    CODES = "codes"
    NAMES = "names"


class Before(StrEnum):
    """What of a caveat may stand before the level."""

    NOTHING = ""
    NAME = "name"
    CODE = "code"


class Reach(StrEnum):
    """Where the patterns of a piece of evidence are looked for."""

    LINE = "line"
    ABOVE = "above"
    NEAR = "near"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a level; `key` is its letters and digits, `portion` that it stands in brackets only.

    `words` are its words as they are written in capitals, which signs and blanks may part.
    """

    key: str
    strength: Strength
    portion: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LevelRule:
    """A level and its spellings."""

    level: Level
    spellings: tuple[Spelling, ...]


@dataclass(frozen=True, slots=True)
class CaveatRule:
    """A word or pattern that may stand beside a level. `category` orders the written form.

    One that is not `alone` is too ordinary a word to count as a caveat on a line of its own under the level.
    `keys` are its spellings as letters and digits, `words` the single words of them. `listing` says what follows it.
    `absorbs` names what it makes moot, `dropped_from` the level from which on it says nothing itself.
    """

    name: str
    kind: CaveatKind
    keys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    pattern: Pattern | None = None
    listing: Listing = Listing.NONE
    before: Before = Before.NOTHING
    category: str = ""
    alone: bool = True
    absorbs: tuple[str, ...] = ()
    dropped_from: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Words that should not stand together: `every` of the ones, one of `some`, and none of `needs` with them.

    Words are names of caveats of the scheme; `nato:` stands for any marking of another scheme in the document, and
    `us:NOFORN` for a word in one. `levels` are ids: the conflict holds at those only, where any are given. `evidence`
    names what must have been seen about the document.
    """

    name: str
    title: str
    every: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    levels: frozenset[str] = frozenset()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """Something around a marking that speaks for it (positive weight) or against it.

    `status` is what the finding becomes where the patterns match and it would count. A weight is a step of log-odds.
    """

    name: str
    weight: float
    reach: Reach
    pattern: Pattern
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the label that must come out of it."""

    text: str
    label: str
    status: Status = Status.MARKED


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A text that looks like a marking and must not be taken for one, and why it is none."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Grammar:
    """How the parts of a marking are held together.

    `separators` are the signs that may stand between parts, `unknown_after` those after which a word nobody knows
    is a caveat all the same. `loose` lets known caveats follow after a blank. `leads` are words that introduce a
    marking (`密级：`), `lead_words` the single words of them, `owner` what a name before it looks like.
    `term_signs` may stand before a term, which is written with `term_sign`; `codes` are those a list may begin with.
    """

    separators: frozenset[str] = frozenset("/,")
    unknown_after: frozenset[str] = frozenset()
    loose: bool = True
    term_signs: frozenset[str] = frozenset()
    term_sign: str = ""
    codes: frozenset[str] = frozenset()
    leads: tuple[str, ...] = ()
    lead_words: tuple[str, ...] = ()
    owner: Pattern | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """One marking scheme. Where several fit one line equally well, the lowest `priority` wins.

    `policies` are the names that electronic labels give to whoever owns the scheme, beside its id.
    """

    id: str
    title: str
    source: str
    priority: int
    guidance: str
    form: Form
    grammar: Grammar
    levels: tuple[LevelRule, ...]
    caveats: tuple[CaveatRule, ...]
    evidence: tuple[EvidenceRule, ...]
    words: tuple[str, ...] = ()
    rollup: RollUp = field(default_factory=RollUp, repr=False)
    conflicts: tuple[Conflict, ...] = ()
    policies: tuple[str, ...] = ()
    examples: tuple[Example, ...] = field(default=(), repr=False)
    counterexamples: tuple[Counterexample, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Context:
    """What no scheme owns: page numbers and other furniture around a marking, and evidence in any language.

    `leads` and `lead_words` are as in a scheme's grammar.
    """

    furniture: tuple[Pattern, ...] = ()
    leads: tuple[str, ...] = ()
    lead_words: tuple[str, ...] = ()
    evidence: tuple[EvidenceRule, ...] = ()
