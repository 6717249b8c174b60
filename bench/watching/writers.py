"""Writes marked documents in the ways that programs do, slowly: none is called clean before it is whole, each is found.

The marking stands in the last chunk only. Chunks come with stalls, in a file whose size was set first, through mapped
memory, after closing and opening again, under a temporary name, with an old time set at the end, by rsync with and
without --inplace, and by a fast and a slow upload to a Samba server; what is not installed is named and left out. A
verdict of `clean` is wrong unless it is about a state in which the writer had closed the file.
"""

import contextlib
import json
import mmap
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.watching._daemon import watching, ways
from bench.watching._oracle import asking
from scanner.model.codec import encode
from scanner.model.verdict import Outcome
from scanner.model.way import Way
from scanner.worker.opening import identity_of

_ROUNDS, _SMALL = 5, 1
_STALL = 1.5
_CHUNKS = 4
_LINE = b"A line of a note that says nothing of note to anybody at all.\n"
_MARKED = b"\fSECRET//NOFORN\n\nThe paper.\n\nSECRET//NOFORN\n"
_CHUNK = _LINE * 2_000
_MANY = 10  # more than a client of Samba keeps for itself before it sends
_RSYNC_RATE = "100"  # thousand bytes a second
_OLD = 1_000_000_000
_LONGEST = 300.0

_States = set[tuple[int, int]]
"""Size and time of change of a file, each time somebody had closed it."""
_Write = Callable[[Path], _States]


def slow(path: Path) -> _States:
    """Stall between chunks."""
    with path.open("wb") as stream:
        for chunk in _chunks():
            stream.write(chunk)
            stream.flush()
            time.sleep(_STALL)
    return _now(path)


def preallocated(path: Path) -> _States:
    """Set the size first, as Explorer and robocopy do."""
    with path.open("wb") as stream:
        stream.truncate(sum(map(len, _chunks())))
        for chunk in _chunks():
            stream.write(chunk)
            stream.flush()
            time.sleep(_STALL)
    return _now(path)


def mapped(path: Path) -> _States:
    """Write through a mapping, with the descriptor closed long before."""
    size = sum(map(len, _chunks()))
    with path.open("w+b") as stream:
        stream.truncate(size)
        mapping = mmap.mmap(stream.fileno(), size)
    with mapping:
        for chunk in _chunks():
            mapping.write(chunk)
            time.sleep(_STALL)
    return _now(path)


def reopened(path: Path) -> _States:
    """Close after each chunk, and open again before and after the settling time."""
    states: _States = set()
    for number, chunk in enumerate(_chunks()):
        with path.open("ab") as stream:
            stream.write(chunk)
            stream.flush()
            time.sleep(_STALL if number % 2 else 0.2)
        states |= _now(path)
        time.sleep(0.2 if number % 2 else 0.6)
    return states


def temporary(path: Path) -> _States:
    """Write under another name, with a stall, and rename."""
    fresh = path.with_name(f".{path.name}.Ab3dE9")
    states = slow(fresh)
    time.sleep(_STALL)
    fresh.rename(path)
    return states | _now(path)


def backdated(path: Path) -> _States:
    """Set an old time at the end, while the file is open, as cp -p does."""
    with path.open("wb") as stream:
        for chunk in _chunks():
            stream.write(chunk)
            stream.flush()
            time.sleep(_STALL)
        os.utime(stream.fileno(), (_OLD, _OLD))
    return _now(path)


def measure(scratch: Path, *, small: bool) -> Iterator[str]:
    """Let all write at once, a few times, before every reader that can be had."""
    every: list[_Write] = [slow, preallocated, mapped, reopened, temporary, backdated, *_synchronizers(scratch)]
    with _samba(scratch) as uploads:
        every += uploads
        for way in ways(scratch):
            yield from _watched(scratch, way, every, _SMALL if small else _ROUNDS)


def _watched(scratch: Path, way: Way, every: list[_Write], rounds: int) -> Iterator[str]:
    root, state = scratch / f"{way}", scratch / f"{way}-state"
    root.mkdir()
    closed: dict[str, _States] = {}
    with watching(root, state, way, parse=True) as watch:
        for number in range(rounds):
            paths = {write: root / f"{write.__name__}-{number}.txt" for write in every}
            threads = [threading.Thread(target=_note, args=(write, path, closed)) for write, path in paths.items()]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        watch.until_quiet(_LONGEST)
        missing = watch.missing()
    for write in every:
        wrong = found = 0
        for number in range(rounds):
            path = root / f"{write.__name__}-{number}.txt"
            early, last = judged(state, path, closed.get(str(path), set()))
            wrong += early
            found += last is Outcome.VIOLATION
        print(f"  {way}: {write.__name__}: found {found} of {rounds}, called clean too soon {wrong} times", flush=True)
        if wrong or found < rounds:
            yield f"{way}: {write.__name__}: found {found} of {rounds}, called clean too soon {wrong} times"
    if missing:
        yield f"{way}: {len(missing)} have no verdict, such as {missing[0]}"


def judged(state: Path, path: Path, closed: _States) -> tuple[int, Outcome | None]:
    """Return how many verdicts call a state clean that was not closed, and the verdict on the present state."""
    status, early, last = path.stat(), 0, None
    with asking(state) as connection:
        for identity, outcome in connection.execute(
            "select identity, outcome from said where path = ?", (os.fsencode(path),)
        ):
            known = json.loads(identity)
            if outcome == Outcome.CLEAN and (known["size"], known["mtime_ns"]) not in closed:
                early += 1
            if known == encode(identity_of(status)):
                last = Outcome(outcome)
    return early, last


def _note(write: _Write, path: Path, closed: dict[str, _States]) -> None:
    closed[str(path)] = write(path)


def _chunks() -> list[bytes]:
    return [_CHUNK] * (_CHUNKS - 1) + [_CHUNK + _MARKED]


def _now(path: Path) -> _States:
    status = path.stat()
    return {(status.st_size, status.st_mtime_ns)}


def _synchronizers(scratch: Path) -> Iterator[_Write]:
    program = shutil.which("rsync")
    if program is None:
        print("  rsync is left out: it is not installed")
        return
    source = scratch / "source.txt"
    source.write_bytes(b"".join(_chunks()))
    pace = [program, "-t", "--whole-file", f"--bwlimit={_RSYNC_RATE}"]

    def rsync(path: Path) -> _States:
        subprocess.run([*pace, source, path], check=True)
        return _now(path)

    def rsync_inplace(path: Path) -> _States:
        subprocess.run([*pace, "--inplace", source, path], check=True)
        return _now(path)

    yield from (rsync, rsync_inplace)


@contextlib.contextmanager
def _samba(scratch: Path) -> Iterator[list[_Write]]:
    """Run a Samba server over the whole of the folder, and yield what uploads to it."""
    server, client = shutil.which("smbd"), shutil.which("smbclient")
    if server is None or client is None:
        print("  Samba is left out: smbd and smbclient are not both installed")
        yield []
        return
    home = scratch / "samba"
    home.mkdir(mode=0o700)
    places = "".join(
        f"{name} directory = {home}\n" for name in ("lock", "state", "cache", "private", "pid", "ncalrpc", "binddns")
    )
    config = home / "smb.conf"
    config.write_text(
        "[global]\nsmb ports = 44591\ninterfaces = lo\nbind interfaces only = yes\nmap to guest = Bad User\n"
        f"server role = standalone\ndisable spoolss = yes\nlog file = {home}/log\n{places}"
        f"[share]\npath = {scratch}\nguest ok = yes\nread only = no\nforce user = {os.environ.get('USER', 'root')}\n"
    )
    source = home / "source.txt"
    source.write_bytes(_CHUNK * 400 + _MARKED)

    def samba(path: Path) -> _States:
        target = str(path.relative_to(scratch)).replace("/", "\\")
        command = f'put "{source}" "{target}"'
        subprocess.run([client, "-N", "-p", "44591", "//127.0.0.1/share", "-c", command], check=True)
        return _now(path)

    def samba_slow(path: Path) -> _States:
        target = str(path.relative_to(scratch)).replace("/", "\\")
        command = [client, "-N", "-p", "44591", "//127.0.0.1/share", "-c", f'put - "{target}"']
        out, into = os.pipe()
        with os.fdopen(into, "wb") as stream, subprocess.Popen(command, stdin=out, stdout=subprocess.DEVNULL) as upload:
            os.close(out)
            for chunk in _chunks():
                stream.write(chunk * _MANY)
                stream.flush()
                time.sleep(_STALL)
            stream.close()
            if upload.wait(_LONGEST):
                message = f"smbclient ended with {upload.returncode}"
                raise RuntimeError(message)
        return _now(path)

    options = ["--foreground", "--no-process-group", "-s", str(config)]
    with subprocess.Popen([server, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            time.sleep(2)
            yield [samba, samba_slow]
        finally:
            process.terminate()
