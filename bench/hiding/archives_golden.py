"""Archives that other programs made, read from the tests' data: a word in a file, in a name, where a link leads."""

import gzip
from collections.abc import Iterator
from pathlib import Path

from bench.hiding import Probe, word
from scanner.model.place import Part

_KIND = "arc"
_FOLDER = Path(__file__).parents[2] / "tests" / "data" / "archives"
# The archive, then what else there is in it besides the word in its file.
_ARCHIVES = {
    "lzma.7z": "",
    "lzma2.7z": "",
    "ppmd.7z": "",
    "bzip2.7z": "",
    "deflate.7z": "",
    "deflate64.7z": "",
    "copy.7z": "",
    "delta.7z": "",
    "bcj.7z": "",
    "bcj2.7z": "",
    "plain-header.7z": "",
    "several.7z": "second folder",
    "split-folders.7z": "second folder",
    "libarchive.7z": "target",
    "deflate64.zip": "",
    "ppmd.zip": "",
    "lzma.zip": "",
    "lh5.lzh": "",
    "mszip.cab": "second",
    "stored.cab": "",
    "zlib.xar": "target",
    "records.warc": "",
    "joliet.iso.gz": "folder volume",
    "rock-ridge.iso.gz": "folder target volume publisher",
    "plain.iso.gz": "",
    "udf.iso.gz": "folder volume",
    "text.txt.Z": "",
    "text.txt.lz": "",
}
_PACKAGE = {
    "summary": Part.PROPERTY,
    "description": Part.PROPERTY,
    "changelog": Part.PROPERTY,
    "folder": Part.METADATA,
    "target": Part.METADATA,
    "content": Part.BODY,
}
# What something else is put before: a script, a picture, a program.
_BEFORE = {
    "script": b"#!/bin/sh\nexec 7z x $0\n",
    "picture": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9",
    "program": b"MZ" + bytes(2000),
}


def probes() -> Iterator[Probe]:
    """Yield each archive for each word in it."""
    for name, others in _ARCHIVES.items():
        data = (_FOLDER / name).read_bytes()
        if name.endswith(".iso.gz"):
            data = gzip.decompress(data)
        own = name.removesuffix(".gz")
        yield Probe(_KIND, own, own, word(_KIND, own), data, Part.BODY)
        for other in others.split():
            part = Part.BODY if other == "second" else Part.METADATA
            yield Probe(_KIND, f"{own}: {other}", own, word(_KIND, f"{own} {other}"), data, part)
    disc = bytearray(gzip.decompress((_FOLDER / "udf.iso.gz").read_bytes()))
    while (at := disc.find(b"CD001")) >= 0:
        disc[at : at + 5] = b"BEA01"
    yield Probe(_KIND, "udf alone", "udf.iso", word(_KIND, "udf.iso"), bytes(disc), Part.BODY)
    package = (_FOLDER / "package.rpm").read_bytes()
    for place, part in _PACKAGE.items():
        yield Probe(_KIND, f"package.rpm: {place}", "package.rpm", word(_KIND, f"package.rpm {place}"), package, part)
    for name in ("lzma2.7z", "mszip.cab"):
        data = (_FOLDER / name).read_bytes()
        for what, before in _BEFORE.items():
            yield Probe(_KIND, f"{name} behind a {what}", "a", word(_KIND, name), before + data, Part.BODY)
