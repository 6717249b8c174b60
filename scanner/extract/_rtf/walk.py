"""Walks a rich text from brace to brace, and tells where each piece of it stands (RTF Specification 1.9.1)."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._rtf.beside import RtfPairs
from scanner.extract._rtf.characters import RtfCharacters, number_of
from scanner.extract._rtf.fonts import Font
from scanner.extract._rtf.groups import group_end
from scanner.extract._rtf.objects import hexadecimal, read_hexadecimal
from scanner.extract._rtf.text import Codec, RichText, Scope
from scanner.extract._rtf.words import ASIDE, BREAKS, FLOWS, HEX, IF_WORDS, MUTED, SIGNS, SKIPPED, SYMBOLS, TRANSPARENT
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

# In pieces, so that a token of a hundred megabytes is not copied again and again.
_TOKEN: Final = re.compile(
    rb"""[\r\n\x00]++
    | ([^\\{}\r\n\x00][^\\{}]{0,65535}+)
    | \\([a-zA-Z]{1,64}+)(-?[0-9]{1,10}+)?+\ ?
    | (\{) | (\}) | ((?:\\'[0-9a-fA-F]{2}){1,16384}+) | \\([^a-zA-Z])""",
    re.VERBOSE | re.DOTALL,
)
_TEXT, _WORD, _NUMBER, _OPEN, _CLOSE, _BYTES, _SYMBOL = range(1, 8)
_WORDS: Final = (_WORD, _NUMBER)
_STARRED: Final = re.compile(rb"[\r\n ]*\\([a-zA-Z]{1,64}+)(-?[0-9]{1,10}+)?+ ?")
_DEEPEST: Final = 10_000
_BREATH: Final = 256

Item = Segment | Member | Problem
Match = re.Match[bytes]
_State = tuple[Scope, bool, bool, bool, bool, bool, Codec, Font, int]
_Action = tuple[Callable[[Match, Any], int | None], object]


class RtfWalker:
    """Reads one rich text."""

    def __init__(self, blob: Blob, budget: Budget) -> None:
        """Begin before the first brace."""
        self._data = blob.data
        self._place = blob.place
        self._budget = budget
        self._lines = Lines(budget)
        self.text = RichText(self._lines, blob.place)
        self.pictures = 0
        self.end: int | None = None
        self._characters = RtfCharacters(blob.data, self.text)
        self._pairs = RtfPairs(blob.data, self.text)
        self._actions = self._known()
        self._stack: list[_State] = []
        self._deeper = 0
        self._too_deep = False
        self._objects = 0
        self._breaks = 0
        self._found: list[Item] = []

    def items(self) -> Iterator[Item]:
        """Yield the text, what is embedded in it, and what of it could not be read; `end` is where it ends."""
        at: int | None = 0
        while at is not None:
            at = self._run(at)
            if self._found:
                yield from self._found
                self._found.clear()
            yield from self._lines.ready()
        self.text.end_line()
        self.text.other_readings()
        yield from self._lines.rest()
        if self._too_deep:
            yield Problem(self._place, Reason.TOO_DEEP, f"groups are nested more than {_DEEPEST} deep")
        if self._stack:
            yield Problem(self._place, Reason.CORRUPT, "it ends inside a group")

    def _run(self, at: int) -> int | None:
        """Read on from a place, and return where to go on."""
        text = self.text
        actions = self._actions
        for match in _TOKEN.finditer(self._data, at):
            kind = match.lastindex
            if kind == _TEXT:
                if not text.muted or text.source:
                    text.raw(match[_TEXT].translate(None, b"\r\n\x00"))
                if text.full:
                    text.full = False
                    return match.end()
                continue
            jump = None
            if kind in _WORDS:
                action = actions.get(match[_WORD])
                jump = None if action is None else action[0](match, action[1])
            elif kind is not None:
                jump = self._mark(kind, match)
            if jump is not None:
                return jump
        return None

    def _mark(self, kind: int, match: Match) -> int | None:
        """Take a brace, escaped bytes or a sign, and return where to go on if that is not behind it."""
        if kind == _OPEN:
            self._open()
        elif kind == _CLOSE:
            return self._close(match)
        elif kind == _BYTES:
            self._characters.escaped(match[_BYTES])
        else:
            return self._sign(match)
        return None

    def _open(self) -> None:
        if len(self._stack) >= _DEEPEST:
            self._deeper += 1
            self._too_deep = True
            return
        text, characters = self.text, self._characters
        flags = text.muted, text.hidden, text.deleted, text.source, text.off_page
        self._stack.append((text.scope, *flags, text.codec, characters.font, characters.fallback))

    def _close(self, match: Match) -> int | None:
        if self._deeper:
            self._deeper -= 1
            return None
        if self._stack:
            text, characters = self.text, self._characters
            text.settle()
            scope, muted, hidden, deleted, source, off_page, codec, font, fallback = self._stack.pop()
            left = text.scope is not scope
            if left:
                text.leave(scope)
            text.muted, text.hidden, text.deleted, text.source, text.off_page = muted, hidden, deleted, source, off_page
            text.codec, characters.font, characters.fallback = codec, font, fallback
            if self._stack:
                return self._breathe(match) if left else None
        self.end = match.end()
        return len(self._data)

    def _sign(self, match: Match) -> int | None:
        sign = match[_SYMBOL]
        if sign == b"*":
            starred = _STARRED.match(self._data, match.end())
            if starred is not None and starred[1] not in self._actions and starred[1] not in TRANSPARENT:
                self.text.open(Part.METADATA, starred[1].decode("ascii"), aside=True, unknown=True)
                return starred.end()
        elif sign in b"\\{}":
            self.text.raw(sign)
        elif sign in b"\r\n":
            self.text.end_line()
        elif sign in SYMBOLS:
            self.text.put(SYMBOLS[sign])
        return None

    def _known(self) -> Mapping[bytes, _Action]:
        """Return what each control word does, beside those that are only about looks."""
        characters, pairs = self._characters, self._pairs
        return {
            **{word: (self._put, text) for word, text in SIGNS.items()},
            **dict.fromkeys(BREAKS, (self._line, None)),
            **{word: (self._flow, where) for word, where in FLOWS.items()},
            **{word: (self._aside, where) for word, where in ASIDE.items()},
            **{word: (self._if_words, where) for word, where in IF_WORDS.items()},
            **dict.fromkeys(MUTED, (self._mute, None)),
            **dict.fromkeys(SKIPPED, (self._skip, None)),
            **{word: (self._hexadecimal, word) for word in HEX},
            b"pict": (self._picture, None),
            b"bin": (self._binary, None),
            b"f": (characters.change, None),
            b"deff": (characters.default, None),
            b"fonttbl": (self._font_table, None),
            b"plain": (characters.plain, None),
            b"ansicpg": (characters.code_page, None),
            b"mac": (characters.code_page, "mac_roman"),
            b"pc": (characters.code_page, "cp437"),
            b"pca": (characters.code_page, "cp850"),
            b"uc": (characters.count, None),
            b"u": (characters.unicode, None),
            b"v": (self._hide, "hidden"),
            b"deleted": (self._hide, "deleted"),
            b"mvf": (self._hide, "deleted"),
            b"htmlrtf": (self._hide, "off_page"),
            b"ftnalt": (self._endnote, None),
            b"fromhtml": (self._from_html, None),
            b"htmltag": (self._html_tag, None),
            b"upr": (pairs.either, None),
            b"stylesheet": (pairs.styles, None),
            b"sn": (pairs.name, None),
            b"propname": (pairs.name, None),
            b"sv": (pairs.shape_value, None),
            b"staticval": (pairs.value, None),
            b"docvar": (pairs.variable, None),
            b"shp": (pairs.enter, None),
        }

    def _put(self, _: Match, text: str) -> None:
        self.text.put(text)

    def _line(self, match: Match, _: None) -> int | None:
        self.text.end_line()
        return self._breathe(match)

    def _breathe(self, match: Match) -> int | None:
        """Now and then stop, so that what has been read is handed on."""
        self._breaks += 1
        return match.end() if not self._breaks % _BREATH else None

    def _flow(self, _: Match, where: tuple[Part, str | None]) -> None:
        part, title = where
        if part is Part.TEXT_BOX and self._pairs.shape is not None:
            part = self._pairs.shape
        self.text.open(part, title)
        self.text.hidden = self.text.deleted = False

    def _aside(self, _: Match, where: tuple[Part, str | None]) -> None:
        self.text.open(*where, aside=True)

    def _if_words(self, _: Match, where: tuple[Part, str | None]) -> None:
        self.text.open(*where, aside=True, unknown=True)

    def _mute(self, _: Match, __: None) -> None:
        self.text.settle()
        self.text.muted = True

    def _endnote(self, _: Match, __: None) -> None:
        self.text.turn(Part.FOOTNOTE, Part.ENDNOTE)

    def _skip(self, match: Match, _: None) -> int:
        return group_end(self._data, match.end())

    def _binary(self, match: Match, _: None) -> int:
        return match.end() + max(0, number_of(match, 0))

    def _hexadecimal(self, match: Match, kind: bytes) -> int:
        end = group_end(self._data, match.end())
        self._objects += kind == b"objdata"
        self._budget.expand((end - match.end()) // 2)
        raw = hexadecimal(self._data, match.end(), end)
        self._found += read_hexadecimal(kind, raw, self._place, self._objects, self._budget)
        return end

    def _picture(self, match: Match, _: None) -> None:
        self.pictures += 1
        self._mute(match, None)

    def _hide(self, match: Match, name: str) -> None:
        self.text.settle()
        setattr(self.text, name, number_of(match, 1) != 0)

    def _font_table(self, match: Match, _: None) -> int:
        """Read the fonts, and go on in the one that is used where none is named."""
        end = self._characters.table(match, None)
        if self._stack:
            self._stack[-1] = (*self._stack[-1][:6], self.text.codec, self._characters.font, self._stack[-1][8])
        return end

    def _from_html(self, _: Match, __: None) -> None:
        self.text.page = self.text.page or []

    def _html_tag(self, match: Match, _: None) -> None:
        self.text.settle()
        self._from_html(match, None)
        self.text.muted = self.text.source = True
