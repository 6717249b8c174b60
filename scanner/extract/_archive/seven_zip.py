"""Unpacks 7z archives with the decompressors of Python: the methods that most archives are packed with."""

import bz2
import lzma
import stat
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._archive.inflate64 import inflate64
from scanner.extract._archive.member import unpack
from scanner.extract._archive.names import Names
from scanner.extract._archive.seven_header import ENCODED, Coder, Cursor, File, Folder, Header, first, header, streams
from scanner.extract._archive.solid import Flow, Part
from scanner.extract._archive.streams import MACHINES, inflater, unpack_one
from scanner.extract._budget import Budget
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Member, Problem, Reason
from scanner.model.place import Place

_AES: Final = b"\x06\xf1\x07\x01"
_LZMA: Final = b"\x03\x01\x01"
_LZMA2: Final = b"\x21"
_COPY: Final = b"\x00"
_DELTA: Final = b"\x03"
# By both numbers that each has: what programs are prepared with.
_BRANCHES: Final = {
    b"\x04": lzma.FILTER_X86,
    b"\x03\x03\x01\x03": lzma.FILTER_X86,
    b"\x05": lzma.FILTER_POWERPC,
    b"\x03\x03\x02\x05": lzma.FILTER_POWERPC,
    b"\x06": lzma.FILTER_IA64,
    b"\x03\x03\x04\x01": lzma.FILTER_IA64,
    b"\x07": lzma.FILTER_ARM,
    b"\x03\x03\x05\x01": lzma.FILTER_ARM,
    b"\x08": lzma.FILTER_ARMTHUMB,
    b"\x03\x03\x07\x01": lzma.FILTER_ARMTHUMB,
    b"\x09": lzma.FILTER_SPARC,
    b"\x03\x03\x08\x05": lzma.FILTER_SPARC,
}
_ALONE: Final[dict[bytes, Callable[[bytes], Iterator[bytes]]]] = {
    _COPY: lambda data: iter((data,)),
    b"\x04\x01\x08": lambda data: unpack_one(data, inflater),
    b"\x04\x01\x09": inflate64,
    b"\x04\x02\x02": lambda data: unpack_one(data, bz2.BZ2Decompressor),
    b"\x04\xf7\x11\x01": lambda data: unpack_one(data, MACHINES["application/zstd"][0]),
}
_MOST_HEADER: Final = 64 << 20


def opened(data: bytes, budget: Budget) -> Header:
    """Return the header of an archive, unpacked where it is packed.

    Raises:
        UnreadableError: it is damaged, locked or packed by a method that is not known here.
    """
    raw = first(data)
    for _ in range(4):
        if not raw:
            return Header((), ())
        cursor = Cursor(raw)
        if cursor.byte() != ENCODED:
            return header(cursor)
        folders = streams(cursor)
        if not folders or folders[0].size > _MOST_HEADER:
            break
        budget.expand(folders[0].size)
        raw = _whole(data, folders[0])
        if len(raw) < folders[0].size or folders[0].checksum not in {None, zlib.crc32(raw)}:
            break
    raise UnreadableError(Reason.CORRUPT, "the header of the archive is damaged")


def _whole(data: bytes, folder: Folder) -> bytes:
    flow = Flow(_unpacked(data, folder))
    found = bytearray()
    while len(found) < folder.size and (piece := flow.take(folder.size - len(found))):
        found += piece
    return bytes(found)


def _unpacked(data: bytes, folder: Folder) -> Iterator[bytes]:
    if _is_locked(folder):
        raise UnreadableError(Reason.ENCRYPTED, "needs a password")
    way = _way(folder)
    if way is None:
        raise UnreadableError(Reason.UNSUPPORTED, "packed by a method that cannot be unpacked here")
    yield from way(data[folder.start : folder.start + folder.packed])


def known(head: Header) -> bool:
    """Tell whether each folder can be unpacked here, or needs a password wherever it is unpacked."""
    return all(_is_locked(folder) or _way(folder) is not None for folder in head.folders)


def members(place: Place, data: bytes, head: Header, names: Names, budget: Budget) -> Iterator[Member | Problem]:
    """Yield every file of an archive in its order; note the names of folders and of links, and where these lead."""
    parts = _parts(data, head)
    for number, file in enumerate(head.files, 1):
        if not file.holds and file.is_folder:
            names.add((file.name,))
            continue
        inside = replace(place, members=(*place.members, file.name or f"file {number}"))
        found = next(parts, None) if file.holds else None
        if file.holds and found is None:
            yield Problem(inside, Reason.CORRUPT, "its bytes are missing")
        elif found is None:
            yield Member(inside, b"")
        else:
            yield from _file(inside, file, found, names, budget)


def _file(inside: Place, file: File, part: Part, names: Names, budget: Budget) -> Iterator[Member | Problem]:
    for item in unpack(inside, part, budget):
        if isinstance(item, Problem) or stat.S_ISLNK(file.mode):
            names.add((file.name,))
        if isinstance(item, Member) and stat.S_ISLNK(file.mode):
            names.add((item.data.decode("utf-8", "replace"),))
        else:
            yield item
    # What was too large is unpacked all the same on the way to the next file.
    for size in part.skipped():
        budget.expand(size)


def _parts(data: bytes, head: Header) -> Iterator[Part]:
    """Yield what is read of each file that holds bytes, in their order."""
    for folder in head.folders:
        flow = Flow(_unpacked(data, folder))
        for size, checksum in folder.files:
            yield Part(flow, size, checksum)


def _is_locked(folder: Folder) -> bool:
    return any(coder.method == _AES for coder in folder.coders)


def _way(folder: Folder) -> Callable[[bytes], Iterator[bytes]] | None:
    """Return what unpacks a folder, None where something else is needed than Python has."""
    chain = _chain(folder)
    if not chain:
        return None
    *before, last = chain
    if not before and last.method in _ALONE:
        return _ALONE[last.method]
    size = max(folder.sizes, default=0)
    filters = [_filter(coder, size) for coder in chain]
    if last.method not in {_LZMA, _LZMA2} or not all(filters):
        return None
    # A filter for programs keeps back its last bytes until the stream ends, and LZMA does not say where it does.
    if last.method == _LZMA and any(coder.method in _BRANCHES for coder in before):
        return None
    chosen = [one for one in filters if one]
    try:
        lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chosen)
    except (lzma.LZMAError, ValueError, OverflowError):
        return None
    return lambda data: unpack_one(data, lambda: lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chosen))


def _chain(folder: Folder) -> tuple[Coder, ...]:
    """Return the coders from the one that gives the files to the one that takes the packed bytes.

    Nothing where they are no chain, but a net with several streams (BCJ2).
    """
    if any((coder.inputs, coder.outputs) != (1, 1) for coder in folder.coders):
        return ()
    joined = dict(folder.bonds)
    at: int | None = next((n for n in range(len(folder.coders)) if n not in joined.values()), None)
    found: list[Coder] = []
    while at is not None and at < len(folder.coders) and len(found) < len(folder.coders):
        found.append(folder.coders[at])
        at = joined.get(at)
    return tuple(found) if len(found) == len(folder.coders) else ()


def _filter(coder: Coder, size: int) -> dict[str, int] | None:
    """Return a coder as liblzma knows it; the dictionary no larger than what it is for."""
    most = max(size, 1 << 12)
    if coder.method == _LZMA and len(coder.properties) == 5 and coder.properties[0] < 225:  # noqa: PLR2004 - lc, lp, pb, size
        rest, lc = divmod(coder.properties[0], 9)
        pb, lp = divmod(rest, 5)
        stated = int.from_bytes(coder.properties[1:], "little")
        return {"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": max(1 << 12, min(stated, most))}
    if coder.method == _LZMA2 and len(coder.properties) == 1:
        bits = coder.properties[0] & 0x3F
        stated = min(0xFFFFFFFF, (2 | bits & 1) << (bits // 2 + 11))
        return {"id": lzma.FILTER_LZMA2, "dict_size": max(1 << 12, min(stated, most))}
    if coder.method == _DELTA and len(coder.properties) == 1:
        return {"id": lzma.FILTER_DELTA, "dist": coder.properties[0] + 1}
    return {"id": _BRANCHES[coder.method]} if coder.method in _BRANCHES else None
