import struct
from typing import Any

import pytest

from scanner.extract import onenote
from scanner.model.document import Reason
from scanner.model.place import Part

_GUID = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac")
_START = bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3")


def test_texts_and_files_of_a_notebook_are_read_and_its_pages_are_not(look: Any):
    data = _START + b"\x01\x02" + "NATO SECRET 机密文件".encode("utf-16-le") + b"\0\0\x05narrow SECRET\x06"
    data += _GUID + struct.pack("<Q", 8) + bytes(12) + b"PK\3\4file" + b"\0" * 30
    found = look(onenote, data)

    assert "NATO SECRET 机密文件" in found.text()
    assert "narrow SECRET" in found.text(Part.RAW)
    assert found.members == {"file 1": b"PK\3\4file"}
    assert found.reasons == [Reason.UNSUPPORTED]


@pytest.mark.parametrize("data", [b"", _GUID, _GUID + bytes(20), _GUID + b"\xff" * 20, _GUID + bytes(30)])
def test_files_that_are_cut_off_or_empty_do_no_harm(look: Any, data: bytes):
    assert look(onenote, data).reasons == [Reason.UNSUPPORTED]


def test_a_file_that_says_it_is_endless_is_read_to_the_end(look: Any):
    found = look(onenote, _GUID + b"\xff" * 8 + bytes(12) + b"content")

    assert found.members == {"file 1": b"content"}
