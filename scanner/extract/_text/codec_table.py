"""Loads every encoding that Python knows, for where no module can be opened any more."""

import codecs
import contextlib
import encodings
import pkgutil

# The list of their other names, and what is there on Windows only.
_LEFT_OUT = frozenset({"aliases", "mbcs", "oem"})


def preload() -> None:
    """Load them with the tables that some open only when they are used.

    A document may be in any of them: where one is not loaded, Python says that there is no such encoding.
    """
    for module in pkgutil.iter_modules(encodings.__path__):
        if module.name in _LEFT_OUT:
            continue
        with contextlib.suppress(LookupError, ImportError, UnicodeError):
            # Those that are none of text are refused by name here, and that loads them all the same.
            codecs.lookup(module.name)
            "a".encode(module.name)
            b"a".decode(module.name)
