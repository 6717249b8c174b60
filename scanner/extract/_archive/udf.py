"""Reads the tree of files in a UDF image: what burners and Windows write on discs, beside ISO 9660 or instead of it."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from scanner.extract._archive.disc import File
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

_SECTOR: Final = 2048
_SECTORS: Final = (_SECTOR, 512, 4096)
_ANCHOR: Final = 256
_MOST_DESCRIPTORS: Final = 64
_MOST_EXTENTS: Final = 100_000
_MOST_DIRECTORY: Final = 64 << 20
_MOST_DEPTH: Final = 64
# The numbers of tags (ECMA-167 3/7.2.1 and 4/7.2.1).
_POINTER, _PRIMARY, _PARTITION, _LOGICAL, _TERMINATOR, _SET, _NAMED, _FILE, _LONG_FILE = (
    2,
    1,
    5,
    6,
    8,
    256,
    257,
    261,
    266,
)
_DIRECTORY, _LINK = 4, 12
_IS_DIRECTORY, _IS_PARENT = 2, 8
_SHORT, _LONG, _EMBEDDED = 0, 1, 3
_RECORDED, _CONTINUED = 0, 3


@dataclass(frozen=True, slots=True)
class Volume:
    """Where the blocks of a volume stand: by partition, the stretches of bytes that its blocks lie in."""

    block: int
    partitions: tuple[tuple[tuple[int, int], ...], ...]
    root: tuple[int, int]
    names: tuple[str, ...]

    def where(self, block: int, partition: int) -> int:
        """Return the offset of a block.

        Raises:
            UnreadableError: there is no such block.
        """
        at = block * self.block
        for start, length in self.partitions[partition] if partition < len(self.partitions) else ():
            if at < length:
                return start + at
            at -= length
        raise _damaged()


def has_udf(data: bytes) -> bool:
    """Tell whether an image says that it is recorded by ECMA-167, in the sectors behind the first sixteen."""
    marks = [data[at + 1 : at + 6] for at in range(0x8000, 0x8000 + 32 * _SECTOR, _SECTOR)]
    return b"NSR02" in marks or b"NSR03" in marks


def volume(data: bytes) -> Volume:
    """Return where the volume of an image stands.

    Raises:
        UnreadableError: the image is damaged, or laid out in a way that is not known here.
    """
    for sector in _SECTORS:
        for at in (_ANCHOR * sector, len(data) - sector, len(data) - (_ANCHOR + 1) * sector):
            try:
                if at >= 0 and _tag(data, at) == _POINTER and (found := _volume(data, at, sector)) is not None:
                    return found
            except (struct.error, IndexError):
                continue
    raise _damaged()


def files(data: bytes, found: Volume) -> Iterator[File]:
    """Yield everything in the tree, deleted files too, each directory once.

    Raises:
        UnreadableError: a directory cannot be read; what else there is comes before.
    """
    waiting = [("", found.root, 0)]
    seen: set[tuple[int, int]] = set()
    fault: UnreadableError | None = None
    while waiting:
        path, place, depth = waiting.pop()
        if place in seen or depth > _MOST_DEPTH:
            continue
        seen.add(place)
        try:
            for name, entry, hidden in _listed(data, _entry(data, found, place, path)):
                inner = f"{path}/{name}" if path else name
                if hidden & _IS_DIRECTORY:
                    waiting.append((inner, entry, depth + 1))
                    yield File(inner, 0, is_folder=True, is_link=False, extents=())
                else:
                    yield _entry(data, found, entry, inner)
        except (UnreadableError, struct.error, IndexError):
            fault = _damaged()
    if fault is not None:
        raise fault


def _damaged() -> UnreadableError:
    return UnreadableError(Reason.CORRUPT, "the tables of the image are damaged")


def _volume(data: bytes, anchor: int, sector: int) -> Volume | None:
    length, location = struct.unpack_from("<II", data, anchor + 16)
    starts: dict[int, tuple[int, int]] = {}
    names: list[str] = []
    logical = None
    first = location * sector
    for step in range(first, first + min(length, _MOST_DESCRIPTORS * sector), sector):
        match _tag(data, step):
            case 1:  # the primary descriptor
                names.append(_string(data[step + 24 : step + 56]))
            case 5:  # a partition
                (number,) = struct.unpack_from("<H", data, step + 22)
                start, size = struct.unpack_from("<II", data, step + 188)
                starts[number] = (start * sector, size * sector)
            case 6:  # the logical volume
                logical = step
                names.append(_string(data[step + 84 : step + 212]))
            case 8:  # the end
                break
    return None if logical is None else _laid_out(data, logical, starts, tuple(name for name in names if name))


def _laid_out(data: bytes, logical: int, starts: dict[int, tuple[int, int]], names: tuple[str, ...]) -> Volume:
    (block,) = struct.unpack_from("<I", data, logical + 212)
    (count,) = struct.unpack_from("<I", data, logical + 268)
    partitions: list[tuple[tuple[int, int], ...]] = []
    metadata: list[tuple[int, int, int]] = []
    at = logical + 440
    for number in range(min(count, 8)):
        kind, size = data[at], data[at + 1]
        part = at + 4 if kind == 1 else at + 38
        stretch = starts.get(struct.unpack_from("<H", data, part)[0], (0, 0))
        partitions.append((stretch,))
        if kind != 1 and b"*UDF Metadata" in data[at + 4 : at + 36]:
            metadata.append((number, struct.unpack_from("<I", data, at + 40)[0], stretch[0]))
        elif kind != 1 and b"*UDF Sparable" not in data[at + 4 : at + 36]:
            raise UnreadableError(Reason.UNSUPPORTED, "a disc that was written in steps cannot be read here")
        at += max(size, 2)
    _, place, part_number = struct.unpack_from("<IIH", data, logical + 248)
    found = Volume(block or _SECTOR, tuple(partitions), (place, part_number), names)
    for number, location, _ in metadata:
        # Its blocks are those of a file, which lies in the partition itself.
        physical = next((n for n in range(len(partitions)) if n not in {m for m, _, _ in metadata}), 0)
        extents = _entry(data, found, (location, physical), "").extents
        partitions[number] = tuple(extent for extent in extents if extent[0] >= 0)
    found = Volume(found.block, tuple(partitions), found.root, names)
    start = found.where(*found.root)
    if _tag(data, start) != _SET:
        raise _damaged()
    _, place, part_number = struct.unpack_from("<IIH", data, start + 400)
    return Volume(found.block, found.partitions, (place, part_number), names)


def _tag(data: bytes, at: int) -> int:
    """Return the number of a tag, -1 where its sum is wrong (ECMA-167 3/7.2)."""
    tag = data[at : at + 16]
    if len(tag) < 16 or sum(tag[:4] + tag[5:]) & 0xFF != tag[4]:  # noqa: PLR2004 - the length of a tag
        return -1
    return int.from_bytes(tag[:2], "little")


def _string(raw: bytes) -> str:
    """Return a name whose first byte says how wide its characters are (OSTA UDF 2.1.1)."""
    if raw[:1] == b"\x10":
        return raw[1:].decode("utf-16-be", "replace").partition("\x00")[0]
    return raw[1:].decode("latin-1").partition("\x00")[0]


def _entry(data: bytes, found: Volume, place: tuple[int, int], path: str) -> File:
    at = found.where(*place)
    tag = _tag(data, at)
    if tag not in {_FILE, _LONG_FILE}:
        raise _damaged()
    kind, flags = data[at + 27], data[at + 34] & 7
    (size,) = struct.unpack_from("<Q", data, at + 56)
    attributes, allocated = struct.unpack_from("<II", data, at + (168 if tag == _FILE else 208))
    start = at + (176 if tag == _FILE else 216) + attributes
    if flags == _EMBEDDED:
        extents: tuple[tuple[int, int], ...] = ((start, allocated),)
    else:
        extents = tuple(_extents(data, found, (start, allocated), flags, place[1]))
    return File(path, size, is_folder=kind == _DIRECTORY, is_link=kind == _LINK, extents=extents)


def _extents(data: bytes, found: Volume, at: tuple[int, int], flags: int, partition: int) -> Iterator[tuple[int, int]]:
    if flags not in {_SHORT, _LONG}:
        raise UnreadableError(Reason.UNSUPPORTED, "a file of the image is laid out in an unknown way")
    width = 8 if flags == _SHORT else 16
    start, length = at
    step = start
    for _ in range(_MOST_EXTENTS):
        if step + width > start + length:
            return
        size, block = struct.unpack_from("<II", data, step)
        own = partition if flags == _SHORT else struct.unpack_from("<H", data, step + 8)[0]
        step += width
        kind, size = size >> 30, size & 0x3FFFFFFF
        if not size:
            return
        if kind == _CONTINUED:
            start = found.where(block, own) + 24
            (length,) = struct.unpack_from("<I", data, start - 4)
            step = start
        else:
            yield (found.where(block, own) if kind == _RECORDED else -1), size


def _listed(data: bytes, folder: File) -> Iterator[tuple[str, tuple[int, int], int]]:
    """Yield what a directory names: the name, where its entry is, and what kind it is of (ECMA-167 4/14.4)."""
    raw = folder.content(data, _MOST_DIRECTORY)
    at = 0
    while at + 38 <= len(raw):
        if _tag(raw, at) != _NAMED:
            raise _damaged()
        kind, length = raw[at + 18], raw[at + 19]
        _, block, partition = struct.unpack_from("<IIH", raw, at + 20)
        (use,) = struct.unpack_from("<H", raw, at + 36)
        name = _string(raw[at + 38 + use : at + 38 + use + length])
        at += (38 + use + length + 3) // 4 * 4
        if not kind & _IS_PARENT and name:
            yield name.replace("/", "_"), (block, partition), kind
