"""Makes the drawings of Excel and Word well-formed, which write `<br>` without an end in what is otherwise XML."""

from collections.abc import Iterator
from typing import Final

from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

_LARGEST: Final = 16 << 20


def mended(stream: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a drawing with that put right.

    Raises:
        UnreadableError: it is too large to be one.
    """
    data = bytearray()
    for piece in stream:
        data += piece
        if len(data) > _LARGEST:
            raise UnreadableError(Reason.TOO_LARGE, f"a drawing expands past {_LARGEST} bytes")
    yield bytes(data).replace(b"<br>", b"<br/>")
