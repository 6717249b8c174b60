"""Finds the ends of groups in rich text, and reads short texts in which nothing is nested."""

import re
from typing import Final

# It begins with the signs that matter: a run of others before them would be tried from each of its places anew.
_NEXT: Final = re.compile(rb"(?:\{|\}|\\bin([0-9]{1,10}+) ?|\\.)", re.DOTALL)
_ESCAPE: Final = re.compile(
    rb"((?:\\'[0-9a-fA-F]{2})+)"
    rb"|\\u(-?[0-9]{1,6}) ?(?:\\'[0-9a-fA-F]{2}|[^\\])?|\\[a-zA-Z]+-?[0-9]* ?|\\(.)|[\r\n\x00]+",
    re.DOTALL,
)


def group_end(data: bytes, at: int) -> int:
    """Return where the brace stands that closes the group around a place, or the end of the data."""
    depth = 1
    while True:
        for match in _NEXT.finditer(data, at):
            sign = match[0]
            if sign == b"{":
                depth += 1
            elif sign == b"}":
                depth -= 1
                if not depth:
                    return match.start()
            elif match[1] is not None:
                at = match.end() + int(match[1])
                break
        else:
            return len(data)


def plain(data: bytes, codec: str) -> str:
    """Return a short text in which nothing is nested, control words left out."""
    out: list[str] = []
    pending = b""
    at = 0
    for match in _ESCAPE.finditer(data):
        pending += data[at : match.start()]
        at = match.end()
        if match[1]:
            pending += bytes.fromhex(match[1].replace(b"\\'", b"").decode("ascii"))
        elif match[2]:
            out += (pending.decode(codec, "replace"), chr(int(match[2]) % 0x10000))
            pending = b""
        elif match[3]:
            pending += match[3]
    out.append((pending + data[at:]).decode(codec, "replace"))
    return "".join(out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").strip()
