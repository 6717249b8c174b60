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

_Grounds = tuple[str, str, str, str, str, str, float, tuple[str, ...], bool]
_Facts = tuple[tuple[str, str], ...]


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
    facts: _Facts = ()


class _Numbers(dict[str, int]):
    """Gives every text a number, from 0."""

    def __missing__(self, said: str) -> int:
        number = self[said] = len(self)
        return number


@dataclass(slots=True)
class Grid:
    """The lines, written out as they come, so that a million of them do not stand in memory.

    What is written is JSON, put together from texts: to build lists and have them encoded takes twice as long.
    """

    _texts: _Numbers = field(default_factory=_Numbers)
    _labels: dict[int, tuple[Label, str]] = field(default_factory=dict)
    _said: dict[_Grounds, str] = field(default_factory=dict)
    _facts: dict[tuple[str, _Facts], str] = field(default_factory=dict)
    _lines: list[str] = field(default_factory=list)
    _details: list[str] = field(default_factory=list)
    _rows: Spooled = field(default_factory=Spooled)
    _chunks: Spooled = field(default_factory=Spooled)

    def add(self, line: Line) -> None:
        """Take one more line; its details can be read alone."""
        shown, texts = line.shown, self._texts
        folder, slash, name = shown.path.rpartition("/")
        name = "standard input" if shown.path == "-" else visible(name)
        rules = ", ".join(dict.fromkeys([each.title or each.rule for each in shown.found])) if shown.found else ""
        self._lines.append(
            f"[{quoted(name)},{texts[folder or slash]},{texts[shown.why]},{int(line.severity)},{texts[line.state]},"
            f"{texts[shown.zone]},{texts[shown.owner]},{texts[shown.label]},{texts[rules]},{texts[line.assignee]},"
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
        shown = line.shown
        said = self._facts.get((shown.guidance, line.facts)) or self._common(shown.guidance, line.facts)
        # What stands in the row already, such as why, the page takes from there.
        if shown.media_type:
            claims = f"; its name says {shown.claimed_type}" if shown.claimed_type else ""
            kind = quoted(visible(f"{shown.media_type}, {shown.size:,} bytes{claims}"))
            said = f"{said},[{self._texts['Kind']},{kind}]"
        hidden = len(shown.found) - _FINDINGS
        if hidden > 0:
            more = quoted(f"{hidden:,}, which `docwarden alerts show` lists")
            said = f"{said},[{self._texts['More findings']},{more}]"
        found = ",".join(map(self._finding, shown.found[:_FINDINGS])) if shown.found else ""
        unread = ",".join(map(self._unread, shown.unexamined[:_FINDINGS])) if shown.unexamined else ""
        return f"[[{said.removeprefix(',')}],[{found}],[{unread}]]"

    def _common(self, guidance: str, facts: _Facts) -> str:
        """Return what to do next and other facts, with a comma before each; few of these differ."""
        texts = self._texts
        known = "".join(
            [
                f",[{texts[name]},{quoted(visible(said)) if name in _UNLIKE else texts[said]}]"
                for name, said in (("What next", guidance), *facts)
                if said
            ]
        )
        if len(self._facts) < _LABELS:
            self._facts[guidance, facts] = known
        return known

    def _finding(self, found: Found) -> str:
        evidence = "" if found.secret else found.evidence
        key = (
            found.rule, found.title, found.label, evidence, found.role, found.status, found.confidence, found.reasons,
            found.secret,
        )  # fmt: skip
        grounds = self._said.get(key) or self._grounds(key)
        cell = (
            f"{quoted(visible(_what(found.rule, found.title, found.label, found.evidence)))}," if found.secret else ""
        )
        return f"[{quoted(visible(found.where))},{cell}{grounds}]"

    def _grounds(self, key: _Grounds) -> str:
        """Return what was found but for a secret, by what rule, as what, how surely and why: few of these differ."""
        rule, title, label, evidence, role, status, confidence, reasons, secret = key
        because = ", ".join(reasons).replace("_", " ")
        texts = [rule, f"{role}, {status}", f"{confidence:.0%}", because]
        if not secret:
            texts.insert(0, _what(rule, title, label, evidence))
        known = ",".join([str(self._texts[each]) for each in texts])
        if len(self._said) < _LABELS:
            self._said[key] = known
        return known

    def _unread(self, problem: Unexamined) -> str:
        reason, detail = self._texts[REASONS[problem.reason]], self._texts[problem.detail]
        return f"[{quoted(visible(problem.where))},{reason},{detail}]"


def _what(rule: str, title: str, label: str, evidence: str) -> str:
    said = evidence or label
    return f"{title}: {said}" if title and said else title or said or rule


# What differs from file to file is kept where it stands, all else once for all.
_UNLIKE: Final = frozenset({"Other files", "From elsewhere"})
