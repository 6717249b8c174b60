"""Has built before what documents take on first use: a child would build it anew, for longer than it reads."""

from collections.abc import Iterator

from scanner.extract import preload
from scanner.pipeline import Pipeline
from scanner.worker.first_documents import first_documents


def load(pipeline: Pipeline) -> None:
    """Load everything that libraries load on first use, before the sandbox closes: inside it, nothing can be opened."""
    preload()
    for data in _loading_documents():
        _read(pipeline, data)


def warm(pipeline: Pipeline) -> Iterator[None]:
    """Read small documents of the usual kinds, and compile what none of them needs; each step takes some hundredths."""
    for data in first_documents():
        _read(pipeline, data)
        yield
    yield from pipeline.prepare()


def _read(pipeline: Pipeline, data: bytes) -> None:
    for _ in pipeline.examine("warm-up", data):
        pass


def _loading_documents() -> Iterator[bytes]:
    yield b"plain"
    yield "grüße".encode("cp1252")
    yield b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    yield b"<html><body>x</body></html>"
    yield b"From: a@b\nTo: c@d\nSubject: =?utf-8?q?x?=\nDate: Thu, 1 Jan 1970 00:00:00 +0000\n\nx\n"
    # Encodings that are told by how often their characters stand in texts, which takes tables. The small letters keep
    # what they are mistaken for from being capitals, which would be looked at for damaged names.
    yield "this is 这是一份文件，里面有一些文字。".encode("gb18030")
    yield "<html><body>this is это простой текст</body></html>".encode("cp1251")
    yield rb"{\rtf1\ansi\ansicpg1251 x \'e9}"
    # A picture is no text in any width of characters, and libmagic is asked what it is.
    yield b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    yield b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
    # A compound file of which nothing is left is searched for text in any encoding.
    yield b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
