"""Finds the labels of security that signed messages carry (RFC 2634, section 3)."""

import re
from collections.abc import Iterator
from typing import Final

from scanner.extract._cms.ber import SET, Ber
from scanner.extract._unreadable import UnreadableError

_LABEL: Final = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x02"
# X.411, annex on security labels; six and above are what a policy of its own says.
_LEVELS: Final = ("UNMARKED", "UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET", "TOP SECRET")
_NUMBER: Final = 0x02
_TEXTS: Final = {0x0C: "utf-8", 0x13: "latin-1", 0x16: "latin-1", 0x1E: "utf-16-be"}
_MOST_LABELS: Final = 100
_MOST_FIELDS: Final = 10


def security_labels(data: bytes) -> Iterator[str]:
    """Yield what each label says: the classification, and the mark that people read, a line each."""
    for match in list(re.finditer(re.escape(_LABEL), data))[:_MOST_LABELS]:
        try:
            lines = list(_label(Ber(data), match.end()))
        except UnreadableError:
            continue
        if lines:
            yield "\n".join(lines)


def _label(ber: Ber, at: int) -> Iterator[str]:
    """Yield the lines of one label: the values of the attribute are a set of one, and that is a set of fields."""
    label = ber.element(ber.element(at).start)
    if label.tag != SET:
        return
    at = label.start
    for _ in range(_MOST_FIELDS):
        if ber.is_end(label, at):
            return
        field = ber.element(at)
        raw = ber.data[field.start : field.end]
        if field.tag == _NUMBER and (level := int.from_bytes(raw[:4], "big")) < len(_LEVELS):
            yield _LEVELS[level]
        elif field.tag in _TEXTS:
            yield raw.decode(_TEXTS[field.tag], "replace")
        at = ber.skip(field)
