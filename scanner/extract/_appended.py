"""Finds a ZIP that was hung behind a picture, a film or a program; the file looks the same with it."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._member import BROKEN
from scanner.model.document import Blob, Member

_END: Final = b"PK\x05\x06"
_REACH: Final = 22 + 0xFFFF


def appended(blob: Blob) -> Iterator[Member]:
    """Yield the archive behind a blob's own content, where there is one."""
    if blob.data.rfind(_END, max(0, len(blob.data) - _REACH)) < 0:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(blob.data)) as archive:
            start = min((info.header_offset for info in archive.infolist()), default=0)
    except (*BROKEN, NotImplementedError):
        return
    # From its first entry on it is a ZIP like any other, and is told and read as one.
    if start > 0:
        yield Member(replace(blob.place, members=(*blob.place.members, "appended.zip")), blob.data[start:])
