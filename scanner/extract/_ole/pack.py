"""Writes compound files ([MS-CFB]), so that a storage within a document can be read as a file of its own."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR: Final = 512
_MINI: Final = 64
_CUTOFF: Final = 4096
_FREE: Final = 0xFFFFFFFF
_END: Final = 0xFFFFFFFE
_TABLE_SECTOR: Final = 0xFFFFFFFD
_MORE_SECTOR: Final = 0xFFFFFFFC
_PER_SECTOR: Final = _SECTOR // 4
_IN_HEADER: Final = 109
_STORAGE: Final = 1
_STREAM: Final = 2
_ROOT: Final = 5
_BLACK: Final = 1


@dataclass(frozen=True, slots=True)
class PackedEntry:
    """A stream, or a storage where `data` is None; the root has an empty path. Storages come before what is in them."""

    path: tuple[str, ...]
    class_id: bytes
    data: bytes | None = field(repr=False)


def pack(entries: Sequence[PackedEntry]) -> bytes:
    """Return a compound file of version 3 with the given entries, of which the root is the first.

    A storage that is not among the entries is made.
    """
    nodes = _nodes(entries)
    file = _File()
    mini = _Mini()
    for node in nodes:
        if node.data is None:
            continue
        node.size = len(node.data)
        node.start = mini.add(node.data) if node.size < _CUTOFF else file.add(node.data)
    nodes[0].size = len(mini.held)
    nodes[0].start = file.add(bytes(mini.held))
    mini_start = file.add(_numbers(mini.table))
    mini_count = -(-len(mini.table) // _PER_SECTOR)
    directory = b"".join(node.written() for node in nodes)
    directory_start = file.add(directory)
    return file.written(directory_start, mini_start, mini_count)


@dataclass(slots=True)
class _Node:
    name: str
    kind: int
    class_id: bytes
    data: bytes | None = None
    children: list[int] = field(default_factory=list)
    left: int = _FREE
    right: int = _FREE
    child: int = _FREE
    start: int = _END
    size: int = 0

    def written(self) -> bytes:
        """Return the directory entry (2.6.1)."""
        name = self.name.encode("utf-16-le", "surrogatepass")[:62]
        start = 0 if self.kind == _STORAGE else self.start
        return struct.pack(
            "<64sHBBIII16s20xIQ",
            name,
            len(name) + 2,
            self.kind,
            _BLACK,
            self.left,
            self.right,
            self.child,
            self.class_id,
            start,
            self.size,
        )


def _nodes(entries: Sequence[PackedEntry]) -> list[_Node]:
    nodes = [_Node("Root Entry", _ROOT, entries[0].class_id)]
    numbers: dict[tuple[str, ...], int] = {(): 0}
    for entry in entries[1:]:
        above = 0
        for depth in range(1, len(entry.path) + 1):
            key = tuple(name.casefold() for name in entry.path[:depth])
            if key not in numbers:
                numbers[key] = len(nodes)
                nodes[above].children.append(len(nodes))
                nodes.append(_Node(entry.path[depth - 1], _STORAGE, b""))
            above = numbers[key]
        node = nodes[above]
        node.class_id = entry.class_id
        if entry.data is not None:
            node.kind, node.data = _STREAM, entry.data
    for node in nodes:
        # Siblings are ordered by length, then by capitals (2.6.4).
        node.children.sort(key=lambda number: (len(nodes[number].name), nodes[number].name.upper()))
        node.child = _tree(nodes, node.children)
    return nodes


def _tree(nodes: list[_Node], numbers: list[int]) -> int:
    """Link the entries to a balanced tree, and return its root; it is as deep as the logarithm of their number."""
    if not numbers:
        return _FREE
    middle = len(numbers) // 2
    node = nodes[numbers[middle]]
    node.left = _tree(nodes, numbers[:middle])
    node.right = _tree(nodes, numbers[middle + 1 :])
    return numbers[middle]


class _Mini:
    """The small sectors, one after another."""

    def __init__(self) -> None:
        self.held = bytearray()
        self.table: list[int] = []

    def add(self, data: bytes) -> int:
        if not data:
            return _END
        start = len(self.table)
        count = -(-len(data) // _MINI)
        self.table += [*range(start + 1, start + count), _END]
        self.held += data + bytes(-len(data) % _MINI)
        return start


class _File:
    """The sectors after the header, and their table."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._table: list[int] = []

    def add(self, data: bytes) -> int:
        if not data:
            return _END
        start = len(self._table)
        count = -(-len(data) // _SECTOR)
        self._table += [*range(start + 1, start + count), _END]
        self._held.append(data + bytes(-len(data) % _SECTOR))
        return start

    def written(self, directory: int, mini: int, mini_count: int) -> bytes:
        """Return the file: header, sectors, allocation table, and the list of the table's sectors."""
        used = len(self._table)
        tables = more = 0
        while True:
            needed = -(-(used + tables + more) // _PER_SECTOR)
            wanted = max(0, -(-(needed - _IN_HEADER) // (_PER_SECTOR - 1)))
            if (needed, wanted) == (tables, more):
                break
            tables, more = needed, wanted
        numbers = list(range(used, used + tables))
        table = [*self._table, *[_TABLE_SECTOR] * tables, *[_MORE_SECTOR] * more]
        listed = numbers[_IN_HEADER:]
        step = _PER_SECTOR - 1
        rest = bytearray()
        for index in range(more):
            piece = listed[index * step : (index + 1) * step]
            following = used + tables + index + 1 if index + 1 < more else _END
            rest += _numbers([*piece, *[_FREE] * (step - len(piece)), following])
        first = numbers[:_IN_HEADER]
        header = struct.pack(
            "<8s16xHHHHH10xIIIIIIII",
            _MAGIC,
            0x3E,
            3,
            0xFFFE,
            9,
            6,
            tables,
            directory,
            0,
            _CUTOFF,
            mini,
            mini_count,
            used + tables if more else _END,
            more,
        ) + _numbers([*first, *[_FREE] * (_IN_HEADER - len(first))], pad=False)
        return b"".join((header, *self._held, _numbers(table), bytes(rest)))


def _numbers(values: list[int], *, pad: bool = True) -> bytes:
    filled = [*values, *[_FREE] * (-len(values) % _PER_SECTOR)] if pad else values
    return struct.pack(f"<{len(filled)}I", *filled)
