"""Checks whether every folder that is to be watched can be: read, counted and reported on."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from scanner.app.doctor.folders import quoted
from scanner.app.doctor.remark import Health, Remark, Surroundings
from scanner.errors import WatchError
from scanner.model.visible import visible
from scanner.model.way import Way
from scanner.watch import remote
from scanner.watch.choice import Choice
from scanner.watch.mounts import below, read
from scanner.watch.supervisor import WALK_BELOW, WALK_WITHOUT_READER

_SHOWN = 5
_INOTIFY = Path("/proc/sys/fs/inotify")
_NEARLY = 0.8


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
        yield Remark("folders", Health.OK, f"{_many(around)} in all, each can be read")


def limits(around: Surroundings) -> Iterator[Remark]:
    """Tell whether the kernel lets one user watch as many folders as there are, where each takes a watch."""
    if not _INOTIFY.is_dir():
        yield Remark("watches", Health.WARNING, "this system reports no changes; only walks see them", "uname -a")
        return
    watches, instances = _number("max_user_watches"), _number("max_user_instances")
    roots = [root for root in _roots(around) if _takes_watches(root, around.settings.watch.reader)]
    needed = around.tree.folders if roots else 0
    if needed > watches * _NEARLY or (roots and not around.tree.complete):
        health = Health.PROBLEM if needed > watches else Health.WARNING
        wanted = max(1 << 20, 1 << (2 * needed).bit_length())
        said = f"{_many(around)} folders and {watches:,} watches"
        yield Remark("watches", health, said, _sysctl("max_user_watches", wanted))
    elif len(roots) >= instances:
        said = f"{len(roots)} trees, and {instances} may be watched at once"
        yield Remark("watches", Health.PROBLEM, said, _sysctl("max_user_instances", 1024))
    else:
        yield Remark("watches", Health.OK, f"{watches:,} allowed, {needed:,} needed")


def readers(around: Surroundings) -> Iterator[Remark]:
    """Tell how each tree will be watched with the rights that this command has, and why not in a better way."""
    choice = Choice(around.settings.watch.reader)
    for root in _roots(around):
        try:
            reader = choice(root, lambda _: None, lambda _: None)
        except WatchError as error:
            yield Remark("readers", Health.WARNING, visible(str(error)))
            continue
        why = f", {reader.instead}" if reader.instead else ""
        yield Remark("readers", Health.OK, f"{visible(root)}: {reader.name}{why}")


def mounts(around: Surroundings) -> Iterator[Remark]:
    """Tell which trees stand on file systems that change without this kernel being told."""
    told = False
    for place, why in _deaf(around):
        every = min(around.settings.watch.reconcile, WALK_WITHOUT_READER if place in _roots(around) else WALK_BELOW)
        said = f"{visible(place)} is seen by walks only, about every {every:g} s: {why}"
        yield Remark("mounts", Health.WARNING, said, 'set reconcile under [watch] to a shorter time, such as "10min"')
        told = True
    if not told:
        yield Remark("mounts", Health.OK, "every tree reports its changes")


def _deaf(around: Surroundings) -> Iterator[tuple[str, str]]:
    """Yield the trees, and the places where others are mounted below them, that report no changes, and why."""
    known: dict[str, None] = {}
    for root in _roots(around):
        known[root] = None
        try:
            known |= dict.fromkeys(below(root, tuple(read())))
        except OSError:
            continue  # this system has no table of mounts
    for place in known:
        try:
            why = remote.deaf(place)
        except OSError:
            continue  # it is missing or cannot be reached, which another check tells
        if why:
            yield place, why


def _takes_watches(root: str, way: Way) -> bool:
    """Tell whether a tree is watched folder by folder, as where fanotify cannot be had."""
    if way is not Way.AUTO or sys.platform != "linux":
        return way is Way.INOTIFY
    from scanner.watch.fanotify import refusal

    try:
        return not remote.deaf(root) and bool(refusal(root))
    except OSError:
        return False


def _roots(around: Surroundings) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(os.path.realpath, around.settings.watch.paths)))


def _many(around: Surroundings) -> str:
    return f"{'' if around.tree.complete else 'over '}{around.tree.folders:,}"


def _number(name: str) -> int:
    try:
        return int((_INOTIFY / name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def _sysctl(name: str, value: int) -> str:
    return f"echo fs.inotify.{name}={value} > /etc/sysctl.d/60-docwarden.conf && sysctl --system"
