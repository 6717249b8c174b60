"""Gathers the lines of a page's list as compact data: a text that comes often is kept once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from json.encoder import encode_basestring_ascii as quoted
from typing import Final

from scanner.model.finding import Severity
from scanner.model.label import Label
from scanner.model.shown import Found, Shown, Unexamined
from scanner.model.visible import visible
from scanner.present._page import Blocks, scriptless
from scanner.present._spooled import Spooled
from scanner.present._words import REASONS

_CHUNK: Final = 500  # details in one block: what is read to open one of them
_FINDINGS: Final = 100  # of one file; a fact says how many more there are
_LABELS: Final = 4096

_Grounds = tuple[str, str, str, float, tuple[str, ...]]


@dataclass(slots=True)  # not frozen, which takes twice as long: it lives until it is added
class Line:
    """One line of the list; times are seconds since the epoch, 0 where the list has none."""

    shown: Shown
    state: str
    severity: Severity
    key: str = ""
    first: float = 0
    last: float = 0
    copies: int = 1
    assignee: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Grid:
    """The lines, written out as they come, so that a million of them do not stand in memory.

    What is written is JSON, put together from texts: to build lists and have them encoded takes twice as long.
    """

    _texts: dict[str, int] = field(default_factory=dict)
    _labels: dict[int, tuple[Label, str]] = field(default_factory=dict)
    _said: dict[_Grounds, str] = field(default_factory=dict)
    _lines: list[str] = field(default_factory=list)
    _details: list[str] = field(default_factory=list)
    _rows: Spooled = field(default_factory=Spooled)
    _chunks: Spooled = field(default_factory=Spooled)

    def add(self, line: Line) -> None:
        """Take one more line; its details can be read alone."""
        shown, text = line.shown, self._text
        folder, slash, name = shown.path.rpartition("/")
        name = "standard input" if shown.path == "-" else visible(name)
        rules = ", ".join(dict.fromkeys([each.title or each.rule for each in shown.found])) if shown.found else ""
        self._lines.append(
            f"[{quoted(name)},{text(folder or slash)},{text(shown.why)},{int(line.severity)},{text(line.state)},"
            f"{text(shown.zone)},{text(shown.owner)},{text(shown.label)},{text(rules)},{text(line.assignee)},"
            f"{int(line.last)},{int(line.first)},{line.copies},{quoted(line.key)}]"
        )
        self._details.append(self._detail(line))
        if len(self._lines) == _CHUNK:
            self._close()

    def written(self, label: Label) -> str:
        """Return a label as its scheme writes it; the same value is asked about very often."""
        known = self._labels.get(id(label))
        if known is None:
            if len(self._labels) >= _LABELS:
                self._labels.clear()
            known = self._labels[id(label)] = (label, str(label))  # kept, so that no other gets its id
        return known[1]

    def blocks(self) -> Blocks:
        """Return everything as data for a page; nothing is added after it."""
        self._close()
        strings = list(map(visible, self._texts))
        return Blocks(strings, _CHUNK, self._array(), self._chunks.lines())

    def _array(self) -> Iterator[str]:
        yield "["
        for number, rows in enumerate(self._rows.lines()):
            yield f",{rows}" if number else rows
        yield "]"

    def _close(self) -> None:
        """Write out what was taken."""
        if self._lines:
            self._rows.add(f"{scriptless(','.join(self._lines))}\n")
            self._chunks.add(f"[{scriptless(','.join(self._details))}]\n")
            self._lines.clear()
            self._details.clear()

    def _detail(self, line: Line) -> str:
        shown, text = line.shown, self._text
        kind = f"{shown.media_type}, {shown.size:,} bytes" if shown.media_type else ""
        claims = f"; its name says {shown.claimed_type}" if shown.claimed_type else ""
        # What stands in the row already, such as why, the page takes from there.
        facts = (("What next", shown.guidance), *line.facts, ("Kind", kind + claims))
        hidden = len(shown.found) - _FINDINGS
        if hidden > 0:
            facts += (("More findings", f"{hidden:,}, which `docwarden alerts show` lists"),)
        said = [
            f"[{text(name)},{quoted(visible(value)) if name in _UNLIKE else text(value)}]"
            for name, value in facts
            if value
        ]
        found = map(self._finding, shown.found[:_FINDINGS])
        unread = map(self._unread, shown.unexamined[:_FINDINGS])
        return f"[[{','.join(said)}],[{','.join(found)}],[{','.join(unread)}]]"

    def _finding(self, found: Found) -> str:
        said = found.evidence or found.label
        title = f"{found.title}: " if found.title and said else found.title
        what = title + said or found.rule
        cell = quoted(visible(what)) if found.secret else self._text(what)
        return f"[{quoted(visible(found.where))},{cell},{self._grounds(found)}]"

    def _grounds(self, found: Found) -> str:
        """Return by what rule, as what, how surely and why it was found: few of these differ."""
        key = (found.rule, found.role, found.status, found.confidence, found.reasons)
        known = self._said.get(key)
        if known is None:
            meant = f"{found.role}, {found.status}"
            because = ", ".join(found.reasons).replace("_", " ")
            texts = (found.rule, meant, f"{found.confidence:.0%}", because)
            known = ",".join([str(self._text(each)) for each in texts])
            if len(self._said) < _LABELS:
                self._said[key] = known
        return known

    def _unread(self, problem: Unexamined) -> str:
        reason, detail = self._text(REASONS[problem.reason]), self._text(problem.detail)
        return f"[{quoted(visible(problem.where))},{reason},{detail}]"

    def _text(self, said: str) -> int:
        texts = self._texts
        return texts.setdefault(said, len(texts))


# What differs from file to file is kept where it stands, all else once for all.
_UNLIKE: Final = frozenset({"Kind", "Other files", "From elsewhere"})
