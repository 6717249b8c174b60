"""How much of a document is read before it is called too large, too deep or too many."""

from dataclasses import dataclass

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Budgets for one top-level file, its members included; 0 lifts a limit.

    Sizes are bytes, times seconds. `ratio` is expanded over packed bytes and counts only past 10 MiB expanded.
    `text` is in characters. `xml_depth` counts elements that stand open at once, `depth` archives in archives.
    `seconds` is for the whole file, `parse_seconds` for one look of one reader at one part of it. `memory` is the
    address space of one worker.
    """

    file_bytes: int = 512 * _MIB
    expanded_bytes: int = 1024 * _MIB
    member_bytes: int = 256 * _MIB
    ratio: int = 200
    depth: int = 10
    members: int = 10_000
    xml_depth: int = 256
    text: int = 200_000_000
    seconds: float = 120.0
    parse_seconds: float = 60.0
    memory: int = 2048 * _MIB
    answer_bytes: int = 8 * _MIB


DEFAULT_LIMITS = Limits()
