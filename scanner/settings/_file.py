"""Reads a file an operator wrote, unless others could have written it."""

from errno import EACCES, EPERM
from pathlib import Path

from scanner.errors import ConfigError, Fault
from scanner.model.visible import visible
from scanner.trust import read_ours

_LARGEST = 1 << 20  # bytes; a policy of thousands of zones is far below


def read_trusted(path: Path) -> str:
    """Return the text of a file that only root and this user can change.

    Raises:
        ConfigError: it cannot be read, is no text, or others may write it or a folder above it.
    """
    try:
        data, faults = read_ours(path, _LARGEST)
    except OSError as error:
        way_out = "; DOCWARDEN_CONFIG set to nothing goes without it" if error.errno in {EACCES, EPERM} else ""
        raise _unreadable(path, f"cannot be read: {error.strerror}{way_out}") from error
    except ValueError as error:
        raise _unreadable(path, f"{error}; this is no configuration") from error
    if faults:
        raise ConfigError(faults)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(path, f"not UTF-8 text: byte {error.start + 1}") from error


def _unreadable(path: Path, message: str) -> ConfigError:
    return ConfigError((Fault(visible(str(path)), "", message),))
