"""Tells banners that a word beside them cannot undo, and running text, which says nothing of the marking beside it."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from scanner.detect._alike import is_cjk
from scanner.detect._scheme_rule import EvidenceRule

INTRODUCING: Final = (":", "：", ",", "，", "、", "—")
"""How a line ends that leads up to the next one."""

_LEADING_UP: Final = (":", "：")
# One level in several places, or where every page has it: nobody writes an example so.
_FIRM: Final = frozenset(
    {"top_and_bottom", "repeated_pages", "repeated_stamp", "header_part", "footer_part", "watermark_part"}
)
_AT_ENDS: Final = frozenset({"top_line", "bottom_line"})
_BACKING: Final = 2.0  # of evidence that the rules know: a complete authority block, a legal ground
_STOP: Final = re.compile(r"[.,;!?](?:[\s\"'”»)\]]|$)")
_UNSPACED_STOP: Final = re.compile("[，。；！？、]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_LEAST_WITH_STOP: Final = 3
_LEAST_WITHOUT: Final = 9
_LEAST_UNSPACED: Final = 14


def is_firm(features: Mapping[str, float], seen: Iterable[EvidenceRule]) -> bool:
    """Tell a banner that stands in several places, or at an end of a page with what only real ones have beside them.

    `seen` are the rules of the scheme; those among the features count.
    """
    if not _FIRM.isdisjoint(features):
        return True
    if _AT_ENDS.isdisjoint(features):
        return False
    backing = {rule.name: rule.weight for rule in seen if rule.weight > 0 and rule.name in features}
    return sum(backing.values()) >= _BACKING


def not_running(above: Iterable[str], below: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the lines around a marking without running text; the one right above may lead up to it.

    The lines above are given and returned with the nearest first.
    """
    upper = [line for at, line in enumerate(above) if (not at and _leads_up(line)) or not is_running(line)]
    return upper, [line for line in below if not is_running(line)]


def is_whole_line(found: re.Match[str]) -> bool:
    """Tell a match that takes in all of a line, or of several."""
    text, (start, end) = found.string, found.span()
    return (start == 0 or text[start - 1] == "\n") and (end == len(text) or text[end] == "\n") and start < end


def is_running(line: str) -> bool:
    """Tell a line of running text: a few words and a sign that parts or ends sentences, or many words."""
    if not line.isascii() and any(map(is_cjk, line)):
        return len(line.strip()) >= _LEAST_UNSPACED and _UNSPACED_STOP.search(line) is not None
    words = len(_WORD.findall(line))
    return words >= _LEAST_WITHOUT or (words >= _LEAST_WITH_STOP and _STOP.search(line) is not None)


def _leads_up(line: str) -> bool:
    return line.rstrip().endswith(_LEADING_UP)
