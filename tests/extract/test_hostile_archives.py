"""Archives whose directories are lies: entries that overlap, sizes that are not, and archives of themselves."""

import struct

import pytest

from bench.hostile import MARKING, documents
from bench.hostile import _packing as packing
from scanner.extract import LimitReachedError, archive, compressed, docx, tar
from scanner.extract import odf as opendocument
from scanner.extract import zip as archives
from scanner.extract._archive.few import few_problems
from scanner.model.document import Problem, Reason
from scanner.model.limits import Limits
from scanner.model.place import Place

_TEXT = f"{MARKING}\n".encode()
_BUILDS = [packing.overlapping_whole, packing.overlapping_quoted]


def _made(name):
    return b"".join(next(one for one in documents() if one.name == name).pieces())


@pytest.mark.parametrize("build", _BUILDS)
@pytest.mark.parametrize("count", [2, 30])
def test_entries_that_share_bytes_are_read_once_and_are_a_problem(read, build, count):
    found = read(archives, build(count, 1, "%d.txt"))
    assert ("corrupt", f"{count - 1} entries overlap others") in found.problems
    assert sum(len(data) for data in found.members.values()) <= count * 100 + (1 << 20)


@pytest.mark.parametrize("build", _BUILDS)
@pytest.mark.parametrize(("reader", "pattern"), [(docx, "word/p%d.xml"), (opendocument, "Object %d/content.xml")])
def test_no_part_of_a_document_whose_entries_share_bytes_is_unpacked_twice(read, build, reader, pattern):
    found = read(reader, build(30, 1, pattern))
    assert ("corrupt", "entries of the zip overlap") in found.problems
    assert sum(len(data) for data in found.members.values()) <= 3000 + (1 << 20)


def test_entries_that_overlap_by_one_byte_are_a_problem(read):
    assert ("corrupt", "1 entries overlap others") in read(archives, _made("overlap-by-one-byte.zip")).problems


def test_an_archive_of_all_that_follows_does_not_multiply(read):
    found = read(archives, _made("matryoshka.zip"))
    assert "corrupt" in found.reasons
    assert len(found.members) <= 2


@pytest.mark.parametrize("told", [0, 5, len(_TEXT) - 1, len(_TEXT) + 1, 0xFFFFFFF0])
def test_a_member_that_is_not_of_the_size_that_is_told_is_a_problem_and_is_read(read, told):
    entry = packing.stored(b"a.txt", _TEXT)
    lie = packing.Entry(
        entry.name, entry.packed, entry.size, entry.method, entry.crc, said_size=told, said_packed=entry.size
    )
    found = read(archives, packing.written([lie]))
    assert found.members["a.txt"] == _TEXT
    assert "corrupt" in found.reasons


def test_an_archive_that_is_its_own_content_ends_at_the_limit_of_depth(read):
    data = _made("itself.gz")
    found = read(compressed, data, media_type="application/gzip")
    assert list(found.members.values()) == [data]


@pytest.mark.parametrize("size", [b"\x80\0\0\0\x7f" + b"\xff" * 7, b"\xff" * 12, b"77777777777\0", b"zzzzzzzzzzz\0"])
def test_a_tape_entry_of_any_size_is_a_problem_or_is_passed_over(read, size):
    head = bytearray(512)
    head[:1], head[100:108], head[124:136], head[156:157], head[257:265] = b"a", b"0000644\0", size, b"0", b"ustar  \0"
    head[148:156] = b"%06o\0 " % (sum(head) + 8 * 32)
    found = read(tar, bytes(head) + _TEXT.ljust(512, b"\0") + bytes(1024))
    assert "crashed" not in found.reasons
    assert any(_TEXT.strip() in data for data in found.members.values())


def test_what_was_unpacked_before_a_limit_is_there(read):
    data = packing.deflated(_TEXT, 20)
    entry = packing.Entry(b"a.txt", data, len(_TEXT) + 20 * packing.MIB)
    found = read(archives, packing.written([entry]), limits=Limits(member_bytes=1 << 20))
    assert found.members["a.txt"].startswith(_TEXT)
    assert found.reasons == ["too_large"]


def test_a_record_at_the_end_that_counts_wrong_is_a_problem(read):
    data = packing.written([packing.stored(b"a.txt", _TEXT)])
    at = data.rindex(b"PK\5\6")
    lie = data[: at + 10] + struct.pack("<H", 9) + data[at + 12 :]
    found = read(archives, lie)
    assert found.members["a.txt"] == _TEXT
    assert "corrupt" in found.reasons


def test_an_archive_of_many_damaged_files_names_a_hundred_and_counts_the_rest(read):
    found = read(archive, _made("files-65535.cab"), media_type="application/vnd.ms-cab-compressed")
    assert len(found.problems) == 101
    assert found.problems[-1] == ("corrupt", "so are 65434 more files in it")


def test_what_is_told_of_damaged_files_is_told_when_a_limit_is_reached_as_well():
    def reading():
        yield from (Problem(Place("a", (str(number),)), Reason.CORRUPT, "x") for number in range(105))
        raise LimitReachedError(Reason.TOO_MANY_MEMBERS, "too many")

    told = []
    with pytest.raises(LimitReachedError):
        told.extend(few_problems(Place("a"), reading()))
    assert [problem.detail for problem in told[99:]] == ["x", "so are 5 more files in it"]
