"""The line of a fault is the line where its key stands."""

import pytest

from scanner.settings.lines import line_of

_TEXT = """\
version = 1
workers = -1
[watch]
settle = 1
[[zone]]  # the first
name = "a"
[[zone]]
name = "b"
ceiling = [
  "x",
]
[[sink]]
kind = "jsonl"
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("workers", 2),
        ("watch.settle", 4),
        ("watch.colour", 3),
        ("zone[0] (a).name", 6),
        ("zone[1] (b.[0]).name", 8),
        ("zone[1] (b).ceiling[0]", 9),
        ("zone[1] (b).paths", 7),
        ("sink[0]", 12),
        ("sink[1].kind", None),
        ("line 2, column 3", None),
    ],
)
def test_a_key_is_found_where_it_stands_else_its_table(key, line):
    assert line_of(_TEXT, key) == line


def test_no_line_is_told_of_a_file_where_it_may_be_wrong():
    assert line_of('a = """\n[watch]\n"""\n[watch]\nsettle = 1', "watch.settle") is None
