"""What a file's permissions give to others is read as the kernel means it."""

import errno
import os
import shutil
import struct
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.codec import decode, encode
from scanner.model.exposure import Acl, Audience, Exposure, Right
from scanner.worker import exposure as module
from scanner.worker.exposure import ATTRIBUTE, exposure_at, exposure_of
from scanner.worker.opening import open_document

_READ = frozenset({Right.READ})
_BOTH = frozenset(Right)
_NOBODY = 0xFFFF_FFFF
_OWNER, _USER, _OUR_GROUP, _GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20


def _list(*entries: tuple[int, int, int]) -> bytes:
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("a")
    path.chmod(0o600)
    return path


@pytest.fixture
def with_list(file):
    """Give a file a list that the kernel accepts; skip where the file system keeps none."""

    def give(*entries: tuple[int, int, int]) -> Exposure:
        try:
            os.setxattr(file, ATTRIBUTE, _list(*entries))
        except OSError as error:
            if error.errno == errno.EOPNOTSUPP:
                pytest.skip("this file system keeps no access control lists")
            raise
        return exposure_at(str(file))

    return give


@pytest.mark.parametrize(
    ("mode", "group", "others", "audience"),
    [
        (0o600, "", "", Audience.OWNER),
        (0o711, "", "", Audience.OWNER),
        (0o640, "read", "", Audience.GROUP),
        (0o620, "change", "", Audience.GROUP),
        (0o604, "", "read", Audience.EVERYONE),
        (0o602, "", "change", Audience.EVERYONE),
        (0o4664, "read change", "read", Audience.EVERYONE),
    ],
)
def test_a_mode_gives_to_the_group_and_to_others(file, mode, group, others, audience):
    file.chmod(mode)
    found = exposure_at(str(file))

    assert (found.group, found.others) == (frozenset(group.split()), frozenset(others.split()))
    assert (found.audience, found.mode, found.acl) == (audience, mode, Acl.NONE)


def test_a_list_that_the_kernel_keeps_is_read_with_its_mask(with_list, file):
    found = with_list(
        (_OWNER, 6, _NOBODY), (_USER, 6, 1234), (_OUR_GROUP, 4, _NOBODY), (_GROUP, 7, 77), (_GROUP, 2, 78),
        (_MASK, 4, _NOBODY), (_OTHER, 0, _NOBODY),
    )  # fmt: skip

    assert found == Exposure(0o640, group=_READ, named=_READ, users=1, groups=1, acl=Acl.READ)
    assert (found.audience, file.stat().st_mode & 0o777) == (Audience.NAMED, 0o640)


def test_the_bits_of_the_group_are_the_mask_and_not_what_the_group_may(with_list):
    found = with_list(
        (_OWNER, 6, _NOBODY), (_USER, 6, 1), (_OUR_GROUP, 0, _NOBODY), (_MASK, 6, _NOBODY), (_OTHER, 0, _NOBODY)
    )

    assert (found.mode, found.group, found.named) == (0o660, frozenset(), _BOTH)


def test_whom_a_list_names_and_gives_nothing_is_not_counted(with_list):
    found = with_list(
        (_OWNER, 6, _NOBODY), (_USER, 0, 1), (_OUR_GROUP, 4, _NOBODY), (_MASK, 4, _NOBODY), (_OTHER, 0, _NOBODY)
    )

    assert (found.users, found.audience) == (0, Audience.GROUP)


@pytest.mark.skipif(shutil.which("setfacl") is None, reason="the tool of the acl package makes the list")
def test_what_setfacl_sets_is_read(file):
    subprocess.run(["setfacl", "-m", "u:12345:r,g:54321:rw", str(file)], check=True)

    assert exposure_at(str(file)) == Exposure(0o660, named=_BOTH, users=1, groups=1, acl=Acl.READ)


def test_no_list_is_asked_for_where_it_could_give_nothing(file, monkeypatch):
    file.chmod(0o604)
    monkeypatch.setattr(module.os, "getxattr", lambda *_: pytest.fail("asked"))

    assert exposure_at(str(file)).audience is Audience.EVERYONE


@pytest.mark.parametrize(
    "data",
    [b"", b"\2\0\0", struct.pack("<I", 1), _list((_OUR_GROUP, 4, _NOBODY))[:-1], b"\0" * 12],
)  # fmt: skip
def test_a_list_of_another_form_may_name_anybody(file, monkeypatch, data):
    file.chmod(0o640)
    monkeypatch.setattr(module.os, "getxattr", lambda *_: data)
    found = exposure_at(str(file))

    assert (found.acl, found.audience) == (Acl.UNREAD, Audience.NAMED)


@pytest.mark.parametrize(
    ("number", "acl"),
    [(errno.ENODATA, Acl.NONE), (errno.EOPNOTSUPP, Acl.NONE), (errno.EIO, Acl.UNREAD), (errno.EACCES, Acl.UNREAD)],
)
def test_no_list_and_one_that_cannot_be_read_are_told_apart(file, monkeypatch, number, acl):
    def fail(*_):
        raise OSError(number, "no")

    file.chmod(0o640)
    monkeypatch.setattr(module.os, "getxattr", fail)

    assert exposure_at(str(file)).acl is acl


def test_a_system_without_such_lists_has_none(file, monkeypatch):
    file.chmod(0o640)
    monkeypatch.delattr(module.os, "getxattr")

    assert exposure_at(str(file)) == Exposure(0o640, _READ)


def test_what_is_no_file_has_no_exposure(tmp_path, file):
    (tmp_path / "link").symlink_to(file)

    assert [exposure_at(str(path)) for path in (tmp_path, tmp_path / "link", tmp_path / "none")] == [None] * 3


def test_an_open_document_brings_its_exposure_where_that_is_asked_for(file):
    file.chmod(0o640)
    for permissions in (True, False):
        opened = open_document(str(file), permissions=permissions)
        os.close(opened.fd)

        assert opened.exposure == (Exposure(0o640, _READ) if permissions else None)


@given(st.binary(max_size=40) | st.lists(st.tuples(*[st.integers(0, 0xFFFF)] * 3)).map(lambda all_: _list(*all_)))
def test_no_list_breaks_its_reader_and_none_gives_more_than_its_mask(data):
    status = os.stat_result((0o100640, *[0] * 9))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.os, "getxattr", lambda *_: data)
        found = exposure_of(0, status)

    assert decode(Exposure, encode(found)) == found
    assert found.acl is not Acl.NONE
