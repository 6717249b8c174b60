"""Runs the contents of a page for pdfminer.six, whose own parser looks at one character after another."""

import re
from binascii import a2b_hex
from collections.abc import Callable, Sequence
from typing import Any, Final

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import stream_value
from pdfminer.psparser import LIT

from scanner.extract._pdf.syntax import parse

_S: Final = rb"[\t\n\f\r ]"
_NAME: Final = rb"/[^\0\t\n\f\r ()<>\[\]{}/%#\x80-\xff]++"
_NUMBER: Final = rb"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)"
_STRING: Final = rb"<[0-9A-Fa-f]*+>|\((?:[^()\\\r]++|\\(?:[()\\nrtbf]|[0-3]?[0-7]{1,2}))*+\)"
_VALUES: Final = rb"(?:" + _NUMBER + rb"|" + _STRING + rb"|" + _NAME + rb"|" + _S + rb")*+"
# An operator and the values before it; lists and dictionaries in others are left to pdfminer.
_STATEMENT: Final = re.compile(
    _VALUES
    + rb"(?:(?:\["
    + _VALUES
    + rb"\]|<<(?:"
    + _VALUES
    + rb")>>)"
    + _VALUES
    + rb")*+([A-Za-z*'\"][^\t\n\v\f\r ()<>\[\]{}/%#]*+)"
)
_TOKEN: Final = re.compile(
    rb"([+-]?[0-9]++(?!\.))|([+-]?(?:[0-9]++\.[0-9]*+|\.[0-9]++))|/([^\0\t\n\f\r ()<>\[\]{}/%#]++)"
    rb"|(\[)|(\])|<((?:[0-9A-Fa-f]{2})*+)>|\(([^\\()]*+)\)|(" + _STRING + rb")"
)
_INTEGER, _REAL, _LITERAL, _LIST, _LIST_END, _CODES, _LETTERS = range(1, 8)
_BLANK: Final = b"\t\n\f\r "
# What holds a picture, or a word that is a value.
_OTHER: Final = re.compile(rb"(?<![A-Za-z])(?:BI|ID|EI|true|false|null)(?![A-Za-z])")
_LARGEST: Final = 1 << 18
# These move no text and show none (ISO 32000-2, table 50).
_WORDLESS: Final = frozenset(
    b"m l c v y h re S s f F f* B B* b b* n W W* w J j M d ri i gs d0 d1 sh BX EX MP DP BMC BDC EMC"
    b" g G rg RG k K cs CS sc SC scn SCN".split()
)
_SPELLED: Final = str.maketrans({"*": "_a", '"': "_w", "'": "_q"})

_Run = Callable[..., None]


class Interpreter(PDFPageInterpreter):
    """Runs plain contents itself, and leaves those with pictures or nested values in them to pdfminer."""

    def execute(self, streams: Sequence[object]) -> None:
        """Run the streams of one content."""
        contents = [stream_value(item) for item in streams]
        data = b"\n".join(content.get_data() for content in contents)
        numbers = [content.objid for content in contents]
        tracked = not any(number is None or number in self.parent_stream_ids for number in numbers)
        if not tracked or len(data) > _LARGEST or _OTHER.search(data) or not self._run(data, {*numbers}):
            super().execute(streams)

    def _run(self, data: bytes, numbers: set[int | None]) -> bool:
        """Run what has only statements that are known, with all their values, and tell whether it had."""
        statements: list[tuple[_Run, list[Any]]] = []
        known: dict[bytes, tuple[_Run | None, int]] = dict.fromkeys(_WORDLESS, (None, 0))
        end = 0
        for match in _STATEMENT.finditer(data):
            word = match[1]
            if match.start() != end:
                return False
            end = match.end()
            if word not in known:
                known[word] = self._operator(word)
            run, count = known[word]
            if run is None:
                continue
            values = _values(data[match.start() : match.start(1)]) if count else []
            if len(values) < count:
                return False
            statements.append((run, values[len(values) - count :]))
        if data[end:].strip(_BLANK):
            return False
        self.stream_ids = {number for number in numbers if number is not None}
        for run, values in statements:
            run(*values)
        return True

    def _operator(self, word: bytes) -> tuple[_Run | None, int]:
        run = getattr(self, "do_" + word.decode("latin-1").translate(_SPELLED), None)
        return (run, run.__code__.co_argcount - 1) if run is not None else (None, 0)


def _values(source: bytes) -> list[Any]:
    """Return the values before an operator."""
    values: list[Any] = []
    outer: list[Any] | None = None
    for match in _TOKEN.finditer(source):
        kind = match.lastindex
        if kind == _LIST:
            outer, values = values, []
        elif kind == _LIST_END:
            values, outer = [*(outer or ()), values], None
        elif kind == _INTEGER:
            values.append(int(match[0]))
        elif kind == _REAL:
            values.append(float(match[0]))
        elif kind == _LITERAL:
            values.append(LIT(match[_LITERAL].decode("ascii")))
        elif kind == _CODES:
            values.append(a2b_hex(match[_CODES]))
        elif kind == _LETTERS:
            values.append(match[_LETTERS])
        else:
            values.append(parse(match[0]))
    return values
