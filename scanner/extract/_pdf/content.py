"""Runs the contents of a page for pdfminer.six, whose own parser looks at one character after another."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import stream_value
from pdfminer.psparser import LIT

from scanner.extract._pdf.syntax import parse

_TOKEN: Final = re.compile(
    rb"([A-Za-z*'\"][^\t\n\v\f\r ()<>\[\]{}/%#]*+)"
    rb"|([+-]?[0-9]++(?![.0-9]))"
    rb"|([+-]?(?:[0-9]++\.[0-9]*+|\.[0-9]++))"
    rb"|(<[0-9A-Fa-f]*+>|\((?:[^()\\\r]++|\\(?:[()\\nrtbf]|[0-3]?[0-7]{1,2}))*+\))"
    rb"|/([^\0\t\n\f\r ()<>\[\]{}/%#\x80-\xff]++)"
    rb"|(\[)|(\])"
    rb"|([^\t\n\f\r ])"
)
_WORD, _INTEGER, _REAL, _STRING, _NAME, _LIST, _LIST_END = range(1, 8)
# What holds a picture, or a word that is a value.
_OTHER: Final = re.compile(rb"(?<![A-Za-z])(?:BI|ID|EI|true|false|null)(?![A-Za-z])")
_LARGEST: Final = 1 << 18
_SPELLED: Final = str.maketrans({"*": "_a", '"': "_w", "'": "_q"})


class Interpreter(PDFPageInterpreter):
    """Runs plain contents itself, and leaves those with pictures or dictionaries in them to pdfminer."""

    def execute(self, streams: Sequence[object]) -> None:
        """Run the streams of one content."""
        contents = [stream_value(item) for item in streams]
        data = b"\n".join(content.get_data() for content in contents)
        numbers = [content.objid for content in contents]
        tracked = not any(number is None or number in self.parent_stream_ids for number in numbers)
        if not tracked or len(data) > _LARGEST or _OTHER.search(data) or not self._run(data, {*numbers}):
            super().execute(streams)

    def _run(self, data: bytes, numbers: set[int | None]) -> bool:
        """Run what has only tokens that are known, and tell whether it had."""
        tokens = [(match.lastindex or 0, match[0]) for match in _TOKEN.finditer(data)]
        if any(kind > _LIST_END for kind, _ in tokens):
            return False
        self.stream_ids = {number for number in numbers if number is not None}
        outer: list[Any] | None = None
        known: dict[bytes, tuple[Callable[..., None] | None, int]] = {}
        for kind, token in tokens:
            if kind == _WORD and outer is None:
                if token not in known:
                    known[token] = self._operator(token)
                self._operate(*known[token])
            elif kind == _LIST:
                outer = []
            elif kind == _LIST_END:
                if outer is not None:
                    self.push(outer)
                outer = None
            else:
                value = _value(kind, token)
                if outer is None:
                    self.push(value)
                else:
                    outer.append(value)
        return True

    def _operate(self, run: Callable[..., None] | None, count: int) -> None:
        if run is None:
            return
        values = self.pop(count) if count else []
        if len(values) == count:
            run(*values)

    def _operator(self, word: bytes) -> tuple[Callable[..., None] | None, int]:
        run = getattr(self, "do_" + word.decode("latin-1").translate(_SPELLED), None)
        return (run, run.__code__.co_argcount - 1) if run is not None else (None, 0)


def _value(kind: int, token: bytes) -> Any:
    if kind == _INTEGER:
        return int(token)
    if kind == _REAL:
        return float(token)
    if kind == _NAME:
        return LIT(token[1:].decode("ascii"))
    return parse(token)
