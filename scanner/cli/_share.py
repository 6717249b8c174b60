"""Makes the small leaky share of the demo: real documents of real formats, every secret in them made up."""

import io
import secrets
import string
import textwrap
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from xml.sax.saxutils import escape

POLICY = """\
# The demo's policy: what may stand where. See config/example.toml for a real one.
version = 1

[[zone]]
name     = "public"
paths    = ["{share}/public"]
ceiling  = "UNCLASSIFIED"
owner    = "press@corp.example"
guidance = "Move it to the project's folder and tell security@corp.example."

[[zone]]
name    = "project-alpha"
paths   = ["{share}/projects/alpha"]
ceiling = ["SECRET//REL TO USA, GBR", "NATO SECRET"]
owner   = "alpha-lead@corp.example"

[[zone]]
name         = "it"
paths        = ["{share}/it"]
ceiling      = "none"
owner        = "it-desk@corp.example"
undetermined = "alert"
"""


def make(folder: Path) -> tuple[Path, Path]:
    """Write the share and its policy into a folder; return both paths. The policy stands outside the share."""
    share = folder / "share"
    for name, data in _documents().items():
        path = share / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    policy = folder / "policy.toml"
    policy.write_text(POLICY.format(share=share.as_posix()), encoding="utf-8")
    policy.chmod(0o600)
    return share, policy


def _documents() -> dict[str, bytes]:
    offer = docx("Offer for the harbour radar\n\nDelivery in four lots, see annex B.", header="SECRET//NOFORN")
    minutes = docx("Minutes of the working group\n\nFrequencies were agreed.", header="NATO CONFIDENTIAL")
    return {
        "public/offer-2026.docx": offer,
        "public/press-release.txt": b"For immediate release.\n\nThe canteen opens at noon.\n",
        "public/mail-to-partner.eml": _mail("Papers for Thursday", {"papers.zip": _zip({"minutes.docx": minutes})}),
        "public/how-we-mark-documents.txt": _GUIDE.encode(),
        "projects/alpha/plan.pdf": pdf(
            ["SECRET//REL TO USA, GBR\n\nPlan of work, phase two.\n\nSECRET//REL TO USA, GBR"]
        ),
        "projects/alpha/budget.docx": docx(
            "Budget, phase two\n\nTwelve people, nine months.", header="TOP SECRET//SI//NOFORN"
        ),
        "it/deploy.sh": _script().encode(),
        "it/old-backup.zip": _locked(_zip({"passwords.txt": secrets.token_bytes(200)})),
        "hr/reimbursements.csv": _accounts().encode(),
    }


_GUIDE = textwrap.dedent("""\
    How we mark documents

    Every page carries its marking at the top and at the bottom. Example: a banner line reads
    SECRET//NOFORN. The levels are UNCLASSIFIED, CONFIDENTIAL, SECRET and TOP SECRET.
    """)


def docx(body: str, header: str = "") -> bytes:
    """Return a Word document with one page header."""
    paragraphs = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in body.splitlines())
    section = '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr>' if header else ""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD_TYPE}.document.main+xml"/>'
        f'<Override PartName="/word/header1.xml" ContentType="{_WORD_TYPE}.header+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/header" Target="header1.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}" xmlns:r="{_OFFICE}"><w:body>{paragraphs}{section}</w:body>'
        "</w:document>",
        "word/header1.xml": f'<w:hdr xmlns:w="{_WORD}"><w:p><w:r><w:t>{escape(header)}</w:t></w:r></w:p></w:hdr>',
    }
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return _zip({name: (declaration + text).encode() for name, text in parts.items()})


_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def pdf(pages: list[str]) -> bytes:
    """Return a PDF with one text a page, in Latin letters."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, text in enumerate(pages):
        lines = "".join(f"({_pdf_string(line)}) Tj T*\n" for line in text.splitlines())
        content = f"BT /F1 12 Tf 16 TL 72 770 Td\n{lines}ET"
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {5 + 2 * number} 0 R>>"
        )
        objects.append(f"<</Length {len(content)}>>\nstream\n{content}\nendstream")
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    offsets: list[int] = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1"))
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write("".join(f"{offset:010} 00000 n \n" for offset in offsets).encode())
    out.write(f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def _pdf_string(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _locked(archive: bytes) -> bytes:
    """Set the flag that says "encrypted" on the one member, in both of its headers."""
    data = bytearray(archive)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags] |= 1
    return bytes(data)


def _mail(subject: str, attachments: dict[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"] = "j.doe@corp.example"
    message["To"] = "partner@elsewhere.example"
    message["Subject"] = subject
    message["Date"] = "Mon, 05 Jan 2026 09:00:00 +0000"
    message.set_content("As agreed on the phone.\n")
    for name, data in attachments.items():
        message.add_attachment(data, maintype="application", subtype="zip", filename=name)
    return message.as_bytes()


def _script() -> str:
    key = "AKIA" + _random(string.ascii_uppercase + "234567", 16)
    token = _random(string.ascii_letters + string.digits, 40)
    return (
        f"#!/bin/sh\nexport AWS_ACCESS_KEY_ID={key}\nexport AWS_SECRET_ACCESS_KEY={token}\n"
        "aws s3 sync build/ s3://corp-site/\n"
    )


def _accounts() -> str:
    rows = [f"{1000 + row},{_iban()},{_random('123456789', 3)}.00" for row in range(25)]
    return "\n".join(["person,account,amount", *rows]) + "\n"


def _iban() -> str:
    """Return a made-up German account number with right check digits: ISO 13616."""
    account = _random(string.digits, 18)
    check = 98 - int(account + "131400") % 97  # D and E are 13 and 14
    return f"DE{check:02}{account}"


def _random(alphabet: str, length: int) -> str:
    choose: Callable[[str], str] = secrets.choice
    return "".join(choose(alphabet) for _ in range(length))
