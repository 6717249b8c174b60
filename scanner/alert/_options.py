"""Reads the options of a sink, and remembers everything that is wrong with them."""

import math
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from scanner.model.units import read_size, read_time
from scanner.model.visible import visible
from scanner.trust import above_faults, read_secret

_T = TypeVar("_T")
_SECRET_BYTES = 1 << 16


class Options:
    """The options of one sink; a reader gives the default where an option is absent or wrong, so that reading goes on.

    A sink asks for each option it knows and then for `faults`: what nobody asked for is one.
    """

    def __init__(self, sink: str, options: Mapping[str, str]) -> None:
        """Take the name of the kind and the options of a `[[sink]]` table."""
        self._sink = sink
        self._options = options
        self._asked: list[str] = []
        self._faults: list[tuple[str, str]] = []

    def wrong(self, name: str, message: str) -> None:
        """Remember what is wrong with an option."""
        self._faults.append((name, message))

    def faults(self) -> tuple[tuple[str, str], ...]:
        """Return each option that is wrong with what is wrong, those that nobody asked for among them."""
        return (*self._faults, *((name, self._unknown(name)) for name in self._options if name not in self._asked))

    def settle(self) -> None:
        """Go on only where nothing is wrong.

        Raises:
            ValueError: something is; the message names the first option.
        """
        for name, message in self.faults():
            said = f"{visible(name)}: {message}"
            raise ValueError(said)

    def text(self, name: str, default: str = "", *, example: str = "") -> str:
        """Read a text on one line; it must be there when there is an `example` to show."""
        value = self._get(name)
        if value is None or not value.strip():
            if example:
                self.wrong(name, f"the {self._sink} sink needs it, such as {name} = {example}")
            return default
        if not value.isprintable():
            self.wrong(name, f"has a line break or another character in it that cannot be seen: {visible(value)!r}")
            return default
        return value

    def texts(self, name: str, *, example: str = "") -> tuple[str, ...]:
        """Read a list of texts; it must not be empty when there is an `example` to show."""
        value = self._get(name)
        found = tuple(filter(None, (value or "").split("\n")))
        if not found and example:
            self.wrong(name, f"the {self._sink} sink needs it, such as {name} = {example}")
        for entry in found:
            if not entry.isprintable():
                self.wrong(name, f"has a character in it that cannot be seen: {visible(entry)!r}")
                return ()
        return found

    def path(self, name: str, *, example: str = "") -> str:
        """Read an absolute path; it must be there when there is an `example` to show."""
        value = self._get(name) or ""
        if value.startswith("/") and "\0" not in value:
            return value
        if value or example:
            such = f', such as {name} = "{example}"' if example else f", not {visible(value)!r}"
            self.wrong(name, f"the {self._sink} sink needs an absolute path{such}")
        return ""

    def choice(self, name: str, known: Iterable[str], default: str) -> str:
        """Read one of some words."""
        value = self._get(name)
        words = tuple(known)
        if value is None or value in words:
            return default if value is None else value
        self.wrong(name, f"must be one of {', '.join(words)}, not {visible(value)!r}")
        return default

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Read true or false."""
        return self.choice(name, ("true", "false"), str(default).lower()) == "true"

    def count(self, name: str, default: int, least: int = 0, most: int = 1 << 31) -> int:
        """Read a whole number."""
        return self._number(name, default, int, (least, most), "a whole number")

    def size(self, name: str, default: int, least: int = 0, most: int = 1 << 62) -> int:
        """Read a number of bytes."""
        return self._number(name, default, read_size, (least, most), 'a number of bytes or a size such as "50MB"')

    def seconds(self, name: str, default: float, least: float = 0.0, most: float = 86_400.0) -> float:
        """Read a time in seconds."""
        return self._number(name, default, read_time, (least, most), 'a number of seconds or a time such as "10s"')

    def _get(self, name: str) -> str | None:
        self._asked.append(name)
        return self._options.get(name)

    def _number(
        self, name: str, default: _T, read: Callable[[str], _T], between: tuple[float, float], wanted: str
    ) -> _T:
        value = self._get(name)
        if value is None:
            return default
        try:
            number = read(value)
        except ValueError:
            self.wrong(name, f"must be {wanted}, not {visible(value)!r}")
            return default
        least, most = between
        if math.isfinite(float(number)) and least <= float(number) <= most:  # type: ignore[arg-type]  # one of float or int
            return number
        self.wrong(name, f"must be between {least:g} and {most:g}")
        return default

    def _unknown(self, name: str) -> str:
        close = get_close_matches(name, self._asked, n=1)
        meant = f" (did you mean `{close[0]}`?)" if close else ""
        knows = f"it knows {', '.join(self._asked)}" if self._asked else "it has none"
        return f"no such option of the {self._sink} sink{meant}; {knows}"


def read_private(name: str, path: str) -> bytes:
    """Return what stands in a file that the option `name` names and nobody else may read, such as a password.

    Raises:
        ValueError: it cannot be read, or others may read or change it; nothing of what it holds is in the message.
    """
    where = f"{name}: {visible(path)}"
    try:
        data, others = read_secret(Path(path), _SECRET_BYTES)
        faults = above_faults(Path(path))
    except OSError as error:
        message = f"{where} cannot be read: {error.strerror}"
        raise ValueError(message) from error
    except ValueError as error:
        message = f"{where}: {error}"
        raise ValueError(message) from None
    if others:
        message = f"{where}: {others}; run: chmod 600 {visible(path)}"
        raise ValueError(message)
    for fault in faults:
        message = f"{name}: {fault}"
        raise ValueError(message)
    return data
