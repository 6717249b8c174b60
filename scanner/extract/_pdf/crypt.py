"""Opens encrypted PDFs that need no password (ISO 32000-2, 7.6), by what their trailer says of it."""

import re
from collections.abc import Callable
from typing import Any, Final, cast

from cryptography.hazmat.backends import default_backend
from pdfminer.psparser import LIT

from scanner.extract._pdf.rc4 import Document
from scanner.extract._pdf.syntax import Name, Value, parse

Decipher = Callable[..., bytes]

# pdfminer asks for it when it decrypts, and that imports more modules: a worker can open no file by then.
default_backend()

_LINK: Final = re.compile(rb"/Encrypt[\0\t\n\f\r ]*(?:([0-9]{1,10})[\0\t\n\f\r ]+([0-9]{1,5})[\0\t\n\f\r ]+R|(?=<<))")
_IDENTITY: Final = re.compile(rb"/ID[\0\t\n\f\r ]*(?=\[)")
_HEADER: Final = re.compile(rb"([0-9]++)[\0\t\n\f\r ]++([0-9]++)[\0\t\n\f\r ]++\Z")
_HEADER_LENGTH: Final = 24
_REACH: Final = 4096
_MOST_LINKS: Final = 8


def decipher(data: bytes) -> Decipher | None:
    """Return what decrypts a string or stream, given the object's number and generation and the bytes.

    None where a password is needed, or where the way of encryption is not known.
    """
    found = None
    links = {match.groups(): match for match in _LINK.finditer(data)}
    for match in list(links.values())[-_MOST_LINKS:]:
        start = match.end()
        if match[1] is not None:
            stands = _last(data, int(match[1]), int(match[2]))
            if stands is None:
                continue
            start = stands
        settings = parse(data, start, start + _REACH)
        if isinstance(settings, dict):
            found = _handler(settings, _identity(data)) or found
    return found


def _last(data: bytes, number: int, generation: int) -> int | None:
    """Return where the last object of a number begins, behind its header."""
    end = len(data)
    while (end := data.rfind(b"obj", 0, end)) >= 0:
        header = _HEADER.search(data, max(0, end - _HEADER_LENGTH), end)
        if header is not None and (int(header[1]), int(header[2])) == (number, generation):
            return end + 3
    return None


def _identity(data: bytes) -> list[bytes]:
    for match in reversed(list(_IDENTITY.finditer(data))):
        value = parse(data, match.end(), match.end() + _REACH)
        if isinstance(value, list) and value and all(isinstance(part, bytes) for part in value):
            return cast("list[bytes]", value)
    return [b"", b""]


def _handler(settings: dict[str, Value], identity: list[bytes]) -> Decipher | None:
    version = settings.get("V", 0)
    if settings.get("Filter") != "Standard" or not isinstance(version, int):
        return None
    known = Document.security_handler_registry.get(version)
    if known is None:
        return None
    try:
        return cast("Decipher", known(identity, cast("dict[str, Any]", _for_pdfminer(settings))).decrypt)
    except Exception:  # noqa: BLE001 - pdfminer raises whatever a broken dictionary makes it, and for a wrong password
        return None


def _for_pdfminer(value: Value) -> Value:
    if isinstance(value, Name):
        return LIT(str(value))
    if isinstance(value, dict):
        return {str(key): _for_pdfminer(item) for key, item in value.items()}
    return value
