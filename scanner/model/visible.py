r"""Makes any text safe to show: what a terminal, a log or a reader's eye would obey becomes `\x1b` and the like."""

import re

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_BREAKS = "\u2028\u2029"
_INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff"
_DANGEROUS = re.compile(f"[\x00-\x1f\x7f-\x9f{_BIDI}{_BREAKS}{_INVISIBLE}\ud800-\udfff]")


def visible(text: str) -> str:
    r"""Return the text with control, bidirectional and invisible characters written out.

    A lone surrogate that stands for a byte of a file name (`os.fsdecode`) is written as that byte: `\xe9`.
    """
    return _DANGEROUS.sub(_written_out, text)


def _written_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 - the range os.fsdecode uses for bytes (PEP 383)
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004 - what two digits can hold
