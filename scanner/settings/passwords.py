"""Reads the file with the passwords that are tried on locked documents; nobody else may be able to read it."""

import os
import stat
from pathlib import Path

from scanner.errors import Fault, PasswordError
from scanner.model.visible import visible
from scanner.trust import read_ours

_LARGEST = 1 << 16  # bytes; a few dozen passwords are far below
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_passwords(path: Path) -> tuple[str, ...]:
    """Return the passwords in a file, one a line, in their order, each once; empty lines are none.

    Blanks count, since they may belong to a password.

    Raises:
        PasswordError: the file cannot be read or is no text, or others than root and this user may read or change it.
    """
    name = visible(str(path))
    try:
        data, faults = read_ours(path, _LARGEST)
        mode = path.stat().st_mode
    except OSError as error:
        raise _faulty(name, f"the passwords cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise _faulty(name, f"{error}; these are no passwords") from error
    if os.name == "posix" and mode & _OTHERS:
        private = Fault(name, "", f"others may read or write the passwords; run: chmod 600 {name}")
        faults = (private, *(fault for fault in faults if "may write it" not in fault.message or fault.file != name))
    if faults:
        raise PasswordError(faults)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # The error would show what it cannot read.
        raise _faulty(name, "the passwords are not UTF-8 text") from None
    return tuple(dict.fromkeys(filter(None, (line.removesuffix("\r") for line in text.split("\n")))))


def _faulty(name: str, message: str) -> PasswordError:
    return PasswordError((Fault(name, "", message),))
