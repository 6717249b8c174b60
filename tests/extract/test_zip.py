import io
import lzma
import struct
import warnings
import zipfile
import zlib
from typing import Any

import pytest

from bench.hiding import word
from bench.hiding._golden import golden
from bench.hiding.archives import packed_zip
from scanner.extract import Budget, LimitReachedError
from scanner.extract import zip as archives
from scanner.extract._archive import libarchive as _libarchive
from scanner.extract._archive.streams import zstd
from scanner.model.document import Blob, Member, Reason, Segment
from scanner.model.limits import Limits
from scanner.model.place import Part, Place


def _made(*files: tuple[str, bytes], comment: bytes = b"", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
        archive.comment = comment
    return stream.getvalue()


_TWO = (("a.txt", b"SECRET " * 100), ("folder/机密.txt", b"second"))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_are_read_whatever_packed_them(look: Any, method: int):
    found = look(archives, _made(*_TWO, ("folder/", b""), method=method))

    assert found.members == dict(_TWO)
    assert found.reasons == []


def test_the_comment_is_text(look: Any):
    assert look(archives, _made(comment="机密".encode())).text(Part.COMMENT) == "机密"


def test_a_program_that_unpacks_itself_is_read(look: Any):
    assert look(archives, b"MZ" + bytes(5000) + b"PK\x03\x04" + bytes(100) + _made(*_TWO)).members == dict(_TWO)


@pytest.mark.parametrize("codec", ["gb18030", "cp932", "cp437"])
def test_names_without_the_flag_for_utf_8_are_read_in_their_encoding(look: Any, codec: str):
    name = {"gb18030": "机密文件.txt", "cp932": "極秘のファイル.txt", "cp437": "plain.txt"}[codec]
    place_holder = "x" * len(name.encode(codec))
    data = _made((place_holder, b"x")).replace(place_holder.encode(), name.encode(codec))

    assert list(look(archives, data).members) == [name]


def test_a_name_in_the_extra_field_for_unicode_wins(look: Any):
    info = zipfile.ZipInfo("x.txt")
    path = "机密.txt".encode()
    info.extra = struct.pack("<HHHH", 0x9999, 0, 0x7075, 5 + len(path)) + b"\x01" + bytes(4) + path
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(info, b"x")

    assert list(look(archives, stream.getvalue()).members) == ["机密.txt"]


def test_an_encrypted_member_is_undetermined_and_the_rest_goes_on(look: Any):
    data = bytearray(_made(*_TWO))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + offset] |= 1
    found = look(archives, bytes(data))

    assert [(str(problem.place), problem.reason) for problem in found.problems] == [("f!/a.txt", Reason.ENCRYPTED)]
    assert found.members == {"folder/机密.txt": b"second"}


def test_a_wrong_checksum_is_reported_and_the_content_still_read(look: Any):
    data = bytearray(_made(*_TWO))
    for signature, offset in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        data[data.find(signature) + offset] ^= 0xFF
    found = look(archives, bytes(data))

    assert found.reasons == [Reason.CORRUPT]
    assert found.members == dict(_TWO)


def test_an_unknown_method_is_reported_and_the_rest_goes_on(look: Any):
    data = bytearray(_made(*_TWO))
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.find(signature) + offset] = 97
    found = look(archives, bytes(data))

    assert found.reasons == [Reason.UNSUPPORTED]
    assert found.members == {"folder/机密.txt": b"second"}


def _overlapping(count: int) -> bytes:
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = machine.compress(bytes(1_000_000)) + machine.flush()
    checksum = zlib.crc32(bytes(1_000_000))
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, checksum, len(packed), 1_000_000, 1, 0) + b"a"
    directory = b"".join(
        struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 8, 0, 0, checksum, len(packed), 1_000_000, 1, *[0] * 6)
        + b"a"
        for _ in range(count)
    )
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(directory), len(local + packed), 0)
    return local + packed + directory + end


def test_entries_that_share_their_bytes_are_read_once(look: Any):
    found = look(archives, _overlapping(50))

    assert found.reasons == [Reason.CORRUPT]
    assert len([item for item in found.items if isinstance(item, Member)]) == 1


def test_a_bomb_ends_at_the_budget_of_the_file(look: Any):
    with pytest.raises(LimitReachedError):
        look(archives, _made(("0", bytes(50_000_000))))


def test_one_member_too_large_is_cut_and_the_rest_goes_on(look: Any):
    found = look(archives, _made(*_TWO), limits=Limits(member_bytes=100))

    assert found.reasons == [Reason.TOO_LARGE]
    assert found.members == {"a.txt": (b"SECRET " * 100)[:100], "folder/机密.txt": b"second"}


def test_too_many_entries_are_not_even_listed(look: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archives, "MOST_ENTRIES", 1)

    assert look(archives, _made(*_TWO)).reasons == [Reason.TOO_MANY_MEMBERS]


def test_a_torn_off_archive_gives_what_is_left(look: Any):
    data = _made(*_TWO)
    found = look(archives, data[: data.find(b"PK\x01\x02")])

    assert found.members == dict(_TWO)
    assert found.reasons == [Reason.CORRUPT]


def test_a_torn_off_member_gives_its_beginning(look: Any):
    found = look(archives, _made(("a.txt", bytes(range(256)) * 50), method=zipfile.ZIP_DEFLATED)[:150])

    assert bytes(range(10)) in found.members["a.txt"]
    assert found.reasons == [Reason.CORRUPT, Reason.CORRUPT]


def test_a_torn_off_archive_says_what_it_cannot_give(look: Any):
    data = bytearray(_made(("a", b"x"), ("b/", b""), ("c", b"y"), method=zipfile.ZIP_STORED))
    data[6] |= 1
    found = look(archives, bytes(data[: data.find(b"PK\x01\x02")]))

    assert found.reasons == [Reason.CORRUPT, Reason.ENCRYPTED]
    assert found.members == {"c": b"y"}


def test_a_member_the_directory_does_not_list_is_found(look: Any):
    hidden = _made(("hidden.txt", b"SECRET " * 10))
    found = look(archives, hidden[: hidden.find(b"PK\x01\x02")] + _made(*_TWO))

    assert found.members == {**dict(_TWO), "hidden.txt": b"SECRET " * 10}
    assert found.reasons == []


def test_a_streamed_member_the_directory_does_not_list_is_found(look: Any):
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type] # a stream will do
        archive.writestr("hidden.txt", b"SECRET " * 10)
    found = look(archives, pipe.data[: pipe.data.find(b"PK\x01\x02")] + _made(*_TWO))

    assert found.members["hidden.txt"] == b"SECRET " * 10


def test_an_entry_whose_place_is_wrong_is_found_where_it_is(look: Any):
    data = bytearray(_made(*_TWO, method=zipfile.ZIP_STORED))
    at = data.find(b"PK\x01\x02") + 42
    struct.pack_into("<I", data, at, 3)
    found = look(archives, bytes(data))

    assert found.members == dict(_TWO)
    assert found.reasons == []


def test_an_entry_that_is_nowhere_is_reported(look: Any):
    data = bytearray(_made(*_TWO))
    data[0:4] = b"XXXX"
    found = look(archives, bytes(data))

    assert [(str(problem.place), problem.reason) for problem in found.problems] == [("f!/a.txt", Reason.CORRUPT)]
    assert found.members["folder/机密.txt"] == b"second"


def test_many_entries_that_are_nowhere_are_counted(look: Any):
    data = _made(*((f"{number}", b"x") for number in range(150))).replace(b"PK\x03\x04", b"XXXX")
    found = look(archives, data)

    assert len(found.problems) == 101
    assert found.problems[-1].detail == "150 entries are damaged"


def test_what_only_apple_reads_is_reported(look: Any):
    assert look(archives, _made(("Index/Document.iwa", b"x"))).reasons == [Reason.UNSUPPORTED]


def _entry_comments(*comments: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, comment in comments:
            info = zipfile.ZipInfo(name)
            info.comment = comment
            archive.writestr(info, b"x")
    return stream.getvalue()


def test_the_comment_of_each_entry_is_text(look: Any):
    found = look(archives, _entry_comments(("a.txt", b"SECRET one"), ("b.txt", "机密".encode())))

    assert found.text(Part.COMMENT, "a.txt") == "SECRET one"
    assert found.text(Part.COMMENT, "b.txt") == "机密"


def test_a_comment_in_the_extra_field_for_unicode_wins(look: Any):
    info = zipfile.ZipInfo("x.txt")
    comment = "机密".encode()
    info.comment = b"??"
    info.extra = struct.pack("<HH", 0x6375, 5 + len(comment)) + b"\x01" + bytes(4) + comment
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(info, b"x")

    assert look(archives, stream.getvalue()).text(Part.COMMENT, "x.txt") == "机密"


def test_names_that_no_member_carries_are_metadata(look: Any):
    data = bytearray(_made(("folder/", b""), ("a.txt", b"x" * 50), ("b.txt", b"")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature, data.find(signature) + 1) + offset] |= 1
    found = look(archives, bytes(data))

    assert found.text(Part.METADATA, "names") == "folder/\na.txt"
    assert found.members == {"b.txt": b""}


def test_other_readings_of_a_name_are_metadata(look: Any):
    name = "机密文件".encode("gb18030")
    found = look(archives, _made(("x" * len(name), b"x")).replace(b"x" * len(name), name))

    assert list(found.members) == ["机密文件"]
    assert found.text(Part.METADATA, "names")


def test_a_name_that_only_the_local_header_has_is_metadata(look: Any):
    found = look(archives, _made(("shown.txt", b"x")).replace(b"shown.txt", b"other.txt", 1))

    assert list(found.members) == ["shown.txt"]
    assert found.text(Part.METADATA, "names") == "shown.txt\nother.txt"
    assert found.reasons == []


@pytest.mark.parametrize("name", ["deflate64.zip", "ppmd.zip", "lzma.zip"])
def test_methods_that_few_programs_write_are_read(look: Any, name: str):
    found = look(archives, golden()[name])

    assert word("arc", name).encode() in found.members["a.txt"]
    assert found.reasons == []


@pytest.mark.parametrize("name", ["locked.zip", "aes.zip"])
def test_locked_archives_of_other_programs_are_encrypted(look: Any, name: str):
    assert look(archives, golden()[name]).reasons == [Reason.ENCRYPTED]


def test_a_method_that_needs_the_system_says_what_is_missing(look: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_libarchive, "_ffi", None)
    found = look(archives, golden()["ppmd.zip"])

    assert found.reasons == [Reason.UNSUPPORTED]
    assert "libarchive13" in found.problems[0].detail


@pytest.mark.parametrize(
    ("method", "packed"),
    [(93, zstd.compress(b"SECRET " * 50)), (95, lzma.compress(b"SECRET " * 50)), (20, zstd.compress(b"SECRET " * 50))],
)
def test_newer_methods_are_read(look: Any, method: int, packed: bytes):
    found = look(archives, packed_zip(b"a.txt", method, packed, b"SECRET " * 50))

    assert found.members == {"a.txt": b"SECRET " * 50}
    assert found.reasons == []


@pytest.mark.parametrize("method", [9, 12, 14, 93, 95, 98])
def test_nonsense_in_every_method_is_corrupt(look: Any, method: int):
    for packed in (b"", b"\xff" * 40, b"\x09\x14\x05\x00\x5d\x00\x00\x01\x00nonsense", b"\x05\x00\x05\x00\x05\x00" * 4):
        found = look(archives, packed_zip(b"a.txt", method, packed, b"SECRET " * 50))
        assert found.reasons == [Reason.CORRUPT]


def test_an_entry_that_is_only_said_to_be_locked_is_read(look: Any):
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data = bytearray(_made(*_TWO[:1]))
        data[data.find(signature) + offset] |= 1
        found = look(archives, bytes(data))
        assert found.members == dict(_TWO[:1])
        assert found.reasons == []


def test_an_entry_that_half_its_headers_call_locked_and_is_so_is_encrypted(look: Any):
    data = packed_zip(b"a.txt", 0, b"ciphered", b"SECRET..")
    data = data[: data.find(b"PK\x01\x02") + 8] + b"\x01" + data[data.find(b"PK\x01\x02") + 9 :]

    assert look(archives, data).reasons == [Reason.ENCRYPTED]


def test_what_stands_around_the_archive_is_read(look: Any):
    found = look(archives, b"MZ before it" + _made(*_TWO) + b"behind it")

    assert found.members == {**dict(_TWO), "before": b"MZ before it", "behind": b"behind it"}
    assert found.reasons == []


def test_what_stands_between_the_files_is_strings(look: Any):
    data = _made(*_TWO)
    middle = data.find(b"PK\x01\x02")
    between = b"SECRET between the files and the directory"
    end = bytearray(data[middle:])
    struct.pack_into("<I", end, len(end) - 6, middle + len(between))

    assert look(archives, data[:middle] + between + bytes(end)).text(Part.RAW) == between.decode()


def test_a_folder_that_holds_something_is_read(look: Any):
    assert look(archives, packed_zip(b"folder/", 0, b"SECRET", b"SECRET")).members == {"folder/": b"SECRET"}


def test_wide_numbers_are_read(look: Any):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as file:
        file.write(b"SECRET")
    data = stream.getvalue()
    middle = data.find(b"PK\x01\x02")
    name = struct.unpack_from("<H", data, middle + 28)[0]
    wide = struct.pack("<HHQQQI", 1, 28, 6, 6, 0, 0)
    entry = bytearray(data[middle : middle + 46 + name] + wide)
    struct.pack_into("<II", entry, 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<H", entry, 30, len(wide))
    struct.pack_into("<H", entry, 34, 0xFFFF)
    struct.pack_into("<I", entry, 42, 0xFFFFFFFF)
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(entry), middle)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, middle + len(entry), 1)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    for before in (b"", b"MZ before"):
        found = look(archives, before + data[:middle] + bytes(entry) + record + locator + end)
        assert found.members["a.txt"] == b"SECRET"
        assert found.reasons == []


def test_parts_of_a_divided_archive_are_partial(look: Any):
    whole = _made(*_TWO)
    last = bytearray(whole)
    struct.pack_into("<HH", last, whole.find(b"PK\x05\x06") + 4, 1, 1)
    first = look(archives, b"PK\x07\x08" + whole[: whole.find(b"PK\x01\x02")])
    found = look(archives, bytes(last))

    assert first.reasons == [Reason.PARTIAL]
    assert first.members == dict(_TWO)
    assert found.reasons == [Reason.PARTIAL]
    assert found.text(Part.METADATA, "names") == "a.txt\nfolder/机密.txt"


def test_a_directory_that_breaks_off_is_corrupt_and_its_files_are_found(look: Any):
    data = bytearray(_made(*_TWO))
    data[data.rfind(b"PK\x01\x02")] = 0
    found = look(archives, bytes(data))

    assert found.members == dict(_TWO)
    assert found.reasons == [Reason.CORRUPT]


def test_an_empty_archive_holds_nothing(look: Any):
    assert look(archives, _made()).items == []


def test_a_file_of_another_method_that_the_directory_does_not_list_is_found(look: Any):
    hidden = _made(("hidden.txt", b"SECRET " * 10), method=zipfile.ZIP_BZIP2)
    data = hidden[: hidden.find(b"PK\x01\x02")] + _made(*_TWO)

    assert look(archives, data).members["hidden.txt"] == b"SECRET " * 10
    assert look(archives, data, limits=Limits(member_bytes=30)).members["a.txt"] == (b"SECRET " * 100)[:30]


def test_a_torn_off_file_of_another_method_says_so(look: Any):
    hidden = _made(("hidden.txt", b"SECRET " * 10), method=zipfile.ZIP_BZIP2)

    assert look(archives, hidden[:60]).reasons == [Reason.CORRUPT, Reason.CORRUPT]


def test_a_spent_budget_keeps_the_names():
    data = _made(("folder/", b""), ("0", bytes(50_000_000)))
    found = archives.extract(Blob(Place("f"), "application/zip", data), Budget(Limits(), len(data)))
    texts: list[str] = []
    with pytest.raises(LimitReachedError):
        texts.extend(item.text for item in found if isinstance(item, Segment))

    assert texts == ["folder/"]


def test_names_are_places_whatever_is_in_them(look: Any):
    names = ["../../etc/passwd", "/absolute", "\u202egnp.txt", 'a"!/#b', "x" * 3000, "a.txt", "a.txt"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of the second `a.txt`
        data = _made(*((name, b"x") for name in names))
    found = look(archives, data)

    assert {item.place.members[-1] for item in found.items if isinstance(item, Member)} == set(names)
    assert len([item for item in found.items if isinstance(item, Member)]) == len(names)
    assert all(Place.parse(str(item.place)) == item.place for item in found.items)
