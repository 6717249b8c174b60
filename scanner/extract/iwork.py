"""Reads Apple's Pages, Numbers and Keynote: the archives of newer ones, and the XML of those up to 2009."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Final, cast

from scanner.extract import xml
from scanner.extract._archive.zipped import pieces, read_zip
from scanner.extract._binary import HEAD, is_picture
from scanner.extract._budget import Budget
from scanner.extract._image.pictured import pictured
from scanner.extract._lines import Lines
from scanner.extract._office.iwa import BrokenError, messages, strings, unframed
from scanner.extract._text.strings import document_strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

MEDIA_TYPES: Final = frozenset({f"application/vnd.apple.{kind}" for kind in ("pages", "numbers", "keynote")})

Item = Segment | Member | Problem

# The types of objects that hold what people write: texts, the cells of tables, comments.
_PARTS: Final = {2001: Part.BODY, 2005: Part.BODY, 6005: Part.SHEET, 3056: Part.COMMENT}
_OLD: Final = ("index.xml", "index.apxl")
_LOCKED: Final = (".iwpv", ".iwpv2", ".iwph")
_SIGNS: Final = {0x2028: "\n", 0x2029: "\n", 0xFFFC: None}


def extract(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Yield what is written in a document, the names and settings beside it, and the files packed in it."""
    return read_zip(blob, budget, lambda archive: _entries(blob, archive, budget))


def _entries(blob: Blob, archive: zipfile.ZipFile, budget: Budget) -> Iterator[Item]:
    lines = Lines(budget)
    for info in archive.infolist():
        if info.filename.endswith("/") or not info.file_size:
            continue
        try:
            yield from _entry(blob, info, b"".join(pieces(archive, info, budget)), lines, budget)
        except UnreadableError as error:
            yield Problem(blob.place, error.reason, error.detail)
        yield from lines.ready()
    yield from lines.rest()


def _entry(blob: Blob, info: zipfile.ZipInfo, data: bytes, lines: Lines, budget: Budget) -> Iterator[Item]:
    name = info.filename
    place = replace(blob.place, members=(*blob.place.members, name))
    if name.endswith(".iwa"):
        if not _archive(blob, data, lines, budget):
            lines.add(replace(blob.place, part=Part.RAW), document_strings(data))
            yield Problem(blob.place, Reason.CORRUPT, "one of its archives is damaged or packed in an unknown way")
    elif name.endswith(_LOCKED):
        yield Problem(blob.place, Reason.ENCRYPTED, "needs a password")
    elif name.removesuffix(".gz").endswith(_OLD):
        yield from xml.extract(replace(blob, data=_unzipped(data, budget)), budget)
    elif is_picture(data[:HEAD]):
        for shown, text in pictured(data):
            lines.add(replace(blob.place, part=Part.TEXT_BOX if shown else Part.METADATA, title=name), text)
    else:
        yield Member(place, data)


def _archive(blob: Blob, data: bytes, lines: Lines, budget: Budget) -> bool:
    """Take the texts of one archive; False where it could not be followed to its end."""
    try:
        blocks: list[bytes] = []
        for block in unframed(data):
            budget.expand(len(block))
            blocks.append(block)
        for message in messages(b"".join(blocks)):
            place = replace(blob.place, part=_PARTS.get(message.kind, Part.METADATA))
            for text in strings(message.data):
                lines.add(place, text.translate(_SIGNS))
    except BrokenError:
        return False
    return True


def _unzipped(data: bytes, budget: Budget) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return budget.read(cast("IO[bytes]", gzip.GzipFile(fileobj=io.BytesIO(data))))
    except (OSError, EOFError, zlib.error):
        raise UnreadableError(Reason.CORRUPT, "a part of it is damaged") from None
