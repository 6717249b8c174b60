"""Archives with a word in a packed file, in a name, in a comment, or behind something else."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping

import docx
import lz4.frame

from bench.hiding import Probe, word
from scanner.extract._archive.streams import zstd
from scanner.model.place import Part

_KIND = "arc"


def probes() -> Iterator[Probe]:
    """Yield an archive for each place."""
    for make in (_zips, _zip_tricks, _tapes, _streams, _appended):
        yield from make()


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    """Return a ZIP with some files in it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.comment = comment
    return stream.getvalue()


def taped(files: Mapping[str, bytes], **headers: str) -> bytes:
    """Return a tape with some files in it."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            info.pax_headers = headers
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def packed_zip(name: bytes, method: int, packed: bytes, content: bytes, flags: int = 0) -> bytes:
    """Return a ZIP with one file that something else has packed."""
    checksum, sizes = zlib.crc32(content), (len(packed), len(content))
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 63, flags, method, 0, 0, checksum, *sizes, len(name), 0) + name
    entry = struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\1\2", 63, 63, flags, method, 0, 0, checksum, *sizes, len(name), 0, 0, 0, 0, 0, 0
    )
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, len(entry + name), len(local + packed), 0)
    return local + packed + entry + name + end


def _probe(place: str, name: str, data: bytes, part: Part | None = Part.BODY) -> Probe:
    return Probe(_KIND, place, name, word(_KIND, place), data, part)


def _text(place: str) -> bytes:
    return f"Before it.\n{word(_KIND, place)}\nBehind it.\n".encode()


def _document(place: str) -> bytes:
    stream = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(word(_KIND, place))
    document.save(stream)
    return stream.getvalue()


def _zips() -> Iterator[Probe]:
    for place, method in (
        ("zip txt", zipfile.ZIP_DEFLATED),
        ("zip stored", zipfile.ZIP_STORED),
        ("zip bzip2", zipfile.ZIP_BZIP2),
        ("zip lzma", zipfile.ZIP_LZMA),
    ):
        yield _probe(place, "a.zip", zipped({"a.txt": _text(place)}, method))
    yield _probe("zip without extension", "a", zipped({"a.txt": _text("zip without extension")}))
    place = "zip member name"
    yield _probe(place, "a.zip", zipped({f"{word(_KIND, place)}.txt": b"x"}), Part.NAME)
    place = "zip folder name"
    yield _probe(place, "a.zip", zipped({f"{word(_KIND, place)}/": b""}), Part.METADATA)
    place = "zip name of an empty file"
    yield _probe(place, "a.zip", zipped({word(_KIND, place): b""}), None)
    place = "zip comment"
    yield _probe(place, "a.zip", zipped({"a": b"x"}, comment=word(_KIND, place).encode()), Part.COMMENT)
    place = "zip in zip in zip"
    yield _probe(place, "a.zip", zipped({"b.zip": zipped({"c.zip": zipped({"a.txt": _text(place)})})}))
    yield _probe("docx in zip", "a.zip", zipped({"a.docx": _document("docx in zip")}))
    place = "zip zstd"
    yield _probe(place, "a.zip", packed_zip(b"a.txt", 93, zstd.compress(_text(place)), _text(place)))
    place = "zip xz"
    yield _probe(place, "a.zip", packed_zip(b"a.txt", 95, lzma.compress(_text(place)), _text(place)))
    place = "zip name of an unknown method"
    yield _probe(place, "a.zip", packed_zip(word(_KIND, place).encode(), 97, b"x" * 30, b"x"), Part.METADATA)
    place = "zip name of a locked file"
    yield _probe(place, "a.zip", packed_zip(word(_KIND, place).encode(), 8, b"x" * 30, b"x", flags=1), Part.METADATA)
    place = "zip name in GB 18030"
    yield Probe(_KIND, place, "a.zip", "机密文件", packed_zip("机密文件.txt".encode("gb18030"), 0, b"x", b"x"), None)
    place = "zip entry comment"
    yield _probe(place, "a.zip", _commented(word(_KIND, place).encode()), Part.COMMENT)
    place = "zip data descriptor"
    yield _probe(place, "a.zip", _piped({"a.txt": _text(place)}))
    place = "zip wide"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as file:
        file.write(_text(place))
    yield _probe(place, "a.zip", stream.getvalue())


def _commented(comment: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo("a.txt")
        info.comment = comment
        archive.writestr(info, b"x")
    return stream.getvalue()


class _Pipe(io.RawIOBase):
    """A stream that cannot be gone back in."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload] # a buffer
        self.data += piece
        return len(piece)


def _piped(files: Mapping[str, bytes]) -> bytes:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type] # a stream will do
        for name, content in files.items():
            archive.writestr(name, content)
    return pipe.data


def _zip_tricks() -> Iterator[Probe]:
    other = zipped({"other.txt": b"nothing here"})
    for place, hidden in (
        ("zip file that is not listed", zipped),
        ("zip streamed file that is not listed", _piped),
    ):
        data = hidden({"a.txt": _text(place)})
        yield _probe(place, "a.zip", data[: data.find(b"PK\1\2")] + other)
    place = "zip bzip2 file that is not listed"
    data = zipped({"a.txt": _text(place)}, zipfile.ZIP_BZIP2)
    yield _probe(place, "a.zip", data[: data.find(b"PK\1\2")] + other)
    place = "zip torn off"
    data = zipped({"a.txt": _text(place), "b.txt": b"x" * 100})
    yield _probe(place, "a.zip", data[: data.find(b"PK\1\2")])
    place = "zip behind junk"
    yield _probe(place, "a.zip", b"junk\0junk" * 9 + zipped({"a.txt": _text(place)}))
    place = "zip with text before"
    yield _probe(place, "a.zip", _text(place) + other)
    place = "zip with text behind"
    yield _probe(place, "a.zip", other + b"\n" + _text(place))
    place = "zip text between files"
    middle = other.find(b"PK\1\2")
    between = _text(place)
    end = bytearray(other[middle:])
    struct.pack_into("<I", end, len(end) - 6, middle + len(between))
    yield _probe(place, "a.zip", other[:middle] + between + bytes(end), Part.RAW)
    place = "zip name that differs in the local header"
    hidden_name = word(_KIND, place).encode()
    data = zipped({"x" * len(hidden_name): b"x"})
    yield _probe(place, "a.zip", data.replace(b"x" * len(hidden_name), hidden_name, 1), Part.METADATA)
    place = "zip falsely locked"
    data = bytearray(zipped({"a.txt": _text(place)}))
    data[data.find(b"PK\1\2") + 8] |= 1
    yield _probe(place, "a.zip", bytes(data))
    place = "zip file named like a folder"
    yield _probe(place, "a.zip", packed_zip(b"folder/", 0, _text(place), _text(place)))
    place = "zip with two directories"
    yield _probe(place, "a.zip", zipped({"a.txt": _text(place)}) + other)
    place = "zip name with a way out"
    yield _probe(place, "a.zip", zipped({"../../etc/passwd": _text(place)}))
    place = "zip second file of one name"
    data = zipped({"a.txt": b"first", "b.txt": _text(place)}).replace(b"b.txt", b"a.txt")
    yield _probe(place, "a.zip", data)


def _tapes() -> Iterator[Probe]:
    for place, mode in (("tar", "w"), ("tar.gz", "w:gz"), ("tar.bz2", "w:bz2"), ("tar.xz", "w:xz")):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload] # one of its modes
            info = tarfile.TarInfo("a.txt")
            info.size = len(_text(place))
            archive.addfile(info, io.BytesIO(_text(place)))
        yield _probe(place, f"a.{place}", stream.getvalue())
    for place, kind in (
        ("tar target of a link", tarfile.SYMTYPE),
        ("tar target of a hard link", tarfile.LNKTYPE),
    ):
        yield _probe(place, "a.tar", _linked("a", word(_KIND, place), kind), Part.METADATA)
    for place, kind in (
        ("tar folder name", tarfile.DIRTYPE),
        ("tar link name", tarfile.SYMTYPE),
        ("tar device name", tarfile.CHRTYPE),
        ("tar label of a volume", b"V"),
    ):
        yield _probe(place, "a.tar", _linked(word(_KIND, place), "x", kind), Part.METADATA)
    place = "tar long link of GNU"
    yield _probe(place, "a.tar", _linked("a", "x" * 150 + word(_KIND, place), tarfile.SYMTYPE), Part.METADATA)
    place = "tar comment"
    yield _probe(place, "a.tar", taped({"a": b"x"}, comment=word(_KIND, place)), Part.COMMENT)
    place = "tar attribute"
    yield _probe(place, "a.tar", taped({"a": b"x"}, **{"SCHILY.xattr.user.note": word(_KIND, place)}), Part.METADATA)
    place = "tar second archive"
    yield _probe(place, "a.tar", taped({"a": b"x"}) + taped({"a.txt": _text(place)}))
    place = "tar behind damage"
    data = taped({"a": b"x" * 600})[:1536]
    yield _probe(place, "a.tar", data + b"q" * 700 + taped({"a.txt": _text(place)}))
    place = "tar text behind the end"
    yield _probe(place, "a.tar", taped({"a": b"x"}) + _text(place))
    place = "tar behind blocks of zeros"
    yield _probe(place, "a.tar", bytes(1024) + taped({"a.txt": _text(place)}))
    place = "tar unknown kind of entry"
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.type, info.size = b"Z", len(_text(place))
        archive.addfile(info, io.BytesIO(_text(place)))
    yield _probe(place, "a.tar", stream.getvalue())


def _linked(name: str, target: str, kind: bytes) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as archive:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, target
        archive.addfile(info)
    return stream.getvalue()


def _streams() -> Iterator[Probe]:
    for place, name, packed in (
        ("gz single text", "a.txt.gz", gzip.compress),
        ("bz2 single text", "a.txt.bz2", bz2.compress),
        ("xz single text", "a.txt.xz", lzma.compress),
        ("lzma single text", "a.txt.lzma", lambda data: lzma.compress(data, lzma.FORMAT_ALONE)),
        ("zst single text", "a.txt.zst", zstd.compress),
        ("lz4 single text", "a.txt.lz4", lz4.frame.compress),
        ("zlib single text", "a.zlib", zlib.compress),
    ):
        yield _probe(place, name, packed(_text(place)))
    for place, name, packed in (
        ("gz second member", "a.gz", gzip.compress),
        ("bz2 second stream", "a.bz2", bz2.compress),
        ("xz second stream", "a.xz", lzma.compress),
        ("zst second frame", "a.zst", zstd.compress),
        ("lz4 second frame", "a.lz4", lz4.frame.compress),
    ):
        yield _probe(place, name, packed(b"first\n") + packed(_text(place)))
    place = "zst behind a frame to skip"
    yield _probe(place, "a.zst", b"\x50\x2a\x4d\x18\x04\0\0\0abcd" + zstd.compress(_text(place)))
    for place, flag, part in (("gz name", 8, Part.NAME), ("gz comment", 16, Part.COMMENT)):
        data = gzip.compress(b"x")
        head = data[:3] + bytes((flag,)) + data[4:10]
        yield _probe(place, "a.gz", head + word(_KIND, place).encode() + b"\0" + data[10:], part)
    place = "gz text behind"
    yield _probe(place, "a.gz", gzip.compress(b"x") + _text(place))
    place = "gz torn off"
    yield _probe(place, "a.gz", gzip.compress(_text(place) + bytes(range(256)) * 9)[:-60], None)


def _appended() -> Iterator[Probe]:
    place = "self-extracting stub + zip"
    yield _probe(place, "a.exe", b"MZ" + bytes(3000) + zipped({"a.txt": _text(place)}))
    for place, packed in (
        ("script with tar.gz behind", gzip.compress),
        ("script with tar.bz2 behind", bz2.compress),
        ("script with tar.xz behind", lzma.compress),
        ("script with tar.zst behind", zstd.compress),
        ("script with tar behind", bytes),
    ):
        script = b"#!/bin/sh\ntail -n +4 $0 | tar x\nexit 0\n"
        yield _probe(place, "a.run", script + packed(taped({"a.txt": _text(place)})))
    picture = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
    place = "picture + zip"
    yield _probe(place, "a.jpg", picture + zipped({"a.txt": _text(place)}))
    place = "picture + gz"
    yield _probe(place, "a.jpg", picture + gzip.compress(_text(place)))
    place = "picture + docx"
    yield _probe(place, "a.jpg", picture + _document(place))
    place = "film + zip"
    yield _probe(place, "a.mp3", b"ID3\x03\x00\x00\x00\x00\x00\x0a" + bytes(5000) + zipped({"a.txt": _text(place)}))
    place = "program + zip + signature"
    yield _probe(place, "a.exe", b"MZ" + bytes(3000) + zipped({"a.txt": _text(place)}) + bytes(70_000) + b"cert")
