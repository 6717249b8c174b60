"""Takes the many like elements out of a long stream of XML, so that a parser sees only what is unlike them."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from scanner.extract._markup.xml import Walker, walk
from scanner.extract._office.references import has_odd_references
from scanner.extract._office.skim import Event, events_of, plain_text, show
from scanner.extract._unreadable import UnreadableError

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


def sift_whole(  # noqa: PLR0913 - what to look for, who takes it, and who takes the rest, up to where
    data: bytes, opening: str, ending: str, take: Take, walker: Walker, *, deepest: int
) -> Iterator[None] | None:
    """Return the walk of a part that is at hand, in which a walker is shown what was not taken; None: not so.

    What was not taken may be nested at most `deepest` levels (0: any number).
    """
    text = plain_text(data)
    if text is None:
        return None
    first, last = text.find(opening), text.rfind(ending) + len(ending)
    if not 0 <= first < last:
        first = last = len(text)
    behind = text[last:].lstrip()
    before, after = events_of(text[:first]), events_of(behind)
    # What stands between is taken whole, or looked at by itself.
    if before is None or after is None or (behind and behind[0] != "<") or not _fit([*before, *after], deepest):
        return None
    return _walk_whole((before, after), _untaken(text[first:last], opening, ending, take), walker, deepest)


def _walk_whole(
    around: tuple[list[Event], list[Event]], stretches: Iterator[str], walker: Walker, deepest: int
) -> Iterator[None]:
    trouble: UnreadableError | None = None
    show(around[0], walker)
    try:
        for stretch in stretches:
            yield
            events = events_of(stretch) if stretch[:1] in {"", "<"} else None
            if events is not None and _fit(events, deepest):
                show(events, walker)
                continue
            try:
                # Written as only a parser understands it, or at fault.
                yield from walk((f"<x>{stretch}</x>".encode(),), walker, deepest)
            except UnreadableError as error:
                trouble = trouble or error
                walker.close()
        show(around[1], walker)
    finally:
        walker.close()
    yield
    if trouble is not None:
        raise trouble


def _fit(events: list[Event], deepest: int) -> bool:
    """Tell whether every element ends by its own name, and none is nested too deep."""
    stack: list[str] = []
    for ending, name, _, closed, _ in events:
        if not ending and not closed:
            stack.append(name)
            if 0 < deepest < len(stack):
                return False
        elif ending and (not stack or stack.pop() != name):
            return False
    return not stack


def _sifted(data: bytes, opening: str, ending: str, take: Take) -> Iterator[bytes]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if not text or _UNUSUAL.search(data) or has_odd_references(text):
        yield from _sliced(data)
        return
    for stretch in _untaken(text, opening, ending, take):
        if stretch:
            yield from _sliced(stretch.encode())
        else:
            yield b""


def _untaken(text: str, opening: str, ending: str, take: Take) -> Iterator[str]:
    """Yield the stretches of a text that are not taken, and empty ones now and then."""
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
                yield text[passed:start]
            passed = start
            moments = take(text[start + len(opening) : inside - 1], text[inside:stop])
            if moments is not None:
                for _ in moments:
                    yield ""
                passed = after
                taken += after - start
        if taken > _TAKEN:
            taken = 0
            yield ""
        start = text.find(opening, after)
    yield text[passed:]


def _is_whole(text: str, start: int, inside: int, opening: str) -> bool:
    """Tell whether a tag is just that of the element, and one with something in it."""
    return text[inside - 2] != "/" and text[start + len(opening)] in " >"


def _sliced(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), _PIECE):
        yield data[at : at + _PIECE]
