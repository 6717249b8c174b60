"""Loads everything that libraries load on first use, before the sandbox closes: inside it, nothing can be opened."""

from collections.abc import Iterator
from itertools import chain

from scanner.extract import preload
from scanner.pipeline import Pipeline
from scanner.worker.first_documents import first_documents


def warm(pipeline: Pipeline) -> None:
    """Have readers load their tables, and read a small document of each kind that loads something on first use.

    What every document takes is built on first use as well: each child would build it anew, for longer than it reads.
    """
    preload()
    for data in chain(_loading_documents(), first_documents()):
        for _ in pipeline.examine("warm-up", data):
            pass


def _loading_documents() -> Iterator[bytes]:
    yield b"plain"
    yield "grüße".encode("cp1252")
    yield b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    yield b"<html><body>x</body></html>"
    yield b"From: a@b\nTo: c@d\nSubject: =?utf-8?q?x?=\nDate: Thu, 1 Jan 1970 00:00:00 +0000\n\nx\n"
    # Encodings that are told by how often their characters stand in texts, which takes tables.
    yield "这是一份文件，里面有一些文字。".encode("gb18030")
    yield "<html><body>это простой текст</body></html>".encode("cp1251")
    yield rb"{\rtf1\ansi\ansicpg1251 x \'e9}"
    # A picture is no text in any width of characters, and libmagic is asked what it is.
    yield b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    yield b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
    # A compound file of which nothing is left is searched for text in any encoding.
    yield b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
