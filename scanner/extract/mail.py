"""Reads mail: every header field, every alternative of the text, every attachment; and mailboxes of mails."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._cms.armour import armour
from scanner.extract._mail.inline import files_within, foreign_lines
from scanner.extract._mail.mime import HEADER_LIMIT, Header, Kind, content, decoded_words, header, kind, parts, readings
from scanner.extract._text.encoding import decodings
from scanner.extract._text.segments import text_segments, with_codes
from scanner.extract.html import read_html
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

MEDIA_TYPES: Final = frozenset({"message/rfc822", "message/global", "application/mbox"})

Item = Segment | Member | Problem

_MOST_PARTS: Final = 1_000
_MOST_FIELDS: Final = 1_000
_DEEPEST: Final = 20
_ENVELOPE: Final = re.compile(rb"(?:\A|(?<=\n)\r?\n)(?=From \S[^\n]{0,300}\d{4})")
_HAS_PARTS: Final = re.compile(rb"^content-transfer-encoding:", re.MULTILINE | re.IGNORECASE)
_ENCRYPTED: Final = re.compile(r"application/(?:x-)?pkcs7-mime|application/pgp-encrypted")
# The object identifier of enveloped data, DER-coded (RFC 5652, section 6.1, and RFC 5083 for the authenticated).
_ENVELOPED: Final = re.compile(rb"\x2a\x86\x48\x86\xf7\x0d\x01(?:\x07\x03|\x09\x10\x01\x17)")
_OID_REACH: Final = 64
_COUNTED: Final = re.compile(rb"([0-9]{1,10})[ \t]*\r?\n")
# Pages in all but name.
_PAGES: Final = frozenset({"text/html", "text/enriched", "text/richtext", "text/x-amp-html", "text/watch-html"})
_PLAIN: Final = frozenset({"text/plain", "text/css", "text/markdown", "text/x-markdown", "text/rfc822-headers", "text"})
_SHOWN: Final = _PLAIN | _PAGES
_SOFT_BREAK: Final = re.compile(r"(?<!-) \n(?![ >\n])")


def extract(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Yield what a mail says and carries; the mails of a mailbox come as members."""
    data = blob.data if b"\n" in blob.data else blob.data.replace(b"\r", b"\n")
    if blob.media_type == "application/mbox":
        yield from _mailbox(blob.place, data, budget)
        return
    counted = _COUNTED.match(data)
    if counted is not None:
        # Apple Mail writes the mail's length before it, and a list of properties behind it.
        data = data[counted.end() :]
        size = int(counted[1])
        if data[size:].strip():
            yield Member(replace(blob.place, members=(*blob.place.members, "properties.plist")), data[size:])
        data = data[:size]
    yield from _Reader(blob.place, data, budget).message(0, len(data))


def _mailbox(place: Place, data: bytes, budget: Budget) -> Iterator[Item]:
    starts = [match.end() for match in _ENVELOPE.finditer(data)]
    if not starts or data[: starts[0]].strip():
        starts.insert(0, 0)
    for number, (start, stop) in enumerate(zip(starts, [*starts[1:], len(data)], strict=True), 1):
        mail = data[start:stop]
        inner = replace(place, members=(*place.members, f"message {number}.eml"))
        if mail.startswith(b"From "):
            # The envelope line goes: a mail begins with its first field.
            envelope, _, mail = mail.partition(b"\n")
            budget.text(len(envelope))
            yield Segment(replace(inner, part=Part.MAIL_HEADER), decodings(envelope)[0].strip())
        mail = re.sub(rb"(?m)^>(>*From )", rb"\1", mail)
        yield Member(inner, mail)


@dataclass(slots=True)
class _Reader:
    """Walks the parts of one mail."""

    place: Place
    data: bytes
    budget: Budget
    count: int = 0
    files: int = 0

    def message(self, start: int, stop: int) -> Iterator[Item]:
        """Yield a mail's header and all its parts."""
        top = header(self.data, start, stop)
        if top.too_long:
            yield Problem(self.place, Reason.PARTIAL, f"its header is longer than {HEADER_LIMIT} bytes")
        yield from self._part(top, stop, "text/plain", 0)

    def _part(self, head: Header, stop: int, default: str, depth: int) -> Iterator[Item]:
        self.count += 1
        yield from self._fields(head)
        kind_ = kind(head.value("content-type") or default, default)
        boundary = kind_.parameters.get("boundary", "").strip()
        if not kind_.media_type.startswith("multipart/") or not boundary:
            yield from self._leaf(head, kind_, stop)
            return
        if kind_.media_type == "multipart/encrypted":
            yield Problem(self.place, Reason.ENCRYPTED, "the mail is encrypted")
        if depth >= _DEEPEST:
            yield Problem(self.place, Reason.TOO_DEEP, f"its parts are nested more than {_DEEPEST} deep")
            yield from self._raw(self.place, head.end, stop)
            return
        inner = "message/rfc822" if kind_.media_type == "multipart/digest" else "text/plain"
        found = list(self._pieces(head.end, stop, boundary))
        if len(found) == 1:
            yield from self._raw(self.place, head.end, stop)
            if _HAS_PARTS.search(self.data, head.end, stop):
                yield Problem(self.place, Reason.PARTIAL, "its parts are not divided as its header says")
            return
        for number, (start, end) in enumerate(found):
            if number == 0 or (number == len(found) - 1 and self._closed(start, boundary)):
                # Nothing shows what stands before and after the parts: a place to hide.
                yield from self._raw(replace(self.place, part=Part.HIDDEN), start, end)
                continue
            if self.count >= _MOST_PARTS:
                yield Problem(self.place, Reason.TOO_MANY_MEMBERS, f"more than {_MOST_PARTS} parts")
                return
            yield from self._part(header(self.data, start, end), end, inner, depth + 1)
        if depth == 0 and len(found) <= _MOST_PARTS and not self._closed(found[-1][0], boundary):
            yield Problem(self.place, Reason.PARTIAL, "the mail ends early; what is there was read")

    def _pieces(self, start: int, stop: int, boundary: str) -> Iterator[tuple[int, int]]:
        for number, piece in enumerate(parts(self.data, start, stop, boundary)):
            yield piece
            if number > _MOST_PARTS:
                return

    def _closed(self, start: int, boundary: str) -> bool:
        """Tell whether a piece follows the closing boundary."""
        line = self.data[max(0, start - len(boundary) - 80) : start].rstrip(b" \t\r\n")
        return line.endswith(boundary.encode("latin-1", "replace") + b"--")

    def _fields(self, head: Header) -> Iterator[Segment]:
        file, members = self.place.file, self.place.members
        for name, value in head.fields[:_MOST_FIELDS]:
            # Most fields are one line, and nothing in it is coded.
            coded = "=?" in value or "\n" in value or "\r" in value
            for text in readings(value) if coded else (value.strip(),):
                if text:
                    self.budget.text(len(text))
                    yield Segment(Place(file, members, Part.MAIL_HEADER, None, None, name or None), text)
        more = [*head.fields[_MOST_FIELDS:], *head.others]
        if not more:
            return
        rest = "\n".join(f"{name}: {decoded_words(value)}" for name, value in more)
        if rest:
            self.budget.text(len(rest))
            yield Segment(Place(file, members, Part.MAIL_HEADER), rest)

    def _raw(self, place: Place, start: int, stop: int) -> Iterator[Item]:
        """Yield a part of the mail as it stands, and what is coded in it."""
        if start < stop:
            yield from with_codes(text_segments(place, self.data[start:stop], self.budget), self.budget)

    def _leaf(self, head: Header, kind_: Kind, stop: int) -> Iterator[Item]:
        disposition = kind(head.value("content-disposition"), "")
        name = disposition.parameters.get("filename") or kind_.parameters.get("name", "")
        encoding = head.value("content-transfer-encoding")
        data, sound = content(self.data[head.end : stop], encoding)
        self.budget.expand(len(data))
        place = self.place
        media_type = kind_.media_type
        if media_type.startswith("multipart/") or (media_type in _SHOWN and not name):
            yield from self._text(data, kind_)
        elif data.strip():
            place = self._place(name, "message {}.eml" if media_type.startswith("message/") else "part {}")
            if _is_sealed(kind_, data):
                yield Problem(place, Reason.ENCRYPTED, "the mail is encrypted")
            else:
                yield Member(place, data)
        if media_type == "message/partial":
            yield Problem(place, Reason.PARTIAL, "the rest of the message is in other mails")
        if encoding.strip().lower().startswith("base64"):
            yield from self._foreign(head.end, stop)
        if not sound:
            yield Problem(place, Reason.CORRUPT, "its transfer encoding is damaged")

    def _foreign(self, start: int, stop: int) -> Iterator[Item]:
        """Yield the lines of a part in Base64 that are in no Base64."""
        lines = foreign_lines(self.data[start:stop])
        if lines:
            yield from text_segments(self.place, lines, self.budget)

    def _text(self, data: bytes, kind_: Kind) -> Iterator[Item]:
        charset = kind_.parameters.get("charset")
        if kind_.media_type in _PAGES:
            yield from read_html(self.place, data, self.budget, charset)
            return
        texts = text_segments(self.place, data, self.budget, charset)
        for item in with_codes(texts, self.budget):
            yield item
            if isinstance(item, Segment) and "flowed" in kind_.parameters.get("format", "").lower():
                yield from self._flowed(item, kind_)
        yield from armour(Blob(self.place, kind_.media_type, data), self.budget)
        for name, found in files_within(data):
            yield Member(self._place(name), found)

    def _flowed(self, item: Segment, kind_: Kind) -> Iterator[Segment]:
        """Yield paragraphs whose lines were only broken to be sent (RFC 3676, section 4)."""
        joint = "" if kind_.parameters.get("delsp", "").lower() == "yes" else " "
        known = set(item.text.split("\n"))
        text = "\n".join(line for line in _SOFT_BREAK.sub(joint, item.text).split("\n") if line not in known)
        if text.strip():
            self.budget.text(len(text))
            yield replace(item, text=text)

    def _place(self, name: str, otherwise: str = "part {}") -> Place:
        self.files += 1
        return replace(self.place, members=(*self.place.members, name or otherwise.format(self.files)))


def _is_sealed(kind_: Kind, data: bytes) -> bool:
    """Tell whether a part can be read only with a key: S/MIME (RFC 8551, section 3.2.2) or PGP/MIME (RFC 3156)."""
    if not _ENCRYPTED.fullmatch(kind_.media_type):
        return kind_.media_type == "application/octet-stream" and data.lstrip().startswith(
            b"-----BEGIN PGP MESSAGE-----"
        )
    if kind_.media_type == "application/pgp-encrypted":
        return False  # only the version number; the message is the part beside it
    smime = kind_.parameters.get("smime-type", "").lower()
    return "enveloped" in smime or _ENVELOPED.search(data[:_OID_REACH]) is not None
