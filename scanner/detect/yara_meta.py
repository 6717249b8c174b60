"""Reads the metadata of one YARA rule as values, and says what is wrong with it.

What is no key of ours is its author's business; only what is nearly one of ours is likely a slip of the pen.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from scanner.detect._repeats import NESTED, is_nested
from scanner.detect.validators import VALIDATORS
from scanner.detect.yara_rule import Scope, YaraRule
from scanner.errors import Fault
from scanner.model.finding import Severity

Value = bytes | int | bool
Entry = tuple[str, Value, int]
"""A key, its value, and the line of the file that it stands in."""


def read_meta(
    rule: YaraRule, entries: Sequence[Entry], tags: Iterable[str], strings: Collection[str]
) -> tuple[YaraRule, list[Fault]]:
    """Return a rule with all it says about itself, and what is wrong with that.

    `tags` are those of YARA, `strings` the names of all strings in the rule.
    """
    reading = _Reading(rule, entries)
    return reading.fill(tags, strings), reading.faults


_CONFIDENCE = 80
_SURE = 100
_SEVERITIES = {severity.word: severity for severity in Severity}
_TEXTS = frozenset(
    {
        "id",
        "title",
        "description",
        "tags",
        "guidance",
        "value",
        "validate",
        "find",
        "scope",
        "severity",
        "bulk_severity",
    }
)
_NUMBERS = frozenset({"confidence", "within", "minimum", "bulk"})
_SEVERAL = frozenset({"example", "counterexample"})
_KNOWN = _TEXTS | _NUMBERS | _SEVERAL | {"fallback"}
# What other makes give in a way of their own (`severity = 80`, `confidence = "high"`), and what they often have.
_OTHERWISE = {"severity": int, "confidence": bytes, "description": int}
_FOREIGN = frozenset({"score"})
_SHORTEST_SLIP = 4
_ALIKE = 0.8


class _Reading:
    """Takes the metadata of one rule apart and collects what is wrong with it."""

    def __init__(self, rule: YaraRule, entries: Sequence[Entry]) -> None:
        self._rule = rule
        self._entries: list[Entry] = []
        self.faults: list[Fault] = []
        self._lines = {key: line for key, _, line in entries}
        for key, value, line in entries:
            if key in _KNOWN:
                self._take(key, value, line)
            else:
                self._suspect(key)

    def fill(self, tags: Iterable[str], strings: Collection[str]) -> YaraRule:
        given = [tag.strip() for tag in self._text("tags").split(",")]
        name = self._rule.name
        filled = replace(
            self._rule,
            id=self._id() or name,
            title=self._text("title") or self._text("description") or name.replace("_", " "),
            severity=_SEVERITIES[self._word("severity", _SEVERITIES, Severity.MEDIUM.word)],
            tags=tuple(dict.fromkeys(tag for tag in (*given, *tags) if tag)),
            guidance=self._text("guidance"),
            confidence=self._number("confidence", _CONFIDENCE, _SURE) / _SURE,
            value=self._text("value"),
            validate=self._word("validate", VALIDATORS, ""),
            find=self._pattern("find"),
            minimum=self._number("minimum", 1),
            bulk=self._number("bulk", 0),
            bulk_severity=_SEVERITIES[self._word("bulk_severity", _SEVERITIES, Severity.HIGH.word)],
            within=self._number("within", 0),
            fallback=any(entry[:2] == ("fallback", True) for entry in self._entries),
            scope=Scope(self._word("scope", frozenset(Scope), Scope.BOTH.value)),
            examples=self._all("example"),
            counterexamples=self._all("counterexample"),
        )
        self._check(filled, strings)
        return filled

    def _take(self, key: str, value: Value, line: int) -> None:
        """Keep an entry of a known key if it is of the right type."""
        wanted: type[Value] = int
        words = "a whole number"
        if key in _TEXTS or key in _SEVERAL:
            wanted, words = bytes, "a text"
        elif key == "fallback":
            wanted, words = bool, "true or false"
        if type(value) is wanted:
            if key not in _SEVERAL and any(key == known for known, *_ in self._entries):
                self._fault(f"{key} stands twice; only the last one counts", key, warning=key != "id")
            self._entries.append((key, value, line))
        else:
            shown = repr(value.decode("utf-8", "replace")) if isinstance(value, bytes) else str(value).lower()
            foreign = type(value) is _OTHERWISE.get(key)
            passed = " and is passed over" if foreign else ""
            self._fault(f"{key} must be {words}; it is {shown}{passed}", key, warning=foreign)

    def _suspect(self, key: str) -> None:
        if len(key) < _SHORTEST_SLIP or key in _FOREIGN:
            return
        close = get_close_matches(key.lower(), _KNOWN, n=1, cutoff=_ALIKE)
        if close:
            self._fault(f"{key} is no key; did you mean {close[0]}?", key, warning=True)

    def _check(self, rule: YaraRule, strings: Collection[str]) -> None:
        if rule.within and not any(string.startswith("$near") for string in strings):
            self._fault("within needs a string named $near…", "within")
        if 0 < rule.bulk < rule.minimum:
            self._fault(f"minimum ({rule.minimum}) is above bulk ({rule.bulk})", "minimum")

    def _fault(self, message: str, key: str, *, warning: bool = False) -> None:
        rule = self._rule
        line = self._lines.get(key, rule.line)
        self.faults.append(Fault(rule.file, f"{rule.name}, line {line}", message, warning=warning))

    def _all(self, name: str) -> tuple[bytes, ...]:
        return tuple(value for key, value, _ in self._entries if key == name and isinstance(value, bytes))

    def _text(self, name: str) -> str:
        values = self._all(name)
        return values[-1].decode("utf-8", "replace") if values else ""

    def _id(self) -> str:
        if self._all("id") and not re.fullmatch(r"\S+", self._text("id")):
            self._fault(f"id is {self._text('id')!r}; it must be one word, without blanks", "id")
            return ""
        return self._text("id")

    def _word(self, name: str, known: Iterable[str], default: str) -> str:
        word = self._text(name).lower()
        choices = sorted(known)
        if not self._all(name) or word in choices:
            return word or default
        self._fault(f"{name} is {word!r}; it may be {', '.join(choices)}", name)
        return default

    def _pattern(self, name: str) -> re.Pattern[bytes] | None:
        values = self._all(name)
        if values and is_nested(values[-1].decode("utf-8", "replace")):
            self._fault(f"{name} {NESTED}", name, warning=True)
        try:
            return re.compile(values[-1]) if values else None
        except re.error as error:
            self._fault(f"{name} is no regular expression: {error}", name)
            return None

    def _number(self, name: str, default: int, most: int = 0) -> int:
        values = [value for key, value, _ in self._entries if key == name and isinstance(value, int)]
        if not values:
            return default
        if values[-1] > 0 and (not most or values[-1] <= most):
            return values[-1]
        self._fault(f"{name} must be a whole number {f'from 1 to {most}' if most else 'above 0'}", name)
        return default
