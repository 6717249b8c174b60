"""Takes a mail apart within bounds: fields, parameters, parts and their contents (RFC 5322, RFC 2045 to 2049).

The standard library's parser stalls on hostile headers and on very many parts; it is used for parameters only, on
fields short enough.
"""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Final

from scanner.extract._mail.inline import from_base64, uuencoded
from scanner.extract._text.encoding import decodings

HEADER_LIMIT: Final = 1 << 20
_MAY_BE_BROKEN: Final = 3
_PARAMETERS_LIMIT: Final = 1 << 13
_FIELD: Final = re.compile(rb"(?P<name>[!-9;-~]{1,200})[ \t]*:(?P<value>[^\n]*\n?(?:[ \t]+[^\n]*\n?)*+)")
# What nearly all headers are: nothing but fields up to an empty line. The groups together are all that is matched.
_FIELDS: Final = re.compile(r"^([!-9;-~]{1,200})([ \t]*:)([^\n]*\n(?:[ \t]+[^\n]*\n)*+)", re.MULTILINE)
_EMPTY_LINE: Final = re.compile(rb"\n\r?\n")
_ASCII_SPACE: Final = " \t\n\r\x0b\x0c"
# What nearly all fields are: a type, and parameters without continuations, escapes or encoded words.
_SIMPLE: Final = re.compile(
    r"(?P<type>[\w.+-]{1,80}(?:/[\w.+-]{1,120})?)"
    r"(?P<parameters>(?:;\s*+[A-Za-z][\w-]{0,40}+=(?:\"[^\"\\=%]{0,300}\"|[\w./:+-]{1,300}+"
    # A boundary likes to have signs of equality in it.
    r"|\"(?!\s)(?:[^\"\\=%]|=(?!\?)){1,300}(?<!\s)\")\s*+)*+)"
)
_PARAMETER: Final = re.compile(r";\s*([\w-]+)=(?:\"([^\"]*)\"|([^\s;\"]+))")
_LIGHTLY_SAID: Final = frozenset(
    {"us-ascii", "ascii", "iso-8859-1", "windows-1252", "latin1", "hex", "zip", "bz2", "uu"}
)
_WORD: Final = re.compile(
    r"=\?(?P<charset>[^?\s*]{1,64})(?:\*[^?\s]{0,20})?\?(?P<how>[bBqQ])\?(?P<text>[^?]{0,100000}+(?:\?(?!=)[^?]{0,300}+){0,4}+)\?="
)
_BOUNDARY_END: Final = re.compile(rb"(?P<last>--)?[ \t]*\r?(?:\n|\Z)")
_BLANK: Final = re.compile(rb"\r?\n")
_LINE_FEED: Final = 10


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of one part, in their order, values as they stand; `end` is where the body starts.

    `others` are further ways to read the values that are not in ASCII.
    """

    fields: tuple[tuple[str, str], ...]
    end: int
    too_long: bool = False
    others: tuple[tuple[str, str], ...] = ()

    def value(self, name: str) -> str:
        """Return the first field of a name, unfolded, or nothing."""
        size = len(name)
        for known, value in self.fields:
            if len(known) == size and known.lower() == name:
                return _unfold(value)
        return ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a part says it is: `multipart/mixed`, its parameters in lower case by name."""

    media_type: str
    parameters: dict[str, str] = field(default_factory=dict)


def header(data: bytes, start: int, stop: int) -> Header:
    """Read the fields at the start of a part; the body follows an empty line or the first line that is no field."""
    fields: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    end, broken = start, 0
    if data.startswith((b"From ", b">From "), start) and _FIELD.match(data, start, stop) is None:
        end = _line_end(data, start, stop)
        fields.append(("", _raw_texts(data[start:end].strip())[0]))
    limit = min(stop, start + HEADER_LIMIT)
    blank = _EMPTY_LINE.search(data, end, limit)
    if blank is not None and _only_fields(data[end : blank.start() + 1].decode("latin-1"), fields, others):
        return Header(tuple(fields), blank.end(), others=tuple(others))
    while end < limit:
        match = _FIELD.match(data, end, limit)
        if match is None:
            # A line that is no field does not end the header when fields go on below it.
            line = _line_end(data, end, limit)
            if broken >= _MAY_BE_BROKEN or not data[end:line].strip() or _FIELD.match(data, line, limit) is None:
                break
            fields.append(("", _raw_texts(data[end:line])[0]))
            end, broken = line, broken + 1
            continue
        value, *more = _raw_texts(match["value"].strip())
        name = match["name"].decode("ascii")
        fields.append((name, value))
        others += [(name, text) for text in more]
        end = match.end()
    blank = _BLANK.match(data, end, stop)
    return Header(tuple(fields), blank.end() if blank else end, end >= limit < stop, tuple(others))


def _only_fields(block: str, fields: list[tuple[str, str]], others: list[tuple[str, str]]) -> bool:
    """Add the fields of a header that is nothing else; False, and nothing added, for any other."""
    found: list[tuple[str, str, str]] = _FIELDS.findall(block)
    if sum([len(name) + len(colon) + len(value) for name, colon, value in found]) != len(block):
        return False
    if block.isascii():
        fields += [(name, value.strip(_ASCII_SPACE)) for name, _, value in found]
        return True
    for name, _, value in found:
        if value.isascii():
            fields.append((name, value.strip(_ASCII_SPACE)))
            continue
        text, *more = _raw_texts(value.strip(_ASCII_SPACE).encode("latin-1"))
        fields.append((name, text))
        others += [(name, other) for other in more]
    return True


def kind(value: str, default: str) -> Kind:
    """Read the value of a `Content-Type` or `Content-Disposition` field, RFC 2231 continuations put together."""
    if not value:
        return Kind(default)
    if ";" not in value:
        return Kind(value.strip().lower() or default)
    if (simple := _SIMPLE.fullmatch(value)) is not None:
        found = _PARAMETER.findall(simple["parameters"])
        return Kind(simple["type"].lower(), {name.lower(): quoted or bare for name, quoted, bare in reversed(found)})
    message = Message()
    message["Content-Type"] = re.sub(r"[\r\n]", " ", value[:_PARAMETERS_LIMIT])
    media_type = value.partition(";")[0].strip().lower()
    try:
        found = message.get_params(failobj=[], unquote=True)[1:]
    except (ValueError, IndexError, UnicodeError, LookupError):
        found = []
    parameters: dict[str, str] = {}
    for name, text in found:
        parameters.setdefault(name.lower().rstrip("*"), decoded_words(_parameter(text)))
    return Kind(media_type or default, parameters)


def decoded_words(value: str) -> str:
    """Return the likeliest reading of a field's value with its encoded words (RFC 2047) as text."""
    return readings(value)[0]


def readings(value: str) -> tuple[str, ...]:
    """Return a field's value with its encoded words as text, in each way that they can be read.

    Neighbours in one encoding are one text: some mailers cut between the bytes of a character.
    """
    if "\n" in value or "\r" in value:
        value = _unfold(value)
    if "=?" not in value:
        return (value.strip(),)
    value = value.strip()
    pieces: list[tuple[str, ...]] = []
    pending: list[bytes] = []
    charset, at = "", 0
    for match in _WORD.finditer(value):
        between = value[at : match.start()]
        if pending and (between.strip() or match["charset"].lower() != charset):
            pieces.append(_word_readings(b"".join(pending), charset))
            pending.clear()
        if between.strip() or not at:
            pieces.append((between,))
        charset, at = match["charset"].lower(), match.end()
        pending.append(_word(match))
    if pending:
        pieces.append(_word_readings(b"".join(pending), charset))
    pieces.append((value[at:],))
    most = max(map(len, pieces))
    return tuple("".join(texts[min(number, len(texts) - 1)] for texts in pieces) for number in range(most))


def parts(data: bytes, start: int, stop: int, boundary: str) -> Iterator[tuple[int, int]]:
    """Yield where the pieces between the boundaries of a multipart body begin and end.

    The first is the preamble; after the closing boundary the last is the epilogue. A missing end is no fault.
    """
    edge = b"--" + boundary.encode("latin-1", "replace")
    at = start
    while (found := data.find(edge, at, stop)) >= 0:
        at = found + len(edge)
        end = _BOUNDARY_END.match(data, at, stop)
        if end is None or (found and data[found - 1] != _LINE_FEED):
            continue
        yield start, max(start, found - (2 if data.startswith(b"\r\n", found - 2) else 1))
        start = at = end.end()
        if end["last"]:
            break
    yield start, stop


def content(data: bytes, encoding: str) -> tuple[bytes, bool]:
    """Undo a `Content-Transfer-Encoding`; False beside what could be undone when something was broken."""
    match encoding.strip().lower().partition(";")[0].strip():
        case "base64":
            return from_base64(data)
        case "quoted-printable":
            return quopri.decodestring(data), True
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            found = [content for _, content in uuencoded(data)]
            return b"".join(found), bool(found) or not data.strip()
        case _:
            return data, True


def _parameter(value: str | tuple[str | None, str | None, str]) -> str:
    """Return a parameter's value, decoded where it names its own encoding (RFC 2231, section 4)."""
    if isinstance(value, str):
        return value
    charset, _, text = value
    return decodings(text.encode("latin-1", "replace"), charset)[0]


def _word_readings(data: bytes, charset: str) -> tuple[str, ...]:
    """Return the readings of an encoded word; a name that hardly anybody writes without knowing is believed."""
    if charset not in _LIGHTLY_SAID:
        try:
            return (data.decode(charset),)
        except (LookupError, ValueError):
            pass
    return decodings(data, charset)


def _word(match: re.Match[str]) -> bytes:
    text = match["text"].encode("ascii", "replace")
    if match["how"] in "bB":
        return from_base64(text)[0]
    return quopri.decodestring(text, header=True)


def _raw_texts(value: bytes) -> tuple[str, ...]:
    """Return the readings of a value: ASCII by the standard, in truth whatever the sender wrote."""
    return (value.decode("ascii"),) if value.isascii() else decodings(value)


def _unfold(value: str) -> str:
    if "\r" in value:
        value = value.replace("\r", "")
    if "\n" not in value:
        return value.strip()
    return " ".join([line.lstrip(" \t") for line in value.split("\n")]).strip()


def _line_end(data: bytes, start: int, stop: int) -> int:
    end = data.find(b"\n", start, stop)
    return stop if end < 0 else end + 1
