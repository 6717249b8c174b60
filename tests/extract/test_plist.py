import plistlib
import random
from typing import Any

import pytest

from scanner.extract import plist
from scanner.identify import identify
from scanner.model.document import Reason
from scanner.model.place import Part


def _binary(value: Any) -> bytes:
    return plistlib.dumps(value, fmt=plistlib.FMT_BINARY)


def test_names_and_texts_are_lines_and_bytes_are_members(look: Any):
    data = _binary({"title": "机密", "list": ["one", 2, True, " "], "page": b"<html>SECRET</html>", "short": b"ab"})
    found = look(plist, data)

    assert identify(data) == "application/x-bplist"
    assert set(found.text().split("\n")) == {"title", "机密", "list", "one", "page", "short"}
    assert found.members == {"data 1": b"<html>SECRET</html>"}
    assert found.reasons == []


def test_a_damaged_list_is_reported_and_its_strings_are_found(look: Any):
    found = look(plist, _binary({"a": "this is SECRET"})[:-8])

    assert found.reasons == [Reason.CORRUPT]
    assert "this is SECRET" in found.text(Part.RAW)
    assert look(plist, b"bplist00").reasons == [Reason.CORRUPT]


def test_what_is_met_again_is_read_once(look: Any):
    shared = ["SECRET"]
    found = look(plist, _binary({"a": shared, "b": shared}))

    assert found.text().count("SECRET") == 1


def test_more_files_than_anybody_packs_are_reported(look: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(plist, "_MOST_FILES", 2)
    found = look(plist, _binary([bytes(20) + b"%d" % number for number in range(5)]))

    assert found.reasons == [Reason.TOO_MANY_MEMBERS]
    assert len(found.members) == 2


def test_flipped_bits_do_no_harm(look: Any):
    chance = random.Random(4)  # noqa: S311 - the same every time
    whole = _binary({"a": ["b", {"c": b"d" * 40}]})
    for _ in range(300):
        flipped = bytearray(whole)
        flipped[chance.randrange(8, len(flipped))] ^= 1 << chance.randrange(8)
        look(plist, bytes(flipped))
