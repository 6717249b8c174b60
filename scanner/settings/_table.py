"""Takes a TOML table apart key by key and remembers everything that is wrong with it."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar

from scanner.errors import Fault
from scanner.model.units import read_size, read_time
from scanner.model.visible import visible
from scanner.settings.naming import entry_name

_T = TypeVar("_T")

_WORDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (str, "a text"),
    (int, "a whole number"),
    (float, "a number"),
    (list, "a list"),
    (dict, "a table"),
)


def quoted(text: str) -> str:
    """Return a text in quotes, safe to show."""
    return visible(json.dumps(text, ensure_ascii=False))


@dataclass(slots=True)
class Faults:
    """Everything wrong with one file, in the order it was found."""

    file: str
    found: list[Fault] = field(default_factory=list)

    def add(self, key: str, message: str) -> None:
        """Remember one fault."""
        self.found.append(Fault(self.file, key, message))


@dataclass(slots=True)
class Table:
    """One table being read; `where` is its key in the file, the empty text for the whole file.

    Every reader returns the default where the key is absent or wrong, so that reading goes on to the next fault.
    """

    data: Mapping[str, Any]
    where: str
    faults: Faults
    asked: set[str] = field(default_factory=set)

    def key(self, name: str) -> str:
        """Return the full key of an entry, as messages write it."""
        return f"{self.where}.{name}" if self.where else name

    def wrong(self, name: str, message: str) -> None:
        """Remember a fault at an entry."""
        self.faults.add(self.key(name), message)

    def get(self, name: str, kinds: tuple[type, ...], wanted: str) -> Any:
        """Return an entry of one of the given types, None where it is absent or of another type."""
        self.asked.add(name)
        value = self.data.get(name)
        if value is None:
            return None
        if type(value) not in kinds:
            self.wrong(name, f"must be {wanted}, not {_word(value)}")
            return None
        return value

    def text(self, name: str, default: str = "") -> str:
        """Read a text."""
        value = self.get(name, (str,), "a text")
        return default if value is None else str(value)

    def absolute(self, name: str) -> str:
        """Read an absolute path; the empty text is none."""
        path = self.text(name)
        if path and (not path.startswith("/") or "\0" in path):
            self.wrong(name, f"must be an absolute path, not {quoted(path)}")
        return path

    def flag(self, name: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self.get(name, (bool,), "true or false")
        return default if value is None else bool(value)

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Read a list of texts that are not empty."""
        value = self.get(name, (list,), "a list of texts")
        if value is None:
            return default
        for number, item in enumerate(value):
            if not isinstance(item, str):
                self.wrong(f"{name}[{number}]", f"must be a text, not {_word(item)}")
            elif not item:
                self.wrong(f"{name}[{number}]", "is empty")
        return tuple(item for item in value if isinstance(item, str) and item)

    def choice(self, name: str, choices: Iterable[str], default: str) -> str:
        """Read one of some words."""
        value = self.get(name, (str,), "a text")
        known = sorted(choices)
        if value is None or value in known:
            return default if value is None else str(value)
        self.wrong(name, f"must be one of {', '.join(known)}, not {quoted(value)}{_meant(value, known)}")
        return default

    def count(self, name: str, default: int) -> int:
        """Read a whole number that is not negative."""
        value = self.get(name, (int,), "a whole number")
        return default if value is None or self._is_below(name, value, 0) else int(value)

    def size(self, name: str, default: int) -> int:
        """Read a number of bytes."""
        return self._measure(name, default, read_size, (int, str), 'a number of bytes or a size such as "25MB"')

    def seconds(self, name: str, default: float, least: float = 0) -> float:
        """Read a time in seconds."""
        wanted = 'a number of seconds or a time such as "10s"'
        value = self._measure(name, default, read_time, (int, float, str), wanted)
        return default if self._is_below(name, value, least, " second") else float(value)

    def table(self, name: str) -> "Table":
        """Read a table in this one; an absent one is empty."""
        value = self.get(name, (dict,), f"a table: [{self.key(name)}]")
        return Table({} if value is None else value, self.key(name), self.faults)

    def tables(self, name: str) -> list["Table"]:
        """Read an array of tables."""
        value = self.get(name, (list, dict), f"written [[{name}]]")
        if isinstance(value, dict):
            self.wrong(name, f"must be written [[{name}]], in double brackets")
            return []
        found: list[Table] = []
        for number, item in enumerate(value or []):
            if isinstance(item, dict):
                found.append(Table(item, entry_name(self.key(name), number, item.get("name")), self.faults))
            else:
                self.wrong(f"{name}[{number}]", f"must be written [[{name}]], not {_word(item)}")
        return found

    def end(self) -> None:
        """Report every entry nobody asked for."""
        for name in self.data:
            if name not in self.asked:
                self.wrong(visible(name), f"no such setting{_meant(name, self.asked)}")

    def _measure(self, name: str, default: _T, read: Callable[[str], _T], kinds: tuple[type, ...], wanted: str) -> _T:
        value = self.get(name, kinds, wanted)
        if value is None:
            return default
        if isinstance(value, str):
            if value.strip().isdigit() and int(value):
                self.wrong(name, f"{quoted(value)} has no unit; write {wanted}")
                return default
            try:
                return read(value)
            except ValueError:
                self.wrong(name, f"must be {wanted}, not {quoted(value)}")
                return default
        measured: _T = value
        return default if self._is_below(name, value, 0) else measured

    def _is_below(self, name: str, value: float, least: float, unit: str = "") -> bool:
        if least <= value < float("inf"):  # also false for a value that is no number
            return False
        self.wrong(name, "must not be negative" if value < 0 else f"must be a number, at least {least:g}{unit}")
        return True


def _word(value: object) -> str:
    return next((word for kind, word in _WORDS if isinstance(value, kind)), "a date or time")


def _meant(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f" (did you mean `{close[0]}`?)" if close else ""
