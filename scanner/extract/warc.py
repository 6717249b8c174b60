"""Reads web archives (WARC): what was fetched, with the headers it came with."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._archive.member import cut
from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

MEDIA_TYPES: Final = frozenset({"application/warc"})
# ISO 28500, section 4: a version, named fields, an empty line, the block, and two line ends.
_START: Final = re.compile(rb"\s{0,16}(WARC/[01]\.[0-9]{1,2}\r?\n)")
_BLANK: Final = re.compile(rb"\r?\n\r?\n")
_LENGTH: Final = re.compile(rb"^content-length:[ \t]*([0-9]{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_TARGET: Final = re.compile(rb"^warc-target-uri:[ \t]*<?([^\r\n>]{1,2000})>?", re.IGNORECASE | re.MULTILINE)
_HTTP: Final = re.compile(rb"^content-type:[ \t]*application/http", re.IGNORECASE | re.MULTILINE)
_CHUNKED: Final = re.compile(rb"^transfer-encoding:[^\r\n]{0,200}chunked", re.IGNORECASE | re.MULTILINE)
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,1000}\r?\n")
_MOST_HEADER: Final = 1 << 20
_MOST_RECORDS: Final = 200_000
_MOST_CHUNKS: Final = 1_000_000


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield the body of every record, and the headers of all as metadata."""
    place, data = blob.place, blob.data
    headers = replace(place, part=Part.METADATA, title="headers")
    lines = Lines(budget)
    at = 0
    for number in range(1, _MOST_RECORDS + 1):
        start = _START.match(data, at)
        blank = _BLANK.search(data, start.end(), start.end() + _MOST_HEADER) if start else None
        length = _LENGTH.search(data, start.end(), blank.end()) if start and blank else None
        if start is None or blank is None or length is None:
            if data[at:].strip() or not at:
                yield Problem(place, Reason.CORRUPT, "the archive breaks off: damaged header")
                yield Member(replace(place, members=(*place.members, "behind")), data[at:].lstrip())
            break
        fields = data[start.end() : blank.start()]
        lines.add(headers, fields.decode("utf-8", "replace").replace("\r\n", "\n"))
        at = blank.end() + int(length[1])
        target = _TARGET.search(fields)
        name = target[1].decode("utf-8", "replace") if target else f"record {number}"
        inside = replace(place, members=(*place.members, name))
        body = blank.end()
        if _HTTP.search(fields) and (end := _BLANK.search(data, body, min(at, body + _MOST_HEADER))):
            http = data[body : end.start()]
            lines.add(headers, http.decode("utf-8", "replace").replace("\r\n", "\n"))
            body = end.end()
            if _CHUNKED.search(http) and (joined := _joined(data, body, at)):
                yield from cut(inside, joined, 0, len(joined), budget)
                continue
        yield from lines.ready()
        yield from cut(inside, data, body, at, budget)
    else:
        yield Problem(place, Reason.TOO_MANY_MEMBERS, f"more than {_MOST_RECORDS} records")
    yield from lines.rest()


def _joined(data: bytes, at: int, end: int) -> bytes:
    """Return a body that came in chunks (RFC 9112, section 7.1), whole; nothing where it did not after all."""
    pieces: list[bytes] = []
    for _ in range(_MOST_CHUNKS):
        size = _CHUNK.match(data, at, end)
        if size is None or not int(size[1], 16):
            break
        start = size.end()
        at = start + int(size[1], 16)
        pieces.append(data[start : min(at, end)])
        at += 2 if data.startswith(b"\r\n", at) else 1
    return b"".join(pieces)
