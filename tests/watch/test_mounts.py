"""What is mounted where is known, and when it changes."""

import os
import subprocess

import pytest

from scanner.watch import mounts as module
from scanner.watch import remote
from scanner.watch.mounts import Mount, Mounts, below, mount_of, read


@pytest.fixture
def table():
    table = Mounts()
    yield table
    table.close()


def test_the_table_of_the_kernel_is_read(tmp_path, monkeypatch):
    lines = (
        "29 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
        "36 29 0:33 /a\\040b /srv/a\\134b\\012 rw shared:1 master:2 - fuse.sshfs me@there:\\040x rw\n"
        "37 29 0:34 / /srv/caf\udce9 rw - nfs4 there:/x rw\n"
    )
    (tmp_path / "mountinfo").write_bytes(lines.encode("utf-8", "surrogateescape"))
    monkeypatch.setattr(module, "_TABLE", str(tmp_path / "mountinfo"))

    assert list(read()) == [
        Mount(29, "254:0", "/", "/", "ext4", "/dev/vda"),
        Mount(36, "0:33", "/a b", "/srv/a\\b\n", "fuse.sshfs", "me@there: x"),
        Mount(37, "0:34", "/", "/srv/caf\udce9", "nfs4", "there:/x"),
    ]


def test_what_is_mounted_below_a_root_is_found_and_of_several_at_one_place_the_last():
    table = tuple(
        Mount(number, "0:1", "/", point, kind, "x")
        for number, point, kind in [
            (1, "/", "ext4"),
            (2, "/srv", "ext4"),
            (3, "/srv/a", "ext4"),
            (4, "/srv2", "ext4"),
            (5, "/srv/a", "nfs"),
        ]
    )

    assert {point: mount.number for point, mount in below("/srv", table).items()} == {"/srv/a": 5}
    assert set(below("/", table)) == {"/srv", "/srv/a", "/srv2"}


def test_a_mount_is_noticed_once_and_told_by_its_number(root, table, mount):
    assert not table.changed()
    before = mount_of(str(root))
    mount(root)

    assert table.changed()
    assert not table.changed()
    assert mount_of(str(root)) != before
    assert below(str(root.parent), table.all())[str(root)].kind == "tmpfs"
    subprocess.run(["umount", root], check=True)
    assert table.changed()
    assert below(str(root.parent), table.all()) == {}


def test_a_mount_that_came_and_went_is_noticed_too(root, table, mount):
    mount(root)
    subprocess.run(["umount", root], check=True)

    assert table.changed()


def test_a_system_without_the_table_has_no_mounts(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "_TABLE", str(tmp_path / "none"))
    table = Mounts()

    assert (table.changed(), table.all()) == (False, ())
    table.close()
    table.close()


@pytest.mark.parametrize(("kind", "far"), [("nfs4", True), ("fuse", True), ("fuse.s3fs", True), ("cifs", True)])
def test_file_systems_that_others_write_to_are_known(kind, far):
    assert remote.is_remote(kind) is far
    assert not remote.is_virtual(kind)


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "tmpfs", "fuseblk", "overlay", "zfs", ""])
def test_local_file_systems_are_not_taken_for_others(kind):
    assert not remote.is_remote(kind)
    assert not remote.is_virtual(kind)


def test_the_type_is_that_of_the_mount_and_not_of_its_neighbour(root, mount):
    outside = remote.kind_of(str(root))
    mount(root)

    assert remote.kind_of(str(root)) == "tmpfs"
    assert remote.kind_of(str(root.parent)) == outside
    assert remote.deaf(str(root)) == ""


def test_without_a_table_the_magic_number_tells():
    assert remote.kind_of("/proc", mounts=()) == "proc"
    assert "reports no changes" in remote.deaf("/proc")


def test_the_type_of_what_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        remote.kind_of(str(tmp_path / "none"))


def test_nothing_stays_open(root):
    before = len(os.listdir("/proc/self/fd"))
    remote.deaf(str(root))
    Mounts().close()

    assert len(os.listdir("/proc/self/fd")) == before
