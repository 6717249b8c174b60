"""Reads the labels of mail that a standard of its own describes: SIO-Label, and how private a sender says it is."""

import re
from collections.abc import Iterator
from typing import Final

from scanner.detect._labels.said import Said, Seen
from scanner.model.place import Part

# RFC 7444, sections 3 and 4: the marking that people read is a parameter, quoted and perhaps in pieces (`marking*0=`).
_SIO: Final = frozenset({"sio-label"})
_MARKING: Final = re.compile(
    r"(?:^|;)\s*marking(?:\*\d{1,2})?\*?\s*=\s*(?:\"((?:[^\"\\]|\\.){1,500})\"|([^\s;\"]{1,500}))"
)
# RFC 2634, section 3: what the reader of signed mail shows of its security label.
_SIGNED: Final = frozenset({"security label"})
# RFC 2156, section 5.3.4: three words, of which one speaks of the company.
_SENSITIVITY: Final = frozenset({"sensitivity"})
_COMPANY: Final = re.compile(r"company[- ]confidential", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"\\(.)")


def find(seen: Seen) -> Iterator[Said]:
    """Yield the labels of header fields and signatures."""
    for one in seen.named(_SIO):
        marking = "".join(_ESCAPE.sub(r"\1", quoted) or bare for quoted, bare in _MARKING.findall(one.text))
        if marking.strip():
            yield Said(one.place, "sio_label", " ".join(marking.split()))
    for one in seen.named(_SIGNED):
        # The mark that people read says whose level it is; the level alone is a number.
        for line in sorted(one.text.split("\n"), key=len, reverse=True)[:2]:
            if line.strip() and line.strip() != "UNMARKED":
                yield Said(one.place, "ess_security_label", line.strip())
                break
    for one in seen.named(_SENSITIVITY):
        if one.place.part is Part.MAIL_HEADER and _COMPANY.fullmatch(one.text.strip()):
            yield Said(one.place, "mixer_sensitivity", one.text.strip(), company=True, sure=False)
