"""Reads 7z, RAR, LHA and XAR archives, cabinets and images of discs, some of them with the system's libarchive."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._archive import iso as _iso
from scanner.extract._archive import libarchive as _libarchive
from scanner.extract._archive import udf as _udf
from scanner.extract._archive.cabinet import cabinet, parts
from scanner.extract._archive.disc import File
from scanner.extract._archive.few import few_problems
from scanner.extract._archive.libarchive import Entry
from scanner.extract._archive.member import cut, unpack
from scanner.extract._archive.names import Names
from scanner.extract._archive.rar import Listing, listing
from scanner.extract._archive.seven_zip import known, members, opened
from scanner.extract._budget import Budget, LimitReachedError
from scanner.extract._text.segments import text_segments
from scanner.extract._text.strings import document_strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

_FORMATS: Final = {
    "application/x-7z-compressed": ("7zip",),
    "application/vnd.rar": ("rar", "rar5"),
    "application/x-rar": ("rar", "rar5"),
    "application/vnd.ms-cab-compressed": ("cab",),
    "application/x-lzh-compressed": ("lha",),
    "application/x-lha": ("lha",),
    "application/x-xar": ("xar",),
}
_DISCS: Final = frozenset({"application/x-iso9660-image", "application/x-udf-image"})
MEDIA_TYPES: Final = frozenset(_FORMATS) | _DISCS
_SEVEN: Final = "application/x-7z-compressed"
_MOST_ENTRIES: Final = 200_000

Item = Segment | Member | Problem


def extract(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Yield every file, the names of all that is none, and a problem for each that is locked or damaged."""
    names = Names()
    try:
        yield from few_problems(blob.place, _READERS.get(blob.media_type, _other)(blob, names, budget))
    except UnreadableError as error:
        yield Problem(blob.place, error.reason, error.detail)
    except LimitReachedError:
        yield from names.segments(blob.place, budget)
        raise
    yield from names.segments(blob.place, budget)


def _seven(blob: Blob, names: Names, budget: Budget) -> Iterator[Item]:
    """Read a 7z archive: ourselves where all its methods are known here, as memory is bounded then."""
    try:
        head = opened(blob.data, budget)
    except UnreadableError as error:
        if error.reason is not Reason.UNSUPPORTED:
            yield from _strings(blob, budget)
            raise
        head = None
    if head is not None and (known(head) or not _libarchive.available()):
        yield from members(blob.place, blob.data, head, names, budget)
        return
    yield from _other(blob, names, budget)


def _disc(blob: Blob, names: Names, budget: Budget) -> Iterator[Item]:
    """Read the image of a disc: what all its tables list, what stands in the same bytes once."""
    seen: set[tuple[tuple[int, int], ...]] = set()
    for number, (file, more) in enumerate(_on_disc(blob, names), 1):
        if number > _MOST_ENTRIES:
            raise UnreadableError(Reason.TOO_MANY_MEMBERS, f"more than {_MOST_ENTRIES} entries")
        names.add(more)
        if file.is_folder or file.is_link or (file.size and file.extents in seen):
            names.add((file.path,))
            continue
        seen.add(file.extents)
        inside = replace(blob.place, members=(*blob.place.members, file.path))
        most = budget.limits.member_bytes or file.size
        budget.expand(min(file.size, most))
        content = file.content(blob.data, most)
        yield Member(inside, content)
        if len(content) < file.size:
            whole = len(content) < most
            yield Problem(
                inside,
                *(
                    (Reason.CORRUPT, "breaks off")
                    if whole
                    else (Reason.TOO_LARGE, f"only the first {most} bytes were read")
                ),
            )


def _on_disc(blob: Blob, names: Names) -> Iterator[tuple[File, tuple[str, ...]]]:
    names.add(_iso.volume_words(blob.data))
    yield from _iso.files(blob.data)
    if _udf.has_udf(blob.data):
        found = _udf.volume(blob.data)
        names.add(found.names)
        for file in _udf.files(blob.data, found):
            link = (file.content(blob.data, 1 << 16).decode("latin-1"),) if file.is_link else ()
            yield file, link


def _cab(blob: Blob, names: Names, budget: Budget) -> Iterator[Item]:
    """Read a cabinet: ourselves where it is stored or packed with MSZIP, with libarchive where otherwise."""
    found = cabinet(blob.data)
    if found.is_part:
        yield Problem(blob.place, Reason.PARTIAL, "one of the parts of a divided cabinet")
    if not found.is_known and _libarchive.available() and found.is_sound(blob.data):
        yield from _other(blob, names, budget)
        return
    for file, part in parts(blob.data, found):
        names.add(file.names[1:] if part else file.names)
        inside = replace(blob.place, members=(*blob.place.members, file.names[0]))
        if part is None and not found.is_part:
            yield Problem(inside, Reason.CORRUPT, "its bytes are missing")
        elif part is not None:
            for item in unpack(inside, part, budget):
                names.add(file.names if isinstance(item, Problem) else ())
                yield item
            for size in part.skipped():
                budget.expand(size)
    if not found.is_known and not _libarchive.available():
        raise UnreadableError(Reason.UNSUPPORTED, _libarchive.MISSING)


def _rar(blob: Blob, names: Names, budget: Budget) -> Iterator[Item]:
    """Read a RAR archive: its headers ourselves, for all names and the comment, and what is packed with libarchive."""
    found = listing(blob.data)
    if found.is_part:
        yield Problem(blob.place, Reason.PARTIAL, "one of the parts of a divided archive")
    for entry in found.entries:
        if entry.is_comment and entry.is_stored and not entry.is_locked:
            comment = blob.data[entry.start : entry.end].rstrip(b"\x00")
            yield from text_segments(replace(blob.place, part=Part.COMMENT), comment, budget)
    if found.is_locked:
        names.add(name for entry in found.entries for name in entry.names)
        raise UnreadableError(Reason.ENCRYPTED, "needs a password")
    if _libarchive.available():
        names.add(name for entry in found.entries if entry.is_folder or entry.is_locked for name in entry.names)
        try:
            # Old releases of libarchive give the bytes of locked files as they are.
            locked = frozenset(_plain(name) for entry in found.entries if entry.is_locked for name in entry.names)
            yield from _other(blob, names, budget, locked)
        except UnreadableError:
            names.add(name for entry in found.entries for name in entry.names)
            raise
    else:
        yield from _stored(blob, found, names, budget)


def _stored(blob: Blob, found: Listing, names: Names, budget: Budget) -> Iterator[Item]:
    """Yield what is not packed, and a problem for what is."""
    yield from _strings(blob, budget)
    for number, entry in enumerate(found.entries, 1):
        names.add(entry.names)
        if entry.is_comment or entry.is_folder:
            continue
        inside = replace(
            blob.place, members=(*blob.place.members, entry.names[0] if entry.names else f"entry {number}")
        )
        if entry.is_locked:
            yield Problem(inside, Reason.ENCRYPTED, "needs a password")
        elif entry.is_stored:
            yield from cut(inside, blob.data, entry.start, entry.end, budget)
        else:
            yield Problem(inside, Reason.UNSUPPORTED, _libarchive.MISSING)
    if not found.entries:
        raise UnreadableError(Reason.UNSUPPORTED, _libarchive.MISSING)


def _plain(name: str) -> str:
    return name.replace("\\", "/")


def _other(blob: Blob, names: Names, budget: Budget, locked: frozenset[str] = frozenset()) -> Iterator[Item]:
    if not _libarchive.available():
        yield from _strings(blob, budget)
        raise UnreadableError(Reason.UNSUPPORTED, _libarchive.MISSING)
    for number, entry in enumerate(_libarchive.entries(blob.data, _FORMATS[blob.media_type]), 1):
        if number > _MOST_ENTRIES:
            raise UnreadableError(Reason.TOO_MANY_MEMBERS, f"more than {_MOST_ENTRIES} entries")
        is_locked = entry.is_locked or not locked.isdisjoint(map(_plain, entry.names))
        yield from _entry(blob.place, replace(entry, is_locked=is_locked), names, number, budget)


def _strings(blob: Blob, budget: Budget) -> Iterator[Segment]:
    if found := document_strings(blob.data):
        budget.text(len(found))
        yield Segment(replace(blob.place, part=Part.RAW), found)


def _entry(place: Place, entry: Entry, names: Names, number: int, budget: Budget) -> Iterator[Member | Problem]:
    names.add(entry.links)
    if not entry.is_file or (entry.links and not entry.size):
        names.add(entry.names)
        return
    names.add(entry.names[1:])
    inside = replace(place, members=(*place.members, entry.names[0] if entry.names else f"entry {number}"))
    if entry.is_locked:
        names.add(entry.names)
        yield Problem(inside, Reason.ENCRYPTED, "needs a password")
        return
    read = 0
    for item in unpack(inside, entry.stream, budget):
        if isinstance(item, Member):
            read = len(item.data)
        else:
            names.add(entry.names)
            if item.reason is Reason.TOO_LARGE:
                # What is not read is unpacked all the same on the way to the next entry.
                budget.expand(max(0, entry.size - read))
        yield item


_READERS: Final = {
    **dict.fromkeys(_DISCS, _disc),
    _SEVEN: _seven,
    "application/vnd.ms-cab-compressed": _cab,
    "application/vnd.rar": _rar,
    "application/x-rar": _rar,
}
