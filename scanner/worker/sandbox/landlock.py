"""Takes every file, every network address and every process outside from this one (landlock(7))."""

import struct
from typing import Final

from scanner.worker.sandbox import _kernel

_VERSION: Final = 1
# LANDLOCK_ACCESS_FS_*: thirteen kinds in the first version, then REFER, TRUNCATE and IOCTL_DEV.
_FILES: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_NETWORK: Final = 3  # LANDLOCK_ACCESS_NET_BIND_TCP | _CONNECT_TCP
_SCOPES: Final = 3  # LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | _SIGNAL
_WITH_NETWORK: Final = 4
_WITH_SCOPES: Final = 6


def deny_all() -> int:
    """Forbid this process and all it starts whatever the kernel can forbid; return the version of its Landlock.

    Privileges must be given up before (no_new_privs).

    Raises:
        OSError: the kernel has no Landlock, or it is switched off.
    """
    version = _kernel.call("landlock_create_ruleset", None, 0, _VERSION)
    rules = _kernel.call("landlock_create_ruleset", *_attributes(version), 0)
    try:
        _kernel.call("landlock_restrict_self", rules, 0)
    finally:
        _kernel.call("close", rules)
    return version


def _attributes(version: int) -> tuple[bytes, int]:
    words = [_FILES[min(version, max(_FILES))]]
    if version >= _WITH_NETWORK:
        words.append(_NETWORK)
    if version >= _WITH_SCOPES:
        words.append(_SCOPES)
    packed = struct.pack(f"={len(words)}Q", *words)
    return packed, len(packed)
