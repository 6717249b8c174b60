"""Messages as Outlook keeps and sends them, with a word in every property that a person can get at."""

from collections.abc import Iterator

from bench.hiding import Probe, word
from bench.hiding._outlook import (
    APPOINTMENT_SET,
    BINARY,
    HEADERS_SET,
    NUMBER,
    OBJECT,
    PUBLIC_SET,
    TEXT,
    Attachment,
    Message,
    Property,
    compressed,
    docx,
    outlook,
    property_list,
    tnef,
)
from scanner.model.place import Part

_CLASS = Property(0x001A, "IPM.Note")
_MESSAGE_OBJECT = bytes.fromhex("0703020000000000c000000000000046")
_RTF = rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}\pard %s\par}"
_FROM_HTML = (
    rb"{\rtf1\ansi\fromhtml1\deff0{\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 %s\htmlrtf\par}\htmlrtf0"
    rb"{\*\htmltag72 </p>}}"
)


def probes() -> Iterator[Probe]:
    """Yield a message for each place."""
    for place, part, message in _messages():
        yield Probe("msg", place, "mail.msg", word("msg", place), outlook(message), part)
    for place, part, data in _streams():
        yield Probe("tnef", place, "winmail.dat", word("tnef", place), data, part)


def _mail(*properties: Property) -> Message:
    return Message((_CLASS, Property(0x0037, "A subject"), *properties))


def _messages() -> Iterator[tuple[str, Part | None, Message]]:
    yield from _said()
    yield from _named()
    yield from _attached()


def _said() -> Iterator[tuple[str, Part | None, Message]]:
    def own(place: str) -> str:
        return word("msg", place)

    yield "subject", Part.MAIL_HEADER, Message((_CLASS, Property(0x0037, own("subject"))))
    yield "body", Part.BODY, _mail(Property(0x1000, f"Hello\r\n{own('body')}\r\n"))
    place = "body in one byte a letter"
    page = Property(0x3FFD, 1252, NUMBER)
    yield place, Part.BODY, _mail(page, Property(0x1000, f"Grüße\r\n{own(place)}", TEXT))
    place = "body in Chinese"
    text = f"机密文件 {own(place)}".encode("gbk")
    yield place, Part.BODY, _mail(Property(0x3FFD, 936, NUMBER), Property(0x1000, text, TEXT))
    page_of = "<html><body><p>{}</p></body></html>"
    yield "HTML body", Part.BODY, _mail(Property(0x1013, page_of.format(own("HTML body")).encode(), BINARY))
    place = "comment in the HTML body"
    yield place, Part.COMMENT, _mail(Property(0x1013, page_of.format(f"<!-- {own(place)} -->").encode(), BINARY))
    place = "rich text body"
    yield place, Part.BODY, _mail(Property(0x1009, compressed(_RTF % own(place).encode()), BINARY))
    place = "hidden in the rich text body"
    hidden = _RTF % (rb"x{\v %s}" % own(place).encode())
    yield place, Part.HIDDEN, _mail(Property(0x1009, compressed(hidden), BINARY))
    place = "page in the rich text body"
    yield place, Part.BODY, _mail(Property(0x1009, compressed(_FROM_HTML % own(place).encode()), BINARY))
    place = "transport header"
    yield place, Part.MAIL_HEADER, _mail(Property(0x007D, f"Received: by x\r\nX-Class: {own(place)}\r\n\r\n"))
    place = "transport header, encoded"
    encoded = "=?utf-8?Q?" + "".join(f"={ord(sign):02X}" for sign in own(place)) + "?="
    yield place, Part.MAIL_HEADER, _mail(Property(0x007D, f"X-Class: {encoded}\r\n\r\n"))
    for place, tag in (("sender", 0x0C1A), ("address of the sender", 0x5D01), ("shown recipients", 0x0E04)):
        yield place, Part.MAIL_HEADER, _mail(Property(tag, own(place)))
    place = "recipient"
    row = (Property(0x3001, own(place)), Property(0x0C15, 1, NUMBER))
    yield place, Part.MAIL_HEADER, Message(_mail().properties, recipients=(row,))
    place = "address of a blind copy"
    row = (Property(0x39FE, f"{own(place)}@x.example"), Property(0x0C15, 3, NUMBER))
    yield place, Part.MAIL_HEADER, Message(_mail().properties, recipients=(row,))


def _named() -> Iterator[tuple[str, Part | None, Message]]:
    def own(place: str) -> str:
        return word("msg", place)

    place = "label in the header"
    label = f"MSIP_Label_0a1b2c3d_Name={own(place)};"
    yield place, Part.MAIL_HEADER, _mail(Property(0, label, set=HEADERS_SET, name="msip_labels"))
    place = "category"
    yield place, Part.PROPERTY, _mail(Property(0, own(place), set=PUBLIC_SET, name="Keywords", many=True))
    place = "property of a form"
    yield place, Part.PROPERTY, _mail(Property(0, own(place), set=PUBLIC_SET, name="Project"))
    place = "place of a meeting"
    message = Message((Property(0x001A, "IPM.Appointment"), Property(0, own(place), set=APPOINTMENT_SET, name=0x8208)))
    yield place, Part.PROPERTY, message
    place = "note of a contact"
    message = Message((Property(0x001A, "IPM.Contact"), Property(0x1000, own(place))))
    yield place, Part.BODY, message
    place = "company of a contact"
    yield place, Part.PROPERTY, Message((Property(0x001A, "IPM.Contact"), Property(0x3A16, own(place))))
    place = "voting buttons"
    raw = b"\x02\x01\x06\x00\x00\x00\x00\x00" + own(place).encode("utf-16-le")
    yield place, Part.METADATA, _mail(Property(0, raw, BINARY, set=PUBLIC_SET, name=0x8520))


def _attached() -> Iterator[tuple[str, Part | None, Message]]:
    def own(place: str) -> str:
        return word("msg", place)

    def holding(*attachments: Attachment) -> Message:
        return Message(_mail().properties, attachments=attachments)

    def file(name: str, data: bytes) -> Attachment:
        return Attachment((Property(0x3707, name), Property(0x3701, data, BINARY)))

    yield "attachment", Part.BODY, holding(file("note.txt", own("attachment").encode()))
    place = "attached document"
    yield place, Part.BODY, holding(file("a.docx", docx(own(place))))
    place = "name of an attachment"
    yield place, None, holding(file(f"{own(place)}.txt", b"nothing"))
    place = "path of an attachment"
    link = Attachment((Property(0x370D, f"\\\\server\\{own(place)}\\a.txt"), Property(0x3705, 4, NUMBER)))
    yield place, Part.ATTACHMENT, holding(link)
    for place, inner in (
        ("attached message", _mail(Property(0x1000, own("attached message")))),
        ("subject of an attached message", Message((_CLASS, Property(0x0037, own("subject of an attached message"))))),
        (
            "label of an attached message",
            _mail(Property(0, own("label of an attached message"), set=HEADERS_SET, name="X-Class")),
        ),
        (
            "attachment of an attached message",
            holding(file("a.txt", own("attachment of an attached message").encode())),
        ),
    ):
        yield place, None, holding(Attachment((Property(0x3001, "FW"),), message=inner))
    place = "object of another program"
    yield place, None, holding(Attachment((), streams=(("Package", docx(own(place))),)))


def _streams() -> Iterator[tuple[str, Part | None, bytes]]:
    def own(place: str) -> str:
        return word("tnef", place)

    def said(*properties: Property) -> bytes:
        return tnef([(1, 0x00069007, b"\xe4\x04\0\0\0\0\0\0"), (1, 0x00069003, property_list(properties))])

    def file(*attributes: tuple[int, int, bytes]) -> bytes:
        return tnef([(2, 0x00069002, bytes(14)), *attributes])

    yield "subject", Part.MAIL_HEADER, tnef([(1, 0x00018004, own("subject").encode() + b"\0")])
    yield "body", Part.BODY, tnef([(1, 0x0002800C, own("body").encode() + b"\0")])
    yield "sender", None, tnef([(1, 0x00008000, b"\4\0\x10\0\x08\0\x08\0" + own("sender").encode() + b"\0")])
    yield "subject as a property", Part.MAIL_HEADER, said(Property(0x0037, own("subject as a property")))
    yield "body as a property", Part.BODY, said(Property(0x1000, own("body as a property")))
    place = "rich text body"
    yield place, Part.BODY, said(Property(0x1009, compressed(_RTF % own(place).encode()), BINARY))
    place = "HTML body"
    yield place, Part.BODY, said(Property(0x1013, f"<html><p>{own(place)}</p></html>".encode(), BINARY))
    place = "label in the header"
    yield place, Part.MAIL_HEADER, said(Property(0x8000, own(place), set=HEADERS_SET, name="msip_labels"))
    place = "place of a meeting"
    yield place, Part.PROPERTY, said(Property(0x8001, own(place), set=APPOINTMENT_SET, name=0x8208))
    place = "recipient"
    row = property_list([Property(0x3001, own(place)), Property(0x0C15, 2, NUMBER)])
    yield place, Part.MAIL_HEADER, tnef([(1, 0x00069004, b"\1\0\0\0" + row)])
    place = "attachment"
    yield place, Part.BODY, file((2, 0x00018010, b"a.txt\0"), (2, 0x0006800F, own(place).encode()))
    place = "name of an attachment"
    names = property_list([Property(0x3707, f"{own(place)}.txt")])
    yield place, None, file((2, 0x00018010, b"A~1.TXT\0"), (2, 0x0006800F, b"nothing"), (2, 0x00069005, names))
    place = "attached document"
    yield place, Part.BODY, file((2, 0x00018010, b"a.docx\0"), (2, 0x0006800F, docx(own(place))))
    place = "attached message"
    inner = _MESSAGE_OBJECT + said(Property(0x1000, own(place)))
    yield place, Part.BODY, file((2, 0x00069005, property_list([Property(0x3701, inner, OBJECT)])))
