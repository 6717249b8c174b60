"""Compiles YARA sources and says everything that is wrong with them at once."""

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import yara

from scanner.detect.yara_rule import Scope, YaraRule
from scanner.detect.yara_source import YaraFile, yara_files
from scanner.detect.yara_trial import EXTERNALS, trial_faults
from scanner.errors import Fault, RuleError
from scanner.resources import RuleSource

_MOST_FAULTS = 100
_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Compiled:
    """All rules, those that look at raw bytes when there is text as well, and what each says about itself."""

    every: "yara.Rules"
    raw: "yara.Rules"
    rules: tuple[YaraRule, ...]


def compile_rules(sources: Iterable[RuleSource]) -> Compiled:
    """Compile every YARA source among rule files, each in a namespace of its own.

    Raises:
        RuleError: sources have faults; all of them. Warnings raise nothing.
    """
    files = yara_files(sources)
    faults = [fault for file in files for fault in file.faults if not fault.warning]
    if not faults:
        try:
            every = _compile({file.source.name: file.source.text for file in files})
            raw = _raw_parts(files)
        except yara.Error:
            faults = [fault for fault in compile_faults(sources) if not fault.warning]
        else:
            return Compiled(every, raw, public_rules(files))
    raise RuleError(tuple(faults))


def public_rules(files: Iterable[YaraFile]) -> tuple[YaraRule, ...]:
    """Return the rules that can be reported, in the order of the files."""
    return tuple(rule for file in files for rule in file.rules if not rule.private)


def compile_faults(sources: Iterable[RuleSource]) -> tuple[Fault, ...]:
    """Return every fault of every YARA source among rule files, and the warnings of those that compile.

    YARA stops at the first error of a file: the rule it stands in is blanked out, and the rest compiled again. Files
    that are not shipped are compiled elsewhere before: where that does not end in time, it is not begun here.
    """
    found: list[Fault] = []
    files = yara_files(sources)
    slow = trial_faults({file.source.name: file.source.text for file in files if not _is_shipped(file)})
    for file in files:
        wrong = () if slow and not _is_shipped(file) else _file_faults(file)
        found += sorted((*file.faults, *wrong, *_double_ids(file)), key=_line_of)
    return (*found, *slow)


def _is_shipped(file: YaraFile) -> bool:
    return file.source.name.startswith("rules/")


def _compile(sources: dict[str, str]) -> "yara.Rules":
    return yara.compile(sources=sources, includes=False, externals=EXTERNALS)


def _raw_parts(files: Iterable[YaraFile]) -> "yara.Rules":
    """Compile files without what looks at text only; those that are none without that, as they are."""
    parts = {file.source.name: _raw_part(file) for file in files}
    try:
        return _compile(parts)
    except yara.Error:
        return _compile({file.source.name: _sound_part(file, parts[file.source.name]) for file in files})


def _raw_part(file: YaraFile) -> str:
    """Return the source without what looks at text only, so that the pass over raw bytes is quick."""
    needed = {name for rule in file.rules for name in rule.uses - {rule.name}}
    wordy = {rule.name for rule in file.rules if rule.scope is Scope.TEXT and not rule.private}
    return file.without(wordy - needed)


def _sound_part(file: YaraFile, part: str) -> str:
    try:
        _compile({file.source.name: part})
    except yara.Error:
        return file.source.text
    return part


def _file_faults(file: YaraFile) -> Iterator[Fault]:
    name = file.source.name
    blanked: set[str] = set()
    until = time.monotonic() + _SECONDS
    for _ in range(_MOST_FAULTS):
        if time.monotonic() > until:
            return
        try:
            compiled = _compile({name: file.without(blanked)})
        except yara.Error as error:
            line, message = _parts(str(error))
            rule = file.rule_at(line)
            if not any(f'"{other}"' in message for other in blanked):
                yield Fault(name, _where(rule, line), message)
            if rule is None or rule.name in blanked:
                return
            blanked.add(rule.name)
        else:
            for warning in compiled.warnings:
                line, message = _parts(warning)
                rule = file.rule_at(line)
                yield Fault(name, _where(rule, line), message, warning=True)
            return


def _where(rule: YaraRule | None, line: int) -> str:
    """Return the key of a fault; where the compiler knows no line, that of the rule."""
    if rule is None:
        return f"line {line}" if line else ""
    return f"{rule.name}, line {line or rule.line}"


def _double_ids(file: YaraFile) -> Iterator[Fault]:
    rules = public_rules([file])
    count = Counter(rule.id for rule in rules)
    for rule in rules:
        if count[rule.id] > 1:
            message = f"{count[rule.id]} rules have the id {rule.id!r}; they can only be left out together"
            yield Fault(rule.file, f"{rule.name}, line {rule.line}", message, warning=True)


def _line_of(fault: Fault) -> int:
    match = re.search(r"line (\d+)$", fault.key)
    return int(match[1]) if match else 0


_MESSAGE = re.compile(r"(?:.*?\bline (?P<line>\d+)\)?: )?(?P<message>.*)", re.DOTALL)


def _parts(message: str) -> tuple[int, str]:
    match = _MESSAGE.fullmatch(message)
    return (int(match["line"] or 0), match["message"]) if match else (0, message)
