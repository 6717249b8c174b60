"""Knows the formats that open with a fixed signature, and those that carry one further in."""

import re
from typing import Final

_SIGNATURES: Final = (
    (b"%PDF-", "application/pdf"),
    (b"{\\rt", "application/rtf"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"\x1f\x9d", "application/x-compress"),
    (b"MSCF\x00\x00\x00\x00", "application/vnd.ms-cab-compressed"),
    (b"LZIP\x01", "application/lzip"),
    (b"\x04\x22\x4d\x18", "application/x-lz4"),
    (b"%!PS", "application/postscript"),
    (b"%FDF-", "application/fdf"),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", "application/onenote"),
    (b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    (b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", "application/x-microsoft-rpmsg-message"),
    (b"\xffWPC", "application/vnd.wordperfect"),
    (b"HWP Document File V", "application/x-hwp"),
    (b"bplist00", "application/x-bplist"),
    (b"\x97JB2\r\n\x1a\n", "image/x-jbig2"),
    (b"!BDN", "application/vnd.ms-outlook-pst"),
    (b"ITSF\x03\x00\x00\x00", "application/vnd.ms-htmlhelp"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"\x00\x01\x00\x00Standard Jet DB\x00", "application/x-msaccess"),
    (b"\x00\x01\x00\x00Standard ACE DB\x00", "application/x-msaccess"),
    (b"AT&TFORM", "image/vnd.djvu"),
    (b"\xd7\xcd\xc6\x9a\x00\x00", "image/wmf"),
    (b"\x01\x00\x09\x00\x00\x03", "image/wmf"),
    (b"\x02\x00\x09\x00\x00\x03", "image/wmf"),
    (b"<?mso-infoPathSolution", "application/vnd.ms-infopath"),
)
_FIRST_BYTES: Final = frozenset(start[0] for start, _ in _SIGNATURES)
_PDF_JUNK: Final = 1024
_PDF_LATE: Final = re.compile(rb"%PDF-[12]\.\d")
_PDF_OBJECT: Final = re.compile(rb"\b\d+ \d+ obj\b")
# A DER or BER sequence that opens with one of the content types of PKCS #7 (RFC 2315, section 14).
_CMS: Final = re.compile(
    rb"\x30(?:[\x01-\x7f]|[\x80-\x84].{0,4}?)\x06[\x09\x0b]\x2a\x86\x48\x86\xf7\x0d\x01(?:\x07[\x01-\x06]|\x09\x10\x01.)",
    re.DOTALL,
)
# Signed data with nothing in it (section 9.1): the signature of something that stands elsewhere.
_DETACHED: Final = re.compile(
    rb"\x30(?:\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01|\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\x00\x00)"
)
_DETACHED_REACH: Final = 512
_PATTERNS: Final = (
    (re.compile(rb"(?:\xef\xbb\xbf)?[\s\x00]{0,64}\{\\rtf"), "application/rtf"),
    (re.compile(rb"BZh[1-9](?:\x31\x41\x59\x26\x53\x59|\x17\x72\x45\x38\x50\x90)"), "application/x-bzip2"),
    (re.compile(rb"AC1(?:\.[245]|0(?:0[1-9]|[12][0-9]|3[0-9]))"), "image/vnd.dwg"),
    (re.compile(rb"\x01\x00\x00\x00.{36} EMF", re.DOTALL), "image/emf"),
    # The first record of an Excel sheet that is no compound file: its size, a version, and what it begins.
    (
        re.compile(
            rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00.[\x00-\x06](?:[\x05\x06\x10\x20\x40]\x00|\x00\x01)", re.DOTALL
        ),
        "application/vnd.ms-excel",
    ),
)
_BLOCK: Final = 512


def signature(data: bytes) -> str | None:
    """Return the media type of a file that opens with a well-known signature, or is a tape archive."""
    for start, media_type in _SIGNATURES if data[0] in _FIRST_BYTES else ():
        if data.startswith(start):
            return media_type
    for pattern, media_type in _PATTERNS:
        if pattern.match(data):
            return media_type
    if _CMS.match(data):
        detached = _DETACHED.search(data, 0, _DETACHED_REACH)
        return "application/pkcs7-signature" if detached else "application/pkcs7-mime"
    return "application/x-tar" if is_tar(data[:_BLOCK]) else None


def portable(data: bytes) -> str | None:
    """Return `application/pdf` for a PDF with up to 1 KiB of something else before it.

    Adobe's implementation notes to ISO 32000-1 (H.3, note 13) let a header stand that far in.
    """
    late = _PDF_LATE.search(data, 0, _PDF_JUNK)
    return "application/pdf" if late and _PDF_OBJECT.search(data, late.end()) else None


def is_tar(header: bytes) -> bool:
    """Tell a tape archive by the sum over its first header, which every tar since V7 writes (POSIX.1-1988, ustar)."""
    if len(header) < _BLOCK or not header[0]:
        return False
    field = header[148:156].strip(b" \x00")
    if not field or field.strip(b"01234567"):
        return False
    stated = int(field, 8)
    rest = header[:148] + b" " * 8 + header[156:]
    return stated in {sum(rest), sum(byte - 256 if byte > 127 else byte for byte in rest)}  # noqa: PLR2004 - a signed byte
