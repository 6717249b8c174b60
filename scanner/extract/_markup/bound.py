"""Tells XML that binds a label to a document: it is handed on whole, as a member of its own, so that it can be read."""

from typing import Final

_NAMESPACES: Final = (
    b"urn:nato:stanag:4774:",
    b"urn:us:gov:ic:ism",
    b"http://www.boldonjames.com/2008/01/sie/",
    b"http://schemas.titus.com/",
)


def is_label(data: bytes) -> bool:
    """Tell whether XML, in one byte a character or two, uses the vocabulary of a system of labels."""
    plain = data.replace(b"\x00", b"") if b"\x00" in data[:4] else data
    return any(namespace in plain for namespace in _NAMESPACES)
