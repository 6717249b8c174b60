"""Takes a table of a TOML file apart and notes every fault in it, so that all are told at once."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from enum import Enum
from typing import TypeVar

from scanner.detect._pattern import Pattern
from scanner.detect._repeats import NESTED, is_nested
from scanner.errors import Fault

_E = TypeVar("_E", bound=Enum)


class Section:
    """One table: each getter takes a key's value, or notes why it cannot; `close` notes keys that nobody took."""

    def __init__(
        self, data: Mapping[str, object], file: str, path: str, faults: list[Fault], *, proven: bool = False
    ) -> None:
        """Read `data`, which stands at `path` of `file`; faults are added to the list.

        Where the file is `proven`, its regular expressions are taken for such, and compiled when they are first used.
        """
        self._data = data
        self._file = file
        self._path = path
        self._faults = faults
        self.proven = proven
        self._taken: set[str] = set()

    def fault(self, key: str, message: str) -> None:
        """Note a fault at a key of this table."""
        where = ".".join(part for part in (self._path, key) if part)
        self._faults.append(Fault(self._file, where, message))

    def has(self, key: str) -> bool:
        """Tell whether the key is given."""
        return key in self._data

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string; without a default it is required and may not be empty."""
        value = self._take(key)
        if value is None:
            if default is None:
                self.fault(key, "is missing")
            return default or ""
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.fault(key, "must be a string with something in it")
            return default or ""
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings, empty where it is not given."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.fault(key, "must be a list of strings")
            return ()
        return tuple(value)

    def number(self, key: str, default: float | None = None) -> float:
        """Return a number; required without a default."""
        value = self._take(key)
        if value is None and default is not None:
            return default
        if value is None:
            self.fault(key, "is missing")
        elif not isinstance(value, bool) and isinstance(value, int | float):
            return value
        else:
            self.fault(key, "must be a number")
        return 0

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault(key, "must be true or false")
            return default
        return value

    def choice(self, key: str, kind: type[_E], default: _E) -> _E:
        """Return the member of an enum that a word names."""
        value = self._take(key)
        if value is None:
            return default
        try:
            return kind(value)
        except ValueError:
            known = ", ".join(repr(member.value) for member in kind)
            self.fault(key, f"must be one of {known}")
            return default

    def pattern(self, key: str) -> Pattern | None:
        """Return the one regular expression given as a string, or None."""
        return self._compiled(key, self.text(key)) if self.has(key) else None

    def patterns(self, key: str) -> tuple[Pattern, ...]:
        """Return regular expressions given as a list of strings; a faulty one is noted and left out."""
        found = [self._compiled(f"{key}[{number}]", text) for number, text in enumerate(self.texts(key))]
        return tuple(pattern for pattern in found if pattern is not None)

    def either(self, key: str) -> Pattern | None:
        """Return one expression for a list of regular expressions, None where it is empty; faulty ones are noted."""
        texts = self.texts(key)
        if not texts:
            return None
        try:
            # One compilation in place of many.
            return self._sound("|".join(f"(?:{text})" for text in texts))
        except re.error as error:
            single = [self._compiled(f"{key}[{number}]", text) for number, text in enumerate(texts)]
            if all(single):
                self.fault(key, f"not regular expressions together: {error}")
            return None

    def table(self, key: str) -> "Section":
        """Return a table inside this one, empty where it is not given."""
        value = self._take(key)
        if value is not None and not isinstance(value, dict):
            self.fault(key, "must be a table")
        return self._inner(key, value if isinstance(value, dict) else {})

    def tables(self, key: str) -> Iterator["Section"]:
        """Yield the tables of a list of tables; each is closed when the next is asked for."""
        value = self._take(key)
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(key, "must be a list of tables")
            return
        for number, item in enumerate(value):
            inner = self._inner(f"{key}[{number}]", item)
            yield inner
            inner.close()

    def close(self) -> None:
        """Note every key that was not asked for."""
        for key in self._data:
            if key not in self._taken:
                close = get_close_matches(key.lower(), self._taken - self._data.keys(), n=1)
                self.fault(key, f"unknown key; did you mean {close[0]}?" if close else "unknown key")

    def _inner(self, key: str, data: Mapping[str, object]) -> "Section":
        path = ".".join(part for part in (self._path, key) if part)
        return Section(data, self._file, path, self._faults, proven=self.proven)

    def _take(self, key: str) -> object:
        self._taken.add(key)
        return self._data.get(key)

    def _compiled(self, key: str, text: str) -> Pattern | None:
        try:
            return self._sound(text)
        except re.error as error:
            self.fault(key, str(error) if error.msg == NESTED else f"not a regular expression: {error}")
            return None

    def _sound(self, text: str) -> Pattern:
        """Return an expression that compiles.

        Raises:
            re.error: it does not, or it could run for years.
        """
        pattern = Pattern(text)
        if not self.proven:
            _ = pattern.compiled
            if is_nested(text):
                raise re.error(NESTED)
        return pattern
