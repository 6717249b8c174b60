"""Saves pages behind a PDF, so that PDFium reads drawings that no page of it has."""

import re
from collections.abc import Sequence
from typing import Final

_START: Final = re.compile(rb"startxref[\0\t\n\f\r ]+([0-9]{1,12})")
_TABLE: Final = re.compile(rb"[\0\t\n\f\r ]*xref\b")
_STREAM: Final = re.compile(rb"[\0\t\n\f\r ]*[0-9]+[\0\t\n\f\r ]+[0-9]+[\0\t\n\f\r ]+obj")
_NUMBER_BYTES: Final = 8


def updated(
    data: bytes, highest: int, pages: Sequence[bytes], extra: Sequence[bytes], kids: Sequence[int] = ()
) -> bytes:
    """Return the file with a catalogue behind it that has only the given pages, each the inside of a dictionary.

    Behind them come `kids`, the numbers of page objects. `highest` is the highest object number in the file. `extra`
    are objects that the pages refer to; the first has the number after it. The update is of the kind of the file's
    last one: a table or a stream (ISO 32000-2, 7.5.4 and 7.5.8).
    """
    first = highest + 1
    tree = first + len(extra)
    kids = [*range(tree + 2, tree + 2 + len(pages)), *kids]
    bodies = [
        *extra,
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids)),
        b"<</Type/Catalog/Pages %d 0 R>>" % tree,
        *(b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 600 800]%s>>" % (tree, page) for page in pages),
    ]
    pieces = [data, b"\n"]
    offsets = []
    position = len(data) + 1
    for number, body in enumerate(bodies, first):
        offsets.append(position)
        pieces.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        position += len(pieces[-1])
    starts = list(_START.finditer(data))
    before = int(starts[-1][1]) if starts else len(data)
    root = b"/Root %d 0 R" % (tree + 1)
    if _TABLE.match(data, before):
        pieces.append(_table(first, offsets, root + b"/Prev %d" % before))
    elif _STREAM.match(data, before):
        pieces.append(_stream(first, offsets, position, root + b"/Prev %d" % before))
    else:
        # A viewer that finds nothing at the start it is told looks for all objects itself.
        pieces.append(b"trailer\n<</Size %d%b>>\n" % (first + len(bodies), root))
        position = 0
    return b"".join((*pieces, b"startxref\n%d\n%%%%EOF\n" % position))


def _table(first: int, offsets: list[int], root: bytes) -> bytes:
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = first + len(offsets)
    return b"xref\n%d %d\n%strailer\n<</Size %d%s>>\n" % (first, len(offsets), rows, size, root)


def _stream(first: int, offsets: list[int], position: int, root: bytes) -> bytes:
    number = first + len(offsets)
    offsets = [*offsets, position]
    rows = b"".join(b"\1" + offset.to_bytes(_NUMBER_BYTES, "big") + b"\0" for offset in offsets)
    head = b"<</Type/XRef/W[1 %d 1]/Index[%d %d]/Size %d/Length %d%s>>" % (
        _NUMBER_BYTES,
        first,
        len(offsets),
        number + 1,
        len(rows),
        root,
    )
    return b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (number, head, rows)
