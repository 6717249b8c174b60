import hashlib
import struct
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from bench.hiding.ole_files import _SUMMARY, _narrow, _property_set
from scanner.extract import sealed
from scanner.extract._ole.compound import open_compound
from scanner.extract._ole.pack import PackedEntry, pack
from scanner.identify import identify
from scanner.model.document import Reason
from scanner.model.place import Part

_DATA = Path(__file__).parents[1] / "data"
_AGILE = (_DATA / "sealed/agile.xlsx").read_bytes()
_NOTHING = bytes(16)


def _file(information, package, *more):
    entries = [("EncryptionInfo", information), ("EncryptedPackage", package), *more]
    return pack([PackedEntry((), _NOTHING, None), *(PackedEntry((name,), _NOTHING, data) for name, data in entries)])


def _sha1(raw):
    return hashlib.sha1(raw).digest()  # noqa: S324 - what the format says


def _standard(content, password="VelvetSweatshop"):  # noqa: S107 - the one that programs try
    salt = bytes(range(16))
    spun = _sha1(salt + password.encode("utf-16-le"))
    for number in range(50_000):
        spun = _sha1(struct.pack("<I", number) + spun)
    final = _sha1(spun + bytes(4))
    wide = b"".join(_sha1(bytes(a ^ pad for a in final.ljust(64, b"\0"))) for pad in (0x36, 0x5C))
    machine = Cipher(AES(wide[:16]), ECB()).encryptor()  # noqa: S305 - what the format says
    proof = b"0123456789abcdef"
    head = struct.pack("<8I", 0x24, 0, 0x660E, 0x8004, 128, 24, 0, 0) + "x\0".encode("utf-16-le")
    verifier = struct.pack(
        "<I16s16sI32s", 16, salt, machine.update(proof), 20, machine.update(_sha1(proof).ljust(32, b"\0"))
    )
    information = struct.pack("<HHII", 3, 2, 0x24, len(head)) + head + verifier
    return information, struct.pack("<Q", len(content)) + machine.update(
        content.ljust(-(-len(content) // 16) * 16, b"\0")
    )


def test_what_excel_opens_without_asking_is_opened(look: Any):
    found = look(sealed, _AGILE)

    assert found.members == {"package": (_DATA / "office-sheet/document.xlsx").read_bytes()}
    assert found.reasons == []
    assert identify(_AGILE) in sealed.MEDIA_TYPES


def test_the_older_form_is_opened_too(look: Any):
    found = look(sealed, _file(*_standard(b"PK\x03\x04 content")))

    assert found.members == {"package": b"PK\x03\x04 content"}
    assert found.reasons == []


def _agile(old, new):
    held = open_compound(_AGILE)
    return _file(held.read("EncryptionInfo").replace(old, new), held.read("EncryptedPackage"))


@pytest.mark.parametrize("data", [
    _file(*_standard(b"content", "another")),
    _agile(b'spinCount="100000"', b'spinCount="1000"'),
    _agile(b'spinCount="100000"', b'spinCount="99999999999"'),
    _agile(b'spinCount="100000"', b'spinCount="many"'),
    _agile(b"SHA512", b"WHIRL"),
    _agile(b"<keyData", b"<other"),
    _agile(b'keyBits="256"', b'keyBits="7"'),
    _file(b"", b""),
    _file(struct.pack("<HHI", 1, 1, 0), bytes(40)),
    _file(struct.pack("<HHI", 3, 2, 0), bytes(40)),
    _file(struct.pack("<HHI", 4, 4, 0) + b"<no", bytes(40)),
    pack([PackedEntry((), _NOTHING, None), PackedEntry(("EncryptedPackage",), _NOTHING, b"x")]),
    _AGILE[:700],
])  # fmt: skip
def test_what_is_not_opened_is_said(look: Any, data: bytes):
    found = look(sealed, data)

    assert found.members == {}
    assert found.reasons in ([Reason.ENCRYPTED], [Reason.CORRUPT, Reason.ENCRYPTED])


def test_properties_that_stand_open_are_read(look: Any):
    title = _property_set(_SUMMARY, {2: (30, _narrow("NATO SECRET", "cp1252"))})
    found = look(sealed, _file(b"", b"", ("\x05SummaryInformation", title)))

    assert found.text(Part.PROPERTY, "title") == "NATO SECRET"
    assert found.reasons == [Reason.ENCRYPTED]


def test_the_label_of_a_locked_document_and_its_licence_stand_open(look: Any):
    label = b'<labelList xmlns="x"><label id="{1-2}" enabled="1" method="Privileged"/></labelList>'
    licence = b"\0" * 600 + "Top secret template".encode("utf-16-le")
    found = look(sealed, _file(b"", b"", ("LabelInfo.xml", label), ("\x06Primary", licence)))

    assert [item.text for item in found.segments if item.place.title == "LabelInfo id"] == ["{1-2}"]
    assert "Top secret template" in found.text(Part.METADATA, "protection")
    assert found.reasons == [Reason.ENCRYPTED]
    assert look(sealed, _file(b"", b"", ("LabelInfo", b"<broken"))).reasons == [Reason.CORRUPT, Reason.ENCRYPTED]
