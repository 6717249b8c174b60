"""Parses the objects of a PDF: names, strings, numbers, arrays, dictionaries and references (ISO 32000-1, 7.3)."""

import codecs
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple, cast

from pdfminer.utils import PDFDocEncoding

Value = object
"""One of Name, bytes, Ref, int, float, bool, None, list of values, dict of values by name."""

# Python imports a codec when it is first used, and a worker can open no file by then.
for _codec in ("utf-16-be", "utf-16-le"):
    codecs.lookup(_codec)

_DEEPEST: Final = 100
_LONGEST_NUMBER: Final = 20
_SPACE: Final = rb"\0\t\n\f\r "
_TOKEN: Final = re.compile(
    rb"[" + _SPACE + rb"]*+(?:"
    rb"/([^" + _SPACE + rb"()<>\[\]{}/%]*+)"
    rb"|\(((?:[^()\\]++|\\.)*+)\)"
    rb"|<([0-9A-Fa-f" + _SPACE + rb"]*+)>"
    rb"|(\[[0-9.+\-" + _SPACE + rb"]*+\])"
    rb"|(<<)|(>>)|(\[)|(\])"
    rb"|([0-9]{1,10})[" + _SPACE + rb"]+[0-9]{1,5}[" + _SPACE + rb"]+R(?![A-Za-z0-9])"
    rb"|([+-]?[0-9.]++)"
    rb"|(\()"
    rb"|([A-Za-z]++)"
    rb"|(%[^\r\n]*+)"
    rb")",
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


class Ref(NamedTuple):
    """A reference to an object by its number; the generation is of no use to a reader.

    A named tuple and no dataclass, because there are thousands in a file, and a frozen one takes longer to make.
    """

    number: int


def parse(data: bytes, start: int = 0, end: int | None = None) -> Value:
    """Return the first value in a part of the bytes; what is broken in it is left out, and what is open is closed.

    Nesting beyond a depth that no writer reaches is flattened.
    """
    stop = len(data) if end is None else end
    tokens = _TOKEN.finditer(data, start, stop)
    outer: list[tuple[int, list[Value]]] = []
    values: list[Value] = []
    inside = lost = 0
    while (match := next(tokens, None)) is not None:
        kind = match.lastindex or 0
        if kind == _NAME:
            value: Value = _name(match[1])
        elif (leaf := _LEAVES.get(kind)) is not None:
            value = leaf(match[kind])
        elif kind == _OPEN:
            position = _bracketed(data, match.end(), stop)
            value = _unescaped(data[match.end() : position - 1])
            tokens = _TOKEN.finditer(data, position, stop)
        elif kind in _STARTS:
            if len(outer) < _DEEPEST:
                outer.append((inside, values))
                inside, values = kind, []
            else:
                lost += 1
            continue
        elif lost or not outer or kind not in _STOPS:
            lost -= lost > 0 and kind in _STOPS
            continue
        else:
            value = _pairs(values) if inside == _DICT else values
            inside, values = outer.pop()
        values.append(value)
        if not outer:
            return value
    return _closed(inside, values, outer)


_NAME, _STRING, _HEX, _NUMBERS, _DICT, _DICT_END, _LIST, _LIST_END, _REF, _NUMBER, _OPEN, _WORD = range(1, 13)
_STARTS: Final = frozenset({_DICT, _LIST})
_STOPS: Final = frozenset({_DICT_END, _LIST_END})


_NAMES: Final = frozenset({Name})


def _closed(inside: int, values: list[Value], outer: list[tuple[int, list[Value]]]) -> Value:
    """Return the value that was begun and not ended."""
    value: Value = None
    while outer:
        value = _pairs(values) if inside == _DICT else values
        inside, values = outer.pop()
        values.append(value)
    return value


def _pairs(values: list[Value]) -> dict[str, Value]:
    """Return a dictionary of keys and values in turn; a key without a value, or a value without a key, is skipped."""
    keys = values[::2]
    if _NAMES.issuperset(map(type, keys)):
        return dict(zip(cast("list[str]", keys), values[1::2], strict=False))
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


@lru_cache(maxsize=4096)
def _name(raw: bytes) -> Name:
    if b"#" in raw:
        raw = _ESCAPED_NAME.sub(lambda match: bytes.fromhex(match[1].decode("ascii")), raw)
    try:
        return Name(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return Name(raw.decode("latin-1"))


@lru_cache(maxsize=1024)
def _number(raw: bytes) -> Value:
    try:
        return int(raw) if raw.lstrip(b"+-").isdigit() and len(raw) < _LONGEST_NUMBER else float(raw)
    except ValueError:
        return 0


@lru_cache(maxsize=1024)
def _reference(raw: bytes) -> Ref:
    return Ref(int(raw))


def forget_values() -> None:
    """Drop the names and numbers that are kept because a document has the same ones again and again."""
    for table in (_name, _number, _reference):
        table.cache_clear()


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


def _hexadecimal(raw: bytes) -> bytes:
    digits = b"".join(raw.split()).replace(b"\0", b"")
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


_LEAVES: Final[dict[int, Callable[[bytes], Value]]] = {
    _NAME: _name,
    _STRING: _unescaped,
    _HEX: _hexadecimal,
    _REF: _reference,
    _NUMBER: _number,
    _WORD: _WORDS.get,
    # An array of mere numbers says nothing, and there are many.
    _NUMBERS: lambda _: [],
}
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
