"""Mails, mailboxes and saved pages with a word in each place a mail has."""

import base64
import binascii
import io
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage

from bench.hiding import Probe, word
from scanner.model.place import Part

_HEAD = "From: a@b.example\r\nTo: c@b.example\r\nDate: Mon, 1 Jun 2009 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
_FIELDS = {
    "subject": "Subject: {}",
    "folded subject": "Subject: a\r\n\t{}",
    "subject in base64": "Subject: =?utf-8?B?{0[b]}?=",
    "subject in quoted-printable": "Subject: =?utf-8?Q?{0[q]}?=",
    "subject in two words": "Subject: =?utf-8?Q?{0[0]}?=\r\n =?utf-8?Q?{0[1]}?=",
    "subject in two encodings": "Subject: =?utf-8?B?{0[b0]}?= =?iso-8859-1?Q?{0[1]}?=",
    "words without a space": "Subject: =?utf-8?Q?{0[0]}?==?utf-8?Q?{0[1]}?=",
    "unknown encoding": "Subject: =?x-unknown?B?{0[b]}?=",
    "word with a language": "Subject: =?utf-8*en?Q?{}?=",
    "word with spaces": "Subject: =?utf-8?Q?a b {}?=",
    "question mark in a word": "Subject: =?utf-8?Q?what?_{}?=",
    "word in a quoted string": 'From: "=?utf-8?Q?{}?=" <a@b.example>',
    "display name": "From: {} <a@b.example>",
    "comment of an address": "Cc: a@b.example ({})",
    "blind copy": "Bcc: {}@b.example",
    "classification": "X-Classification: {}",
    "labels": "msip_labels: MSIP_Label_a_Name={};",
    "unknown field": "X-A-B: {}",
    "keywords": "Keywords: a, {}",
    "comments": "Comments: {}",
    "thread topic": "Thread-Topic: {}",
    "list name": 'List-Id: "{}" <a.b.example>',
    "organisation": "Organization: {}",
    "message number": "Message-ID: <{}@b.example>",
    "trace": "Received: from {} by b.example; Mon, 1 Jun 2009 10:00:00 +0000",
    "space before the colon": "Subject : {}",
    "lower case": "subject: {}",
    "field without a name": "this is {} no field\r\nX-A: b",
    "eight bits": "Subject: ä{}",
    "importance": "Sensitivity: {}",
    "received by an agent": "User-Agent: {}",
    "newsgroups": "Newsgroups: {}",
    "envelope": "Return-Path: <{}@b.example>",
    "second subject": "Subject: a\r\nSubject: {}",
}
_BODIES = {
    "text": ("Content-Type: text/plain\r\n\r\n{}", Part.BODY),
    "no type": ("\r\n{}", Part.BODY),
    "base64": ("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n{0[b]}", Part.BODY),
    "base64 in pieces": ("Content-Transfer-Encoding: BASE64\r\n\r\n{0[bp]}", Part.BODY),
    "foot below base64": (
        "Content-Transfer-Encoding: base64\r\n\r\nYQ==\r\n-- \r\nlist of {}, you know\r\n",
        Part.BODY,
    ),
    "text that calls itself base64": ("Content-Transfer-Encoding: base64\r\n\r\nThis is {}, in words.", Part.BODY),
    "base64 that does not say so": ("Content-Type: text/plain\r\n\r\n{0[b]}", Part.BODY),
    "quoted-printable": ("Content-Transfer-Encoding: quoted-printable\r\n\r\n{0[0]}=\r\n{0[1]}", Part.BODY),
    "quoted-printable, coded": ("Content-Transfer-Encoding: quoted-printable\r\n\r\n{0[q]}", Part.BODY),
    "quoted-printable that does not say so": ("\r\na=C3=A4 {0[0]}=\r\n{0[1]}=20\r\n", Part.BODY),
    "uuencoded part": (
        "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n{0[uu]}\r\n`\r\nend\r\n",
        Part.BODY,
    ),
    "uuencoded in the text": ("\r\na\r\nbegin 644 a.txt\r\n{0[uu]}\r\n`\r\nend\r\n", None),
    "uuencoded in base64": ("\r\nbegin-base64 644 a.txt\r\n{0[b]}\r\n====\r\n", None),
    "name of an uuencoded file": ("\r\nbegin 644 {}.txt\r\n#0V%T\r\n`\r\nend\r\n", None),
    "flowed": ("Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n{0[0]} \r\n{0[1]}", Part.BODY),
    "html": ("Content-Type: text/html\r\n\r\n<p>{0[0]}<b>{0[1]}</b>", Part.BODY),
    "html in base64": ("Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n{0[bh]}", Part.BODY),
    "hidden in html": ('Content-Type: text/html\r\n\r\n<p style="display:none">{}', Part.HIDDEN),
    "comment in html": ("Content-Type: text/html\r\n\r\n<!-- {} -->", Part.COMMENT),
    "enriched": ("Content-Type: text/enriched\r\n\r\n{0[0]}<bold>{0[1]}</bold>", Part.BODY),
    "calendar": (
        "Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nSUMMARY:{0[0]}\r\n {0[1]}\r\nEND:VCALENDAR",
        Part.BODY,
    ),
    "status of delivery": ("Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; {}\r\n", None),
    "unknown type": ("Content-Type: x/y\r\n\r\n{}", None),
    "type without a subtype": ("Content-Type: text\r\n\r\n{}", Part.BODY),
    "nested mail": ("Content-Type: message/rfc822\r\n\r\nSubject: {}\r\nFrom: a\r\nTo: b\r\n\r\na", None),
    "nested mail in base64": ("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{0[bm]}", None),
    "mail elsewhere": (
        'Content-Type: message/external-body; access-type=URL; URL="a:{}"\r\n\r\nContent-Type: text/plain\r\n\r\n',
        Part.MAIL_HEADER,
    ),
    "description": ("Content-Type: text/plain\r\nContent-Description: {}\r\n\r\na", Part.MAIL_HEADER),
    "multipart without a boundary": ("Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\n{}\r\n--x--", Part.BODY),
}
_PARTS = {
    "first part": "{}",
    "alternative": "\r\na\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>{}",
    "part without fields": "\r\n{}",
    "attached text": 'Content-Type: text/plain; name="a.txt"\r\nContent-Disposition: attachment\r\n\r\n{}',
    "attached in base64": "Content-Type: x/y\r\nContent-Transfer-Encoding: base64\r\n\r\n{0[b]}",
    "name of a file": 'Content-Disposition: attachment; filename="{}.txt"\r\n\r\na',
    "name in an encoded word": 'Content-Type: x/y; name="=?utf-8?B?{0[b]}?="\r\n\r\na',
    "name in pieces": "Content-Disposition: attachment; filename*0*=utf-8''{0[0]}; filename*1*={0[1]}.txt\r\n\r\na",
    "name in percent signs": "Content-Disposition: attachment; filename*=utf-8''{0[p]}.txt\r\n\r\na",
    "signed text": "Content-Type: multipart/signed; boundary=y\r\n\r\n--y\r\n\r\n{}\r\n--y\r\n\r\na\r\n--y--",
    "related": "Content-Type: multipart/related; boundary=y\r\n\r\n--y\r\nContent-Type: text/html\r\n\r\n{}\r\n--y--",
    "digest": "Content-Type: multipart/digest; boundary=y\r\n\r\n--y\r\n\r\nFrom: a\r\nTo: b\r\n\r\n{}\r\n--y--",
    "report": "Content-Type: text/rfc822-headers\r\n\r\nSubject: {}",
    "location": "Content-Type: text/html\r\nContent-Location: http://a/{}\r\n\r\na",
    "card": "Content-Type: text/x-vcard\r\n\r\nBEGIN:VCARD\r\nNOTE:{}\r\nEND:VCARD",
    "rich text": "Content-Type: text/rtf\r\n\r\n{{\\rtf1 {0[0]}{{\\b {0[1]}}}}}",
    "style sheet": "Content-Type: text/css\r\n\r\n/* {} */",
    "xml": "Content-Type: text/xml\r\n\r\n<?xml version='1.0'?><a b='{}'/>",
}


class _Word(str):
    __slots__ = ()

    def __getitem__(self, key: object) -> str:
        plain = str(self)
        half = len(plain) // 2
        coded = base64.b64encode(plain.encode()).decode()
        made = {
            "0": plain[:half],
            "1": plain[half:],
            "b": coded,
            "b0": base64.b64encode(plain[:half].encode()).decode(),
            "bp": "\r\n ".join(coded[at : at + 5] for at in range(0, len(coded), 5)),
            "bh": base64.b64encode(f"<p>{plain[:half]}<i>{plain[half:]}</i>".encode()).decode(),
            "bm": base64.b64encode(f"Subject: {plain}\r\nFrom: a\r\nTo: b\r\n\r\nx".encode()).decode(),
            "q": "".join(f"={ord(sign):02X}" for sign in plain),
            "p": "".join(f"%{ord(sign):02X}" for sign in plain),
            "uu": binascii.b2a_uu(plain.encode()).decode().rstrip("\n"),
        }
        return made[str(key)]


def probes() -> Iterator[Probe]:
    """Yield a mail for each place."""
    for place, field in _FIELDS.items():
        hidden = word("eml", place)
        yield Probe(
            "eml", place, "a.eml", hidden, f"{_HEAD}{field.format(_Word(hidden))}\r\n\r\na".encode(), Part.MAIL_HEADER
        )
    for place, (body, part) in _BODIES.items():
        hidden = word("eml", place)
        yield Probe("eml", place, "a.eml", hidden, f"{_HEAD}{body.format(_Word(hidden))}".encode(), part)
    for place, piece in _PARTS.items():
        hidden = word("eml", place)
        content = piece.format(_Word(hidden))
        text = f"{_HEAD}Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n{content}\r\n--x--\r\n"
        yield Probe("eml", place, "a.eml", hidden, text.encode())
    for place, (make, part) in _WHOLE.items():
        hidden = word("eml", place)
        yield Probe("eml", place, "a.eml", hidden, make(hidden), part)


def _mixed(text: str) -> bytes:
    return f"{_HEAD}Content-Type: multipart/mixed; boundary=x\r\n\r\n{text}".encode()


def _attached(hidden: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", hidden)
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "a", "a@b.example", "c@b.example"
    message.set_content("a")
    message.add_attachment(stream.getvalue(), maintype="application", subtype="zip", filename="größe.zip")
    return message.as_bytes()


def _nested(hidden: str) -> bytes:
    inner, outer = EmailMessage(), EmailMessage()
    inner["Subject"] = "a"
    inner.set_content(hidden)
    outer["Subject"], outer["From"], outer["To"] = "a", "a@b.example", "c@b.example"
    outer.set_content("a")
    outer.add_attachment(inner)
    return outer.as_bytes()


def _apple(hidden: str) -> bytes:
    mail = f"{_HEAD}Subject: a\n\n{hidden}\n".replace("\r", "").encode()
    return str(len(mail)).encode() + b"\n" + mail + b'<?xml version="1.0"?><plist version="1.0"><dict/></plist>'


def _apple_list(hidden: str) -> bytes:
    mail = f"{_HEAD}Subject: a\n\na\n".replace("\r", "").encode()
    tail = f'<?xml version="1.0"?><plist version="1.0"><dict><key>a</key><string>{hidden}</string></dict></plist>'
    return str(len(mail)).encode() + b"     \n" + mail + tail.encode()


def _yenc(hidden: str) -> bytes:
    body = bytes((byte + 42) % 256 for byte in hidden.encode()).replace(b"=", b"=}")
    return (
        f"{_HEAD}Newsgroups: a\r\n\r\n=ybegin line=128 size=14 name=a.txt\r\n".encode()
        + body
        + b"\r\n=yend size=14\r\n"
    )


def _mailbox(hidden: str) -> bytes:
    mail = f"From a@b.example Mon Jun  1 10:00:00 2009\n{_HEAD}Subject: a\n\n".replace("\r", "")
    return f"{mail}x\n\n{mail}{hidden}\n\n{mail}y\n".encode()


_WHOLE: dict[str, tuple[Callable[[str], bytes], Part | None]] = {
    "preamble": (lambda hidden: _mixed(f"{hidden}\r\n--x\r\n\r\na\r\n--x--\r\n"), Part.HIDDEN),
    "epilogue": (lambda hidden: _mixed(f"--x\r\n\r\na\r\n--x--\r\n{hidden}"), Part.HIDDEN),
    "coded in the epilogue": (
        lambda hidden: _mixed(f"--x\r\n\r\na\r\n--x--\r\n{base64.b64encode(hidden.encode()).decode()}\r\n"),
        Part.HIDDEN,
    ),
    "no last boundary": (lambda hidden: _mixed(f"--x\r\n\r\na\r\n--x\r\n\r\n{hidden}"), Part.BODY),
    "spaces behind the boundary": (lambda hidden: _mixed(f"--x  \r\n\r\n{hidden}\r\n--x--  \r\n"), Part.BODY),
    "attached archive": (_attached, None),
    "attached mail": (_nested, None),
    "apple's mail": (_apple, Part.BODY),
    "list behind apple's mail": (_apple_list, None),
    "yenc": (_yenc, None),
    "second of a mailbox": (_mailbox, Part.BODY),
    "gb18030": (
        lambda hidden: f"{_HEAD}Content-Type: text/plain; charset=gb2312\r\n\r\n机密{hidden}".encode("gb18030"),
        Part.BODY,
    ),
    "lies about its encoding": (
        lambda hidden: f"{_HEAD}Content-Type: text/plain; charset=us-ascii\r\n\r\n机密文件{hidden}".encode("gb18030"),
        Part.BODY,
    ),
    "utf-7": (
        lambda hidden: f"{_HEAD}Content-Type: text/plain; charset=utf-7\r\n\r\n机密{hidden}".encode("utf-7"),
        Part.BODY,
    ),
    "lines end in a return": (lambda hidden: f"{_HEAD}\r\n{hidden}".replace("\n", "").encode(), Part.BODY),
    "subject in shift-jis as it is": (
        lambda hidden: f"{_HEAD}Subject: 極秘{hidden}\r\n\r\na".encode("cp932"),
        Part.MAIL_HEADER,
    ),
    "saved page": (
        lambda hidden: _mixed(
            f"--x\r\nContent-Type: text/html\r\nContent-Location: a\r\n\r\n<p>{hidden}</p>\r\n--x--\r\n"
        ).replace(b"multipart/mixed", b"multipart/related; type=text/html"),
        Part.BODY,
    ),
}
