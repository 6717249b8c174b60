"""Reads what a YARA rule says about itself, out of its source: where it stands, its tags and all its metadata.

The YARA library keeps only the last of several metadata entries of one name, and drops the place of a rule; examples
repeat, and a message needs a line. The lexical rules are those of YARA 4: a slash outside a text is always a regular
expression or a comment, and braces of hexadecimal strings are balanced.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scanner.detect.yara_meta import Entry, Value, read_meta
from scanner.detect.yara_rule import YaraRule
from scanner.errors import Fault
from scanner.resources import RuleSource, is_yara_file


@dataclass(frozen=True, slots=True)
class YaraFile:
    """One source file: its rules in order, the modules it imports with their lines, and what is wrong with it."""

    source: RuleSource
    rules: tuple[YaraRule, ...]
    faults: tuple[Fault, ...]

    def without(self, names: Iterable[str]) -> str:
        """Return the text with some rules blanked out; every other rule keeps its line."""
        text = self.source.text
        unwanted = frozenset(names)
        kept: list[str] = []
        end = 0
        for rule in self.rules:
            if rule.name in unwanted and rule.start >= end:
                kept += (text[end : rule.start], _NOT_LINE_END.sub(" ", text[rule.start : rule.end]))
                end = rule.end
        return "".join((*kept, text[end:]))

    def rule_at(self, line: int) -> YaraRule | None:
        """Return the rule a line stands in; the end of the file, of which the compiler says 0, stands in the last."""
        if not line:
            return self.rules[-1] if self.rules else None
        before = [rule for rule in self.rules if rule.line <= line]
        return before[-1] if before else None


def yara_files(sources: Iterable[RuleSource]) -> tuple[YaraFile, ...]:
    """Read every YARA source among rule files; nothing is compiled."""
    return tuple(_file(source) for source in sources if is_yara_file(source.name))


_MODULES = frozenset({"math", "hash", "string"})
_REFUSED = {
    "console": "prints what a rule likes, a found value included",
    "time": "makes a verdict depend on the moment",
    "cuckoo": "needs a report of a sandbox",
} | dict.fromkeys(("pe", "elf", "dotnet", "macho", "dex", "magic"), "reads hostile files in native code of its own")
_NOT_LINE_END = re.compile(r"[^\n]")
# What is never closed is a token up to where it would have to be: trying it again from every place in it would take
# the square of the time.
_TOKEN = re.compile(
    r"""
      (?P<comment> //[^\n]* | /\*(?:.*?\*/|.*) )
    | (?P<text> "(?:\\.|[^"\\\n])*"? )
    | (?P<regex> /(?:\\.|[^/\\\n])+/? )
    | (?P<word> [A-Za-z_][A-Za-z0-9_]* )
    | (?P<string> [$\#@!][A-Za-z0-9_]* )
    | (?P<number> -?(?:0x[0-9A-Fa-f]{1,16}|0o[0-7]{1,22}|[0-9]{1,20}(?:KB|MB)?) )
    | (?P<mark> [{}:=] )
    """,
    re.VERBOSE | re.DOTALL,
)
_Token = re.Match[str]


def _file(source: RuleSource) -> YaraFile:
    if source.text.startswith("YARA") and not _is_text(source.text):
        fault = Fault(source.name, "", "compiled rules are never loaded, for they can run any code; give their source")
        return YaraFile(RuleSource(source.name, ""), (), (fault,))
    if not _is_text(source.text):
        fault = Fault(source.name, "", "holds zero bytes or characters that are no Unicode text")
        return YaraFile(RuleSource(source.name, ""), (), (fault,))
    tokens = [token for token in _TOKEN.finditer(source.text) if token.lastgroup != "comment"]
    lines = _line_starts(source.text)
    rules: list[YaraRule] = []
    faults: list[Fault] = []
    position = 0
    while position < len(tokens):
        word = tokens[position][0]
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        if word == "import" and following is not None and following.lastgroup == "text":
            module = following[0][1:-1]
            if module not in _MODULES:
                where = f"line {_line(lines, following.start())}"
                allowed = ", ".join(sorted(_MODULES))
                why = f", for it {_REFUSED[module]}" if module in _REFUSED else ""
                message = f"module {module!r} may not be imported{why}; only {allowed} may"
                faults.append(Fault(source.name, where, message))
            position += 2
        elif word == "rule" and following is not None and following.lastgroup == "word":
            end = _end_of_rule(tokens, position)
            start = _start_of_rule(tokens, position)
            rule, wrong = _rule(source.name, tokens[start:end], lines)
            rules.append(rule)
            faults += wrong
            position = end
        else:
            position += 1
    return YaraFile(source, tuple(rules), tuple(faults))


def _is_text(text: str) -> bool:
    try:
        return b"\0" not in text.encode("utf-8")
    except UnicodeEncodeError:
        return False


def _start_of_rule(tokens: Sequence[_Token], position: int) -> int:
    while position and tokens[position - 1][0] in {"private", "global"}:
        position -= 1
    return position


def _end_of_rule(tokens: Sequence[_Token], position: int) -> int:
    depth = 0
    for index in range(position, len(tokens)):
        mark = tokens[index][0]
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
            if not depth:
                return index + 1
    return len(tokens)


def _rule(file: str, tokens: Sequence[_Token], lines: Sequence[int]) -> tuple[YaraRule, list[Fault]]:
    words = [token[0] for token in tokens]
    at = words.index("rule")
    opening = words.index("{") if "{" in words else len(words)
    name = words[at + 1]
    line = _line(lines, tokens[at].start())
    bare = YaraRule(
        file=file,
        name=name,
        line=line,
        start=tokens[0].start(),
        end=tokens[-1].end(),
        private="private" in words[:at],
        uses=frozenset(token[0] for token in tokens[opening:] if token.lastgroup == "word"),
    )
    entries = tuple(_meta(tokens[opening + 1 :], lines))
    tags = tuple(words[at + 3 : opening])
    strings = frozenset(token[0] for token in tokens[opening:] if token.lastgroup == "string")
    return read_meta(bare, entries, tags, strings)


def _meta(tokens: Sequence[_Token], lines: Sequence[int]) -> Iterator[Entry]:
    """Yield the entries of the metadata section; there is at most one, and it is the first."""
    words = [token[0] for token in tokens]
    if words[:2] != ["meta", ":"]:
        return
    for index in range(2, len(words) - 2, 3):
        if words[index + 1] != "=":
            return
        yield words[index], _value(tokens[index + 2]), _line(lines, tokens[index].start())


def _value(token: _Token) -> Value:
    if token.lastgroup == "text":
        return _ESCAPE.sub(_unescape, token[0][1:-1].encode("utf-8", "surrogatepass"))
    if token.lastgroup == "number":
        return _number(token[0])
    return token[0] == "true"


def _number(text: str) -> int:
    for unit, factor in (("KB", 1 << 10), ("MB", 1 << 20)):
        if text.endswith(unit):
            return int(text.removesuffix(unit)) * factor
    digits = text.removeprefix("-")
    number = int(digits, 0) if digits.startswith(("0x", "0o")) else int(digits)
    return -number if text.startswith("-") else number


_ESCAPE = re.compile(rb"\\(x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_LETTERS: Mapping[bytes, bytes] = {b"n": b"\n", b"t": b"\t", b"r": b"\r"}


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code[1:], 16)]) if len(code) > 1 else _LETTERS.get(code, code)


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


def _line(starts: Sequence[int], offset: int) -> int:
    return bisect_right(starts, offset)
