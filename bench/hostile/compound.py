"""Compound files whose tables run in rings, and old Office files whose records are lies."""

import struct
import zlib
from collections.abc import Callable, Iterator
from functools import partial

from bench.hiding._biff_file import END, atom, begin, container, record
from bench.hiding._ppt_file import DOCUMENT, STORAGE
from bench.hostile import BOMB, MARKED, MARKING, Hostile
from bench.hostile import _packing as p
from bench.hostile._packages import document
from scanner.extract._ole.pack import PackedEntry, pack

_WIDE = MARKING.encode("utf-16-le")
_END = 0xFFFFFFFE
_BOOK = bytes.fromhex("2008020000000000c000000000000046")
_SAID = f"<w:p><w:r><w:t>{MARKING}</w:t></w:r></w:p>"


def documents() -> Iterator[Hostile]:
    """Yield the files."""
    yield from _tables()
    yield from _books()
    yield from _texts()
    yield from _shows()
    yield from _messages()


def _made(*streams: tuple[tuple[str, ...], bytes], class_id: bytes = bytes(16)) -> bytes:
    return pack([PackedEntry((), class_id, None), *(PackedEntry(path, bytes(16), data) for path, data in streams)])


def _plain() -> bytearray:
    """Return a compound file with a stream of 20 sectors that holds the marking."""
    return bytearray(_made((("Contents",), (_WIDE + b"\r\0\n\0").ljust(10_240, b" "))))


def _changed(change: Callable[[bytearray], None]) -> bytes:
    data = _plain()
    change(data)
    return bytes(data)


def _table_at(data: bytearray) -> int:
    return 512 * (1 + int.from_bytes(data[76:80], "little"))


def _directory_at(data: bytearray) -> int:
    return 512 * (1 + int.from_bytes(data[48:52], "little"))


def _tables() -> Iterator[Hostile]:
    def ring(data: bytearray) -> None:
        at = _table_at(data)
        for number in range(19):
            struct.pack_into("<I", data, at + 4 * number, 0)

    def ring_of_all(data: bytearray) -> None:
        at = _table_at(data)
        for number in range(100):
            struct.pack_into("<I", data, at + 4 * number, (number + 1) % 20)

    def siblings(data: bytearray) -> None:
        struct.pack_into("<III", data, _directory_at(data) + 128 + 68, 1, 1, 1)
        struct.pack_into("<I", data, _directory_at(data) + 76, 1)

    def child_of_itself(data: bytearray) -> None:
        struct.pack_into("<I", data, _directory_at(data) + 76, 0)

    def huge(data: bytearray) -> None:
        struct.pack_into("<Q", data, _directory_at(data) + 128 + 120, 0x7FFFFFFFFFFFFFFF)

    def more_tables(data: bytearray) -> None:
        struct.pack_into("<II", data, 68, 0, 0x7FFFFFFF)

    yield Hostile("sectors-in-a-ring.doc", lambda: _changed(ring), MARKED)
    yield Hostile("all-sectors-in-a-ring.ole", lambda: _changed(ring_of_all), MARKED)
    yield Hostile("siblings-in-a-ring.ole", lambda: _changed(siblings), MARKED)
    yield Hostile("child-of-itself.ole", lambda: _changed(child_of_itself), MARKED)
    yield Hostile("stream-8-eib.ole", lambda: _changed(huge), MARKED)
    yield Hostile("tables-in-a-ring.ole", lambda: _changed(more_tables), MARKED)
    for name, at, number in (
        ("sector-2-to-30", 30, 30),
        ("sector-1-byte", 30, 0),
        ("mini-2-to-40", 32, 40),
        ("cutoff-max", 56, 0xFFFF),
    ):
        yield Hostile(f"{name}.ole", partial(_changed, partial(_short, at, number)), MARKED)
    yield Hostile(
        "streams-20000.ole",
        lambda: _made(*(((f"s{n}",), b"x") for n in range(20_000)), (("t",), _WIDE)),
        MARKED,
        heavy=True,
    )
    yield Hostile("storages-1000-deep.ole", lambda: _made((tuple("d" for _ in range(1000)), _WIDE)), MARKED)
    yield Hostile("files-in-files-8.ole", lambda: _packed_in(8), MARKED)
    yield Hostile("files-in-files-40.ole", lambda: _packed_in(40))
    yield Hostile("header-only.ole", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 504, BOMB)
    yield Hostile("properties-2-billion.ole", _properties)
    yield Hostile("macros-that-expand.doc", _macros, heavy=True)


def _short(at: int, number: int, data: bytearray) -> None:
    struct.pack_into("<H", data, at, number)


def _packed_in(levels: int) -> bytes:
    data = document(_SAID)
    for _ in range(levels):
        data = _made((("Package",), data))
    return data


def _properties() -> bytes:
    head = struct.pack(
        "<HHI16sI16sI", 0xFFFE, 0, 0, bytes(16), 1, bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9"), 48
    )
    return _made(
        (
            ("\x05SummaryInformation",),
            head + struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF) + struct.pack("<II", 2, 8) * 400,
        )
    )


def _macros() -> bytes:
    """Return a project whose streams each are one letter and copies of it: 4096 bytes from every five."""
    chunk = struct.pack("<H", 0xB000 | 3) + b"\x02x" + struct.pack("<H", 0x0FFF)
    return _made(
        (("Macros", "VBA", "dir"), b"\1" + chunk * 60_000), (("Macros", "VBA", "Module1"), b"\1" + chunk * 60_000)
    )


def _book(*records: bytes) -> bytes:
    return _made((("Workbook",), b"".join(records)), class_id=_BOOK)


def _books() -> Iterator[Hostile]:
    label = record(0x0204, struct.pack("<HHHH", 0, 0, 15, len(MARKING)), b"\0" + MARKING.encode())
    yield Hostile(
        "strings-2-billion.xls",
        lambda: _book(
            begin(5), record(0xFC, struct.pack("<II", 0x7FFFFFFF, 0x7FFFFFFF), b"\1\0\0x"), END, begin(16), label, END
        ),
        MARKED,
    )
    yield Hostile("substreams-10000-deep.xls", lambda: _book(begin(16) * 10_000, label, END), MARKED)
    yield Hostile(
        "records-of-nothing.xls", lambda: _book(begin(5), record(0) * 500_000, label, END), MARKED, heavy=True
    )
    yield Hostile(
        "goes-on-and-on.xls",
        lambda: _book(
            begin(5),
            record(0xFC, struct.pack("<II", 1, 1)),
            record(0x3C, b"\0" * 8000) * 500,
            END,
            begin(16),
            label,
            END,
        ),
        MARKED,
    )
    yield Hostile(
        "formula-of-itself.xls",
        lambda: _book(
            begin(5),
            record(0x18, bytes(3) + b"\1" + struct.pack("<H", 5) + bytes(8) + b"\0n\x23\1\0\0\0"),
            END,
            begin(16),
            label,
            END,
        ),
        MARKED,
    )
    yield Hostile(
        "formula-of-255-levels.xls",
        lambda: _book(
            begin(5),
            record(0x18, bytes(3) + b"\1" + struct.pack("<H", 8000) + bytes(8) + b"\0n" + b"\x15" * 8000),
            END,
            begin(16),
            label,
            END,
        ),
        MARKED,
    )
    yield Hostile(
        "sheet-outside.xls",
        lambda: _book(
            begin(5), record(0x85, struct.pack("<IBBB", 0x7FFFFFFF, 0, 0, 1) + b"\0x"), END, begin(16), label, END
        ),
        MARKED,
    )
    yield Hostile("sizes-lie.xls", lambda: _book(begin(5), struct.pack("<HH", 0xFC, 0xFFFF), label))


def _texts() -> Iterator[Hostile]:
    for name, numbers in (
        ("huge", (0x7FFFFFFF, 0x7FFFFFFF)),
        ("same", (0, 0xFFFFFFFF)),
        ("negative", (0xFFFFFFF0, 100)),
    ):
        yield Hostile(f"pieces-{name}.doc", partial(_word, *numbers))
    yield Hostile("pieces-of-the-same-text.doc", _same_pieces, heavy=True)


def _word(first: int, size: int, table: bytes = b"\2" + struct.pack("<I", 16) + bytes(16)) -> bytes:
    """Return a Word file with the place of the table of pieces as given ([MS-DOC], section 2.5.1)."""
    head = bytearray(_WIDE.ljust(4096, b"\0"))
    struct.pack_into("<HHH", head, 0, 0xA5EC, 0xC1, 0)
    struct.pack_into("<HHHHI", head, 10, 0x0200, 0xBF, 0, 0, 0)
    struct.pack_into("<H", head, 32, 14)
    struct.pack_into("<H", head, 62, 22)
    struct.pack_into("<I", head, 64 + 12, 100_000_000)
    struct.pack_into("<H", head, 152, 93)
    struct.pack_into("<II", head, 154 + 33 * 8, first, size)
    return _made((("WordDocument",), bytes(head)), (("1Table",), table.ljust(4096, b"\0")))


def _same_pieces() -> bytes:
    """Return a Word file of 4000 pieces that all are the same 3 KB of text."""
    count = 4000
    places = b"".join(struct.pack("<I", number * 3000) for number in range(count + 1))
    pieces = struct.pack("<HIH", 0, 0x40000000 | 1024 << 1, 0) * count
    table = b"\2" + struct.pack("<I", len(places) + len(pieces)) + places + pieces
    return _word(0, len(table), table)


def _shows() -> Iterator[Hostile]:
    said = atom(0x0FA0, _WIDE)
    yield Hostile("records-20000-deep.ppt", lambda: _show(_nested(20_000, said)))
    yield Hostile(
        "records-that-go-past.ppt", lambda: _show(struct.pack("<HHI", 15, DOCUMENT, 0x7FFFFFFF) + said), MARKED
    )
    yield Hostile(
        "edits-in-a-ring.ppt",
        lambda: _show(container(DOCUMENT, said) + atom(0x0FF5, struct.pack("<IIIIIII", 0, 0, 0, 0, 1, 1, 0))),
        MARKED,
    )
    yield Hostile(
        "object-of-1g.ppt",
        lambda: _show(container(DOCUMENT, said) + struct.pack("<HHI", 0x10, STORAGE, 0) + b""),
        MARKED,
    )
    yield Hostile(
        "object-that-expands.ppt",
        lambda: _show(container(DOCUMENT, said) + atom(STORAGE, struct.pack("<I", 100) + p.zlibbed(b"", 1024), 1)),
        heavy=True,
    )
    yield Hostile(
        "atoms-1m.ppt", lambda: _show(container(DOCUMENT, atom(0x0FA8, b"a") * 500_000, said)), MARKED, heavy=True
    )


def _show(records: bytes) -> bytes:
    current = struct.pack("<HHIIIIHHBBH", 0, 0x0FF6, 20, 20, 0xE391C05F, 0, 4, 0x03F4, 3, 0, 0)
    return _made((("PowerPoint Document",), records), (("Current User",), current))


def _nested(levels: int, inner: bytes) -> bytes:
    heads = [struct.pack("<HHI", 15, DOCUMENT, len(inner) + 8 * number) for number in range(levels)]
    return b"".join(reversed(heads)) + inner


def _messages() -> Iterator[Hostile]:
    yield Hostile("messages-in-messages-9.msg", lambda: _message(8), MARKED)
    yield Hostile("messages-in-messages-60.msg", lambda: _message(60))
    yield Hostile(
        "rtf-that-expands.msg",
        lambda: _made(
            (("__properties_version1.0",), bytes(32)),
            (("__substg1.0_10090102",), _rtf()),
            (("__substg1.0_1000001F",), _WIDE),
        ),
        MARKED,
    )


def _message(levels: int) -> bytes:
    path: tuple[str, ...] = ()
    streams: list[tuple[tuple[str, ...], bytes]] = []
    for _ in range(levels):
        streams.append(((*path, "__properties_version1.0"), bytes(32)))
        path = (*path, "__attach_version1.0_#00000000", "__substg1.0_3701000D")
    streams += [((*path, "__properties_version1.0"), bytes(32)), ((*path, "__substg1.0_1000001F"), _WIDE)]
    return _made(*streams)


def _rtf() -> bytes:
    """Return compressed RTF that says it is 2 GiB ([MS-OXRTFCP])."""
    content = b"\xff" + struct.pack(">H", 0xFFF1) * 8
    body = content * 2000
    return struct.pack("<IIII", len(body) + 12, 0x7FFFFFFF, 0x75465A4C, zlib.crc32(body)) + body
