"""Parses the objects of a PDF: names, strings, numbers, arrays, dictionaries and references (ISO 32000-1, 7.3)."""

import re
from dataclasses import dataclass
from typing import Final

from pdfminer.utils import PDFDocEncoding

Value = object
"""One of Name, bytes, Ref, int, float, bool, None, list of values, dict of values by name."""

_DEEPEST: Final = 100
_LONGEST_NUMBER: Final = 20
_SPACE: Final = rb"\0\t\n\f\r "
_TOKEN: Final = re.compile(
    rb"/([^" + _SPACE + rb"()<>\[\]{}/%]*+)"
    rb"|\(((?:[^()\\]++|\\.)*+)\)"
    rb"|<([0-9A-Fa-f" + _SPACE + rb"]*+)>"
    rb"|(<<)|(>>)|(\[)|(\])"
    rb"|([0-9]{1,10})[" + _SPACE + rb"]+[0-9]{1,5}[" + _SPACE + rb"]+R(?![A-Za-z0-9])"
    rb"|([+-]?[0-9.]++)"
    rb"|(\()"
    rb"|([A-Za-z]++)"
    rb"|(%[^\r\n]*+)",
    re.DOTALL,
)
_ESCAPED_NAME: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_ESCAPE: Final = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|\r|\n)|(.))|(\r\n|\r)", re.DOTALL)
_ESCAPES: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_BRACKET: Final = re.compile(rb"\\.|[()]", re.DOTALL)
_WORDS: Final[dict[bytes, Value]] = {b"true": True, b"false": False}


class Name(str):
    """A name, without its slash."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an object by its number; the generation is of no use to a reader."""

    number: int


def parse(data: bytes, start: int = 0, end: int | None = None) -> Value:
    """Return the first value in a part of the bytes; what is broken in it is left out, and what is open is closed."""
    reader = _Reader()
    position, stop = start, len(data) if end is None else end
    while (match := _TOKEN.search(data, position, stop)) is not None:
        position = match.end()
        if match.lastindex == _OPEN:
            position = _bracketed(data, position, stop)
            reader.value(_unescaped(data[match.end() : position - 1]))
        else:
            reader.token(match)
        if reader.done:
            break
    return reader.result()


_NAME, _STRING, _HEX, _DICT, _DICT_END, _LIST, _LIST_END, _REF, _NUMBER, _OPEN, _WORD = range(1, 12)


class _Reader:
    """Puts tokens together; nesting beyond a depth that no writer reaches is flattened."""

    def __init__(self) -> None:
        self.done = False
        self._stack: list[tuple[bool, list[Value]]] = []
        self._top: list[Value] = []
        self._lost = 0

    def token(self, match: re.Match[bytes]) -> None:
        kind = match.lastindex
        if kind == _NAME:
            self.value(_name(match[_NAME]))
        elif kind == _STRING:
            self.value(_unescaped(match[_STRING]))
        elif kind == _REF:
            self.value(Ref(int(match[_REF])))
        elif kind == _NUMBER:
            self.value(_number(match[_NUMBER]))
        elif kind == _HEX:
            digits = b"".join(match[_HEX].split()).replace(b"\0", b"")
            self.value(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii")))
        elif kind in {_DICT, _LIST}:
            if len(self._stack) >= _DEEPEST:
                self._lost += 1
            else:
                self._stack.append((kind == _DICT, []))
        elif kind in {_DICT_END, _LIST_END}:
            self._close()
        elif kind == _WORD:
            self.value(_WORDS.get(match[_WORD]))

    def value(self, value: Value) -> None:
        if self._stack:
            self._stack[-1][1].append(value)
        else:
            self._top.append(value)
            self.done = True

    def result(self) -> Value:
        while self._stack:
            self._lost = 0
            self._close()
        return self._top[0] if self._top else None

    def _close(self) -> None:
        if self._lost:
            self._lost -= 1
        elif self._stack:
            is_dict, values = self._stack.pop()
            self.value(_pairs(values) if is_dict else values)


def _pairs(values: list[Value]) -> dict[str, Value]:
    """Return a dictionary of keys and values in turn; a key without a value, or a value without a key, is skipped."""
    found: dict[str, Value] = {}
    at = 0
    while at + 1 < len(values):
        key = values[at]
        if isinstance(key, Name):
            found[key] = values[at + 1]
            at += 2
        else:
            at += 1
    return found


def _name(raw: bytes) -> Name:
    if b"#" in raw:
        raw = _ESCAPED_NAME.sub(lambda match: bytes.fromhex(match[1].decode("ascii")), raw)
    try:
        return Name(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return Name(raw.decode("latin-1"))


def _number(raw: bytes) -> Value:
    try:
        return int(raw) if raw.lstrip(b"+-").isdigit() and len(raw) < _LONGEST_NUMBER else float(raw)
    except ValueError:
        return 0


def _bracketed(data: bytes, start: int, stop: int) -> int:
    """Return where a string with brackets in it ends, just behind its own; one that is never closed is all the rest."""
    depth = 1
    for match in _BRACKET.finditer(data, start, stop):
        if match[0] == b"(":
            depth += 1
        elif match[0] == b")":
            depth -= 1
            if not depth:
                return match.end()
    return stop + 1


def _unescaped(raw: bytes) -> bytes:
    if b"\\" not in raw and b"\r" not in raw:
        return raw
    return _ESCAPE.sub(_meant, raw)


def _meant(match: re.Match[bytes]) -> bytes:
    octal, line, character, _ = match.groups()
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    if line:
        return b""
    return _ESCAPES.get(character, character) if character else b"\n"


_DOC: Final = dict(enumerate(PDFDocEncoding))


def text(value: Value) -> str:
    """Return the characters of a text string (ISO 32000-2, 7.9.2.2), or of a name; nothing for any other value."""
    if isinstance(value, Name):
        return str(value)
    if not isinstance(value, bytes):
        return ""
    if value.startswith(b"\xfe\xff"):
        found = value[2:].decode("utf-16-be", "ignore")
    elif value.startswith(b"\xff\xfe"):
        found = value[2:].decode("utf-16-le", "ignore")
    elif value.startswith(b"\xef\xbb\xbf"):
        found = value[3:].decode("utf-8", "replace")
    else:
        found = value.decode("latin-1").translate(_DOC)
    return _LANGUAGE.sub("", found).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


# A language code may stand in a text, between two of these (ISO 32000-2, 7.9.2.2).
_LANGUAGE: Final = re.compile("\x1b[^\x1b]{2,5}\x1b")
