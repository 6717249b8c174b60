"""The secret of an installation is made once, for nobody else to read."""

import os
import stat

import pytest

from scanner.app.key import FILE, installation_key
from scanner.errors import StoreError


def test_it_is_made_once_for_us_alone(tmp_path):
    first = installation_key(tmp_path)

    assert len(first) == 32
    assert installation_key(tmp_path) == first
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o400


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o620])
def test_one_that_others_may_read_or_write_is_refused(tmp_path, mode):
    installation_key(tmp_path)
    (tmp_path / FILE).chmod(mode)

    with pytest.raises(StoreError, match="others may read or write it; run: chmod 400"):
        installation_key(tmp_path)


@pytest.mark.parametrize("data", [b"", b"x" * 31, b"x" * 33])
def test_what_is_no_key_is_refused(tmp_path, data):
    (tmp_path / FILE).write_bytes(data)
    (tmp_path / FILE).chmod(0o600)

    with pytest.raises(StoreError, match="delete it, and values get new hashes"):
        installation_key(tmp_path)


def test_a_link_or_fifo_is_refused(tmp_path):
    (tmp_path / FILE).symlink_to("elsewhere")
    with pytest.raises(StoreError, match="symbolic links"):
        installation_key(tmp_path)
    (tmp_path / FILE).unlink()
    os.mkfifo(tmp_path / FILE)
    with pytest.raises(StoreError, match="not a regular file"):
        installation_key(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_key_that_root_makes_belongs_to_the_owner_of_the_folder(tmp_path):
    os.chown(tmp_path, 4711, 4712)
    installation_key(tmp_path)
    found = (tmp_path / FILE).stat()

    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (4711, 4712, 0o400)
