"""Calendars and address cards with a word in each of their fields."""

import base64
import quopri
from collections.abc import Iterator

from bench.hiding import Probe, word
from scanner.model.place import Part

_EVENT = {
    "summary": ("SUMMARY:{}", Part.BODY),
    "folded description": ("DESCRIPTION:a {0[0]}\r\n {0[1]} b", Part.BODY),
    "folded with a tab": ("DESCRIPTION:a {0[0]}\r\n\t{0[1]}", Part.BODY),
    "location": ("LOCATION:{}", Part.BODY),
    "comment": ("COMMENT:{}", Part.BODY),
    "after an escaped new line": ("DESCRIPTION:a\\n{}\\, b", Part.BODY),
    "rich description": ("X-ALT-DESC;FMTTYPE=text/html:<p>{0[0]}<b>{0[1]}</b></p>", Part.BODY),
    "organiser's name": ('ORGANIZER;CN="{}":mailto:a@b.example', None),
    "attendee's address": ("ATTENDEE:mailto:{}@b.example", Part.PROPERTY),
    "category": ("CATEGORIES:A,{}", Part.PROPERTY),
    "class": ("CLASS:{}", Part.PROPERTY),
    "resources": ("RESOURCES:{}", Part.PROPERTY),
    "contact": ("CONTACT:{}", Part.PROPERTY),
    "link": ("URL:http://b.example/{}", Part.PROPERTY),
    "unknown field": ("X-MARK:{}", Part.PROPERTY),
    "name of a file": ("ATTACH;X-FILENAME={}:http://b.example/", None),
    "attached text": ("ATTACH;ENCODING=BASE64;VALUE=BINARY:{0[b]}", None),
    "attached as data": ("ATTACH:data:text/plain;base64,{0[b]}", None),
    "alarm": ("BEGIN:VALARM\r\nDESCRIPTION:{}\r\nEND:VALARM", Part.BODY),
    "quoted-printable": ("DESCRIPTION;ENCODING=QUOTED-PRINTABLE:a =\r\n{0[q]}", Part.BODY),
    "line without a name": ("{}", None),
}
_CARD = {
    "name": ("FN:{}", Part.PROPERTY),
    "parts of a name": ("N:{};A;;;", Part.PROPERTY),
    "organisation": ("ORG:A\\;{};B", Part.PROPERTY),
    "title": ("TITLE:{}", Part.PROPERTY),
    "note": ("NOTE:{}", Part.BODY),
    "folded note": ("NOTE:a {0[0]}\r\n {0[1]}", Part.BODY),
    "label": ("LABEL;WORK:{}", Part.PROPERTY),
    "grouped label": ("item1.X-ABLabel:{}", Part.PROPERTY),
    "address": ("ADR;TYPE=work:;;{};;;;", Part.PROPERTY),
    "categories": ("CATEGORIES:{}", Part.PROPERTY),
    "photo of another kind": ("PHOTO;ENCODING=b;TYPE=TXT:{0[b]}", None),
    "key as text": ("KEY:data:text/plain,{}", None),
    "quoted-printable note": ("NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=A4{0[q]}", Part.BODY),
    "unknown field": ("X-MARK:{}", Part.PROPERTY),
}


class _Word(str):
    __slots__ = ()

    def __getitem__(self, key: object) -> str:
        plain = str(self)
        half = len(plain) // 2
        coded = "".join(f"={ord(sign):02X}" for sign in plain)
        made = {"0": plain[:half], "1": plain[half:], "b": base64.b64encode(plain.encode()).decode(), "q": coded}
        return made[str(key)]


def probes() -> Iterator[Probe]:
    """Yield a calendar or a card for each place."""
    for place, (line, part) in _EVENT.items():
        hidden = word("ics", place)
        content = line.format(_Word(hidden))
        text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n{content}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        yield Probe("ics", place, "a.ics", hidden, text.encode(), part)
    for place, (line, part) in _CARD.items():
        hidden = word("vcf", place)
        text = f"BEGIN:VCARD\r\nVERSION:3.0\r\n{line.format(_Word(hidden))}\r\nEND:VCARD\r\n"
        yield Probe("vcf", place, "a.vcf", hidden, text.encode(), part)
    hidden = word("vcf", "old card")
    note = quopri.encodestring(f"Größe {hidden}".encode("cp1252"), quotetabs=True).decode().strip()
    text = f"BEGIN:VCARD\r\nVERSION:2.1\r\nNOTE;CHARSET=windows-1252;ENCODING=QUOTED-PRINTABLE:{note}\r\nEND:VCARD"
    yield Probe("vcf", "old card", "a.vcf", hidden, text.encode(), Part.BODY)
    hidden = word("vcf", "second card")
    text = f"BEGIN:VCARD\nVERSION:4.0\nFN:a\nEND:VCARD\nBEGIN:VCARD\nVERSION:4.0\nNOTE:{hidden}\nEND:VCARD\n"
    yield Probe("vcf", "second card", "a.vcf", hidden, text.encode(), Part.BODY)
    hidden = word("ics", "in utf-16")
    text = (
        f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:{hidden[:5]}\r\n {hidden[5:]}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    yield Probe("ics", "in utf-16", "a.ics", hidden, text.encode("utf-16"), Part.BODY)
