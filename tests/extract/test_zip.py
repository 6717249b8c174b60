import io
import struct
import zipfile
import zlib
from typing import Any

import pytest

from scanner.extract import LimitReachedError
from scanner.extract import zip as archives
from scanner.model.document import Member, Reason
from scanner.model.limits import Limits
from scanner.model.place import Part


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
