"""Writes a page that stands by itself: sums as HTML, a list as data, and nothing that is fetched from anywhere."""

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final, TextIO

from scanner import __version__
from scanner.model.finding import Severity
from scanner.model.visible import visible

_ENCODE: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
_WORST_FIRST: Final = tuple(sorted(Severity, reverse=True))


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that is read at a glance; its severity gives the edge a colour."""

    number: int
    text: str
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A small table; the first cell of a row names it. Columns from `numbers` on hold numbers. `note` stands below."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: int = 1
    note: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are of each severity, for every name; `pick` is the filter of the list a name belongs to."""

    title: str
    names: tuple[tuple[str, tuple[int, ...]], ...]
    pick: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page; `tiles` stand in rows. Without a table or a tile, only its note is shown.

    `folded` are lines that show when somebody opens them, by what `fold` says.
    """

    title: str
    note: str = ""
    tiles: tuple[tuple[Tile, ...], ...] = ()
    tables: tuple[Table | Counts, ...] = ()
    fold: str = ""
    folded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """All of a page but the list; `what` is what the list is of, `state` what its second column is called.

    `warnings` are what nobody may miss, `after` are the sections that stand below the list.
    """

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    what: str
    state: str
    footer: str
    timed: bool = False
    path: str = "Path"
    warnings: tuple[str, ...] = ()
    after: tuple[Section, ...] = ()


@dataclass(slots=True)
class Blocks:
    """The data of the list, as JSON that the page's own script reads; `chunk` is how many details a block holds."""

    strings: Sequence[str] = ()
    chunk: int = 1
    rows: Iterable[str] = field(default_factory=tuple)
    details: Iterable[str] = field(default_factory=tuple)


def write_page(stream: TextIO, page: Page, blocks: Blocks) -> None:
    """Write a page as ASCII, with a policy that lets nothing but its own style and script work."""
    style, script = _resource("_page.css"), _resource("_page.js")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'"
    parts = {
        "policy": f"{policy}; form-action 'none'",
        "generator": f"DocWarden {__version__}",
        "title": text(page.title),
        "subtitle": text(page.subtitle),
        "facts": "".join(
            f"<div><dt>{text(name)}</dt><dd>{text(value)}</dd></div>" for name, value in page.facts if value
        ),
        "warnings": "".join(f'<p class="warning">{text(each)}</p>' for each in page.warnings),
        "sections": "\n".join(map(_section, page.sections)),
        "after": "\n".join(map(_section, page.after)),
        "list": text(page.what[:1].upper() + page.what[1:]),
        "state": text(page.state),
        "footer": text(page.footer),
        "style": style,
        "script": script,
    }
    for number, piece in enumerate(re.split(r"\{\{(\w+)\}\}", _resource("_page.html"))):
        if number % 2 == 0:
            stream.write(piece)
        elif piece == "data":
            stream.writelines(_data(page, blocks))
        else:
            stream.write(parts[piece])


def text(said: str) -> str:
    """Return text for a page: what an eye would miss written out, markup escaped, and all of it ASCII."""
    return html.escape(visible(said)).encode("ascii", "xmlcharrefreplace").decode("ascii")


def packed(value: object) -> str:
    """Return a value as JSON that no parser of HTML ends early."""
    return scriptless(_ENCODE(value))


def scriptless(data: str) -> str:
    """Return JSON without any `<`, so that no parser of HTML ends it early (HTML Standard, 4.12.1.3)."""
    return data.replace("<", "\\u003c")


@cache
def _resource(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(said: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(said.encode("utf-8")).digest()).decode("ascii")


def _data(page: Page, blocks: Blocks) -> Iterator[str]:
    meta = {"what": page.what, "state": page.state, "timed": page.timed, "chunk": blocks.chunk, "path": page.path}
    yield from _block("meta", (packed(meta),))
    yield from _block("strings", (packed(list(blocks.strings)),))
    yield from _block("rows", blocks.rows)
    for number, chunk in enumerate(blocks.details):
        yield from _block(f"details-{number}", (chunk,))


def _block(name: str, pieces: Iterable[str]) -> Iterator[str]:
    yield f'<script type="application/json" id="data-{name}">'
    yield from pieces
    yield "</script>\n"


def _section(section: Section) -> str:
    name = re.sub(r"\W+", "-", section.title.lower())
    note = f'<p class="note">{text(section.note)}</p>' if section.note else ""
    tiles = "\n".join(f'<ul class="tiles">{"".join(map(_tile, row))}</ul>' for row in section.tiles if row)
    tables = "\n".join(_counts(each) if isinstance(each, Counts) else _table(each) for each in section.tables)
    grid = f'<div class="grid">\n{tables}\n</div>' if tables else ""
    title = f'<h2 id="{name}">{text(section.title)}</h2>'
    lines = "\n".join(f"<li>{text(each)}</li>" for each in section.folded)
    fold = f"<details><summary>{text(section.fold)}</summary>\n<ul>{lines}</ul></details>\n" if lines else ""
    return f'<section aria-labelledby="{name}">\n{title}\n{note}{tiles}\n{grid}\n{fold}</section>'


def _tile(tile: Tile) -> str:
    cls = "" if tile.severity is None else f' class="t{int(tile.severity)}"'
    return f"<li{cls}><b>{tile.number:,}</b><span>{text(tile.text)}</span></li>"


def _table(table: Table) -> str:
    def cls(number: int) -> str:
        return ' class="n"' if number >= table.numbers else ""

    head = "".join(f'<th scope="col"{cls(number)}>{text(said)}</th>' for number, said in enumerate(table.head))
    body = "\n".join(
        f'<tr><th scope="row">{text(row[0])}</th>'
        + "".join(f"<td{cls(number)}>{text(said)}</td>" for number, said in enumerate(row[1:], 1))
        + "</tr>"
        for row in table.rows
    )
    return _framed(table, head, body)


def _counts(counts: Counts) -> str:
    used = [severity for severity in _WORST_FIRST if severity or any(each[severity] for _, each in counts.names)]
    columns = (*(severity.word.capitalize() for severity in used), "All")
    head = '<th scope="col"></th>' + "".join(f'<th scope="col" class="n">{each}</th>' for each in columns)
    most = max((sum(each) for _, each in counts.names), default=0)
    body = "\n".join(_counted(name, each, used, most, counts.pick) for name, each in counts.names)
    return _framed(counts, head, body)


def _counted(name: str, numbers: Sequence[int], used: Sequence[Severity], most: int, pick: str) -> str:
    picked = f' data-pick="{pick}"' if pick else ""
    cells = "".join(f'<td class="n{"" if numbers[each] else " z"}">{numbers[each]:,}</td>' for each in used)
    row = f'<th scope="row"{picked}><span class="t">{text(name)}</span>{_bar(numbers, most)}</th>'
    return f'<tr>{row}{cells}<td class="n"><b>{sum(numbers):,}</b></td></tr>'


def _bar(numbers: Sequence[int], most: int) -> str:
    """Draw the numbers beside each other; they are read from the cells, so that colour tells nothing alone."""
    start, pieces = 0.0, []
    for severity in _WORST_FIRST:
        width = 100 * numbers[severity] / most if most else 0.0
        if width:
            pieces.append(
                f'<rect class="b{int(severity)}" x="{start:.2f}%" width="{max(width, 0.6):.2f}%" height="6"/>'
            )
            start += width
    return f'<svg class="bar" aria-hidden="true" focusable="false">{"".join(pieces)}</svg>'


def _framed(table: Table | Counts, head: str, body: str) -> str:
    title = text(table.title)
    more = f'<p class="more">{text(table.note)}</p>' if table.note else ""
    box = "wide" if isinstance(table, Table) and table.wide else "box"
    inner = (
        f'<table class="{"narrow" if isinstance(table, Counts) else "plain-table"}"><caption>{title}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    )
    scroll = f'<div class="scroll" tabindex="0" role="group" aria-label="{title}">{inner}</div>'
    return f'<div class="{box}">{scroll}{more}</div>'
