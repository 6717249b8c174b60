"""Writes PDFs object by object, whatever the objects say."""

import zlib
from collections.abc import Mapping

from bench.hostile import MARKING

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
_RESOURCES = b"/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>"
SAID = f"BT /F 12 Tf 50 700 Td ({MARKING}) Tj ET".encode()


def stream(data: bytes, said: bytes = b"") -> bytes:
    """Return a stream that is not packed."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), said, data)


def packed(data: bytes, said: bytes = b"", filters: bytes = b"/FlateDecode") -> bytes:
    """Return a stream that is packed already."""
    return b"<</Length %d/Filter%s%s>>stream\n%s\nendstream" % (len(data), filters, said, data)


def flate(data: bytes, said: bytes = b"") -> bytes:
    """Return a stream, packed."""
    return packed(zlib.compress(data), said)


def usual(content: bytes = b"", page: bytes = b"", catalog: bytes = b"") -> dict[int, bytes]:
    """Return the objects of a document of one page with the marking on it, and what else there is to draw and say."""
    return {
        1: b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R%s%s>>" % (_RESOURCES, page),
        4: stream(SAID + b"\n" + content),
        5: FONT,
    }


def written(objects: Mapping[int, bytes], trailer: bytes = b"", version: bytes = b"1.7") -> bytes:
    """Return a PDF of objects, with its table."""
    body = bytearray(b"%%PDF-%s\n%%\xe2\xe3\xcf\xd3\n" % version)
    places: dict[int, int] = {}
    for number, content in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(body)
    body += b"xref\n"
    for number in sorted(places):
        body += b"%d 1\n%010d 00000 n \n" % (number, places[number])
    body += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (max(places) + 1, trailer, table)
    return bytes(body)
