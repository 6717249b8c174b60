"""What every reader in the folder keeps, also those added later."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.extract import Budget, LimitReachedError, readers
from scanner.identify import identify
from scanner.model.document import Blob, Member, Problem, Segment
from scanner.model.limits import Limits
from scanner.model.place import Place

_DATA = Path(__file__).parents[1] / "data"
_READERS = sorted({reader.__name__: media_type for media_type, reader in readers().items()}.items())  # type: ignore[attr-defined] # a reader is a module
_STARTS = (
    b"",
    b"%PDF-1.7\n",
    b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<html><p>",
    b"<?xml version='1.0'?><a>",
    b"From: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\n",
    b"\x1f\x8b\x08\x08",
    b"BZh91AY&SY",
    b"\xfd7zXZ\x00",
    b"\xff\xd8\xff\xe1",
    b"\x89PNG\r\n\x1a\n",
    b"{\\rtf1",
    b"\xff\xfe",
)


def _blobs() -> Iterator[tuple[str, bytes]]:
    chance = random.Random(7)  # noqa: S311 - the same garbage every time
    yield "empty", b""
    for start in _STARTS:
        for size in (0, 1, 30, 700):
            yield f"{start[:6]!r} and {size} of garbage", start + chance.randbytes(size)
    for path in sorted(_DATA.rglob("*.*")):
        data = path.read_bytes()
        if path.is_file() and len(data) < 100_000:
            for share in (1, 2, 3, 7):
                yield f"{path.name} by {share}", data[: len(data) // share]
            flipped = bytearray(data)
            for _ in range(20):
                flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
            yield f"{path.name} with flipped bits", bytes(flipped)


_BLOBS = dict(_blobs())


@pytest.mark.parametrize(("reader", "media_type"), _READERS)
def test_no_bytes_make_a_reader_raise_and_every_place_is_within_the_blob(reader: str, media_type: str):
    place = Place("file.bin", ("outer.zip", "inner.bin"))
    for name, data in _BLOBS.items():
        found = _read(readers()[media_type], Blob(place, media_type, data))

        assert all(isinstance(item, Segment | Member | Problem) for item in found), (reader, name)
        assert all(item.place.file == place.file for item in found), (reader, name)
        assert all(item.place.members[:2] == place.members for item in found), (reader, name)
        assert all(item.place.members[2:] for item in found if isinstance(item, Member)), (reader, name)
        assert all(Place.parse(str(item.place)) == item.place for item in found), (reader, name)


@pytest.mark.parametrize(("reader", "media_type"), _READERS)
def test_a_reader_counts_its_text(reader: str, media_type: str):
    for name, data in _BLOBS.items():
        blob = Blob(Place("f"), media_type, data)
        size = sum(len(item.text) for item in _read(readers()[media_type], blob) if isinstance(item, Segment))
        if size > 1000:
            with pytest.raises(LimitReachedError):
                list(readers()[media_type].extract(blob, Budget(Limits(text=10), len(data))))
            return
        assert size <= 1000, (reader, name)


def test_whatever_a_file_is_somebody_takes_it():
    known = readers()

    assert "*/*" in known
    for data in _BLOBS.values():
        media_type = identify(data)
        family = media_type.partition("/")[0] + "/*"
        reader = known.get(media_type) or known.get(family) or known["*/*"]
        _read(reader, Blob(Place("f"), media_type, data))


def _read(reader: Any, blob: Blob) -> list[Segment | Member | Problem]:
    try:
        return list(reader.extract(blob, Budget(Limits(), len(blob.data))))
    except LimitReachedError:
        return []
