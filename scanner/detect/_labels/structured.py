"""Reads fields of data that are named for a marking: of JSON, of the matter before a text, of a table's column."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from scanner.detect._labels.ism import marked
from scanner.detect._labels.named import is_telling, said
from scanner.detect._labels.said import Field, Said, Seen
from scanner.model.document import Segment
from scanner.model.place import Part, Place

_LARGEST: Final = 8 << 20
_HEAD: Final = 1 << 16
_LONGEST: Final = 300
_MOST_ROWS: Final = 200
_SCHEMA: Final = frozenset({"$schema", "openapi", "swagger", "$defs", "definitions"})
# Objects that hold what is said about a document as a whole.
_ABOUT: Final = frozenset({"metadata", "meta", "header", "security", "ism", "document", "properties", "marking"})
_MATTER: Final = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*(?:\n|\Z)", re.DOTALL)
_LINE: Final = re.compile(r"^([A-Za-z][\w .-]{1,40}?)[ \t]*[:=][ \t]*(\"[^\"\n]*\"|'[^'\n]*'|[^\n#]*)", re.MULTILINE)


def find(seen: Seen) -> Iterator[Said]:
    """Yield the fields at the top of the data; what stands deeper speaks of something else."""
    data = seen.blob.data
    first = next((one for one in seen.segments if one.place.part is Part.BODY and one.place.page in {None, 1}), None)
    if data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")) and len(data) <= _LARGEST:
        yield from _json(seen.blob.place, data)
    elif first is not None and first.text.lstrip("\ufeff").startswith(("---", "+++")):
        yield from _matter(first)
    elif first is not None and seen.blob.media_type.startswith("text/"):
        yield from _table(first)


def _json(place: Place, data: bytes) -> Iterator[Said]:
    if b"lassification" not in data and b"arking" not in data and b"tlp" not in data.lower():
        return
    try:
        read = json.loads(data)
    except (ValueError, RecursionError):
        return
    tops = read[:_MOST_ROWS] if isinstance(read, list) else [read]
    for top in tops:
        if not isinstance(top, dict) or not _SCHEMA.isdisjoint(top):
            continue
        inner = [value for key, value in top.items() if key.lower() in _ABOUT and isinstance(value, dict)]
        for table in (top, *inner):
            yield from _object(place, table)


def _object(place: Place, table: Mapping[str, object]) -> Iterator[Said]:
    marks: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, str):
            marks[key] = value
        elif isinstance(value, list):
            marks[key] = " ".join(map(str, value))
    label = marked(_at(place, "classification"), marks)
    if label is not None:
        yield label
        return
    for key, value in table.items():
        if isinstance(value, str) and len(value) <= _LONGEST and is_telling(key):
            yield _field(_at(place, key), key, value)


def _matter(first: Segment) -> Iterator[Said]:
    match = _MATTER.match(first.text[:_HEAD])
    if match is None:
        return
    for name, value in _LINE.findall(match[2]):
        if is_telling(name) and len(value) <= _LONGEST and value.strip("\"' \t"):
            yield _field(_at(first.place, name.strip()), name.strip(), value.strip("\"' \t"))


def _table(first: Segment) -> Iterator[Said]:
    """Yield what the rows of one column say, where all say the same: a list of other documents has a column, too."""
    head = first.text[:_HEAD]
    line = head.partition("\n")[0]
    sign = max(",;\t|", key=line.count)
    if not line.count(sign) or not any(is_telling(name.strip(' "')) for name in line.split(sign)):
        return
    try:
        rows = list(csv.reader(head.split("\n")[: _MOST_ROWS + 1], delimiter=sign))
    except csv.Error:
        return
    for column, name in enumerate(rows[0]):
        if is_telling(name):
            values = {row[column].strip() for row in rows[1:] if len(row) > column and row[column].strip()}
            for value in sorted(values):
                label = _field(_at(first.place, name.strip()), name.strip(), value)
                yield label if len(values) == 1 and len(value) <= _LONGEST else replace(label, sure=False)


def _field(place: Place, name: str, value: str) -> Said:
    return said(Field(name.lower(), value, place), name, value, system="field", official=True)


def _at(place: Place, title: str) -> Place:
    return replace(place, part=Part.PROPERTY, title=title)
