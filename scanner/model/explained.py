"""How one line was read as a marking and weighed, for whoever asks why it is one or why not."""

from dataclasses import dataclass

from scanner.model.label import Label
from scanner.model.place import Place


@dataclass(frozen=True, slots=True)
class Weight:
    """A piece of evidence and the step of log-odds it adds; negative speaks against a marking."""

    name: str
    step: float


@dataclass(frozen=True, slots=True)
class Explained:
    """One line that could be a marking.

    `line` counts the lines of the text at `place` from 1. `written` is the marking as it stands there, `strength` what
    the name of its level says alone, and `also` are other schemes that it fits as well. `weights` are empty where it
    was dropped before anything was weighed; `score` is the sum with the prior, in log-odds, and `confidence` the same
    from 0 to 1. `decision` is the status of the finding, or `none`, and `why` says what decided. `before` and `after`
    count the words beside it that are neither signs nor furniture such as page numbers. `beside` has these words and
    `whole` the line; both are empty unless matches may be shown.
    """

    place: Place
    line: int
    rule: str
    label: Label
    written: str
    strength: str
    decision: str
    why: str
    also: tuple[str, ...] = ()
    isolation: str = ""
    weights: tuple[Weight, ...] = ()
    score: float = 0.0
    confidence: float = 0.0
    before: int = 0
    after: int = 0
    beside: tuple[str, ...] = ()
    whole: str = ""

    @property
    def is_dropped(self) -> bool:
        """Whether it was dropped before anything was weighed."""
        return not self.weights
