"""Takes the metadata out of picture files: JPEG, PNG, GIF, WebP, PSD, TIFF, and whatever holds Exif or XMP."""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from scanner.extract._image.exif import directories
from scanner.extract._image.iptc import records, resources
from scanner.extract._text.encoding import decodings
from scanner.extract._text.mixed import wide_runs
from scanner.extract._text.strings import document_strings

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_XMP: Final = (b"<x:xmpmeta", b"</x:xmpmeta>")
_XMP_HEAD: Final = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_MORE: Final = b"http://ns.adobe.com/xmp/extension/\0"
_EXIF: Final = re.compile(rb"Exif\0\0(?=II\*\0|MM\0\*)")
_PHOTOSHOP: Final = b"Photoshop 3.0\0"
_MOST: Final = 10_000
_LONGEST: Final = 1 << 20
_HEAD: Final = 1 << 18
_TAIL: Final = 1 << 16
# The keyword of a text has so many bytes at most (PNG, 11.3.4.2).
_LONGEST_KEY: Final = 79
_LAYERS: Final = 4 << 20
_MOST_BLOCKS: Final = 8
_SCAN: Final = b"\xff\xda"
_COMMENT: Final = 0xFE
_SPEAKING: Final = frozenset({*range(0xE0, 0xF0)} - {0xE2})
_SILENT: Final = frozenset(
    {
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"fdAT",
        b"fcTL",
        b"acTL",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"pHYs",
    }
)
_PROFILE: Final = re.compile(rb"\nI?([a-zA-Z0-9]+)\n\s*\d+\n([0-9a-fA-F\s]+)")
_COLOURS: Final = 0x80
_TABLE: Final = 0x07


@dataclass(slots=True)
class Metadata:
    """What a picture's file says: texts by title, XMP packets, and bytes in which there may be more.

    `cut` tells that there are more pieces than are looked at.
    """

    texts: list[tuple[str, str]] = field(default_factory=list)
    xmp: list[bytes] = field(default_factory=list)
    rest: list[bytes] = field(default_factory=list)
    cut: bool = False

    def exif(self, data: bytes) -> None:
        """Take a TIFF or a block of Exif."""
        found = directories(data)
        self.texts += found.texts
        self.xmp += found.xmp
        for block in found.iptc:
            self.texts += records(block)
        for block in found.resources:
            self.photoshop(block)

    def photoshop(self, data: bytes) -> None:
        """Take Photoshop's resources: IPTC, Exif, XMP, and the names and texts of others."""
        for number, name, content in resources(data):
            if name:
                self.texts.append(("resource name", name))
            if number == 0x0404:  # noqa: PLR2004 - the number of each kind
                self.texts += records(content)
            elif number in {0x0422, 0x0423}:
                self.exif(content)
            elif number == 0x0424:  # noqa: PLR2004 - as above
                self.xmp.append(content)
            elif number not in {0x040C, 0x0409, 0x040F}:  # thumbnails and the colour profile
                self.rest.append(content[:_LONGEST])


def metadata(data: bytes) -> Metadata:
    """Return what stands beside the picture in its file."""
    found = Metadata()
    if data.startswith(b"\xff\xd8"):
        _jpeg(data, found)
    elif data.startswith(_PNG):
        _png(data, found)
    elif data.startswith((b"GIF87a", b"GIF89a")):
        _gif(data, found)
    elif data.startswith(b"RIFF"):
        _webp(data, found)
    elif data.startswith(b"8BPS"):
        _psd(data, found)
    else:
        _other(data, found)
    return found


def _jpeg(data: bytes, found: Metadata) -> None:
    photoshop: list[bytes] = []
    more: dict[bytes, list[tuple[int, bytes]]] = {}
    for marker, content in _segments(data, found):
        if marker == _COMMENT:
            found.texts += [("comment", text.strip("\0")) for text in decodings(content)]
        elif content.startswith(b"Exif\0"):
            found.exif(content[6:])
        elif content.startswith(_XMP_HEAD):
            found.xmp.append(content[len(_XMP_HEAD) :])
        elif content.startswith(_XMP_MORE):
            body = content[len(_XMP_MORE) :]
            more.setdefault(body[:32], []).append((int.from_bytes(body[36:40], "big"), body[40:]))
        elif content.startswith(_PHOTOSHOP):
            photoshop.append(content[len(_PHOTOSHOP) :])
        elif marker in _SPEAKING:
            found.rest.append(content)
    found.photoshop(b"".join(photoshop))
    found.xmp += [b"".join(piece for _, piece in sorted(pieces)) for pieces in more.values()]


def _segments(data: bytes, found: Metadata) -> Iterator[tuple[int, bytes]]:
    """Yield the pieces of a JPEG before its picture; what stands behind that, or in its place, is left over."""
    at = 2
    for _ in range(_MOST):
        if at + 4 > len(data) or data[at] != 0xFF or data.startswith(_SCAN, at):  # noqa: PLR2004 - every marker opens so
            break
        (size,) = struct.unpack_from(">H", data, at + 2)
        yield data[at + 1], data[at + 4 : at + 2 + size]
        at += 2 + max(size, 2)
    else:
        found.cut = True
    end = data.rfind(b"\xff\xd9", at)
    if not data.startswith(_SCAN, at):
        found.rest.append(data[at:][:_LONGEST])
    elif end >= 0:
        found.rest.append(data[end + 2 :][:_LONGEST])


def _png(data: bytes, found: Metadata) -> None:
    at = len(_PNG)
    for _ in range(_MOST):
        if at + 8 > len(data):
            return
        (size,) = struct.unpack_from(">I", data, at)
        kind, content = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        at += 12 + size
        if kind in {b"tEXt", b"zTXt", b"iTXt"}:
            _png_text(kind, content, found)
        elif kind == b"eXIf":
            found.exif(content)
        elif kind == b"IEND":
            found.rest.append(data[at:][:_LONGEST])
            return
        elif kind not in _SILENT:
            found.rest.append(content[:_LONGEST])
    found.cut = True


def _png_text(kind: bytes, content: bytes, found: Metadata) -> None:
    key, _, rest = content.partition(b"\0")
    if len(key) > _LONGEST_KEY:
        # Damaged: what this is the title of would not be found.
        found.rest.append(content[:_LONGEST])
        return
    charset = None
    packed = kind == b"zTXt"
    if kind == b"zTXt":
        rest = rest[1:]
    elif kind == b"iTXt":
        packed, charset = rest[:1] == b"\1", "utf-8"
        _, _, rest = rest[2:].partition(b"\0")
        translated, _, rest = rest.partition(b"\0")
        if translated:
            found.texts.append(("keyword", decodings(translated, "utf-8")[0]))
    if packed:
        try:
            rest = zlib.decompressobj().decompress(rest, _LONGEST)
        except zlib.error:
            found.rest.append(rest)
            return
    title = decodings(key)[0] or "text"
    if key == b"XML:com.adobe.xmp":
        found.xmp.append(rest)
    elif key.startswith(b"Raw profile type ") and (profile := _PROFILE.match(rest)):
        _raw_profile(bytes.fromhex(_even(profile[2])), found)
    else:
        found.texts += [(title, text) for text in decodings(rest, charset)]


def _even(digits: bytes) -> str:
    text = re.sub(rb"\s", b"", digits).decode("ascii")
    return text[: len(text) // 2 * 2]


def _raw_profile(data: bytes, found: Metadata) -> None:
    """Take a profile that ImageMagick wrote in hexadecimal digits."""
    if data.startswith(b"Exif\0\0"):
        found.exif(data[6:])
    elif b"8BIM" in data[:64]:
        found.photoshop(data)
    elif b"<x:xmpmeta" in data:
        found.xmp.append(data)
    else:
        found.texts += records(data)


def _gif(data: bytes, found: Metadata) -> None:
    """Take comments, drawn texts and application data (GIF89a, 23 to 26)."""
    if len(data) < 13:  # noqa: PLR2004 - signature and screen
        return
    at = 13 + (3 << (data[10] & _TABLE) + 1 if data[10] & _COLOURS else 0)
    for _ in range(_MOST):
        if at >= len(data) or data[at] not in {0x21, 0x2C}:
            found.rest.append(data[at + 1 :][:_LONGEST])
            return
        if data[at] == 0x2C:  # noqa: PLR2004 - a picture
            flags = data[at + 9] if at + 9 < len(data) else 0
            at += 11 + (3 << (flags & _TABLE) + 1 if flags & _COLOURS else 0)
            _, at = _blocks(data, at)
            continue
        label = data[at + 1] if at + 1 < len(data) else 0
        content, at = _blocks(data, at + 2)
        if label == 0xFE:  # noqa: PLR2004 - a comment
            found.texts += [("comment", text) for text in decodings(content)]
        elif label == 0x01:
            found.texts += [("drawn text", text) for text in decodings(content[12:])]
        elif label == 0xFF:  # noqa: PLR2004 - an application's
            # XMP stands there as it is, so that the lengths of its blocks are signs of its text.
            found.rest.append(content[:_LONGEST])
    found.cut = True


def _blocks(data: bytes, at: int) -> tuple[bytes, int]:
    pieces: list[bytes] = []
    while at < len(data) and data[at]:
        pieces.append(data[at + 1 : at + 1 + data[at]])
        at += 1 + data[at]
    return b"".join(pieces), at + 1


def _webp(data: bytes, found: Metadata) -> None:
    at = 12
    for _ in range(_MOST):
        if at + 8 > len(data):
            return
        kind, (size,) = data[at : at + 4], struct.unpack_from("<I", data, at + 4)
        content = data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
        if kind == b"EXIF":
            found.exif(content.removeprefix(b"Exif\0\0"))
        elif kind == b"XMP ":
            found.xmp.append(content)
        elif kind not in {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}:
            found.rest.append(content[:_LONGEST])
    found.cut = True


def _psd(data: bytes, found: Metadata) -> None:
    at = 26
    for number in range(3):
        if at + 4 > len(data):
            return
        (size,) = struct.unpack_from(">I", data, at)
        content = data[at + 4 : at + 4 + size]
        at += 4 + size
        if number == 1:
            found.photoshop(content)
        elif number == 2:  # noqa: PLR2004 - the layers: their names, and the texts of those that are text
            layers = content[:_LAYERS]
            found.texts.append(("layers", "\n".join((wide_runs(layers), document_strings(layers)))))


def _other(data: bytes, found: Metadata) -> None:
    found.exif(data)
    for start in islice(_EXIF.finditer(data), _MOST_BLOCKS):
        found.exif(data[start.end() : start.end() + _LONGEST])
    found.xmp += islice(_packets(data), _MOST_BLOCKS)
    found.rest += [data[:_HEAD], data[_HEAD:][-_TAIL:]]


def _packets(data: bytes) -> Iterator[bytes]:
    at = 0
    while (start := data.find(_XMP[0], at)) >= 0 and (end := data.find(_XMP[1], start)) >= 0:
        at = end + len(_XMP[1])
        yield data[start:at]
