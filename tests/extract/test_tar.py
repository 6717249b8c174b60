import io
import random
import tarfile
from typing import Any

import pytest

from scanner.extract import Budget, LimitReachedError, tar
from scanner.model.document import Blob, Reason, Segment
from scanner.model.limits import Limits
from scanner.model.place import Part, Place


def _made(*names: bytes, format_: int = tarfile.PAX_FORMAT) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=format_, encoding="utf-8", errors="surrogateescape") as archive:
        for name in names:
            info = tarfile.TarInfo(name.decode("utf-8", "surrogateescape"))
            info.size = 6
            archive.addfile(info, io.BytesIO(b"SECRET"))
        for kind in (tarfile.SYMTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo("other")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    return stream.getvalue()


def test_regular_files_are_members_and_nothing_else(look: Any):
    found = look(tar, _made(b"a.txt", "机密.txt".encode(), b"../" * 40 + b"long"))

    assert list(found.members) == ["a.txt", "机密.txt", "../" * 40 + "long"]
    assert set(found.members.values()) == {b"SECRET"}
    assert found.reasons == []


def test_a_name_that_is_not_utf_8_is_read_in_its_encoding(look: Any):
    assert list(look(tar, _made("机密文件.txt".encode("gb18030"), format_=tarfile.GNU_FORMAT)).members) == [
        "机密文件.txt"
    ]


def test_an_archive_behind_the_archive_is_read(look: Any):
    assert list(look(tar, _made(b"a") + _made(b"b")).members) == ["a", "b"]


def test_a_torn_off_file_gives_its_beginning_and_says_so(look: Any):
    found = look(tar, _made(b"a")[: 1536 + 3])

    assert Reason.CORRUPT in look(tar, _made(b"a", b"b")[:1100]).reasons
    assert found.members["a"] == b"SECRET"
    assert found.reasons == [Reason.CORRUPT]


def test_something_else_where_a_header_should_stand_is_reported(look: Any):
    data = _made(b"a", b"b")
    found = look(tar, data[:1024] + b"q" * 512 + data[1536:])

    assert found.reasons == [Reason.CORRUPT]


def test_something_else_behind_the_archive_is_reported(look: Any):
    assert look(tar, _made(b"a") + b"q" * 600).reasons == [Reason.CORRUPT]


def test_no_archive_at_all_is_reported(look: Any):
    assert look(tar, b"q" * 600).reasons == [Reason.CORRUPT]


def _entry(
    name: bytes, kind: bytes = b"0", content: bytes = b"", *, link: bytes = b"", magic: bytes = b"ustar\x0000"
) -> bytes:
    head = bytearray(512)
    for at, value in (
        (0, name),
        (100, b"0000644\0"),
        (124, b"%011o\0" % len(content)),
        (156, kind),
        (157, link),
        (257, magic),
    ):
        head[at : at + len(value)] = value
    return _summed(head) + content + bytes(-len(content) % 512)


def _summed(head: bytearray) -> bytes:
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


_END = bytes(1024)


def _pax(*pairs: tuple[bytes, bytes], kind: bytes = b"x") -> bytes:
    records = b""
    for key, value in pairs:
        size = len(key) + len(value) + 3
        size += len(str(size + len(str(size))))
        records += b"%d %s=%s\n" % (size, key, value)
    return _entry(b"pax", kind, records)


def test_links_folders_devices_and_labels_are_names(look: Any):
    data = _entry(b"soft", b"2", link=b"soft target") + _entry(b"hard", b"1", link=b"hard target")
    data += _entry(b"folder", b"5") + _entry(b"device", b"3") + _entry(b"label", b"V") + _END
    found = look(tar, data)

    assert found.text(Part.METADATA, "names").split("\n") == [
        *("soft", "soft target", "hard", "hard target", "folder", "device", "label")
    ]
    assert found.reasons == []


def test_long_names_and_links_of_gnu_are_read(look: Any):
    data = _entry(b"x", b"L", b"n" * 200 + b"\0") + _entry(b"short", b"0", b"SECRET")
    data += _entry(b"x", b"K", b"t" * 200 + b"\0") + _entry(b"link", b"2", link=b"short") + _END
    found = look(tar, data)

    assert found.members == {"n" * 200: b"SECRET"}
    assert "t" * 200 in found.text(Part.METADATA, "names")


def test_what_pax_says_is_used_and_its_comments_are_text(look: Any):
    data = _pax((b"comment", b"SECRET for all"), kind=b"g")
    data += _pax((b"path", "机密.txt".encode()), (b"comment", b"SECRET remark"), (b"SCHILY.xattr.user.note", b"a note"))
    data += _entry(b"short", b"0", b"SECRET") + _pax((b"linkpath", b"far")) + _entry(b"link", b"2", link=b"near") + _END
    found = look(tar, data)

    assert found.members == {"机密.txt": b"SECRET"}
    assert found.text(Part.COMMENT) == "SECRET for all\nSECRET remark"
    assert found.text(Part.METADATA, "SCHILY.xattr.user.note") == "a note"
    assert "far" in found.text(Part.METADATA, "names")


def test_archives_of_version_7_and_prefixes_are_read(look: Any):
    old = _entry(b"old.txt", b"\0", b"SECRET", magic=b"")
    head = bytearray(_entry(b"new.txt", b"0", b"SECRET")[:512])
    head[345:351] = b"folder"
    found = look(tar, old + _summed(head) + b"SECRET" + bytes(506) + _END)

    assert found.members == {"old.txt": b"SECRET", "folder/new.txt": b"SECRET"}


def test_owners_are_names(look: Any):
    head = bytearray(_entry(b"a", b"5")[:512])
    head[265:270] = b"alice"
    assert "alice" in look(tar, _summed(head) + _END).text(Part.METADATA, "names")


@pytest.mark.parametrize(
    "entries",
    [
        _pax((b"GNU.sparse.size", b"30"), (b"GNU.sparse.offset", b"20"), (b"GNU.sparse.numbytes", b"6")),
        _pax((b"GNU.sparse.name", b"a"), (b"GNU.sparse.size", b"30"), (b"GNU.sparse.map", b"20,6")),
        _pax((b"GNU.sparse.major", b"1"), (b"GNU.sparse.name", b"a"), (b"GNU.sparse.realsize", b"30")),
    ],
    ids=["0.0", "0.1", "1.0"],
)
def test_sparse_files_are_spread(look: Any, entries: bytes):
    content = b"1\n20\n6\n".ljust(512, b"\0") + b"SECRET" if b"major" in entries else b"SECRET"
    found = look(tar, entries + _entry(b"a", b"0", content) + _END)

    assert found.members == {"a": bytes(20) + b"SECRET" + bytes(4)}
    assert found.reasons == []


def _old_sparse(pairs: list[tuple[int, int]], size: int, content: bytes) -> bytes:
    head = bytearray(_entry(b"a", b"S", content, magic=b"ustar  \0")[:512])
    packed = [b"%011o\0%011o\0" % pair for pair in pairs]
    head[386:482] = b"".join(packed[:4]).ljust(96, b"\0")
    head[482] = len(pairs) > 4
    head[483:495] = b"%011o\0" % size
    more = b"".join(packed[4:]).ljust(512, b"\0") if len(pairs) > 4 else b""
    return _summed(head) + more + content + bytes(-len(content) % 512)


def test_old_sparse_files_are_spread(look: Any):
    short = look(tar, _old_sparse([(20, 6)], 30, b"SECRET") + _END)
    long = look(tar, _old_sparse([(at * 2, 1) for at in range(6)], 12, b"SECRET") + _END)

    assert short.members == {"a": bytes(20) + b"SECRET" + bytes(4)}
    assert long.members == {"a": b"S\0E\0C\0R\0E\0T\0"}


def test_a_sparse_file_too_large_gives_what_is_there(look: Any):
    data = _old_sparse([(20, 6)], 1 << 32, b"SECRET") + _END

    assert look(tar, data).members == {"a": b"SECRET"}
    with pytest.raises(LimitReachedError):
        look(tar, _old_sparse([(20, 6)], 50 << 20, b"SECRET") + _END)


def test_a_sparse_file_that_breaks_off_says_so(look: Any):
    found = look(tar, _old_sparse([(20, 600)], 620, b"SECRET" * 100)[:-500])

    assert found.reasons == [Reason.CORRUPT]


def test_a_file_that_another_part_begins_is_partial(look: Any):
    found = look(tar, _entry(b"a", b"M", b"SECRET") + _END)

    assert found.members == {"a": b"SECRET"}
    assert found.reasons == [Reason.PARTIAL]


def test_kinds_that_nobody_knows_hold_bytes(look: Any):
    assert look(tar, _entry(b"a", b"Z", b"SECRET") + _END).members == {"a": b"SECRET"}


def test_a_hard_link_with_bytes_behind_it_is_a_file(look: Any):
    linked = look(tar, _entry(b"a", b"1", b"SECRET", link=b"b") + _entry(b"c", b"0", b"x") + _END)
    hollow = bytearray(_entry(b"a", b"1", link=b"b")[:512])
    hollow[124:136] = b"%011o\0" % 6
    bare = look(tar, _summed(hollow) + _entry(b"c", b"0", b"x") + _END)

    assert linked.members == {"a": b"SECRET", "c": b"x"}
    assert bare.members == {"c": b"x"}


def test_numbers_in_base_256_are_read(look: Any):
    head = bytearray(_entry(b"a", b"0", b"SECRET")[:512])
    head[124:136] = b"\x80" + bytes(10) + b"\x06"

    assert look(tar, _summed(head) + b"SECRET" + bytes(506) + _END).members == {"a": b"SECRET"}


def test_files_behind_damage_are_found(look: Any):
    found = look(tar, _entry(b"a", b"0", b"x") + b"q" * 700 + _entry(b"b", b"0", b"SECRET") + _END)

    assert found.members["b"] == b"SECRET"
    assert found.reasons == [Reason.CORRUPT]


def test_an_archive_that_ends_in_the_middle_of_what_it_says_is_corrupt(look: Any):
    assert look(tar, _pax((b"path", b"x"))).reasons == [Reason.CORRUPT]
    assert look(tar, _pax((b"path", b"x" * 600))[:700]).reasons == [Reason.CORRUPT, Reason.CORRUPT]
    assert look(tar, _entry(b"a", b"0", b"x") + b"\0" * 100).reasons == [Reason.CORRUPT]
    assert look(tar, b"").reasons == [Reason.CORRUPT]


def test_a_budget_that_is_spent_keeps_the_names():
    data = _entry(b"folder", b"5") + _entry(b"a", b"0", b"x" * 600) + _END
    texts: list[str] = []
    with pytest.raises(LimitReachedError):
        texts.extend(
            item.text
            for item in tar.extract(Blob(Place("f"), "", data), Budget(Limits(expanded_bytes=10), 1))
            if isinstance(item, Segment)
        )

    assert texts == ["folder"]


def test_more_entries_than_anybody_packs_are_not_read(look: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tar, "_MOST_ENTRIES", 2)

    assert look(tar, _entry(b"a") * 4).reasons == [Reason.TOO_MANY_MEMBERS]


def test_faults_end_in_problems():
    chance = random.Random(3)  # noqa: S311 - the same faults every time
    whole = _pax((b"path", b"x"), (b"comment", b"y")) + _entry(b"a", b"0", b"x" * 600) + _entry(b"x", b"L", b"n" * 200)
    whole += _old_sparse([(at * 2, 1) for at in range(6)], 12, b"SECRET") + _entry(b"b", b"2", link=b"c") + _END
    for turn in range(200):
        data = bytearray(whole[: chance.randrange(1, len(whole)) if turn % 2 else None])
        at = chance.randrange(len(data))
        data[at] ^= 1 << chance.randrange(8)
        start = at // 512 * 512
        if turn % 3 and start + 512 <= len(data):
            data[start : start + 512] = _summed(data[start : start + 512])
        try:
            for item in tar.extract(Blob(Place("f"), "", bytes(data)), Budget(Limits(), len(data))):
                assert Place.parse(str(item.place)) == item.place
        except LimitReachedError:
            continue
