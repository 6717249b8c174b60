"""A document is read from its descriptor whole, or in pieces that no line is lost between."""

import hashlib
import os
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.worker import reading
from scanner.worker.reading import Pieces, read_ends, read_whole

_MARK = b"\xff\xfe"


@pytest.fixture
def small(monkeypatch):
    """Make pieces small, so that a test has many."""
    monkeypatch.setattr(reading, "PIECE", 400)
    monkeypatch.setattr(reading, "_OVERLAP", 80)


@pytest.fixture
def opened(tmp_path):
    fds = []

    def make(data):
        path = tmp_path / str(len(fds))
        path.write_bytes(data)
        fds.append(os.open(path, os.O_RDONLY))
        return fds[-1]

    yield make
    for fd in fds:
        os.close(fd)


def test_a_file_is_read_whole_or_says_that_it_is_not(opened):
    fd = opened(b"x" * 5000)

    assert read_whole(fd, 0) == (b"x" * 5000, True)
    assert read_whole(fd, 5000) == (b"x" * 5000, True)
    assert read_whole(fd, 4999) == (b"x" * 4999, False)


def test_a_file_that_grows_while_it_is_read_is_read_to_its_new_end(opened, monkeypatch):
    fd = opened(b"x" * 5000)
    monkeypatch.setattr(reading.os, "fstat", lambda _: os.stat_result((0,) * 10))
    monkeypatch.setattr(reading, "_CHUNK", 1000)

    assert read_whole(fd, 0) == (b"x" * 5000, True)


def test_the_ends_of_a_file_are_its_beginning_and_its_end(opened):
    data = os.urandom(1_000_000)

    ends = read_ends(opened(data))

    assert data.startswith(ends[:1000])
    assert data.endswith(ends[-1000:])


@pytest.mark.usefixtures("small")
def test_every_line_stands_whole_in_some_piece(opened):
    lines = [b"line %d of this file" % number for number in range(500)]
    data = b"\n".join(lines) + b"\n"
    pieces = Pieces(opened(data), len(data), 0)

    found = [piece for _, piece in pieces]

    assert len(found) > 20
    assert all(piece.endswith(b"\n") for piece in found)
    assert set(b"".join(found).splitlines()) == set(lines)
    assert pieces.whole
    assert pieces.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.usefixtures("small")
def test_a_piece_says_where_it_begins(opened):
    data = b"\n".join(b"line %d" % number for number in range(500))

    for offset, piece in Pieces(opened(data), len(data), 0):
        assert data.startswith(piece, offset)


@pytest.mark.usefixtures("small")
def test_every_piece_of_a_wide_text_opens_with_its_mark_and_at_a_character(opened):
    text = "\n".join(f"line {number} of ★" for number in range(300))
    data = text.encode("utf-16")

    pieces = [piece for _, piece in Pieces(opened(data), len(data), 0)]

    assert all(piece.startswith(_MARK) for piece in pieces)
    assert all("line" in piece.decode("utf-16") for piece in pieces)


@pytest.mark.usefixtures("small")
def test_a_line_longer_than_the_overlap_is_cut_and_nothing_of_it_is_lost(opened):
    data = b"y" * 1500
    found = [(offset, len(piece)) for offset, piece in Pieces(opened(data), len(data), 0)]

    assert found[0] == (0, 400)
    assert all(before[0] + before[1] >= after[0] for before, after in pairwise(found))
    assert sum(found[-1]) == len(data)


@pytest.mark.usefixtures("small")
def test_a_limit_ends_the_pieces_and_there_is_no_hash_of_a_part(opened):
    data = b"a line\n" * 300
    pieces = Pieces(opened(data), len(data), 1000)

    found = list(pieces)

    assert sum(map(len, found[-1:][0][1:])) + found[-1][0] == 1000
    assert not pieces.whole
    assert pieces.sha256 == ""


@given(st.lists(st.binary(max_size=50).filter(lambda line: b"\n" not in line and b"\0" not in line), max_size=40))
def test_whatever_the_lines_none_is_lost(tmp_path_factory, lines):
    data = b"\n".join(lines)
    path = tmp_path_factory.getbasetemp() / "lines"
    path.write_bytes(data)
    fd = os.open(path, os.O_RDONLY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "PIECE", 128)
        patch.setattr(reading, "_OVERLAP", 64)
        found = [piece for _, piece in Pieces(fd, len(data), 0)]
    os.close(fd)

    assert set(lines) - {b""} <= set(b"\n".join(found).split(b"\n"))
