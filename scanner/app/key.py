"""Keeps the secret that hashes of found values are made with."""

import os
import secrets
import shlex
from pathlib import Path

from scanner.errors import StoreError
from scanner.model.visible import visible
from scanner.trust import read_secret

FILE = "key"
_BYTES = 32


def installation_key(folder: Path) -> bytes:
    """Return the secret that hashes of found values are made with; the first call makes it.

    It keeps a hash comparable within one installation, and useless outside it.

    Raises:
        StoreError: it cannot be read or made, or others may read or write it.
    """
    path = folder / FILE
    try:
        key, who = _made(path), ""
        if key is None:
            key, who = read_secret(path, _BYTES, folder.stat().st_uid)
    except OSError as error:
        raise _unusable(path, str(error.strerror)) from error
    except ValueError as error:
        raise _unusable(path, f"{error}; delete it, and values get new hashes") from error
    if who:
        raise _unusable(
            path, f"{who}; run: chmod 400 {shlex.quote(visible(str(path)))}, or delete it, and values get new hashes"
        )
    if len(key) != _BYTES:
        raise _unusable(path, f"not a key of {_BYTES} bytes; delete it, and values get new hashes")
    return key


def _made(path: Path) -> bytes | None:
    """Make the key, None where there is one; one that root makes is given to the owner of the folder."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o400)
    except FileExistsError:
        return None
    key = secrets.token_bytes(_BYTES)
    with os.fdopen(fd, "wb") as stream:
        stream.write(key)
        above = path.parent.stat()
        if os.geteuid() == 0 != above.st_uid:
            os.fchown(fd, above.st_uid, above.st_gid)
    return key


def _unusable(path: Path, why: str) -> StoreError:
    return StoreError(f"{visible(str(path))}: {why}")
