from typing import Any

import pytest

from scanner.extract import postscript
from scanner.model.document import Reason
from scanner.model.place import Part


def test_strings_side_by_side_are_one_and_places_divide_lines(look: Any):
    found = look(
        postscript,
        b"%!PS-Adobe-3.0\n%%Title: the title\n10 10 moveto (NATO SEC) show (RET) show 10 20 moveto (next) show\n"
        b"[(wo) -20 (rd) -500 (two)] TJ\n1 1 moveto <534543> show",
    )

    assert found.text().split("\n")[1:] == ["NATO SECRET", "nextword two", "SEC"]
    assert "Title: the title" in found.text(Part.COMMENT)
    assert found.reasons == [Reason.UNSUPPORTED]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (b"(a (b) c)", "a (b) c"),
        (rb"(a \(b\) \101\n\\c\q)", "a (b) A\n\\cq"),
        (b"(a\\\nb\\\r\nc)", "abc"),
        (b"(open", "open"),
        (b"(open \\", "open \\"),
        (b"<534>", "S"),
    ],
)
def test_strings_are_read_as_they_are_written(look: Any, source: bytes, text: str):
    assert look(postscript, b"%!\n" + source).text() == text


def test_parentheses_without_end_do_no_harm(look: Any):
    assert look(postscript, b"(" * 100_000).reasons == [Reason.UNSUPPORTED]
    assert look(postscript, b"").reasons == [Reason.UNSUPPORTED]
