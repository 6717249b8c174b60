"""Takes the many like elements out of a long stream of XML, so that a parser sees only what is unlike them."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from scanner.extract._office.references import has_odd_references

_MOST: Final = 1 << 22
_PIECE: Final = 1 << 16
# A few hundred cells, each of which may stand for as long a string as there can be in one.
_TAKEN: Final = 1 << 14
_UNUSUAL: Final = re.compile(rb"<[!?](?!xml )")
_ENCODED: Final = re.compile(rb"<\?xml\b[^>]{0,200}?encoding=[\"'](?!utf-8)", re.IGNORECASE)
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00", b"<\x00")


Take = Callable[[str, str], Iterator[None] | None]
"""Takes the attributes and the content of an element, yields now and then while it does; None: it does not take it."""


def sift(stream: Iterator[bytes], opening: str, ending: str, take: Take) -> Iterator[bytes]:
    """Yield a stream without the elements that were taken, in pieces; empty ones give time to hand on what came out.

    `take` is shown the elements from `opening` to `ending`. What precedes one has been yielded before.
    """
    waiting = next(stream, b"")
    if waiting.startswith(_WIDE) or _ENCODED.match(waiting):
        yield waiting
        yield from stream
        return
    closing = ending.encode()
    more: bytes | None = b""
    while more is not None:
        waiting += more
        cut = waiting.rfind(closing)
        if cut >= 0:
            cut += len(closing)
            yield from _sifted(waiting[:cut], opening, ending, take)
            waiting = waiting[cut:]
        elif len(waiting) > _MOST:
            yield from _sliced(waiting)
            waiting = b""
        more = next(stream, None)
    yield from _sliced(waiting)


def _sifted(data: bytes, opening: str, ending: str, take: Take) -> Iterator[bytes]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if not text or _UNUSUAL.search(data) or has_odd_references(text):
        yield from _sliced(data)
        return
    passed = taken = 0
    exact = opening.endswith(">")
    start = text.find(opening)
    while start >= 0:
        inside = text.find(">", start) + 1
        stop = text.find(ending, inside)
        if stop < 0 or not inside:
            break
        after = stop + len(ending)
        if exact or _is_whole(text, start, inside, opening):
            if start > passed and not text[passed:start].isspace():
                yield from _sliced(text[passed:start].encode())
            passed = start
            walk = take(text[start + len(opening) : inside - 1], text[inside:stop])
            if walk is not None:
                for _ in walk:
                    yield b""
                passed = after
                taken += after - start
        if taken > _TAKEN:
            taken = 0
            yield b""
        start = text.find(opening, after)
    yield from _sliced(text[passed:].encode())


def _is_whole(text: str, start: int, inside: int, opening: str) -> bool:
    """Tell whether a tag is just that of the element, and one with something in it."""
    return text[inside - 2] != "/" and text[start + len(opening)] in " >"


def _sliced(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), _PIECE):
        yield data[at : at + _PIECE]
