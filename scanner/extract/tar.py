"""Reads tape archives from memory; nothing is ever written to disk."""

import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._archive.few import few_problems
from scanner.extract._archive.member import cut
from scanner.extract._archive.names import Names
from scanner.extract._archive.tape import BLOCK, Header, Said, applied, header, records
from scanner.extract._budget import Budget, LimitReachedError
from scanner.extract._text.encoding import decodings
from scanner.extract._text.segments import text_segments
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset({"application/x-tar", "application/x-gtar"})
_SOMETHING: Final = re.compile(rb"[^\x00]")
_MAGIC: Final = b"ustar"
_MAGIC_AT: Final = 257
_MOST_ENTRIES: Final = 1_000_000
_MOST_TRIES: Final = 100_000
_MOST_SPREAD: Final = 64 << 20
_MOST_NAME: Final = 1 << 16
_LONG_NAME: Final = b"L"
_LONG_LINK: Final = b"K"
_GLOBAL: Final = b"g"
_PAX: Final = frozenset({b"x", b"X", _GLOBAL})
# Links, devices, folders, pipes, the label of a volume; all else holds bytes, also kinds that are not known.
_HOLLOW: Final = frozenset({b"1", b"2", b"3", b"4", b"5", b"6", b"V"})
_HARD_LINK: Final = b"1"
_CONTINUED: Final = b"M"
_SPOKEN_FOR: Final = re.compile(rb"path|linkpath|size|[ug]id|[mac]time|uname|gname|(?:hdr)?charset|GNU\.sparse\..*")

Item = Segment | Member | Problem


def extract(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Yield every file, also of archives one behind the other, the comments, and the names of all that is no file."""
    names = Names()
    try:
        yield from few_problems(blob.place, _entries(blob.place, blob.data, names, budget))
    except LimitReachedError:
        yield from names.segments(blob.place, budget)
        raise
    yield from names.segments(blob.place, budget)


def _entries(place: Place, data: bytes, names: Names, budget: Budget) -> Iterator[Item]:
    at = 0
    said = Said()
    for _ in range(_MOST_ENTRIES):
        head = header(data, at)
        if head is None:
            following = yield from _gap(place, data, at, said)
            if following is None:
                return
            at = following
        elif head.kind in _PAX or head.kind in {_LONG_NAME, _LONG_LINK}:
            yield from _listen(place, data, head, said, budget)
            at = min(_end(head, head.size), len(data))
        else:
            head = applied(head, said, data)
            said = Said()
            holds = _holds(data, head)
            yield from _entry(place, data, head, names, budget) if holds else _hollow(head, names)
            names.add(text for raw in head.owners if raw for text in decodings(raw)[:1])
            at = min(_end(head, head.size if holds else 0), len(data))
    yield Problem(place, Reason.TOO_MANY_MEMBERS, f"more than {_MOST_ENTRIES} entries")


def _end(head: Header, size: int) -> int:
    return head.start + (size + BLOCK - 1) // BLOCK * BLOCK


def _holds(data: bytes, head: Header) -> bool:
    """Tell whether bytes stand behind a header: behind that of a hard link only where no header stands there."""
    if head.kind != _HARD_LINK or not head.size:
        return head.kind not in _HOLLOW
    return header(data, head.start) is None and header(data, _end(head, head.size)) is not None


def _gap(place: Place, data: bytes, at: int, said: Said) -> Generator[Item, None, int | None]:
    """Go on behind what is no header: the end of an archive, or damage; return where, None where nothing follows."""
    found = _SOMETHING.search(data, at)
    if found is None:
        # An archive ends with blocks of zeros, though some writers leave them out.
        if not at or at < len(data) < at + BLOCK or said.name or said.pax:
            yield Problem(place, Reason.CORRUPT, "the archive breaks off")
        return None
    again = at + (found.start() - at) // BLOCK * BLOCK
    if again > at and header(data, again) is not None:
        return again
    yield Problem(place, Reason.CORRUPT, "the archive breaks off: damaged header")
    following = _following(data, found.start())
    yield Member(replace(place, members=(*place.members, "behind")), data[again:following])
    return following if following < len(data) else None


def _following(data: bytes, at: int) -> int:
    """Return where the next header stands, by its magic and its sum; the end where there is none."""
    found = at
    for _ in range(_MOST_TRIES):
        found = data.find(_MAGIC, found + 1)
        if found < 0:
            break
        if found - _MAGIC_AT > at and header(data, found - _MAGIC_AT) is not None:
            return found - _MAGIC_AT
    return len(data)


def _listen(place: Place, data: bytes, head: Header, said: Said, budget: Budget) -> Iterator[Item]:
    """Keep what an entry says about the next one; yield what it says to people."""
    content = data[head.start : head.start + head.size]
    if len(content) < head.size:
        yield Problem(place, Reason.CORRUPT, "the archive breaks off")
    if head.kind == _LONG_NAME:
        said.name = content[:_MOST_NAME].partition(b"\x00")[0]
    elif head.kind == _LONG_LINK:
        said.link = content[:_MOST_NAME].partition(b"\x00")[0]
    else:
        pairs = records(content)
        if head.kind != _GLOBAL:
            said.pax += pairs
        for key, value in pairs:
            if not _SPOKEN_FOR.fullmatch(key):
                comment = key == b"comment"
                title = None if comment else key.decode("utf-8", "replace")
                part = Part.COMMENT if comment else Part.METADATA
                yield from text_segments(replace(place, part=part, title=title), value, budget, "utf-8")


def _entry(place: Place, data: bytes, head: Header, names: Names, budget: Budget) -> Iterator[Item]:
    readings = decodings(head.name)
    names.add(readings[1:])
    inside = replace(place, members=(*place.members, readings[0]))
    if head.kind == _CONTINUED:
        yield Problem(inside, Reason.PARTIAL, "it begins in another part of a divided archive")
    content = _spread(data, head, budget) if head.sparse else None
    if content is None:
        yield from cut(inside, data, head.start, head.start + head.size, budget)
    else:
        yield Member(inside, content)
        if head.start + head.size > len(data):
            yield Problem(inside, Reason.CORRUPT, "breaks off")


def _hollow(head: Header, names: Names) -> Iterator[Item]:
    """Note the names of what holds nothing, and where it leads."""
    names.add(decodings(head.name))
    if head.link:
        names.add(decodings(head.link))
    yield from ()


def _spread(data: bytes, head: Header, budget: Budget) -> bytes | None:
    """Return a sparse file with its holes filled; None where that is too large, so that only what is there counts."""
    if head.real_size > min(_MOST_SPREAD, budget.limits.member_bytes or _MOST_SPREAD):
        return None
    budget.expand(head.real_size)
    whole = bytearray(head.real_size)
    at = head.start
    for offset, size in head.sparse:
        piece = data[at : min(at + size, head.start + head.size)]
        piece = piece[: max(0, head.real_size - offset)]
        whole[offset : offset + len(piece)] = piece
        at += size
    return bytes(whole)
