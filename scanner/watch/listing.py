"""Sums up what a folder holds, so that one that is what it was when all of it had verdicts is known at a glance."""

import marshal
import os
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from operator import attrgetter

_SIZE = 16
_STATE = attrgetter("st_dev", "st_ino", "st_size", "st_mtime_ns", "st_ctime_ns")
_WITHOUT_REFERENCES = 2  # later versions of marshal write the same values in more than one way


class Listing:
    """What a folder holds: the number of `files`, the `folders`, and a seal over all names and states of files.

    Two seals are equal only if the same files in the same state and the same other names were met in the same order,
    under the same rules and exclusions.
    """

    def __init__(self, rules: bytes, exclude: Sequence[str]) -> None:
        """Begin, under the rules in force and what is left out."""
        self.files = 0
        self.folders: list[os.DirEntry[str]] = []
        self._hash = blake2b(marshal.dumps((rules, tuple(exclude)), _WITHOUT_REFERENCES), digest_size=_SIZE)

    def take(self, entries: Iterable[os.DirEntry[str]]) -> int:
        """Add entries, the next ones of the folder, and return how many these are.

        Raises:
            OSError: the state of a file cannot be told; it may be gone.
        """
        seen: list[object] = []
        add = seen.append
        others = 0
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                add((entry.name, _STATE(entry.stat(follow_symlinks=False))))
            else:
                others += 1
                folder = entry.is_dir(follow_symlinks=False)
                add((entry.name, folder, entry.is_symlink()))
                if folder:
                    self.folders.append(entry)
        self.files += len(seen) - others
        self._hash.update(marshal.dumps(seen, _WITHOUT_REFERENCES))
        return len(seen)

    def seal(self) -> bytes:
        """Return the seal over what was met so far."""
        return self._hash.digest()
