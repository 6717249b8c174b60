"""What every reader in the folder keeps, also those added later."""

import random
import zlib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bench.hiding import Probe, probes
from scanner.extract import Budget, LimitReachedError, readers
from scanner.identify import identify
from scanner.model.document import Blob, Facts, Member, Problem, Segment
from scanner.model.limits import Limits
from scanner.model.place import Place
from scanner.pipeline import Pipeline

_DATA = Path(__file__).parents[1] / "data"
_LARGEST = 100_000
_PROBES_A_KIND = 4
_FOREIGN = 40
_READERS = sorted({reader.__name__: media_type for media_type, reader in sorted(readers().items())}.items())  # type: ignore[attr-defined] # a reader is a module
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
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07\x01\x00",
    b"MSCF\x00\x00\x00\x00",
    b"\x78\x9f\x3e\x22",
    b"BEGIN:VCALENDAR\r\n",
)
# Kinds that say how long they are, or end with something: what is torn off them is noticed.
_BOUNDED = frozenset(
    "doc docx epub fodt ods odp odt pdf ppt pptx rtf vsdx xls xlsb xlsx xps".split()  # noqa: SIM905 - a list of words
)


@cache
def _probes() -> tuple[Probe, ...]:
    return tuple(probes())


@cache
def _documents() -> dict[str, list[tuple[str, bytes]]]:
    """Return real documents by the name of the reader that takes them."""
    found: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
    kinds: dict[str, int] = defaultdict(int)
    files = ((path.name, path.read_bytes()) for path in sorted(_DATA.rglob("*.*")) if path.is_file())
    for name, data in files:
        found[_reader(data).__name__].append((name, data))
    for probe in _probes():
        kinds[probe.kind] += 1
        if kinds[probe.kind] <= _PROBES_A_KIND:
            found[_reader(probe.data).__name__].append((f"{probe.kind}, {probe.place}", probe.data))
    return found


def _reader(data: bytes) -> Any:
    known, media_type = readers(), identify(data)
    family = media_type.partition("/")[0] + "/*"
    return known.get(media_type) or known.get(family) or known["*/*"]


def _damaged(name: str, data: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    if len(data) > _LARGEST:
        return
    for share in (1, 2, 3, 7):
        yield f"{name} by {share}", data[: len(data) // share]
    flipped = bytearray(data)
    for _ in range(20):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    yield f"{name} with flipped bits", bytes(flipped)


def _blobs(reader: str) -> Iterator[tuple[str, bytes]]:
    """Yield garbage, the reader's own documents, and some of the others': the same for each run."""
    chance = random.Random(zlib.crc32(reader.encode()))  # noqa: S311 - the same garbage every time
    yield "empty", b""
    for start in _STARTS:
        for size in (0, 1, 30, 700):
            yield f"{start[:6]!r} and {size} of garbage", start + chance.randbytes(size)
    for name, data in _documents().get(reader, []):
        yield from _damaged(name, data, chance)
    foreign = [each for other, documents in _documents().items() if other != reader for each in documents]
    for name, data in chance.sample(foreign, min(_FOREIGN, len(foreign))):
        yield chance.choice([*_damaged(name, data, chance), ("empty", b"")])


@pytest.mark.parametrize(("reader", "media_type"), _READERS)
def test_no_bytes_make_a_reader_raise_and_every_place_is_within_the_blob(reader: str, media_type: str):
    place = Place("file.bin", ("outer.zip", "inner.bin"))
    for name, data in _blobs(reader):
        found = _read(readers()[media_type], Blob(place, media_type, data))

        assert all(isinstance(item, Segment | Member | Problem) for item in found), (reader, name)
        assert all(item.place.file == place.file for item in found), (reader, name)
        assert all(item.place.members[:2] == place.members for item in found), (reader, name)
        assert all(item.place.members[2:] for item in found if isinstance(item, Member)), (reader, name)
        assert all(Place.parse(str(item.place)) == item.place for item in found), (reader, name)


@pytest.mark.parametrize(("reader", "media_type"), _READERS)
def test_a_reader_counts_its_text(reader: str, media_type: str):
    for name, data in _blobs(reader):
        blob = Blob(Place("f"), media_type, data)
        size = sum(len(item.text) for item in _read(readers()[media_type], blob) if isinstance(item, Segment))
        if size > 1000:
            with pytest.raises(LimitReachedError):
                list(readers()[media_type].extract(blob, Budget(Limits(text=10), len(data))))
            return
        assert size <= 1000, (reader, name)


@pytest.mark.parametrize("kind", sorted(_BOUNDED))
def test_a_document_that_was_cut_short_is_a_problem_wherever_it_was_cut(kind: str):
    chance = random.Random(zlib.crc32(kind.encode()))  # noqa: S311 - the same places every time
    data = max((probe.data for probe in _probes() if probe.kind == kind and len(probe.data) < _LARGEST), key=len)
    for _ in range(12):
        end = chance.randrange(len(data) // 20, len(data) * 19 // 20)
        items = list(Pipeline(readers(), (), Limits()).examine("x", data[:end]))

        assert isinstance(items[0], Facts)
        assert any(isinstance(item, Problem) for item in items), (kind, end)


def test_whatever_a_file_is_somebody_takes_it():
    assert "*/*" in readers()
    for name, data in _blobs("nobody"):
        assert isinstance(_read(_reader(data), Blob(Place("f"), identify(data), data)), list), name


def _read(reader: Any, blob: Blob) -> list[Segment | Member | Problem]:
    try:
        return list(reader.extract(blob, Budget(Limits(), len(blob.data))))
    except LimitReachedError:
        return []
