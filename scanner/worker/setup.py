"""What the workers are told once, at their start."""

from dataclasses import dataclass, field
from typing import Final

from scanner.model.label_name import LabelName
from scanner.model.limits import DEFAULT_LIMITS, Limits
from scanner.model.sandbox import Protection
from scanner.resources import RuleSource

FILES_OF_ONE_CHILD: Final = 64
"""Small documents take four times as long with a child for each, half as long again with one for sixteen, and a seventh
with one for sixty-four (bench/overhead.py): what a child learns of texts is lost with it."""


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything a worker needs to know. `key` is the hexadecimal key for hashes of found values.

    `prefer` names the schemes that words of several are read in. With `explain` it tells of each line that could be a
    marking how it was weighed, too. No document is read with less than the `least` protection. `passwords` are tried on
    locked documents.
    """

    sources: tuple[RuleSource, ...]
    limits: Limits = DEFAULT_LIMITS
    key: str = field(default="", repr=False)
    exclude_rules: tuple[str, ...] = ()
    only_rules: tuple[str, ...] = ()
    show_match: bool = False
    labels: tuple[LabelName, ...] = ()
    explain: bool = False
    prefer: tuple[str, ...] = ()
    least: Protection = Protection.PROCESS
    passwords: tuple[str, ...] = field(default=(), repr=False)
