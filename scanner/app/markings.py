"""Reads the markings that a configuration writes, by the schemes that the same configuration names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.errors import Fault, RuleError
from scanner.model.label import Label, Level
from scanner.resources import RuleSource, gather, rule_sources
from scanner.settings._table import quoted
from scanner.settings.salvage import salvaged_rules

if TYPE_CHECKING:  # most configurations are read without a single marking in them
    from scanner.detect.scheme import Schemes

_ALIKE = 0.75  # of 1; below that, two words have little more than some letters in common


@dataclass
class MarkingReader:
    """Reads markings with the shipped schemes, those of a configuration's rule folders and those in `rules`.

    The folders are known before anything else of the file is, so that other faults in it change no reading. Where they
    have faults themselves, what no shipped scheme knows is taken for a marking; `faults` says so then.
    """

    path: Path
    environ: Mapping[str, str]
    rules: Sequence[Path] = ()
    _vain: list[str] = field(default_factory=list)
    _own: tuple[Fault, ...] = ()

    def __call__(self, text: str) -> Label | None:
        """Return the label that a text is, None for what is no marking."""
        label = self._schemes.read(text)
        if label is None:
            self._vain.append(text)
        if label is None and self._own:
            return Label(Level(text, text, text, 0, 0))
        return label

    def faults(self) -> tuple[Fault, ...]:
        """Return what kept markings from being judged: the faults of the configured rules; none where all were."""
        if not (self._own and self._vain):
            return ()
        words = ", ".join(map(quoted, dict.fromkeys(self._vain)))
        why = f"has faults, so that nobody can tell whether these are markings: {words}; mend them first"
        return (*self._own, Fault(str(self.path), "rules.extra", why))

    def explained(self, faults: Iterable[Fault]) -> tuple[Fault, ...]:
        """Return faults, those about what is no marking with the one that may be meant."""
        return tuple(self._explained(fault) for fault in faults)

    def _explained(self, fault: Fault) -> Fault:
        text = next((text for text in self._vain if fault.message.endswith(f"any scheme knows: {quoted(text)}")), None)
        if text is None or self._own:
            return fault
        levels = [(scheme.id, rule.level.name) for scheme in self._schemes.schemes for rule in scheme.levels]
        known = dict.fromkeys((*(name for _, name in levels), *(f"{id_}:{name}" for id_, name in levels)))
        close = get_close_matches(text.strip(), known, n=1, cutoff=_ALIKE)
        close = close or get_close_matches(text.strip().upper(), known, n=1, cutoff=_ALIKE)
        return replace(fault, message=f"{fault.message}; did you mean {close[0]}?") if close else fault

    @cached_property
    def _schemes(self) -> "Schemes":
        from scanner.detect.scheme import load_schemes

        named = salvaged_rules(self.path, self.environ)
        try:
            return load_schemes(self._sources(named.extra), trust_shipped=True).preferring(named.prefer)
        except RuleError as error:
            self._own = error.faults
            return load_schemes(rule_sources(), trust_shipped=True)

    def _sources(self, extra: Sequence[str]) -> tuple[RuleSource, ...]:
        sources, faults = gather([*(Path(folder) for folder in extra), *self.rules])
        wrong = tuple(fault for fault in faults if not fault.warning)
        if wrong:
            raise RuleError(wrong)
        return sources
