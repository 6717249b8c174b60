"""Breaks documents in the ways that find faults in readers; the same number always gives the same document."""

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Final

_LONGEST: Final = 1 << 20
"""Bytes of the longest document that is made: what grows with its size is found with small ones, and sooner."""

_EXTREMES: Final = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
_DIGITS: Final = (b"0", b"1", b"-1", b"65535", b"65536", b"2147483647", b"4294967295", b"9" * 19, b"9" * 400, b"1e999")
_DIGIT_RUN: Final = re.compile(rb"[0-9]{1,12}")
_TOKENS: Final = (
    # Of PDF.
    b"obj<</Type/Page",
    b"endobj",
    b"stream\n",
    b"endstream",
    b"/Length 0",
    b"/Kids[1 0 R 2 0 R 3 0 R]",
    b"/Parent 1 0 R",
    b"/Filter[/FlateDecode/FlateDecode]",
    b"/Filter/LZWDecode",
    b"/DecodeParms<</Predictor 12/Columns 99999999>>",
    b"/Extends 1 0 R",
    b"/Prev 0",
    b"xref\n0 99999999\n",
    b"trailer<<",
    b"startxref\n0\n%%EOF",
    b"<<" * 40,
    b"[" * 200,
    b"(\\",
    b"BT (x) Tj ET",
    b"/ToUnicode 1 0 R",
    b"beginbfrange <0000> <FFFF> <0041>",
    b"#00",
    b"<FEFF",
    b"/Encrypt 1 0 R",
    # Of XML and HTML.
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"&a;",
    b"&#x110000;",
    b"&#0;",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"-->",
    b"<?xml",
    b"<x " + b"a" * 300 + b"='1'>",
    b"<w:p>" * 60,
    b"</w:p>" * 60,
    b"xmlns:w='y'",
    b"encoding='utf-7'",
    b"<w:t xml:space='preserve'>",
    b"encoding='utf-32'",
    b"encoding='zlib'",
    b"<script>",
    b"<svg>",
    b"<c r='XFD1048576'>",
    b"r='A0'",
    b"repeated='999999999'",
    # Of RTF.
    b"{\\*\\",
    b"}" * 40,
    b"{" * 300,
    b"\\bin999999999 ",
    b"\\u-99999?",
    b"\\'zz",
    b"\\ansicpg99999",
    b"{\\object\\objdata 0105",
    b"\\uc99",
    b"\\upr",
    # Of mail.
    b"\nContent-Type: multipart/mixed; boundary=x\n\n--x\n",
    b"\nContent-Transfer-Encoding: base64\n",
    b"=?utf-8?B?/w==?=",
    b"=?x-none?q?=ZZ?=",
    b"; filename*0*=utf-8''%ff",
    b"\nContent-Type: message/rfc822\n\n",
    b'charset="zip"',
    b"begin 644 a\n",
    # Of archives and compound files.
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x06\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07\x01\0",
    b"\x1f\x8b\x08\x00",
    b"BZh9",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
    b"ustar",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\xfe\xff\xff\xff",
    b"\xff\xff\xff\xff",
    b"\0\0\0\0\0\0\0\0",
    b"\x80" * 12,
    b"\x30\x80" * 20,
    # Of text.
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\0",
    b"\x1b$B",
    b"+AGE-",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\r",
    b"\x85",
    "\u202e\u2066\ufeff\u0301".encode(),
    b"SECRET//NOFORN",
    b"TOP SECRET//SI/TK//REL TO USA, GBR",
    b"((((",
    b"//" * 60,
)
_STREAM: Final = re.compile(rb"/FlateDecode[^\0]{0,200}?stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_MOST_PARTS: Final = 200

_Change = Callable[["Mutator", bytearray], None]


class Mutator:
    """Makes one broken document after the other from sound ones."""

    def __init__(self, seeds: Sequence[bytes], seed: int) -> None:
        """Take the sound documents; `seed` chooses the order of things."""
        self._seeds = seeds
        self._seed = seed
        self._chance = random.Random()  # noqa: S311 - set anew for each document, so that it can be made again

    def make(self, number: int) -> tuple[int, bytes]:
        """Return the document of a number, and which sound one it was made of."""
        self._chance.seed(f"{self._seed} {number}")
        chosen = self._chance.randrange(len(self._seeds))
        data = self._seeds[chosen]
        inside = self._chance.random()
        if inside < _IN_PARTS and data.startswith(b"PK"):
            return chosen, self._in_zip(data)
        if inside < _IN_PARTS and data.startswith(b"%PDF"):
            return chosen, self._in_pdf(data)
        return chosen, self._broken(data)

    def _broken(self, data: bytes) -> bytes:
        broken = bytearray(data[:_LONGEST])
        for _ in range(self._chance.choice((1, 1, 2, 3, 8))):
            if not broken:
                break
            self._chance.choice(_CHANGES)(self, broken)
        return bytes(broken[:_LONGEST])

    def _in_zip(self, data: bytes) -> bytes:
        """Break one or two parts of a zip, and pack it anew; a zip that cannot be read is broken as it is."""
        packed = io.BytesIO()
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
                infos = old.infolist()[:_MOST_PARTS]
                chosen = {self._chance.randrange(len(infos)) for _ in range(self._chance.choice((1, 2)))}
                for at, info in enumerate(infos):
                    part = old.read(info) if info.file_size <= _LONGEST else b""
                    new.NameToInfo.pop(info.filename, None)  # a name that comes twice is no reason for a warning
                    new.writestr(info.filename, self._broken(part) if at in chosen else part)
        except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError, NotImplementedError):
            return self._broken(data)
        except (struct.error, UnicodeError):
            return self._broken(data)
        return packed.getvalue()

    def _in_pdf(self, data: bytes) -> bytes:
        """Break one packed stream of a PDF; one without any is broken as it is."""
        streams = list(_STREAM.finditer(data[:_LONGEST]))
        if not streams:
            return self._broken(data)
        chosen = self._chance.choice(streams)
        unpacker = zlib.decompressobj()
        try:
            content = unpacker.decompress(chosen[1], _LONGEST)
        except zlib.error:
            return self._broken(data)
        packed = zlib.compress(self._broken(content))
        head = data[: chosen.start(1)]
        at = head.rfind(b"/Length", max(0, len(head) - 300))
        if at >= 0:
            head = head[:at] + re.sub(
                rb"/Length\s*+[0-9]++(?!\s+[0-9]+\s+R)", b"/Length %d" % len(packed), head[at:], count=1
            )
        return head + packed + data[chosen.end(1) :]

    def _place(self, data: bytearray) -> int:
        return self._chance.randrange(len(data))

    def _block(self, data: bytes | bytearray) -> bytes:
        size = min(len(data), self._chance.choice((1, 4, 16, 64, 512, 4096)))
        at = self._chance.randrange(len(data) - size + 1)
        return bytes(data[at : at + size])

    def flip(self, data: bytearray) -> None:
        """Flip some bits."""
        for _ in range(self._chance.choice((1, 2, 8, max(1, min(200, len(data) // 500))))):
            data[self._place(data)] ^= 1 << self._chance.randrange(8)

    def copy(self, data: bytearray) -> None:
        """Put a block into another place, once or many times."""
        block = self._block(data) * self._chance.choice((1, 1, 2, 64))
        at = self._place(data)
        data[at : at + self._chance.choice((0, len(block)))] = block

    def remove(self, data: bytearray) -> None:
        """Leave a block out."""
        at = self._place(data)
        del data[at : at + self._chance.choice((1, 4, 16, 64, 512, 4096))]

    def truncate(self, data: bytearray) -> None:
        """Cut the end off."""
        del data[self._place(data) :]

    def splice(self, data: bytearray) -> None:
        """Go on with the end of another document, or put a piece of it in."""
        other = self._chance.choice(self._seeds)
        if not other:
            return
        at = self._place(data)
        if self._chance.random() < _HALF:
            data[at:] = other[self._chance.randrange(len(other)) :][:_LONGEST]
        else:
            data[at:at] = self._block(other)

    def number(self, data: bytearray) -> None:
        """Write an extreme value over the bytes of a number."""
        kind = self._chance.choice("<B >B <H >H <I >I <Q >Q".split())  # noqa: SIM905 - a list of words
        size = struct.calcsize(kind)
        at = self._place(data)
        value = self._chance.choice(_EXTREMES) + self._chance.choice((-1, 0, 0, 0, 1))
        data[at : at + size] = struct.pack(kind, value % (1 << 8 * size))

    def digits(self, data: bytearray) -> None:
        """Write an extreme value over a number in digits."""
        found = _DIGIT_RUN.search(data, self._place(data))
        if found is not None:
            data[found.start() : found.end()] = self._chance.choice(_DIGITS)

    def token(self, data: bytearray) -> None:
        """Put in what means something to some reader, or write it over what is there."""
        token = self._chance.choice(_TOKENS)
        at = self._place(data)
        data[at : at + self._chance.choice((0, len(token)))] = token


_IN_PARTS: Final = 0.6
_HALF: Final = 0.5
_CHANGES: Final[tuple[_Change, ...]] = (
    Mutator.flip,
    Mutator.copy,
    Mutator.remove,
    Mutator.truncate,
    Mutator.splice,
    Mutator.number,
    Mutator.number,
    Mutator.digits,
    Mutator.token,
    Mutator.token,
)
