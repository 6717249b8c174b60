"""Sizes and times are read as people write them."""

import pytest

from scanner.model.units import read_size, read_time


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("812", 812),
        ("25MB", 25_000_000),
        ("25 mb", 25_000_000),
        ("1KiB", 1024),
        ("1kb", 1000),
        ("2K", 2048),
        ("1.5GB", 1_500_000_000),
        ("1GiB", 1 << 30),
        ("1TiB", 1 << 40),
        ("7B", 7),
    ],
)
def test_a_size_is_read(text, size):
    assert read_size(text) == size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("10", 10), ("0.3", 0.3), ("500ms", 0.5), ("2min", 120), ("6h", 21600), ("1d", 86400)],
)
def test_a_time_is_read(text, seconds):
    assert read_time(text) == seconds


@pytest.mark.parametrize("text", ["", "-1", "MB", "1XB", "1e9", "inf", "nan", "1,5GB", "٣", "1 0", "1" * 400])
def test_what_is_neither_is_refused_with_a_message_that_says_what_would_be(text):
    with pytest.raises(ValueError, match="25MB"):
        read_size(text)
    with pytest.raises(ValueError, match="10s"):
        read_time(text)
