"""Pictures with a word in each place for words beside the dots, and metafiles that draw it."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from bench.hiding import Probe, word
from scanner.model.place import Part

_XP = {"title": 0x9C9B, "comment": 0x9C9C, "author": 0x9C9D, "keywords": 0x9C9E, "subject": 0x9C9F}
_TAGS = {
    "description": 0x010E,
    "maker": 0x010F,
    "software": 0x0131,
    "artist": 0x013B,
    "copyright": 0x8298,
    "host": 0x013C,
}
_IPTC = {
    "object name": 5,
    "keywords": 25,
    "instructions": 40,
    "headline": 105,
    "caption": 120,
    "category": 15,
    "city": 90,
}
_META = Part.METADATA


def _packet(text: str) -> bytes:
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' dc:format="image/x"><dc:description><rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt>'
        '</dc:description></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def _tiff(
    entries: list[tuple[int, int, bytes]], inner: list[tuple[int, int, bytes]] | None = None, order: str = "<"
) -> bytes:
    """Return a TIFF of one directory, with an Exif directory in it when there are inner entries."""
    count = len(entries) + (inner is not None)
    data_at = 8 + 2 + 12 * count + 4
    body, fields = b"", b""
    for tag, kind, value in sorted(entries):
        stored = value.ljust(4, b"\0") if len(value) <= 4 else struct.pack(order + "I", data_at + len(body))  # noqa: PLR2004 - as TIFF has it
        fields += struct.pack(order + "HHI", tag, kind, len(value)) + stored
        body += b"" if len(value) <= 4 else value + b"\0" * (len(value) % 2)  # noqa: PLR2004 - as above
    if inner is not None:
        at = data_at + len(body)
        fields += struct.pack(order + "HHII", 0x8769, 4, 1, at)
        values_at = at + 2 + 12 * len(inner) + 4
        directory, values = struct.pack(order + "H", len(inner)), b""
        for tag, kind, value in inner:
            directory += struct.pack(order + "HHII", tag, kind, len(value), values_at + len(values))
            values += value + b"\0" * (len(value) % 2)
        body += directory + bytes(4) + values
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(order + "I", 8) + struct.pack(order + "H", count) + fields + bytes(4) + body


def _saved(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(stream, kind)
    return stream.getvalue()


def _jpeg(marker: int, content: bytes) -> bytes:
    plain = _saved("JPEG")
    return plain[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content + plain[2:]


def _png(kind: bytes, content: bytes) -> bytes:
    plain = _saved("PNG")
    chunk = struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return plain[:33] + chunk + plain[33:]


def _resource(number: int, content: bytes) -> bytes:
    return (
        b"8BIM"
        + struct.pack(">H", number)
        + b"\0\0"
        + struct.pack(">I", len(content))
        + content
        + b"\0" * (len(content) % 2)
    )


def _iptc(number: int, value: bytes, *, utf8: bool = True) -> bytes:
    charset = b"\x1c\x01\x5a\x00\x03\x1b%G" if utf8 else b""
    record = b"\x1c\x02" + bytes((number,)) + struct.pack(">H", len(value)) + value
    return b"Photoshop 3.0\0" + _resource(0x0404, charset + b"\x1c\x02\x00\x00\x02\x00\x04" + record)


def _webp(kind: bytes, content: bytes) -> bytes:
    plain = _saved("WEBP")
    body = plain[8:] + kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def _gif(extension: bytes) -> bytes:
    plain = _saved("GIF")
    return plain[:-1] + extension + b";"


def _emf(*records: bytes) -> bytes:
    body = b"".join(records) + struct.pack("<IIIII", 14, 20, 0, 0, 20)
    header = struct.pack("<II", 1, 88) + bytes(32) + b" EMF" + struct.pack("<II", 0x10000, 88 + len(body)) + bytes(36)
    return header + body


def _drawn(text: str, x: int, y: int, kind: int = 84) -> bytes:
    raw = text.encode("utf-16-le" if kind == 84 else "cp1252")  # noqa: PLR2004 - two bytes a character
    raw += b"\0" * (-len(raw) % 4)
    steps = struct.pack(f"<{len(text)}i", *[10] * len(text))
    head = (
        bytes(16)
        + struct.pack("<Iff", 1, 1, 1)
        + struct.pack("<iiIIIiiiiI", x, y, len(text), 76, 0, 0, 0, 0, 0, 76 + len(raw))
    )
    record = head + raw + steps
    return struct.pack("<II", kind, len(record) + 8) + record


def _plus(text: str) -> bytes:
    body = struct.pack("<III", 0, 0, len(text)) + struct.pack("<ffff", 0, 0, 9, 9) + text.encode("utf-16-le")
    record = b"EMF+" + struct.pack("<HHII", 0x401C, 0, 12 + len(body), len(body)) + body
    return struct.pack("<III", 70, len(record) + 12, len(record)) + record


def _wmf(kind: int, record: bytes) -> bytes:
    font = struct.pack("<IH", 3 + 16, 0x02FB) + bytes(13) + bytes((204,)) + bytes(18)
    record += b"\0" * (len(record) % 2)
    body = font + struct.pack("<IH", 3 + len(record) // 2, kind) + record + struct.pack("<IH", 3, 0)
    return b"\xd7\xcd\xc6\x9a" + bytes(18) + struct.pack("<HHHIHIH", 1, 9, 0x300, 9 + len(body) // 2, 1, 20, 0) + body


def probes() -> Iterator[Probe]:
    """Yield a picture for each place."""
    for place, data, part in _made():
        yield Probe("image", place, "a.jpg", word("image", place), data(word("image", place)), part)


def _made():  # noqa: ANN202 - places with what makes their pictures
    for name, tag in _TAGS.items():
        yield (
            f"jpeg exif {name}",
            lambda text, tag=tag: _jpeg(0xE1, b"Exif\0\0" + _tiff([(tag, 2, text.encode() + b"\0")])),
            _META,
        )
        yield f"tiff {name}", lambda text, tag=tag: _tiff([(tag, 2, text.encode() + b"\0")], order=">"), _META
    for name, tag in _XP.items():
        yield (
            f"jpeg windows {name}",
            lambda text, tag=tag: _jpeg(0xE1, b"Exif\0\0" + _tiff([(tag, 1, text.encode("utf-16-le"))])),
            _META,
        )
    for name, prefix, codec in (
        ("ascii", b"ASCII\0\0\0", "ascii"),
        ("unicode", b"UNICODE\0", "utf-16-le"),
        ("big-endian unicode", b"UNICODE\0", "utf-16-be"),
        ("no", bytes(8), "utf-8"),
    ):
        yield (
            f"exif comment in {name} encoding",
            lambda text, prefix=prefix, codec=codec: _jpeg(
                0xE1, b"Exif\0\0" + _tiff([], [(0x9286, 7, prefix + text.encode(codec))])
            ),
            _META,
        )
    for name, number in _IPTC.items():
        yield f"iptc {name}", lambda text, number=number: _jpeg(0xED, _iptc(number, f"ä {text}".encode())), _META
    yield (
        "iptc in an old encoding",
        lambda text: _jpeg(0xED, _iptc(120, f"Größe {text}".encode("cp1252"), utf8=False)),
        _META,
    )
    yield "jpeg comment", lambda text: _jpeg(0xFE, text.encode()), _META
    yield "jpeg xmp", lambda text: _jpeg(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + _packet(text)), _META
    yield "jpeg xmp in two segments", _extended, _META
    yield "behind a jpeg", lambda text: _saved("JPEG") + text.encode(), _META
    yield "png text", lambda text: _png(b"tEXt", b"Comment\0" + text.encode()), _META
    yield "png packed text", lambda text: _png(b"zTXt", b"Comment\0\0" + zlib.compress(text.encode())), _META
    yield "png unicode text", lambda text: _png(b"iTXt", b"Comment\0\0\0\0\0" + f"ä{text}".encode()), _META
    yield (
        "png packed unicode text",
        lambda text: _png(b"iTXt", b"Comment\0\1\0de\0K\0" + zlib.compress(text.encode())),
        _META,
    )
    yield "png keyword", lambda text: _png(b"iTXt", b"Comment\0\0\0de\0" + text.encode() + b"\0x"), _META
    yield "png xmp", lambda text: _png(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + _packet(text)), _META
    yield "png exif", lambda text: _png(b"eXIf", _tiff([(0x010E, 2, text.encode() + b"\0")])), _META
    yield "png private chunk", lambda text: _png(b"prVt", b"\0\1" + text.encode()), _META
    yield (
        "png raw profile",
        lambda text: _png(
            b"zTXt",
            b"Raw profile type iptc\0\0"
            + zlib.compress(b"\niptc\n  9\n" + _iptc(120, text.encode())[14:].hex().encode()),
        ),
        _META,
    )
    yield "behind a png", lambda text: _saved("PNG") + text.encode(), _META
    yield "gif comment", lambda text: _gif(b"!\xfe" + bytes((len(text),)) + text.encode() + b"\0"), _META
    yield (
        "gif drawn text",
        lambda text: _gif(b"!\x01\x0c" + bytes(12) + bytes((len(text),)) + text.encode() + b"\0"),
        _META,
    )
    yield (
        "gif xmp",
        lambda text: _gif(b"!\xff\x0bXMP DataXMP" + _packet(text) + b"\1" + bytes(range(255, -1, -1)) + b"\0"),
        _META,
    )
    yield "behind a gif", lambda text: _saved("GIF") + text.encode(), _META
    yield "webp exif", lambda text: _webp(b"EXIF", _tiff([(0x010E, 2, text.encode() + b"\0")])), _META
    yield "webp xmp", lambda text: _webp(b"XMP ", _packet(text)), _META
    yield "tiff page name", lambda text: _tiff([(0x011D, 2, text.encode() + b"\0")]), _META
    yield "tiff xmp", lambda text: _tiff([(0x02BC, 1, _packet(text))]), _META
    yield "tiff iptc", lambda text: _tiff([(0x83BB, 7, _iptc(120, text.encode())[26:])]), _META
    yield "tiff photoshop", lambda text: _tiff([(0x8649, 7, _iptc(120, text.encode())[14:])]), _META
    yield "tiff unknown tag", lambda text: _tiff([(0xFDE8, 2, text.encode() + b"\0")]), _META
    head = _box(b"ftyp", b"heic\0\0\0\0mif1heic")
    yield (
        "heic exif",
        lambda text: (
            head
            + _box(
                b"mdat",
                bytes(300_000) + b"\0\0\0\6Exif\0\0" + _tiff([(0x010E, 2, text.encode() + b"\0")]) + bytes(300_000),
            )
        ),
        _META,
    )
    yield "heic xmp", lambda text: head + _box(b"mdat", bytes(300_000) + _packet(text) + bytes(300_000)), _META
    jxl = b"\0\0\0\x0cJXL \r\n\x87\n"
    yield (
        "jpeg xl exif",
        lambda text: jxl + _box(b"Exif", bytes(4) + _tiff([(0x010E, 2, text.encode() + b"\0")])),
        _META,
    )
    yield "jpeg xl xmp", lambda text: jxl + _box(b"xml ", _packet(text)), _META
    yield "psd caption", lambda text: _psd(_resource(0x0404, _iptc(120, text.encode())[26:])), _META
    yield (
        "psd layer",
        lambda text: _psd(
            b"", b"8BIMluni" + struct.pack(">II", 4 + 2 * len(text), len(text)) + text.encode("utf-16-be")
        ),
        _META,
    )
    yield "bmp, behind", lambda text: _saved("BMP") + text.encode(), _META
    yield "emf text", lambda text: _emf(_drawn(text, 0, 10)), Part.BODY
    yield "emf text in two pieces", lambda text: _emf(_drawn(text[:5], 0, 10), _drawn(text[5:], 50, 10)), Part.BODY
    yield (
        "emf letters one by one",
        lambda text: _emf(*(_drawn(sign, 10 * n, 10) for n, sign in enumerate(text))),
        Part.BODY,
    )
    yield "emf narrow text", lambda text: _emf(_drawn(text, 0, 10, 83)), Part.BODY
    yield "emf+ text", lambda text: _emf(_plus(text)), Part.BODY
    yield (
        "emf comment",
        lambda text: _emf(struct.pack("<III", 70, 12 + len(text) + 2, len(text)) + text.encode() + bytes(2)),
        _META,
    )
    yield (
        "wmf text",
        lambda text: _wmf(0x0521, struct.pack("<H", len(text)) + text.encode() + struct.pack("<hh", 1, 1)),
        Part.BODY,
    )
    yield (
        "wmf placed text",
        lambda text: _wmf(0x0A32, struct.pack("<hhHH", 1, 1, len(text), 0) + text.encode()),
        Part.BODY,
    )


def _extended(text: str) -> bytes:
    packet = _packet(text)
    half = packet.index(text.encode()) + 5
    plain = _saved("JPEG")
    segments = b""
    for at, piece in ((half, packet[half:]), (0, packet[:half])):
        content = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32 + struct.pack(">II", len(packet), at) + piece
        segments += b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content
    return plain[:2] + segments + plain[2:]


def _psd(resources: bytes, layers: bytes = b"") -> bytes:
    head = b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 1, 1, 8, 3)
    return (
        head
        + bytes(4)
        + struct.pack(">I", len(resources))
        + resources
        + struct.pack(">I", len(layers))
        + layers
        + bytes(5)
    )
