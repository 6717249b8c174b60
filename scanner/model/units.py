"""Sizes and times as people write them: `25MB`, `1GiB`, `10s`, `6h`."""

import re
from collections.abc import Mapping

from scanner.model.visible import visible

_NUMBER = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*([A-Za-z]*)")

# A bare letter is a power of 1024, as in GNU coreutils.
_SIZES = {
    "": 1,
    "b": 1,
    **{f"{letter}b": 1000**power for power, letter in enumerate("kmgt", 1)},
    **{letter + end: 1024**power for power, letter in enumerate("kmgt", 1) for end in ("", "ib")},
}
_TIMES = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


def read_size(text: str) -> int:
    """Return a number of bytes. MB is a million, MiB and M are 1,048,576.

    Raises:
        ValueError: the text is no size; the message says what would be.
    """
    message = f'not a size: "{visible(text)}"; write a number of bytes or something like 25MB or 1GiB'
    number, factor = _split(text, _SIZES, message)
    return round(number * factor)


def read_time(text: str) -> float:
    """Return a number of seconds.

    Raises:
        ValueError: the text is no time; the message says what would be.
    """
    number, factor = _split(
        text, _TIMES, f'not a time: "{visible(text)}"; write seconds or something like 500ms, 10s or 6h'
    )
    return number * factor


def _split(text: str, units: Mapping[str, float], message: str) -> tuple[float, float]:
    match = _NUMBER.fullmatch(text.strip())
    if match is None or match[2].lower() not in units:
        raise ValueError(message)
    return float(match[1]), units[match[2].lower()]
