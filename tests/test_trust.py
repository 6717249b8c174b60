"""A file is trusted when nobody else can write it, and made so that nobody can."""

import os
import stat

import pytest

from scanner.trust import above_faults, make_private_folder, open_private, read_ours, read_secret


def test_a_file_of_ours_is_read(tmp_path):
    (tmp_path / "a").write_bytes(b"x")

    assert read_ours(tmp_path / "a", 1) == (b"x", ())


def test_a_file_that_is_too_large_or_none_is_not_read(tmp_path):
    (tmp_path / "a").write_bytes(b"xx")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="over 1 bytes"):
        read_ours(tmp_path / "a", 1)
    with pytest.raises(ValueError, match="not a regular file"):
        read_ours(tmp_path / "pipe", 1)


def test_who_could_have_changed_a_file_is_named(tmp_path):
    (tmp_path / "a").touch()
    (tmp_path / "a").chmod(0o602)
    tmp_path.chmod(0o702)
    _, faults = read_ours(tmp_path / "a", 1)

    assert [str(fault) for fault in faults] == [
        f"{tmp_path}/a: everyone may write it; run: chmod o-w {tmp_path}/a",
        f"{tmp_path}: everyone may write it; run: chmod o-w {tmp_path}",
    ]


def test_folders_above_are_looked_at_as_given_and_as_they_are(tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "real").mkdir()
    (tmp_path / "open" / "link").symlink_to(tmp_path / "real")
    (tmp_path / "open").chmod(0o702)

    assert len(above_faults(tmp_path / "open" / "link" / "file")) == 1
    assert above_faults(tmp_path / "real" / "file") == ()


def test_a_private_file_is_made_or_checked(tmp_path):
    before = os.umask(0)
    try:
        os.close(open_private(tmp_path / "a", os.O_RDWR))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    os.close(open_private(tmp_path / "a", os.O_RDWR))
    (tmp_path / "a").chmod(0o606)

    with pytest.raises(ValueError, match="everyone may write it"):
        open_private(tmp_path / "a", os.O_RDWR)


def test_a_private_file_is_no_link_and_no_fifo(tmp_path):
    (tmp_path / "target").touch()
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "dangling"):
        with pytest.raises(OSError, match="symbolic links"):
            open_private(tmp_path / name, os.O_RDWR)
    with pytest.raises(ValueError, match="not a regular file"):
        open_private(tmp_path / "pipe", os.O_RDWR)

    assert not (tmp_path / "nowhere").exists()


def test_folders_that_are_missing_are_made_for_us_alone(tmp_path):
    before = os.umask(0)
    try:
        make_private_folder(tmp_path / "a" / "b" / "c")
    finally:
        os.umask(before)

    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "a/b", "a/b/c")} == {0o700}
    make_private_folder(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        make_private_folder(tmp_path / "file")
    with pytest.raises(FileExistsError):
        make_private_folder(tmp_path / "file" / "a")


def test_a_secret_is_for_nobody_else_to_read(tmp_path):
    (tmp_path / "key").write_bytes(b"k")
    (tmp_path / "key").chmod(0o400)
    (tmp_path / "link").symlink_to(tmp_path / "key")
    assert read_secret(tmp_path / "key", 1) == (b"k", "")
    (tmp_path / "key").chmod(0o440)

    assert read_secret(tmp_path / "key", 1) == (b"k", "others may read or write it")
    with pytest.raises(OSError, match="symbolic links"):
        read_secret(tmp_path / "link", 1)
