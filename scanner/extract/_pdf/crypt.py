"""Opens encrypted PDFs without a password or with a known one (ISO 32000-2, 7.6), by what their trailer says of it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from typing import Any, Final, cast

from cryptography.hazmat.backends import default_backend
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.psparser import LIT

from scanner.extract._passwords import Passwords
from scanner.extract._pdf.rc4 import Document
from scanner.extract._pdf.syntax import Name, Value, parse

Decipher = Callable[..., bytes]

# pdfminer asks for it when it decrypts, and that imports more modules: a worker can open no file by then.
default_backend()
import_module("pdfminer._saslprep")

_LINK: Final = re.compile(rb"/Encrypt[\0\t\n\f\r ]*(?:([0-9]{1,10})[\0\t\n\f\r ]+([0-9]{1,5})[\0\t\n\f\r ]+R|(?=<<))")
_IDENTITY: Final = re.compile(rb"/ID[\0\t\n\f\r ]*(?=\[)")
_HEADER: Final = re.compile(rb"([0-9]++)[\0\t\n\f\r ]++([0-9]++)[\0\t\n\f\r ]++\Z")
_HEADER_LENGTH: Final = 24
_REACH: Final = 4096
_MOST_LINKS: Final = 8
_OPEN: Final = "Identity"
_FILTERS: Final = frozenset({4, 5})  # versions that have crypt filters
# The dictionary that the trailer leads to, by the two entries that nothing else has together (7.6.4.2).
_STANDARD: Final = re.compile(rb"/Filter[\0\t\n\f\r ]{0,9}/Standard\b")
_OWNER: Final = re.compile(rb"/O[\0\t\n\f\r ]*[(<]")
_COST: Final = 4000  # of one try, in the measure of `Passwords`


def decipher(data: bytes, password: str = "") -> Decipher | None:
    """Return what decrypts a string or stream, given the object's number and generation and the bytes.

    None where another password is needed, or where the way of encryption is not known.
    """
    found = None
    for settings in _settings(data):
        answer = _handler(settings, _identity(data), password)
        found = answer if callable(answer) else found
    return found


def passwords_for(data: bytes, passwords: Passwords) -> Iterator[str]:
    """Yield the known passwords that open a file, those too of which that cannot be told here."""
    known = list(_settings(data)) if passwords else []
    if not known:
        return
    identity = _identity(data)
    for password in passwords.tries(_COST):
        answers = [_handler(settings, identity, password) for settings in known]
        if any(answer is not False for answer in answers):
            yield password


def is_locked(data: bytes) -> bool:
    """Tell whether a file is encrypted, even one whose trailer is lost."""
    if any(True for _ in _settings(data)):
        return True
    found = islice(_STANDARD.finditer(data), _MOST_LINKS)
    return any(_OWNER.search(data, max(0, at.start() - _REACH), at.end() + _REACH) for at in found)


def only_files(data: bytes) -> bool:
    """Tell whether nothing but the attached files is encrypted (ISO 32000-2, 7.6.4.1, "EFF")."""
    known = list(_settings(data))
    return bool(known) and all(
        settings.get("V") in _FILTERS
        and settings.get("StmF", _OPEN) == settings.get("StrF", _OPEN) == _OPEN
        and settings.get("EFF", _OPEN) != _OPEN
        for settings in known
    )


def _settings(data: bytes) -> Iterator[dict[str, Value]]:
    """Yield what the trailers lead to."""
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
            yield settings


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


def _handler(settings: dict[str, Value], identity: list[bytes], password: str) -> Decipher | bool | None:
    """Return what decrypts, False where the password is wrong, None where the way of encryption is not known."""
    version = settings.get("V", 0)
    if settings.get("Filter") != "Standard" or not isinstance(version, int):
        return None
    known = Document.security_handler_registry.get(version)
    if known is None:
        return None
    try:
        decrypt = cast("Decipher", known(identity, cast("dict[str, Any]", _for_pdfminer(settings)), password).decrypt)
        return decrypt if version not in _FILTERS else _Filtered(decrypt, str(settings.get("EFF", "")))
    except (PDFPasswordIncorrect, UnicodeEncodeError):
        return False
    except Exception:  # noqa: BLE001 - pdfminer raises whatever a broken dictionary makes it
        return None


@dataclass(frozen=True, slots=True)
class _Filtered:
    """Decrypts with the crypt filter that a stream names (7.4.10), or that all attached files have (7.6.6)."""

    decrypt: Decipher
    files: str

    def __call__(self, number: int, generation: int, data: bytes, attributes: dict[str, Value] | None = None) -> bytes:
        name = self._name(attributes or {})
        return self.decrypt(number, generation, data, attributes, name)

    def _name(self, attributes: dict[str, Value]) -> str | None:
        """Return the filter's name, None for that of the document."""
        filters, settings = attributes.get("Filter"), attributes.get("DecodeParms")
        first = filters[0] if isinstance(filters, list) and filters else filters
        if first == "Crypt":
            settings = settings[0] if isinstance(settings, list) and settings else settings
            return str(settings.get("Name", _OPEN)) if isinstance(settings, dict) else _OPEN
        return self.files if self.files and attributes.get("Type") == "EmbeddedFile" else None


def _for_pdfminer(value: Value) -> Value:
    if isinstance(value, Name):
        return LIT(str(value))
    if isinstance(value, dict):
        return {str(key): _for_pdfminer(item) for key, item in value.items()}
    return value
