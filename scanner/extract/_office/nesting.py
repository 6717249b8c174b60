"""Tells whether XML is nested deeper than a limit, without parsing it: ordinary parts are read by patterns alone."""

import re
from itertools import accumulate
from typing import Final

_BLOCK: Final = 1 << 12
_TOKEN: Final = re.compile(rb"</|/>|<")
_STEPS: Final = {b"<": 1, b"</": -1, b"/>": -1}


def is_deeper(data: bytes, most: int) -> bool:
    """Tell whether more than `most` elements may stand open at once (0: any number may).

    The answer is exact for XML in one byte a character with nothing in it but tags and text. Where `>` stands in an
    attribute, or a comment or a section in the part, it may be True for XML that is not so deep: a parser has to see.
    """
    opened = data.count(b"<")
    if opened <= most or not most:
        # So it is with most parts.
        return False
    if opened != data.count(b">"):
        return True
    if opened - data.count(b"</") - data.count(b"/>") < most:
        return False
    depth = 0
    for at in range(0, len(data), _BLOCK):
        stop = at + _BLOCK
        begun = data.count(b"<", at, stop) - data.count(b"</", at, stop + 1)
        if depth + begun > most:
            # Elements may be too many here, or only many: now each is looked at.
            return _deepest(data) > most
        depth += begun - data.count(b"/>", at, stop + 1)
    return False


def _deepest(data: bytes) -> int:
    return max(accumulate(map(_STEPS.__getitem__, _TOKEN.findall(data))), default=0)
