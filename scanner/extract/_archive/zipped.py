"""Opens the zip an office document is, and reads its parts piece by piece within the budget."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Final

from scanner.extract._archive.salvage import ENCRYPTED, salvage
from scanner.extract._budget import Budget, LimitReachedError
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Place

_PIECE: Final = 1 << 18
CENTRAL: Final = b"PK\x01\x02"
MOST_ENTRIES: Final = 200_000
_ENTRY: Final = 46  # bytes of an entry of the directory at least: APPNOTE 6.3.10, section 4.3.12
_LOCAL_HEADER: Final = 30  # bytes before the name: APPNOTE 6.3.10, section 4.3.7


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Open a zip held in memory.

    Raises:
        UnreadableError: it is no zip, is cut short, or its entries overlap, which only a bomb's do.
    """
    if len(data) > MOST_ENTRIES * _ENTRY and data.count(CENTRAL) > MOST_ENTRIES:
        raise UnreadableError(Reason.TOO_MANY_MEMBERS, f"more than {MOST_ENTRIES} entries in the zip")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError, UnicodeError):
        raise UnreadableError(Reason.CORRUPT, "the zip's directory cannot be read") from None
    entries = sorted(archive.infolist(), key=lambda info: info.header_offset)
    for before, after in pairwise(entries):
        if span(before)[1] > span(after)[0]:
            archive.close()
            raise UnreadableError(Reason.CORRUPT, "entries of the zip overlap")
    return archive


def read_zip(
    blob: Blob, budget: Budget, read: Callable[[zipfile.ZipFile], Iterator[Segment | Member | Problem]]
) -> Iterator[Segment | Member | Problem]:
    """Yield what `read` makes of the zip that a document is, and the files that its directory does not name.

    Where it is no readable zip, that is a problem, and the files that can still be found in it are yielded.
    """
    try:
        archive = open_zip(blob.data)
    except UnreadableError as error:
        yield Problem(blob.place, error.reason, error.detail)
        yield from unlisted(blob.place, blob.data, None, budget)
        return
    with archive:
        yield from read(archive)
        yield from unlisted(blob.place, blob.data, archive, budget)


def span(info: zipfile.ZipInfo) -> tuple[int, int]:
    """Return the bytes that an entry takes at least, half-open: its name and extra field are not counted."""
    return info.header_offset, info.header_offset + _LOCAL_HEADER + info.compress_size


def unlisted(place: Place, data: bytes, archive: zipfile.ZipFile | None, budget: Budget) -> Iterator[Member | Problem]:
    """Yield the files that the zip's directory does not name, all of them where it has none."""
    listed = [] if archive is None else sorted(archive.infolist(), key=lambda info: info.header_offset)
    yield from salvage(place, data, [span(info) for info in listed], budget)


def pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> Iterator[bytes]:
    """Yield a part's bytes as they are unpacked.

    Raises:
        UnreadableError: it is encrypted, damaged or packed in an unknown way.
        LimitReachedError: a budget is spent.
    """
    size = 0
    with _translated(info), archive.open(info) as stream:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if budget.limits.member_bytes and size > budget.limits.member_bytes:
                detail = f"one part expands past {budget.limits.member_bytes} bytes"
                raise LimitReachedError(Reason.TOO_LARGE, detail)
            budget.expand(len(piece))
            yield piece


@contextmanager
def _translated(info: zipfile.ZipInfo) -> Iterator[None]:
    if info.flag_bits & ENCRYPTED:
        raise UnreadableError(Reason.ENCRYPTED, "a part of the zip needs a password")
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, OSError):
        raise UnreadableError(Reason.CORRUPT, "a part of the zip is damaged") from None
    except (NotImplementedError, RuntimeError):
        raise UnreadableError(Reason.UNSUPPORTED, "a part of the zip is packed in an unknown way") from None
