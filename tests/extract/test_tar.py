import io
import tarfile
from typing import Any

from scanner.extract import tar
from scanner.model.document import Reason


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
