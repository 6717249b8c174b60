"""Reads the headers of tape archives: old, POSIX and GNU, with what pax and GNU say in entries of their own."""

import re
import struct
from dataclasses import dataclass, field
from typing import Final

BLOCK: Final = 512
# POSIX.1-1988 ustar; the fields from `magic` on are not in archives of Version 7.
_HEADER: Final = struct.Struct("100s8s8s8s12s12s8sc100s6s2s32s32s8s8s155s12x")
_MAGIC: Final = b"ustar"
_GNU: Final = b"ustar "
_BASE_256: Final = 0x80
_SPARSE_HERE: Final = 4
_SPARSE_MORE: Final = 21
_PAIR: Final = 24
_MOST_PAIRS: Final = 100_000
_NUMBER: Final = re.compile(rb"[ \x00]*([0-7]{0,22})[ \x00]*")
_RECORD: Final = re.compile(rb"([0-9]{1,10}) ([^=\n]{1,1000})=")


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one entry. `size` is what stands behind it, in bytes; `sparse` where that belongs in the file."""

    name: bytes
    kind: bytes
    link: bytes
    owners: tuple[bytes, bytes]
    size: int
    sparse: tuple[tuple[int, int], ...] = ()
    real_size: int = 0
    start: int = 0


@dataclass(slots=True)
class Said:
    """What pax and GNU entries say about the entry that follows."""

    name: bytes = b""
    link: bytes = b""
    pax: list[tuple[bytes, bytes]] = field(default_factory=list)

    def get(self, key: bytes) -> bytes:
        """Return the last value of a pax key, nothing where there is none."""
        return next((value for name, value in reversed(self.pax) if name == key), b"")


def header(data: bytes, at: int) -> Header | None:
    """Return the header at an offset, None where its sum is wrong or nothing is there."""
    block = data[at : at + BLOCK]
    if len(block) < BLOCK or not _sound(block):
        return None
    name, _, _, _, size, _, _, kind, link, magic, _, user, group, _, _, prefix = _HEADER.unpack(block)
    name, link = _text(name), _text(link)
    if magic == b"ustar\x00" and prefix[:1] != b"\x00":
        name = _text(prefix) + b"/" + name
    owners = (_text(user), _text(group)) if magic.startswith(_MAGIC) else (b"", b"")
    start = at + BLOCK
    sparse: tuple[tuple[int, int], ...] = ()
    real_size = 0
    if kind == b"S" and magic == _GNU:
        real_size = number(block[483:495])
        sparse, start = _old_sparse(data, block, start)
    return Header(name, kind, link, owners, number(size), sparse, real_size, start)


def number(raw: bytes) -> int:
    """Return a number as a tape writes it: octal digits, or base 256 where it is too large for those."""
    if raw and raw[0] & _BASE_256:
        return int.from_bytes(bytes((raw[0] & 0x7F,)) + raw[1:], "big") if raw[0] != 0xFF else 0  # noqa: PLR2004 - negative
    match = _NUMBER.match(raw)
    return int(match[1] or b"0", 8) if match else 0


def records(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return the keys and values of a pax entry (POSIX.1-2001, pax, "Extended Header")."""
    found: list[tuple[bytes, bytes]] = []
    at = 0
    while (match := _RECORD.match(data, at)) is not None:
        end = at + int(match[1])
        if end <= match.end():
            break
        found.append((match[2], data[match.end() : end].removesuffix(b"\n")))
        at = end
    return found


def applied(head: Header, said: Said, data: bytes) -> Header:
    """Return a header with what was said about it before."""
    name = said.get(b"GNU.sparse.name") or said.get(b"path") or said.name or head.name
    link = said.get(b"linkpath") or said.link or head.link
    owners = (said.get(b"uname") or head.owners[0], said.get(b"gname") or head.owners[1])
    size = _decimal(said.get(b"size"), head.size)
    real_size = _decimal(said.get(b"GNU.sparse.realsize") or said.get(b"GNU.sparse.size"), head.real_size)
    sparse, start = head.sparse, head.start
    if said.get(b"GNU.sparse.major") == b"1":
        sparse, start = _map_in_front(data, start, start + size)
    elif values := said.get(b"GNU.sparse.map"):
        sparse = _pairs(values.split(b",")[: 2 * _MOST_PAIRS])
    elif said.get(b"GNU.sparse.numbytes"):
        flat = [value for key, value in said.pax if key in {b"GNU.sparse.offset", b"GNU.sparse.numbytes"}]
        sparse = _pairs(flat[: 2 * _MOST_PAIRS])
    return Header(name, head.kind, link, owners, size - (start - head.start), sparse, real_size, start)


def _decimal(raw: bytes, otherwise: int) -> int:
    return int(raw) if raw.isdigit() and len(raw) < _PAIR else otherwise


def _text(raw: bytes) -> bytes:
    return raw.partition(b"\x00")[0]


def _sound(block: bytes) -> bool:
    stated = number(block[148:156])
    rest = block[:148] + b" " * 8 + block[156:]
    # Some old programs added up signed bytes.
    return stated in {sum(rest), sum(rest) - 256 * sum(byte > 127 for byte in rest)} and any(block[:148])  # noqa: PLR2004 - signed


def _pairs(values: list[bytes]) -> tuple[tuple[int, int], ...]:
    numbers = [_decimal(value, 0) for value in values]
    return tuple(zip(numbers[::2], numbers[1::2], strict=False))


def _old_sparse(data: bytes, block: bytes, start: int) -> tuple[tuple[tuple[int, int], ...], int]:
    """Return the map of an old GNU sparse file, and where its content begins: behind further blocks of the map."""
    found: list[tuple[int, int]] = []
    at, count, more = 386, _SPARSE_HERE, 482
    while True:
        pairs = (block[step : step + _PAIR] for step in range(at, at + count * _PAIR, _PAIR))
        found += [(number(pair[:12]), number(pair[12:])) for pair in pairs if pair.strip(b"\x00")]
        if not block[more : more + 1].strip(b"\x00") or len(found) > _MOST_PAIRS:
            return tuple(found), start
        block = data[start : start + BLOCK]
        start += BLOCK
        at, count, more = 0, _SPARSE_MORE, 504


def _map_in_front(data: bytes, start: int, end: int) -> tuple[tuple[tuple[int, int], ...], int]:
    """Return the map of a sparse file of format 1.0, which stands before its content in whole blocks."""
    lines = data[start : min(end, start + (1 << 22))].split(b"\n", 2 * _MOST_PAIRS + 1)
    count = min(_decimal(lines[0], 0), _MOST_PAIRS)
    used = lines[: 1 + 2 * count]
    size = sum(len(line) + 1 for line in used)
    return _pairs(used[1:]), min(end, start + (size + BLOCK - 1) // BLOCK * BLOCK)
