"""Makes documents of many kinds with secrets planted in them, all of them made up."""

import io
import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

_LETTERS = "bcdfghjkmnpqrstvwxz"
_MARKINGS = (
    "TOP SECRET//SI//NOFORN",
    "SECRET//NOFORN",
    "NATO CONFIDENTIAL",
    "VS-NUR FÜR DEN DIENSTGEBRAUCH",
    "TLP:RED",
)


@dataclass
class Planted:
    """Documents by name, and every secret in them by what it is; numbers without what separates their groups."""

    documents: dict[str, bytes] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(20261126))  # noqa: S311 - made up, no secrets

    def keep(self, kind: str, secret: str) -> str:
        """Remember a secret and return it."""
        self.secrets[secret] = kind
        return secret

    def word(self, kind: str) -> str:
        """Return a word that stands in no dictionary and in no rule."""
        return self.keep(kind, "".join(self.chance.choices(_LETTERS, k=9)))

    def card(self) -> str:
        """Return a payment card number in groups of four; it passes the check of ISO/IEC 7812."""
        digits = [4, *self.chance.choices(range(10), k=14)]
        doubled = [digit * 2 if place % 2 == 0 else digit for place, digit in enumerate(digits)]
        last = -sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10
        number = self.keep("card", "".join(map(str, (*digits, last))))
        return " ".join(number[at : at + 4] for at in range(0, 16, 4))

    def iban(self) -> str:
        """Return an account number of Germany with the check digits of ISO 13616."""
        account = "".join(map(str, (5, *self.chance.choices(range(10), k=17))))
        check = 98 - int(f"{account}131400") % 97
        return self.keep("iban", f"DE{check:02}{account}")

    def key(self) -> str:
        """Return a private key; each of its lines is a secret."""
        alphabet = _LETTERS + _LETTERS.upper() + "0123456789+/"
        lines = [self.keep("key", "".join(self.chance.choices(alphabet, k=64))) for _ in range(4)]
        return "\n".join(("-----BEGIN RSA PRIVATE KEY-----", *lines, "-----END RSA PRIVATE KEY-----"))

    def password(self) -> str:
        """Return an assignment of a password."""
        return f'password = "{self.word("password")}7#Q"'

    def paragraphs(self) -> list[str]:
        """Return a page of text: a marking with neighbours of every kind, and a value of every kind."""
        marking = self.chance.choice(_MARKINGS)
        near = [self.word("neighbour") for _ in range(9)]
        return [
            near[0],
            marking,
            f"{near[1]} {near[2]}",
            f"({self.chance.choice('SCU')}) {near[3]} {near[4]}.",
            f"Classified By: {near[5]}",
            f"Derived From: {near[6]}",
            f"{near[7]}: {marking}, {near[8]}",
            f"Card {self.card()} and account {self.iban()}.",
            self.password(),
            *self.key().split("\n"),
            marking,
        ]


def plant() -> Planted:
    """Return documents with over 500 secrets."""
    planted = Planted()
    for maker in (_plain, _office, _pdf, _mail, _markup, _packed, _names, _broken):
        for name, data in maker(planted):
            planted.documents[name] = data
    return planted


def _plain(planted: Planted) -> Iterator[tuple[str, bytes]]:
    for name in (
        "notes.txt",
        "more.txt",
        "settings.ini",
        "table.csv",
        "deploy.py",
        "page.md",
        "a.log",
        "b.yaml",
        "c.tex",
        "d.sql",
        "e.sh",
        "f.bak",
        "g.env",
    ):
        yield name, "\n\n".join(planted.paragraphs()).encode()
    yield "wide.txt", "\r\n".join(planted.paragraphs()).encode("utf-16")
    yield "old.rtf", rb"{\rtf1\ansi " + rb"\par ".join(p.encode("cp1252") for p in planted.paragraphs()) + b"}"
    yield "data.json", ('{"a": "' + planted.password().replace('"', "'") + '", "b": "' + planted.card() + '"}').encode()


def _docx(planted: Planted, **parts: str) -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "".join(f"<w:p><w:r><w:t>{text.replace('&', '')}</w:t></w:r></w:p>" for text in planted.paragraphs())
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    known = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
            f'PartName="/word/document.xml" ContentType="{kind}"/></Types>'
        ),
        "_rels/.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
            f'Id="r1" Type="{relation}" Target="word/document.xml"/></Relationships>'
        ),
        "docProps/core.xml": (
            '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{planted.word("property")}</dc:title>'
            f"<dc:creator>{planted.word('property')}</dc:creator></cp:coreProperties>"
        ),
        "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
        **parts,
    }
    return _zip({name: text.encode() for name, text in known.items()})


def _zip(members: dict[str, bytes], comment: bytes = b"") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def _office(planted: Planted) -> Iterator[tuple[str, bytes]]:
    yield "offer.docx", _docx(planted)
    yield "part.docx", _docx(planted, **{f"word/{planted.word('part name')}.xml": "<a/>"})
    yield "broken-xml.docx", _docx(planted, **{"word/comments.xml": f"<w:{planted.word('tag')} x='{planted.card()}"})


def _pdf(planted: Planted) -> Iterator[tuple[str, bytes]]:
    lines = [line.encode("latin-1", "replace") for line in planted.paragraphs()]
    shown = b" T* ".join(b"(" + line.replace(b"(", b"").replace(b")", b"") + b") Tj" for line in lines)
    stream = b"BT /F1 10 Tf 12 TL 50 800 Td " + shown + b" ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n" % len(stream) + stream + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Title(" + planted.word("title").encode() + b")/Author(" + planted.word("author").encode() + b")>>",
        b"<</Length 3/Filter/" + planted.word("filter").encode() + b">>stream\nabc\nendstream",
    ]
    data = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % item for item in enumerate(objects, 1))
    whole = data + b"trailer<</Root 1 0 R/Info 6 0 R/Size 8>>\n%%EOF\n"
    yield "plan.pdf", whole
    yield "cut.pdf", whole[: len(whole) // 2]


def _mail(planted: Planted) -> Iterator[tuple[str, bytes]]:
    message = EmailMessage()
    message["From"] = f"{planted.word('sender')}@corp.example"
    message["To"] = f"{planted.word('receiver')}@corp.example"
    message["Subject"] = f"{planted.word('subject')} {planted.card()}"
    message.set_content("\n".join(planted.paragraphs()))
    message.add_attachment("\n".join(planted.paragraphs()).encode(), maintype="text", subtype="plain", filename="a.txt")
    yield "mail.eml", message.as_bytes()
    kind, coding, charset = (planted.word("mail header") for _ in range(3))
    yield (
        "odd.eml",
        f"From: a@b\nTo: c@d\nSubject: =?{charset}?q?x?=\nContent-Type: application/x-{kind}; charset={charset}\n"
        f"Content-Transfer-Encoding: {coding}\n\n{planted.password()}\n{planted.card()}\n".encode(),
    )


def _markup(planted: Planted) -> Iterator[tuple[str, bytes]]:
    body = "".join(f"<p>{text}</p>" for text in planted.paragraphs())
    head = f"<title>{planted.word('title')}</title><meta charset='{planted.word('charset')}'>"
    yield "page.html", f"<html><head>{head}</head><body>{body}<!-- {planted.password()} --></body></html>".encode()
    tag, entity = planted.word("tag"), planted.word("entity")
    broken = f"<?xml version='1.0'?><r><{tag}>{planted.card()}</r>&{entity};"
    yield "broken.xml", broken.encode()
    yield "coded.xml", f"<?xml version='1.0' encoding='{planted.word('encoding')}'?><r>{planted.iban()}</r>".encode()
    yield "rights.svg", f"<svg xmlns='http://www.w3.org/2000/svg'><text>{planted.card()}</text></svg>".encode()


def _packed(planted: Planted) -> Iterator[tuple[str, bytes]]:
    inner = _zip({"a.txt": "\n".join(planted.paragraphs()).encode(), "b.docx": _docx(planted)})
    yield "papers.zip", _zip({"inner.zip": inner}, comment=planted.password().encode())
    locked = bytearray(_zip({"locked.txt": planted.password().encode()}))
    for at in (6, locked.index(b"PK\x01\x02") + 8):
        locked[at] |= 1
    yield "locked.zip", bytes(locked)


def _names(planted: Planted) -> Iterator[tuple[str, bytes]]:
    """Plant values in the names of members; what else a member is called has to be shown, or nobody would find it."""
    members = {f"card {planted.card()}.txt": b"x", f"{planted.iban()}.txt": b"TOP SECRET//SI//NOFORN\n\nx"}
    members[f"folder {planted.card()}/b.docx"] = _docx(planted)
    members[f"{planted.card()}/broken.zip"] = b"PK\x03\x04 nothing"
    yield "members.zip", _zip(members)


def _broken(planted: Planted) -> Iterator[tuple[str, bytes]]:
    whole = _docx(planted)
    for number, share in enumerate((0.3, 0.6, 0.9)):
        yield f"cut-{number}.docx", whole[: int(len(whole) * share)]
    damaged = bytearray(_zip({"a.txt": "\n".join(planted.paragraphs()).encode()}))
    damaged[60] ^= 0xFF
    yield "damaged.zip", bytes(damaged)
    yield "no.pdf", b"%PDF-1.7\n" + "\n".join(planted.paragraphs()).encode()
    yield "no.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "\n".join(planted.paragraphs()).encode("utf-16-le")
    yield "no.gz", b"\x1f\x8b\x08\x00" + planted.password().encode()
    yield "no.tar", planted.word("tar name").encode().ljust(257, b"\0") + b"ustar\x0000" + planted.card().encode()
