"""Reads ZIP archives: every member, also those that the directory hides or has lost, and what stands around them."""

import zlib
from collections.abc import Generator, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

from scanner.extract._archive.member import Pieces, unpack
from scanner.extract._archive.names import Names
from scanner.extract._archive.salvage import ENCRYPTED, recover, salvage
from scanner.extract._archive.zip_crypt import unlocked
from scanner.extract._archive.zip_directory import CENTRAL, LOCAL, UTF8, Directory, Entry, Local, directory, local
from scanner.extract._archive.zip_methods import unpacked
from scanner.extract._archive.zipped import MOST_ENTRIES
from scanner.extract._budget import Budget, LimitReachedError
from scanner.extract._text.encoding import decodings
from scanner.extract._text.segments import text_segments
from scanner.extract._text.strings import document_strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset(
    {
        "application/zip",
        "application/java-archive",
        "application/vnd.android.package-archive",
    }
)

Item = Segment | Member | Problem

# In iWork packages: what is in them only Apple's programs read.
_OPAQUE_PART: Final = b".iwa"
# In a field beside the names of Pages, Numbers and Keynote before 2013: what proves that a password is right.
_APPLE_LOCK: Final = b"mcl\x00iwpv"
# Packages that follow ODF part 2, as those of Hangul do, say here which of their parts are only cipher text.
_MANIFEST: Final = "META-INF/manifest.xml"
_LOCKED: Final = b"encryption-data"
_MOST_NAMED: Final = 100
_DESCRIPTOR: Final = 24
_SIZE: Final = 0xFFFFFFFF  # some writers tell sizes over 4 GiB without their upper half
_DIVIDED: Final = "one of the parts of a divided archive"
# What a divided archive begins with (section 8.5.4), and one that was not divided after all (8.5.5).
_FIRST_PART: Final = b"PK\x07\x08"
_MARKS: Final = frozenset({b"", _FIRST_PART, b"PK00"})


def extract(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Yield the comments, every member, and a problem for each that is locked, damaged or packed strangely.

    Names that no member carries are metadata, and so is what readable stands before, between and behind the files.
    """
    place, data = blob.place, blob.data
    if data.count(CENTRAL) > MOST_ENTRIES:
        yield Problem(place, Reason.TOO_MANY_MEMBERS, f"more than {MOST_ENTRIES} entries")
        return
    names = Names()
    try:
        for item in _read(place, data, names, budget):
            if isinstance(item, Problem) and len(item.place.members) > len(place.members):
                names.add(item.place.members[-1:])
            yield item
            if isinstance(item, Member) and item.place.members[-1] == _MANIFEST and _LOCKED in item.data:
                yield Problem(place, Reason.ENCRYPTED, "parts of it need a password")
    except LimitReachedError:
        yield from names.segments(place, budget)
        raise
    yield from names.segments(place, budget)


def member_name(entry: Entry) -> tuple[str, ...]:
    """Return a member's name: as UTF-8 where it says so, else in whatever encodings are plausible."""
    if entry.unicode_name:
        return (entry.unicode_name.decode("utf-8", "replace"),)
    if entry.flags & UTF8:
        return (entry.name.decode("utf-8", "replace"),)
    return decodings(entry.name)


def _read(place: Place, data: bytes, names: Names, budget: Budget) -> Iterator[Item]:
    found = directory(data)
    if found is None:
        first = data.startswith(_FIRST_PART + LOCAL)
        detail = _DIVIDED if first else "the directory of the archive is damaged or missing"
        yield Problem(place, Reason.PARTIAL if first else Reason.CORRUPT, detail)
        yield from salvage(place, data, [], budget)
        return
    if found.comment:
        yield from text_segments(replace(place, part=Part.COMMENT), found.comment, budget)
    if found.disk or any(entry.disk != found.disk for entry in found.entries):
        yield Problem(place, Reason.PARTIAL, _DIVIDED)
    elif found.missing:
        yield Problem(place, Reason.CORRUPT, f"{found.missing} entries of the directory are missing")
    taken, damaged = yield from _members(place, found, data, names, budget)
    for item in salvage(place, data, taken, budget):
        # What the directory has wrong may still stand there, whole.
        damaged.discard(item.place)
        yield item
    for lost in sorted(damaged, key=str)[:_MOST_NAMED]:
        yield Problem(lost, Reason.CORRUPT, "its entry is damaged")
    if len(damaged) > _MOST_NAMED:
        names.add(lost.members[-1] for lost in damaged)
        yield Problem(place, Reason.CORRUPT, f"{len(damaged)} entries are damaged")
    if _APPLE_LOCK in data[found.first : found.end]:
        yield Problem(place, Reason.ENCRYPTED, "needs a password")
    elif any(entry.name.endswith(_OPAQUE_PART) for entry in found.entries):
        yield Problem(place, Reason.UNSUPPORTED, "no reader yet for iWork archives")
    yield from _around(place, data, found, taken, budget)


def _members(
    place: Place, found: Directory, data: bytes, names: Names, budget: Budget
) -> Generator[Item, None, tuple[list[tuple[int, int]], set[Place]]]:
    """Yield the members the directory lists; return the byte ranges they stand in, and those it has wrong."""
    taken: list[tuple[int, int]] = []
    damaged: set[Place] = set()
    overlapping = 0
    for entry in sorted(found.entries, key=lambda entry: entry.offset):
        readings = member_name(entry)
        inside = replace(place, members=(*place.members, readings[0]))
        names.add(readings[1:])
        if entry.comment:
            yield from _comment(replace(place, part=Part.COMMENT, title=readings[0]), entry, budget)
        header = local(data, entry.offset)
        if entry.disk != found.disk:
            names.add(readings)
        elif header is None:
            damaged.add(inside)
        elif taken and entry.offset < taken[-1][1]:
            # Only bombs read the same bytes twice, and nothing else gives some of them away.
            overlapping += 1
            names.add(readings)
        else:
            taken.append((entry.offset, header.start + entry.packed))
            if header.name != entry.name or entry.unicode_name:
                names.add((*decodings(entry.name), *decodings(header.name)))
            yield from _file(inside, entry, header, data, budget)
            if entry.name.endswith(b"/"):
                names.add(readings)
    if overlapping:
        yield Problem(place, Reason.CORRUPT, f"{overlapping} entries overlap others")
    return taken, damaged


def _file(inside: Place, entry: Entry, header: Local, data: bytes, budget: Budget) -> Iterator[Item]:
    """Yield a member; a folder holds nothing and is none, but what is named like one may hold something."""
    for item in _member(inside, entry, header, data, budget):
        if not (isinstance(item, Member) and not item.data and entry.name.endswith(b"/")):
            yield item


def _comment(place: Place, entry: Entry, budget: Budget) -> Iterator[Segment]:
    yield from text_segments(place, entry.comment, budget, "utf-8" if entry.flags & UTF8 else None)


def _member(inside: Place, entry: Entry, header: Local, data: bytes, budget: Budget) -> Iterator[Item]:
    if entry.flags & header.flags & ENCRYPTED:
        yield from _locked(inside, entry, header, data, budget)
        return
    packed = data[header.start : header.start + entry.packed]
    items = list(unpack(inside, Pieces(_checked(entry, entry.method, packed, entry.checksum)), budget))
    sound = not any(isinstance(item, Problem) for item in items)
    if not sound and (entry.flags | header.flags) & ENCRYPTED:
        # Where only one of the two headers says that it is locked, what is read shows which of them is right.
        yield Problem(inside, Reason.ENCRYPTED, "needs a password")
        return
    if not any(isinstance(item, Member) for item in items):
        yield from recover(inside, data, entry.offset, budget)
    yield from items


def _locked(inside: Place, entry: Entry, header: Local, data: bytes, budget: Budget) -> Iterator[Item]:
    """Yield a locked member if a known password opens it, else the problem that it needs one."""
    for found in unlocked(data, entry, header.start, budget.passwords):
        pieces = _checked(entry, found.method, found.packed, found.checksum)
        items = list(unpack(inside, Pieces(pieces), budget))
        # A wrong one gives bytes that cannot be unpacked, or whose checksum is wrong.
        if not any(isinstance(item, Problem) and item.reason is not Reason.TOO_LARGE for item in items):
            budget.passwords.fits(found.password)
            yield from items
            return
    yield Problem(inside, Reason.ENCRYPTED, "needs a password")


def _checked(entry: Entry, method: int, packed: bytes, stated: int | None) -> Iterator[bytes]:
    checksum = size = 0
    for piece in unpacked(method, packed, entry.size, entry.checksum):
        checksum = zlib.crc32(piece, checksum)
        size += len(piece)
        yield piece
    if stated not in {None, checksum}:
        raise UnreadableError(Reason.CORRUPT, "its checksum is wrong")
    if (size - entry.size) & _SIZE:
        raise UnreadableError(Reason.CORRUPT, "it is not of the size that is told")


def _around(
    place: Place, data: bytes, found: Directory, taken: list[tuple[int, int]], budget: Budget
) -> Iterator[Segment | Member]:
    """Yield what stands before the archive, between its files and behind it."""
    first = taken[0][0] if taken else found.first
    scraps: list[bytes] = []
    for name, around in (("before", data[:first]), ("behind", data[found.end :])):
        if around in _MARKS or not around.strip(b"\x00\r\n\t "):
            continue
        if LOCAL in around:
            scraps.append(around)
        else:
            yield Member(replace(place, members=(*place.members, name)), around)
    for (_, end), (start, _) in pairwise([*taken, (found.first, found.end)]):
        gap = data[end:start]
        # A descriptor of the file before may stand there.
        if len(gap) > _DESCRIPTOR and LOCAL not in gap:
            scraps.append(gap)
    if text := document_strings(b"\x00".join(scraps)):
        budget.text(len(text))
        yield Segment(replace(place, part=Part.RAW), text)
