"""Checks whether every folder that is to be watched can be: read, counted and reported on."""

import os
from collections.abc import Iterator
from pathlib import Path

from scanner.app.doctor.folders import quoted
from scanner.app.doctor.remark import Health, Remark, Surroundings
from scanner.model.visible import visible

_SHOWN = 5
_INOTIFY = Path("/proc/sys/fs/inotify")
_MOUNTS = Path("/proc/self/mountinfo")
_NEARLY = 0.8
# Where another machine writes, this kernel hears nothing of it.
_REMOTE = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "gpfs", "ocfs2"}
)


def folders(around: Surroundings) -> Iterator[Remark]:
    """Tell which folders are not there or cannot be read: nothing in them is scanned."""
    if not around.settings.watch.paths:
        said = "none is configured; name them in [watch] paths, or on the command line of `docwarden watch`"
        yield Remark("folders", Health.OK, said)
        return
    tree = around.tree
    for root, why in tree.missing:
        yield Remark("folders", Health.PROBLEM, f"{visible(root)} cannot be watched: {why}", f"ls -ld {quoted(root)}")
    me = os.geteuid()
    for folder, why in tree.unreadable[:_SHOWN]:
        said = f"{visible(folder)} cannot be read: {why}"
        yield Remark("folders", Health.PROBLEM, said, f"setfacl -R -m u:{me}:rX {quoted(folder)}")
    if len(tree.unreadable) > _SHOWN:
        said = f"and {len(tree.unreadable) - _SHOWN} more folders cannot be read"
        run = "give the daemon CAP_DAC_READ_SEARCH, as config/docwarden.service does"
        yield Remark("folders", Health.PROBLEM, said, run)
    if not (tree.missing or tree.unreadable):
        yield Remark("folders", Health.OK, f"{_many(around)} folders, all readable")


def limits(around: Surroundings) -> Iterator[Remark]:
    """Tell whether the kernel lets one user watch as many folders as there are."""
    if not _INOTIFY.is_dir():
        yield Remark("watches", Health.WARNING, "this system reports no changes; only walks see them", "uname -a")
        return
    watches, instances = _number("max_user_watches"), _number("max_user_instances")
    needed = around.tree.folders if around.settings.watch.paths else 0
    if needed > watches * _NEARLY or not around.tree.complete:
        health = Health.PROBLEM if needed > watches else Health.WARNING
        wanted = max(1 << 20, 1 << (2 * needed).bit_length())
        said = f"{_many(around)} folders and {watches:,} watches"
        yield Remark("watches", health, said, _sysctl("max_user_watches", wanted))
    elif len(around.settings.watch.paths) >= instances:
        said = f"{len(around.settings.watch.paths)} trees, and {instances} may be watched at once"
        yield Remark("watches", Health.PROBLEM, said, _sysctl("max_user_instances", 1024))
    else:
        yield Remark("watches", Health.OK, f"{watches:,} allowed, {needed:,} needed")


def mounts(around: Surroundings) -> Iterator[Remark]:
    """Tell which trees stand on file systems where other machines write without this one being told."""
    remote = sorted(set(_remote(around.settings.watch.paths)))
    for path, kind in remote:
        every = around.settings.watch.reconcile
        said = f"{visible(path)} is {kind}: what other machines change there is seen by walks only, every {every:g} s"
        yield Remark("mounts", Health.WARNING, said, 'set reconcile under [watch] to a shorter time, such as "10min"')
    if not remote:
        yield Remark("mounts", Health.OK, "every tree reports its changes")


def _remote(roots: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the mount points of such file systems that roots stand on or that stand below them: proc(5)."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return
    found: dict[str, str] = {}
    for line in lines:
        left, _, right = line.partition(" - ")
        point = left.split(" ")[4].encode("ascii", "backslashreplace").decode("unicode_escape")
        found[point] = right.split(" ")[0]
    for root in map(os.path.realpath, roots):
        below = {point for point in found if _is_in(point, root)}
        above = max((point for point in found if _is_in(root, point)), key=len, default="")
        for point in below | {above} - {""}:
            if found[point] in _REMOTE or found[point].startswith("fuse."):
                yield point, found[point]


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _many(around: Surroundings) -> str:
    return f"{'' if around.tree.complete else 'over '}{around.tree.folders:,}"


def _number(name: str) -> int:
    try:
        return int((_INOTIFY / name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def _sysctl(name: str, value: int) -> str:
    return f"echo fs.inotify.{name}={value} > /etc/sysctl.d/60-docwarden.conf && sysctl --system"
