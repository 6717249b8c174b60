"""The beginning of a file is told in a moment whatever it is made of."""

import time

import pytest

from scanner.identify import identify

_HEADS = {
    "instructions": b'<?xml version="1.0' + b'<?xml version="1.0"?>' * 400,
    "comments": b"<!-- -->" * 1000 + b"<!--",
    "comments in comments": b"<!--" * 1000 + b"-->" * 1000,
    "blanks": b" \t" * 4000 + b"<",
    "types": b"<!DOCTYPE x [" + b"]" * 8000,
    "types with blanks": b"<!DOCTYPE x [" + b"] " * 4000,
    "mixed": b" <?a?> <!-- b --> " * 400 + b"<?",
    "page": b"<html " * 1300,
    "fields": b"a:b\n" * 2000,
    "mailbox": b"From x" + b" 11:11" * 1300,
    "postscript": b"%!PS" * 2000,
    "cards": b"BEGIN:VCARD" + b" " * 8000,
}


@pytest.mark.parametrize("name", _HEADS)
def test_a_head_of_many_like_pieces_is_told_in_a_moment(name):
    began = time.process_time()
    identify(_HEADS[name])
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b'<?xml version="1.0"?><!-- a --> <?b?>\n<root>x</root>', "application/xml"),
        (b"<!-- a -- b --><html><body>x</body></html>", "text/html"),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b ']'>]><a>x</a>", "application/xml"),
        (b"<?php echo 1 ?><p>x</p>", "text/html"),
    ],
)
def test_what_stands_before_the_root_is_passed_over(head, media_type):
    assert identify(head) == media_type
