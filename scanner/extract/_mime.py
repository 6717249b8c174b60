"""Takes a mail apart within bounds: fields, parameters, parts and their contents (RFC 5322, RFC 2045 to 2049).

The standard library's parser stalls on hostile headers and on very many parts; it is used for parameters only, on
fields short enough.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Final

from scanner.extract._encoding import decodings

HEADER_LIMIT: Final = 1 << 20
_MAY_BE_BROKEN: Final = 3
_PARAMETERS_LIMIT: Final = 1 << 13
_FIELD: Final = re.compile(rb"(?P<name>[!-9;-~]{1,200})[ \t]*:(?P<value>[^\n]*\n?(?:[ \t]+[^\n]*\n?)*+)")
# What nearly all fields are: a type, and parameters without continuations, escapes or encoded words.
_SIMPLE: Final = re.compile(
    r"(?P<type>[\w.+-]{1,80}(?:/[\w.+-]{1,120})?)"
    r"(?P<parameters>(?:;\s*+[A-Za-z][\w-]{0,40}+=(?:\"[^\"\\=%]{0,300}\"|[\w./:+-]{1,300}+)\s*+)*+)"
)
_PARAMETER: Final = re.compile(r";\s*([\w-]+)=(?:\"([^\"]*)\"|([^\s;\"]+))")
_FOLD: Final = re.compile(r"\r?\n[ \t]*|\r")
_WORD: Final = re.compile(
    r"=\?(?P<charset>[^?\s*]{1,64})(?:\*[^?\s]{0,20})?\?(?P<how>[bBqQ])\?(?P<text>[^?]{0,100000})\?="
)
_BOUNDARY_END: Final = rb"(?P<last>--)?[ \t]*\r?(?:\n|\Z)"


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of one part, in their order, values as they stand; `end` is where the body starts."""

    fields: tuple[tuple[str, str], ...]
    end: int
    too_long: bool = False

    def value(self, name: str) -> str:
        """Return the first field of a name, unfolded, or nothing."""
        return next((_unfold(value) for known, value in self.fields if known.lower() == name), "")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a part says it is: `multipart/mixed`, its parameters in lower case by name."""

    media_type: str
    parameters: dict[str, str] = field(default_factory=dict)


def header(data: bytes, start: int, stop: int) -> Header:
    """Read the fields at the start of a part; the body follows an empty line or the first line that is no field."""
    fields: list[tuple[str, str]] = []
    end, broken = start, 0
    if data.startswith((b"From ", b">From "), start):
        end = _line_end(data, start, stop)
    limit = min(stop, start + HEADER_LIMIT)
    while end < limit:
        match = _FIELD.match(data, end, limit)
        if match is None:
            # A line that is no field does not end the header when fields go on below it.
            line = _line_end(data, end, limit)
            if broken >= _MAY_BE_BROKEN or not data[end:line].strip() or _FIELD.match(data, line, limit) is None:
                break
            fields.append(("", _raw_text(data[end:line])))
            end, broken = line, broken + 1
            continue
        fields.append((match["name"].decode("ascii"), _raw_text(match["value"])))
        end = match.end()
    blank = re.compile(rb"\r?\n").match(data, end, stop)
    return Header(tuple(fields), blank.end() if blank else end, too_long=end >= limit < stop)


def kind(value: str, default: str) -> Kind:
    """Read the value of a `Content-Type` or `Content-Disposition` field, RFC 2231 continuations put together."""
    if not value:
        return Kind(default)
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
    """Return a field's value with its encoded words (RFC 2047) as text; neighbours in one encoding are one text."""
    value = _unfold(value)
    if "=?" not in value:
        return value
    out: list[str] = []
    pending: list[bytes] = []
    charset, at = "", 0
    for match in _WORD.finditer(value):
        between = value[at : match.start()]
        if pending and (between.strip() or match["charset"].lower() != charset):
            out.append(decodings(b"".join(pending), charset)[0])
            pending.clear()
        if between.strip() or not at:
            out.append(between)
        charset, at = match["charset"].lower(), match.end()
        pending.append(_word(match))
    if pending:
        out.append(decodings(b"".join(pending), charset)[0])
    return "".join(out) + value[at:]


def parts(data: bytes, start: int, stop: int, boundary: str) -> Iterator[tuple[int, int]]:
    """Yield where the pieces between the boundaries of a multipart body begin and end.

    The first is the preamble; after the closing boundary the last is the epilogue. A missing end is no fault.
    """
    # `^` matches at the true start of a line only, which the start of a body is.
    edge = re.compile(rb"^--" + re.escape(boundary.encode("latin-1", "replace")) + _BOUNDARY_END, re.MULTILINE)
    for match in edge.finditer(data, start, stop):
        yield start, max(start, match.start() - (2 if data.startswith(b"\r\n", match.start() - 2) else 1))
        start = match.end()
        if match["last"]:
            break
    yield start, stop


def content(data: bytes, encoding: str) -> tuple[bytes, bool]:
    """Undo a `Content-Transfer-Encoding`; False beside what could be undone when something was broken."""
    match encoding.strip().lower().partition(";")[0].strip():
        case "base64":
            return _base64(data)
        case "quoted-printable":
            return quopri.decodestring(data), True
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            found = [content for _, content in uuencoded(data)]
            return b"".join(found), bool(found)
        case _:
            return data, True


_UU_BEGIN: Final = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)
_UU_END: Final = re.compile(rb"^(?:end|====)[ \t]*\r?$", re.MULTILINE)


def uuencoded(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files that stand uuencoded in a text (POSIX, uuencode)."""
    at = 0
    while (begin := _UU_BEGIN.search(data, at)) is not None:
        end = _UU_END.search(data, begin.end())
        at = end.end() if end else len(data)
        block = data[begin.end() : end.start() if end else len(data)]
        if begin[0].startswith(b"begin-base64"):
            found = _base64(block)[0]
        else:
            found = b"".join(_uu_line(line) for line in block.splitlines() if line.strip())
        if found:
            yield decodings(begin[1].strip())[0], found


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders pad a line with more than they say: its first sign tells how much of it counts.
        try:
            return binascii.a2b_uu(line[: 1 + ((line[0] - 32 & 63) * 4 + 5) // 3])
        except binascii.Error:
            return b""


def _base64(data: bytes) -> tuple[bytes, bool]:
    """Decode Base64, foreign characters left out; text after padding counts, too, as mail programs show it."""
    clean = re.sub(rb"[^A-Za-z0-9+/=]", b"", data)
    out: list[bytes] = []
    sound = True
    for run in re.split(rb"=+", clean):
        if len(run) % 4 == 1:
            sound, run = False, run[:-1]  # noqa: PLW2901 - six bits of a byte are none
        out.append(binascii.a2b_base64(run + b"=" * (-len(run) % 4)))
    return b"".join(out), sound


def _parameter(value: str | tuple[str | None, str | None, str]) -> str:
    """Return a parameter's value, decoded where it names its own encoding (RFC 2231, section 4)."""
    if isinstance(value, str):
        return value
    charset, _, text = value
    return decodings(text.encode("latin-1", "replace"), charset)[0]


def _word(match: re.Match[str]) -> bytes:
    text = match["text"].encode("ascii", "replace")
    if match["how"] in "bB":
        return _base64(text)[0]
    return quopri.decodestring(text, header=True)


def _raw_text(value: bytes) -> str:
    """Return a value's text: ASCII by the standard, in truth whatever the sender wrote."""
    return value.decode("ascii") if value.isascii() else decodings(value)[0]


def _unfold(value: str) -> str:
    if "\n" not in value and "\r" not in value:
        return value.strip()
    return _FOLD.sub(lambda fold: "" if fold[0] == "\r" else " ", value).strip()


def _line_end(data: bytes, start: int, stop: int) -> int:
    end = data.find(b"\n", start, stop)
    return stop if end < 0 else end + 1
