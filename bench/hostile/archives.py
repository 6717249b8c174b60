"""Zips that expand, repeat, overlap, hide and lie."""

import lzma
import struct
import zlib
from collections.abc import Iterator
from functools import partial

from bench.hostile import BOMB, MARKED, MARKING, Hostile
from bench.hostile import _packing as p

_TEXT = f"{MARKING}\n".encode()
_NAME = "a.txt"


def documents() -> Iterator[Hostile]:
    """Yield the zips."""
    yield from _bombs()
    yield from _lies()
    yield from _hidden()


def _bombs() -> Iterator[Hostile]:
    gib = 1024
    yield Hostile("flat-1g.zip", lambda: p.written([p.Entry(b"a", p.deflated(b"", gib), p.GIB)]), BOMB, heavy=True)
    yield Hostile("flat-8-times-255m.zip", lambda: p.written(_zeros(8, 255)), BOMB, heavy=True)
    yield Hostile(
        "first-marked.zip", lambda: p.written([p.stored(b"a.txt", _TEXT), *_zeros(3, 300)]), BOMB | MARKED, heavy=True
    )
    yield Hostile(
        "bzip2-260m.zip", lambda: p.written([p.Entry(b"a", p.bzipped(260), 260 * p.MIB, 12)]), BOMB, heavy=True
    )
    yield Hostile("lzma-300m.zip", _lzma, BOMB, heavy=True)
    yield Hostile(
        "deflate64-1g.zip", lambda: p.written([p.Entry(b"a", p.deflated(b"", gib), p.GIB, 9)]), BOMB, heavy=True
    )
    for name, build in (("overlap-full", p.overlapping_whole), ("overlap-quoted", p.overlapping_quoted)):
        yield Hostile(f"{name}.zip", partial(build, 250, 1, "%d.txt"), BOMB)
        yield Hostile(f"{name}-of-few.zip", partial(build, 2, 1, "%d.txt"), BOMB)
        yield Hostile(f"{name}.docx", partial(build, 250, 1, "word/p%d.xml"), BOMB)
        yield Hostile(f"{name}.jar", partial(build, 50, 1, "META-INF/%d"), BOMB)
    yield Hostile("overlap-by-one-byte.zip", _by_one_byte, BOMB)
    yield Hostile("matryoshka.zip", _matryoshka, BOMB)
    yield Hostile("42-levels.zip", lambda: p.nested(_TEXT, 42), BOMB)
    yield Hostile("forty-two.zip", _forty_two, BOMB, heavy=True)
    yield Hostile(
        "levels-and-marked.zip", lambda: p.zipped([(_NAME, _TEXT), ("b.zip", p.nested(_TEXT, 20))]), BOMB | MARKED
    )
    yield Hostile("marked-at-depth-8.zip", lambda: p.nested(_TEXT, 8, ending="zip"), MARKED)
    yield Hostile("members-10001.zip", lambda: p.zipped((f"{n}.txt", b"x") for n in range(10_001)), BOMB, heavy=True)
    yield Hostile(
        "members-and-marked.zip",
        lambda: p.zipped([(_NAME, _TEXT), *((f"{n}", b"") for n in range(10_050))]),
        BOMB | MARKED,
        heavy=True,
    )
    yield Hostile("entries-201000.zip", _many_entries, BOMB, heavy=True)
    yield Hostile("members-in-members.zip", _members_in_members, BOMB, heavy=True)
    yield Hostile("folders-only.zip", lambda: p.zipped((f"{n}/", b"") for n in range(5000)))


def _zeros(count: int, mebibytes: int) -> Iterator[p.Entry]:
    packed = p.deflated(b"", mebibytes)
    yield from (p.Entry(b"z%d" % number, packed, mebibytes * p.MIB) for number in range(count))


def _lzma() -> bytes:
    """Return zeros packed by the cheapest LZMA (APPNOTE 6.3.10, section 5.8.8)."""
    raw = lzma.compress(bytes(300 * p.MIB), lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "preset": 0}])
    head = struct.pack("<BBHBI", 9, 4, 5, 0x5D, 1 << 18)
    return p.written([p.Entry(b"a", head + raw, 300 * p.MIB, 14)])


def _by_one_byte() -> bytes:
    first, second = p.stored(b"a", b"one" * 40), p.stored(b"b", b"two" * 40)
    longer = p.Entry(b"a", first.packed, 121, 0, 0, said_packed=121)
    at = len(first.local())
    return p.ended(longer.local() + second.local(), longer.central(0) + second.central(at), 2)


def _matryoshka() -> bytes:
    """Each entry is stored and is all that follows it, the directory included: a zip again, with one entry less."""
    count, entry_size = 24, len(p.Entry(b"00.zip", b"", 0).central(0))
    tail = count * entry_size + 22
    heads: list[p.Entry] = []
    for number in reversed(range(count)):
        size = tail + (count - 1 - number) * (30 + 6)
        heads.insert(0, p.Entry(b"%02d.zip" % number, b"", size, 0, said_packed=size))
    directory = b"".join(head.central(number * 36) for number, head in enumerate(heads))
    return p.ended(b"".join(head.local() for head in heads), directory, count)


def _forty_two() -> bytes:
    data = p.written(_zeros(16, 255))
    for _ in range(4):
        data = p.zipped((f"lib {n}.zip", data) for n in range(16))
    return data


def _many_entries() -> bytes:
    one = p.stored(b"a", b"x")
    return p.ended(one.local(), one.central(0) * 201_000, 201_000)


def _members_in_members() -> bytes:
    inner = p.zipped((f"{n}", b"x") for n in range(150))
    return p.zipped((f"{n}.zip", inner) for n in range(150))


def _lies() -> Iterator[Hostile]:
    zeros = p.deflated(b"", 300)
    yield Hostile("says-10-bytes.zip", lambda: p.written([p.Entry(b"a", zeros, 10)]), BOMB, heavy=True)
    yield Hostile("says-4-gib.zip", lambda: p.written([p.Entry(b"a", b"\3\0", 0, said_size=0xFFFFFFF0)]), BOMB)
    yield Hostile("packed-4-gib.zip", lambda: p.written([p.Entry(b"a", b"x", 1, 0, said_packed=0xFFFFFFF0)]), BOMB)
    yield Hostile("zip64-16-eib.zip", _zip64, BOMB)
    yield Hostile(
        "wrong-checksum.zip", lambda: p.written([p.Entry(b"a.txt", _TEXT, len(_TEXT), 0, crc=1)]), BOMB | MARKED
    )
    yield Hostile("unknown-method.zip", lambda: p.written([p.Entry(b"a.txt", b"x" * 50, 50, 77)]), BOMB)
    yield Hostile("locked.zip", lambda: p.written([p.Entry(b"a.txt", b"x" * 50, 38, 0, flags=1)]), BOMB)
    yield Hostile(
        "locked-lie.zip",
        lambda: p.written([p.Entry(b"a.txt", _TEXT, len(_TEXT), 0, zlib.crc32(_TEXT), flags=1, local_flags=0)]),
        MARKED,
    )
    yield Hostile("counts-65535.zip", lambda: p.written([p.stored(b"a.txt", _TEXT)], count=65_534), BOMB | MARKED)
    yield Hostile("offset-outside.zip", lambda: p.ended(b"", p.stored(b"a", b"x").central(0x7FFFFFFF), 1), BOMB)
    yield Hostile("directory-cut.zip", lambda: p.written([p.stored(b"a.txt", _TEXT)] * 3)[:-90], MARKED)
    yield Hostile("truncated.zip", lambda: p.zipped({"a.txt": _TEXT * 5000, "b.txt": b"x" * 5000})[:150], BOMB)
    yield Hostile(
        "disk-7.zip", lambda: p.written([p.stored(b"a.txt", _TEXT)]).replace(b"PK\5\6\0\0", b"PK\5\6\7\0"), MARKED
    )
    yield Hostile(
        "extra-fields-lie.zip",
        lambda: p.written([p.Entry(b"a.txt", _TEXT, len(_TEXT), 0, zlib.crc32(_TEXT), extra=b"\x01\0\xff\xff" * 900)]),
        MARKED,
    )


def _zip64() -> bytes:
    entry = p.stored(b"a.txt", _TEXT)
    huge = b"\1\0\x18\0" + b"\xff" * 16 + bytes(8)
    lie = p.Entry(b"a.txt", _TEXT, len(_TEXT), 0, entry.crc, said_size=0xFFFFFFFF, said_packed=0xFFFFFFFF, extra=huge)
    return p.ended(entry.local(), lie.central(0), 1)


def _hidden() -> Iterator[Hostile]:
    text = p.stored(b"a.txt", _TEXT)
    plain = p.stored(b"b.txt", b"nothing\n")
    yield Hostile(
        "two-names.zip",
        lambda: p.written([p.Entry(b"clean.txt", b"x", 1, 0, zlib.crc32(b"x"), local_name=_TEXT.strip())]),
        MARKED,
    )
    yield Hostile("name-marked.zip", lambda: p.written([p.stored(MARKING.encode() + b".txt", b"x")]), MARKED)
    yield Hostile("comment-marked.zip", lambda: p.written([plain], comment=_TEXT), MARKED)
    yield Hostile(
        "entry-comment-marked.zip",
        lambda: p.written([p.Entry(b"b", b"x", 1, 0, zlib.crc32(b"x"), comment=_TEXT)]),
        MARKED,
    )
    yield Hostile("same-name-twice.zip", lambda: p.zipped([(_NAME, b"nothing"), (_NAME, _TEXT)]), MARKED)
    yield Hostile(
        "not-listed.zip", lambda: p.ended(text.local() + plain.local(), plain.central(len(text.local())), 1), MARKED
    )
    yield Hostile("no-directory.zip", lambda: text.local() + plain.local(), MARKED)
    yield Hostile("behind-a-program.zip", lambda: b"MZ" + bytes(5000) + p.written([text]), MARKED)
    yield Hostile("false-end-in-comment.zip", lambda: p.written([text], comment=p.written([plain])[-22:]), MARKED)
    yield Hostile("two-archives.zip", lambda: p.written([text]) + p.written([plain]), MARKED)
    yield Hostile(
        "up-and-out.zip",
        lambda: p.zipped([("../" * 40 + "etc/passwd", _TEXT), ("/etc/shadow", b"x"), ("C:\\a", b"x")]),
        MARKED,
    )
    yield Hostile(
        "name-of-60000-bytes.zip",
        lambda: p.written([p.Entry(b"n" * 60_000, _TEXT, len(_TEXT), 0, zlib.crc32(_TEXT))]),
        MARKED,
    )
    yield Hostile(
        "name-with-controls.zip", lambda: p.written([p.stored(b"\x1b]0;x\x07\r\n\0\xff\xfe.txt", _TEXT)]), MARKED
    )
    yield Hostile("no-name.zip", lambda: p.written([p.stored(b"", _TEXT)]), MARKED)
    yield Hostile("folder-with-content.zip", lambda: p.written([p.stored(b"folder/", _TEXT)]), MARKED)
    yield Hostile("link-to-passwd.zip", _link, MARKED)


def _link() -> bytes:
    target = p.stored(b"link", b"/etc/passwd")
    return p.written([target, p.stored(b"a.txt", _TEXT)])
