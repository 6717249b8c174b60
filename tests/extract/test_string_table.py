"""Shared strings come back as they were, however many there are and in whatever order they are asked for."""

import random

import pytest

from scanner.extract import LimitReachedError
from scanner.extract._office import string_table
from scanner.extract._office.string_table import StringTable

_TEXTS = [f"string {number} of ★ \ud800 {'x' * (number % 40)}" for number in range(20_000)]


@pytest.fixture(params=[0, 1 << 14, 1 << 30], ids=["all packed", "packed later", "none packed"])
def table(request, monkeypatch):
    monkeypatch.setattr(string_table, "_LOOSE", request.param)
    filled = StringTable(0)
    for text in _TEXTS:
        filled.add(text)
    return filled


def test_every_string_comes_back_in_any_order(table):
    chance = random.Random(3)  # noqa: S311 - the same order every time
    numbers = chance.sample(range(len(_TEXTS)), 3000)

    assert [table.use(number) for number in numbers] == [_TEXTS[number] for number in numbers]
    assert [table.use(number) for number in range(300)] == _TEXTS[:300]
    assert table.use(len(_TEXTS)) is None


def test_what_nobody_asked_for_is_known(table):
    for number in range(1, len(_TEXTS)):
        table.use(number)

    assert list(table.unused()) == [_TEXTS[0]]


def test_a_table_has_a_limit():
    small = StringTable(10)
    small.add("x" * 10)

    with pytest.raises(LimitReachedError):
        small.add("y")
