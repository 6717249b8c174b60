"""Tells text from bytes, and mail, HTML and XML from plain text."""

import codecs
import re
from typing import Final

_HEAD: Final = 1 << 13
_CONTROLS: Final = bytes(set(range(32)) - {7, 8, 9, 10, 11, 12, 13, 26, 27}) + b"\x7f"
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SHIFTED: Final = re.compile(rb"\x1b\$\)[ACG]")
_MAINFRAME: Final = "".join(
    sign
    for sign in bytes(range(256)).decode("cp500")
    if re.match(r"[A-Za-z0-9 .,;:/()'\"&%*<>=?!_+\-\x85\n\r\t\f]", sign)
).encode("cp500")
_WIDE: Final = (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2))
_WIDE_SHARE: Final = 0.95
# All are loaded with this module: a worker in its sandbox can open nothing later on.
for _codec, _ in _WIDE:
    codecs.lookup(_codec)
_LETTERS: Final = re.compile(
    "[\t\n\r\f -~\u00a0-\u017f\u0370-\u03ff\u0400-\u045f\u0590-\u05ff\u0600-\u064a\u0e00-\u0e5b\u2010-\u203a"
    "\u2500-\u25ff\u2605\u2606\u3000-\u30ff\u4e00-\u9fa5\uac00-\ud7a3\uff01-\uff5e]"
)

# The upper bytes of no such letter in UTF-16, and those of the first halves of pairs.
_NO_LETTERS: Final = bytes(
    upper for upper in range(256) if not _LETTERS.search("".join(map(chr, range(upper << 8, upper + 1 << 8))))
)
_FIRST_HALVES: Final = bytes(range(0xD8, 0xDC))


def readable(data: bytes) -> str | None:
    """Return the beginning of a text with each byte or character in its place; None where it is no text.

    For telling formats apart only: what is not Unicode comes back as Latin-1.
    """
    head = data[:_HEAD]
    for mark, codec in _MARKS:
        if head.startswith(mark):
            text = (
                head[: len(head) & ~3].decode(codec, "replace") if codec != "utf-8-sig" else head[3:].decode("latin-1")
            )
            return text.removeprefix("\ufeff")
    if _SHIFTED.search(head):
        # Korean and Chinese of ISO 2022 shift between alphabets with two control characters.
        head = head.translate(None, b"\x0e\x0f")
    if not _binary(head):
        tail = data[-_HEAD:]
        return None if len(data) > _HEAD and _binary(tail) and b"\x00" in tail else head.decode("latin-1")
    if _is_mainframe(head):
        return head.decode("cp500").replace("\x85", "\n")
    for codec, width in _WIDE:
        whole = head[: len(head) // width * width]
        if not _may_be_letters(whole, codec, width):
            continue
        text = whole.decode(codec, "replace")
        if text and len(_LETTERS.findall(text)) >= len(text) * _WIDE_SHARE:
            return text
    return None


def _may_be_letters(data: bytes, codec: str, width: int) -> bool:
    """Tell whether the upper bytes alone leave it open that nearly all characters are letters; quick for a picture."""
    little = codec.endswith("le")
    if width == 4:  # noqa: PLR2004 - all letters that count are below 0x10000: two bytes are zero
        fewest = len(data) // width * _WIDE_SHARE
        upper = (data[3::4], data[2::4]) if little else (data[::4], data[1::4])
        return all(part.count(0) >= fewest for part in upper)
    upper_half = data[1::2] if little else data[::2]
    # Two halves of a pair are one character at least.
    characters = len(upper_half.translate(None, _FIRST_HALVES))
    return len(upper_half.translate(None, _NO_LETTERS)) >= characters * _WIDE_SHARE


def _is_mainframe(head: bytes) -> bool:
    """Tell whether bytes are letters, digits, spaces and signs in EBCDIC, whose line ends are no ASCII ones."""
    return not head.isascii() and len(head) - len(head.translate(None, _MAINFRAME)) >= len(head) * _WIDE_SHARE


def padded(data: bytes) -> bool:
    """Tell whether bytes are text but for the zeros that fill them up."""
    head = data[:_HEAD].translate(None, b"\x00")
    return bool(head.strip()) and not _binary(head) and not _binary(data[-_HEAD:].translate(None, b"\x00"))


def _binary(data: bytes) -> bool:
    """Tell whether bytes hold more control characters than a slip of the keyboard leaves behind."""
    controls = len(data) - len(data.translate(None, _CONTROLS))
    return b"\x00" in data or controls > len(data) // 200


# Each piece ends at its first mark, and is never tried longer: a head of many would be tried in every division.
_ENCODING: Final = r"(?:\s++|(?><!--.*?-->)|(?><\?.*?\?>))*+"
_HTML: Final = re.compile(
    _ENCODING + r"<(?:!doctype\s+html|html|head|body|title|meta|script|style|table|div|span|p|br|h[1-6]|a\s+href"
    r"|font|center|iframe|img|ul|ol|base|link|blockquote|b|i)\b[^<]{0,2000}>",
    re.IGNORECASE | re.DOTALL,
)
_DOCTYPE: Final = r"(?:<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)?"
_ROOT: Final = re.compile(
    _ENCODING + _DOCTYPE + _ENCODING + r"<(?P<root>[A-Za-z_][\w.:-]*)(?P<attributes>[^>]*)", re.DOTALL
)
_FLAT: Final = re.compile(r"office:mimetype\s*=\s*[\"'](application/vnd\.oasis\.opendocument\.[a-z-]+)")
_ROOTS: Final = {
    "svg": "image/svg+xml",
    "html": "application/xhtml+xml",
    "rss": "application/rss+xml",
    "feed": "application/atom+xml",
    "xfdf": "application/vnd.adobe.xfdf",
    "package": "application/xml",
}


_CARDS: Final = {
    "VCALENDAR": "text/calendar",
    "VCARD": "text/vcard",
    "VNOTE": "text/x-vnote",
    "VMSG": "text/x-vmessage",
}
_CARD: Final = re.compile(r"\s*BEGIN:\s*(VCALENDAR|VCARD|VNOTE|VMSG)\s", re.IGNORECASE)


# Office documents in one XML file, by root element and a part of its namespace.
_OFFICE: Final = {
    "application/vnd.ms-office.package+xml": ("package", "/office/2006/xmlPackage"),
    "application/vnd.ms-word+xml": ("wordDocument", "/office/word/2003/wordml"),
    "application/vnd.ms-excel+xml": ("Workbook", "com:office:spreadsheet"),
}


def markup(head: str, data: bytes) -> str | None:
    """Return the media type of a text that is HTML, XML, a calendar or an address card; None for plain text."""
    if card := _CARD.match(head):
        return _CARDS[card[1].upper()]
    declared = head.lstrip().startswith("<?xml")
    if _HTML.match(head) and not declared:
        return "text/html"
    root = _ROOT.match(head)
    if root is None:
        return "application/xml" if declared else None
    name = root["root"].rpartition(":")[2]
    if root["root"].startswith("office:document") and (flat := _FLAT.search(head)):
        return flat[1] + "-flat-xml"
    if not declared and "xmlns" not in root["attributes"] and not _closes(root["root"], data):
        return None
    office = (kind for kind, (root_name, space) in _OFFICE.items() if name == root_name and space in root["attributes"])
    return next(office, _ROOTS.get(name, "application/xml"))


def _closes(root: str, data: bytes) -> bool:
    return f"</{root}>".encode("ascii", "replace") in data[-256:].replace(b"\x00", b"")


# Apple Mail writes the length of a mail in a line before it.
_COUNT: Final = re.compile(r"\A[0-9]{1,10}[ \t]*\r?\n")
_FIELD: Final = re.compile(r"(?P<name>[!-9;-~]{1,80})[ \t]*:(?P<value>.*)")
_BLANK: Final = re.compile(r"\n\r?\n")
_MAILBOX: Final = re.compile(r">?From \S.{0,200}\d\d:\d\d.{0,60}\d{4}.*")
_SECOND: Final = re.compile(rb"\n\r?\nFrom \S[^\n]{0,200}\d\d:\d\d[^\n]{0,60}\d{4}")
_MULTIPART: Final = re.compile(r"\s*multipart/[\w.+-]+\s*(?:;|$)", re.IGNORECASE)
_STRONG: Final = frozenset(
    "received message-id return-path mime-version delivered-to content-transfer-encoding x-mailer dkim-signature"  # noqa: SIM905 - a list of words
    " resent-from newsgroups x-mozilla-status envelope-to in-reply-to".split()
)
_KNOWN: Final = _STRONG | frozenset(
    "from to cc bcc subject date sender reply-to references content-type content-disposition content-description"  # noqa: SIM905 - a list of words
    " content-language organization x-priority importance user-agent list-id errors-to x-originating-ip thread-topic"
    " thread-index status".split()
)
_ENOUGH: Final = 3
_ENOUGH_WITH_A_STRONG_ONE: Final = 2
_MAY_BE_BROKEN: Final = 1


def mail(head: str, data: bytes) -> str | None:
    """Recognise a mail or a mailbox by the names of its first fields (RFC 5322, section 3.6)."""
    text = _COUNT.sub("", head.lstrip("\r\n \t"), count=1)
    if not text.startswith(("From ", ">From ")) and _FIELD.match(text) is None:
        return None
    blank = _BLANK.search(text)
    lines = (text if blank is None else text[: blank.start()]).splitlines()
    dated = bool(lines) and _MAILBOX.fullmatch(lines[0]) is not None
    envelope = dated or (bool(lines) and lines[0].startswith(("From ", ">From ")))
    fields: dict[str, str] = {}
    broken = 0
    for line in lines[1:] if envelope else lines:
        field = _FIELD.match(line)
        if field is not None:
            fields.setdefault(field["name"].lower(), field["value"])
        elif not line.startswith((" ", "\t")) or not fields:
            broken += 1
            if not line or broken > _MAY_BE_BROKEN or not fields:
                break
    if dated and (not fields or _SECOND.search(data)):
        return "application/mbox"
    known = _KNOWN.intersection(fields)
    strong = "content-type" in known or not _STRONG.isdisjoint(known)
    certain = _MULTIPART.match(fields.get("content-type", "")) is not None
    enough = 1 if dated else _ENOUGH_WITH_A_STRONG_ONE if strong else _ENOUGH
    return "message/rfc822" if certain or len(known) >= enough else None
