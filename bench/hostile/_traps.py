"""Traps of a file system: names, links, pipes and holes that a scanner must walk past without harm."""
# ruff: noqa: PTH101, PTH102, PTH118, PTH119, PTH123, PTH211 - the names are bytes, which Path does not take

import contextlib
import os
import socket
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

_CALM = b"nothing to see here\n"
_TIB = 1 << 40
_NAMES: tuple[bytes, ...] = (
    b"line\nbreak.txt",
    b"return\rhere.txt",
    b"tab\there.txt",
    b"\x1b[2J\x1b[31mred.txt",
    b"\x1b]0;title\x07.txt",
    b"bell\x07.txt",
    b"back\x08\x08\x08.txt",
    b"delete\x7f.txt",
    "right\u202egpj.txt".encode(),
    "isolate\u2067x.txt".encode(),
    "zero\u200bwidth.txt".encode(),
    "line\u2028separator.txt".encode(),
    b"latin-\xe9.txt",
    b"bytes-\xff\xfe\xfd.txt",
    b"surrogate-\xed\xb3\xbf.txt",
    b"quote'quote.txt",
    b'quote"quote.txt',
    b"back\\slash.txt",
    b"$(touch x)`touch y`;touch z|.txt",
    b"=cmd|' !A0.csv",
    b"@SUM(1+1).csv",
    b"-rf",
    b"--help",
    b" leading and trailing ",
    b"%s%n%d{0}{name}.txt",
    b"<script>alert(1)<script>.html",
    b"*?[a-z].txt",
    b"...",
    b"n" * 255,
    "\U0001f4a3".encode() * 63,
    "e\u0301.txt".encode(),
    "\u00e9.txt".encode(),
    b"CON",
    b"a:b.txt",
)


@dataclass(frozen=True, slots=True)
class Trap:
    """One entry of a folder. `files` is how many files with an outcome it makes; a link or a pipe makes none.

    `heavy` ones take seconds to be read, or as long as the limit of time allows.
    """

    name: bytes
    make: Callable[[bytes], None] = field(repr=False)
    files: int = 0
    heavy: bool = False


def traps() -> Iterator[Trap]:
    """Yield the traps that this user can set."""
    for name in _NAMES:
        yield Trap(name, _file, 1)
    yield Trap(b"pipe", os.mkfifo)
    yield Trap(b"socket", _socket)
    yield Trap(b"to-nowhere", _link("nowhere"))
    yield Trap(b"to-itself", _link("to-itself"))
    yield Trap(b"to-each-other", _each_other)
    yield Trap(b"to-the-folder", _link("."))
    yield Trap(b"to-the-folder-above", _link(".."))
    yield Trap(b"out-of-the-tree", _link("/etc/passwd"))
    yield Trap(b"out-to-a-folder", _link("/etc"))
    yield Trap(b"to-a-device", _link("/dev/zero"))
    yield Trap(b"to-own-memory", _link("/proc/self/mem"))
    yield Trap(b"two-names", _hard_links, 2)
    yield Trap(b"hole-of-1-tib", _hole, 1, heavy=True)
    yield Trap(b"hole-of-600-mib", _small_hole, 1, heavy=True)
    yield Trap(b"empty", lambda path: _write(path, b""), 1)
    yield Trap(b"not-readable", _locked, 1)
    # What root cannot be kept out of is no trap for root: its files are then read.
    yield Trap(b"not-readable-folder", _locked_folder, 1)
    yield Trap(b"folders-200-deep", _deep, 1)
    yield Trap(b"pipe-in-a-folder", _pipe_in_a_folder)
    yield Trap(b"runs-as-root", _set_id, 1)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        for name, kind, number in (
            (b"zero", stat.S_IFCHR, (1, 5)),
            (b"random", stat.S_IFCHR, (1, 8)),
            (b"disk", stat.S_IFBLK, (7, 99)),
        ):
            yield Trap(name, _device(kind, *number))


def set_traps(folder: Path, *, heavy: bool = True) -> int:
    """Make all traps in a folder; return how many files in it will have an outcome.

    What this file system or this user does not allow is left out.
    """
    expected = 0
    root = os.fsencode(folder)
    for trap in traps():
        if trap.heavy and not heavy:
            continue
        with contextlib.suppress(OSError):
            trap.make(os.path.join(root, trap.name))
            expected += trap.files
    return expected


def take_away(folder: Path) -> None:
    """Let the folders that nobody may enter be deleted again."""
    for name in (b"not-readable-folder",):
        with contextlib.suppress(OSError):
            os.chmod(os.path.join(os.fsencode(folder), name), 0o700)


def _write(path: bytes, data: bytes) -> None:
    with open(path, "wb") as stream:
        stream.write(data)


def _file(path: bytes) -> None:
    _write(path, _CALM)


def _socket(path: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path)


def _link(target: str) -> Callable[[bytes], None]:
    return lambda path: os.symlink(target.encode(), path)


def _each_other(path: bytes) -> None:
    os.symlink(os.path.basename(path) + b"-2", path)
    os.symlink(os.path.basename(path), path + b"-2")


def _hard_links(path: bytes) -> None:
    _file(path)
    os.link(path, path + b"-2")


def _hole(path: bytes) -> None:
    with open(path, "wb") as stream:
        stream.truncate(_TIB)


def _small_hole(path: bytes) -> None:
    with open(path, "wb") as stream:
        stream.truncate(600 << 20)


def _locked(path: bytes) -> None:
    _file(path)
    os.chmod(path, 0)


def _locked_folder(path: bytes) -> None:
    os.mkdir(path)
    _file(os.path.join(path, b"inside"))
    os.chmod(path, 0)


def _deep(path: bytes) -> None:
    """Make folders in folders, so deep that the path to the last is longer than PATH_MAX."""
    os.mkdir(path)
    inside = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    for _ in range(200):
        os.mkdir(b"d" * 30, dir_fd=inside)
        deeper = os.open(b"d" * 30, os.O_RDONLY | os.O_DIRECTORY, dir_fd=inside)
        os.close(inside)
        inside = deeper
    with os.fdopen(os.open(b"last.txt", os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=inside), "wb") as stream:
        stream.write(_CALM)
    os.close(inside)


def _pipe_in_a_folder(path: bytes) -> None:
    os.mkdir(path)
    os.mkfifo(os.path.join(path, b"pipe"))


def _set_id(path: bytes) -> None:
    _file(path)
    os.chmod(path, 0o6755)  # noqa: S103 - this is the trap


def _device(kind: int, major: int, minor: int) -> Callable[[bytes], None]:
    return lambda path: os.mknod(path, kind | 0o600, os.makedev(major, minor))
