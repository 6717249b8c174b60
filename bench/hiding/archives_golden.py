"""Archives that other programs made, read from the tests' data: a word in a file, in a name, where a link leads."""

from collections.abc import Iterator

from bench.hiding import Probe, word
from bench.hiding._golden import golden
from scanner.model.place import Part

_KIND = "arc"
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
    "joliet.iso": "folder volume",
    "rock-ridge.iso": "folder target volume publisher",
    "plain.iso": "",
    "udf.iso": "folder volume",
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
        data = golden()[name]
        yield Probe(_KIND, name, name, word(_KIND, name), data, Part.BODY)
        for other in others.split():
            part = Part.BODY if other == "second" else Part.METADATA
            yield Probe(_KIND, f"{name}: {other}", name, word(_KIND, f"{name} {other}"), data, part)
    disc = bytearray(golden()["udf.iso"])
    while (at := disc.find(b"CD001")) >= 0:
        disc[at : at + 5] = b"BEA01"
    yield Probe(_KIND, "udf alone", "udf.iso", word(_KIND, "udf.iso"), bytes(disc), Part.BODY)
    package = golden()["package.rpm"]
    for place, part in _PACKAGE.items():
        yield Probe(_KIND, f"package.rpm: {place}", "package.rpm", word(_KIND, f"package.rpm {place}"), package, part)
    for name in ("lzma2.7z", "mszip.cab"):
        data = golden()[name]
        for what, before in _BEFORE.items():
            yield Probe(_KIND, f"{name} behind a {what}", "a", word(_KIND, name), before + data, Part.BODY)
