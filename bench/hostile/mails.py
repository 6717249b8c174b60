"""Mail, calendars and packed mail with too many parts, too deep ones, and headers that go on and on."""

import base64
import struct
from collections.abc import Iterator
from functools import partial

from bench.hostile import BOMB, MARKED, MARKING, Hostile
from bench.hostile import _packing as p

_HEAD = "From: a@example.com\nTo: b@example.com\nSubject: x\nDate: Thu, 1 Jan 1970 00:00:00 +0000\nMIME-Version: 1.0\n"


def documents() -> Iterator[Hostile]:
    """Yield the mails."""
    yield from _parts()
    yield from _headers()
    yield from _others()


def _parts() -> Iterator[Hostile]:
    for depth in (15, 100, 10_000):
        yield Hostile(f"multiparts-{depth}-deep.eml", partial(_multiparts, depth), MARKED if depth < 20 else BOMB)  # noqa: PLR2004 - the depth that is read
    yield Hostile("mails-9-deep.eml", partial(_mails, 9), MARKED)
    yield Hostile("mails-200-deep.eml", partial(_mails, 200), BOMB)
    yield Hostile("coded-mails-25-deep.eml", partial(_coded_mails, 25), BOMB)
    yield Hostile(
        "parts-15000.eml",
        lambda: _parted("".join(f"--x\n\n{n}\n" for n in range(15_000)) + f"--x\n\n{MARKING}\n--x--\n"),
        heavy=True,
    )
    yield Hostile(
        "first-part-marked.eml",
        lambda: _parted(f"--x\n\n{MARKING}\n" + "--x\nContent-Type: application/octet-stream\n\n1\n" * 30_000),
        BOMB | MARKED,
        heavy=True,
    )
    yield Hostile("boundary-of-nothing.eml", lambda: _parted("--\n" * 300_000 + MARKING, boundary=""), MARKED)
    yield Hostile(
        "boundary-of-100000.eml", lambda: _parted(f"--{'b' * 100_000}\n\n{MARKING}\n", boundary="b" * 100_000), MARKED
    )
    yield Hostile("boundaries-like-it.eml", lambda: _parted("--xx\n" * 300_000 + f"--x\n\n{MARKING}\n--x--\n"), MARKED)
    yield Hostile("boundary-missing.eml", lambda: f"{_HEAD}Content-Type: multipart/mixed\n\n{MARKING}\n", MARKED)
    yield Hostile(
        "bomb-attached.eml",
        lambda: _attached("a.zip", p.written([p.Entry(b"a", p.deflated(b"", 1024), p.GIB)])),
        BOMB | MARKED,
        heavy=True,
    )
    yield Hostile(
        "bombs-attached-20.eml", lambda: _attached("a.gz", p.gzipped_zeros(100), 20), BOMB | MARKED, heavy=True
    )
    yield Hostile("base64-of-50m.eml", lambda: _attached("a.bin", bytes(range(256)) * 200_000), MARKED, heavy=True)
    yield Hostile(
        "base64-broken.eml",
        lambda: (
            f"{_HEAD}Content-Transfer-Encoding: base64\n\n"
            f"{base64.b64encode((MARKING + chr(10)).encode()).decode()}\n=====" + "A=\n" * 200_000
        ),
        MARKED,
    )
    yield Hostile(
        "quoted-500000.eml",
        lambda: (
            f"{_HEAD}Content-Transfer-Encoding: quoted-printable\n\n{MARKING}\n" + "=\n" * 500_000 + "=ZZ" * 100_000
        ),
        MARKED,
    )
    yield Hostile(
        "quoted-letters.eml",
        lambda: f"{_HEAD}Content-Transfer-Encoding: quoted-printable\n\n" + "".join(f"={ord(c):02X}" for c in MARKING),
        MARKED,
    )
    yield Hostile(
        "uuencoded-many.eml", lambda: f"{_HEAD}\n{MARKING}\n" + "begin 644 a\n#0V%T\n`\nend\n" * 20_000, heavy=True
    )


def _parted(body: str, boundary: str = "x") -> str:
    return f'{_HEAD}Content-Type: multipart/mixed; boundary="{boundary}"\n\n{body}'


def _multiparts(depth: int) -> str:
    begin = "".join(f'--b{n}\nContent-Type: multipart/mixed; boundary="b{n + 1}"\n\n' for n in range(depth))
    return f'{_HEAD}Content-Type: multipart/mixed; boundary="b0"\n\n{begin}--b{depth}\n\n{MARKING}\n'


def _mails(depth: int) -> str:
    return f"{_HEAD}Content-Type: message/rfc822\n\n" * depth + f"{_HEAD}\n{MARKING}\n"


def _coded_mails(depth: int) -> bytes:
    data = f"{_HEAD}\n{MARKING}\n".encode()
    for _ in range(depth):
        coded = base64.encodebytes(data)
        data = f"{_HEAD}Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n".encode() + coded
    return data


def _attached(name: str, data: bytes, times: int = 1) -> str:
    coded = base64.encodebytes(data).decode()
    part = f"--x\nContent-Type: application/octet-stream; name={name}\nContent-Transfer-Encoding: base64\n\n{coded}"
    return _parted(f"--x\n\n{MARKING}\n{part * times}--x--\n")


def _headers() -> Iterator[Hostile]:
    body = f"\n{MARKING}\n"
    yield Hostile("header-of-10m.eml", lambda: f"{_HEAD}X-A: {'a' * 10_000_000}\n{body}", MARKED, heavy=True)
    yield Hostile(
        "headers-200000.eml",
        lambda: _HEAD + "".join(f"X-{n}: {n}\n" for n in range(200_000)) + body,
        MARKED,
        heavy=True,
    )
    yield Hostile("folds-300000.eml", lambda: f"{_HEAD}X-A: a\n" + " b\n" * 300_000 + body, MARKED)
    yield Hostile("words-50000.eml", lambda: f"{_HEAD}X-A: {'=?utf-8?q?a?= ' * 50_000}\n{body}", MARKED)
    yield Hostile("words-open.eml", lambda: f"{_HEAD}X-A: {'=?utf-8?q?' * 50_000}\n{body}", MARKED)
    yield Hostile(
        "addresses-100000.eml",
        lambda: f"{_HEAD}Cc: {', '.join(f'a{n}@example.com' for n in range(100_000))}\n{body}",
        MARKED,
        heavy=True,
    )
    yield Hostile("brackets-100000.eml", lambda: f"{_HEAD}Cc: {'(' * 100_000}{'<' * 100_000}\n{body}", MARKED)
    yield Hostile(
        "parameters-50000.eml",
        lambda: f"{_HEAD}Content-Type: text/plain; {'; '.join(f'a*{n}*=b' for n in range(50_000))}\n{body}",
        MARKED,
    )
    yield Hostile(
        "quotes-100000.eml", lambda: f'{_HEAD}Content-Type: text/plain; a="{chr(92) * 100_000}\n{body}', MARKED
    )
    for charset in ("zlib", "hex", "rot13", "idna", "unicode_escape", "x" * 1000, "utf-7", "\udcff"):
        shown = charset.encode("utf-8", "surrogateescape")
        yield Hostile(
            f"charset-{charset[:20].encode('ascii', 'replace').decode().replace('?', 'byte')}.eml",
            partial(_said_charset, shown),
            MARKED,
        )
    yield Hostile(
        "date-year-99999999999.eml",
        lambda: f"{_HEAD}Date: 99999999999999999999 Jan 99999999999 99:99:99 +9999\n{body}",
        MARKED,
    )
    yield Hostile(
        "subject-marked-in-words.eml",
        lambda: (
            f"From: a@b\nSubject: =?utf-8?b?{base64.b64encode(MARKING.encode()).decode()}?=\nDate: x\nTo: c@d\n\nx\n"
        ),
        MARKED,
    )


def _said_charset(charset: bytes) -> bytes:
    return f"{_HEAD}Content-Type: text/plain; charset=".encode() + b'"' + charset + f'"\n\n{MARKING}\n'.encode()


def _others() -> Iterator[Hostile]:
    yield Hostile(
        "mails-20000.mbox",
        lambda: f"From a@b Thu Jan  1 00:00:00 1970\n{_HEAD}\n{MARKING}\n\n" * 20_000,
        BOMB | MARKED,
        heavy=True,
    )
    yield Hostile(
        "events-50000.ics",
        lambda: (
            "BEGIN:VCALENDAR\nVERSION:2.0\n"
            + "BEGIN:VEVENT\nSUMMARY:x\nRRULE:FREQ=SECONDLY\nEND:VEVENT\n" * 50_000
            + f"BEGIN:VEVENT\nSUMMARY:{MARKING}\nEND:VEVENT\nEND:VCALENDAR\n"
        ),
        MARKED,
        heavy=True,
    )
    yield Hostile(
        "events-10000-deep.ics",
        lambda: "BEGIN:VCALENDAR\nVERSION:2.0\n" + "BEGIN:VEVENT\n" * 10_000 + f"SUMMARY:{MARKING}\n",
        MARKED,
    )
    yield Hostile(
        "folds.vcf", lambda: "BEGIN:VCARD\nVERSION:3.0\nNOTE:" + "\n ".join(MARKING) + "\nEND:VCARD\n", MARKED
    )
    yield Hostile(
        "sizes-lie.tnef",
        lambda: struct.pack("<IH", 0x223E9F78, 1) + struct.pack("<BII", 2, 0x00069003, 0x7FFFFFFF) + b"x" * 100,
        BOMB,
    )
    yield Hostile(
        "properties-2-billion.tnef",
        lambda: struct.pack("<IH", 0x223E9F78, 1) + struct.pack("<BIII", 1, 0x00069003, 4, 0x7FFFFFFF) + b"\0\0",
    )
    yield Hostile(
        "elements-5000-deep.p7m",
        lambda: b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80" + b"\x30\x80" * 5000,
        BOMB,
    )
    yield Hostile(
        "length-2-to-900.p7m",
        lambda: b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\xf0" + b"\xff" * 112,
        BOMB,
    )
    yield Hostile("packets-in-packets.pgp", _packets)


def _packets() -> bytes:
    data = b"\xcb" + bytes((len(MARKING) + 6,)) + b"t\0\0\0\0\0" + MARKING.encode()
    for _ in range(20):
        size = struct.pack(">I", len(data) + 1)
        data = b"\xc8\xff" + size + b"\0" + data
    return data
