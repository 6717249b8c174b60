"""Reads the strings in the objects of a PDF: properties, notes, form fields, outline, alt texts, scripts, names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._pdf.found import Found
from scanner.extract._pdf.keys import OTHER, Kind, called, kind_of
from scanner.extract._pdf.scan import Scanned
from scanner.extract._pdf.syntax import Name, Ref, Value, text
from scanner.extract._pdf.tree import numbered_notes
from scanner.extract._text.strings import strings
from scanner.model.document import Blob, Segment
from scanner.model.place import Part, Place

_TAG: Final = re.compile(r"<[^>]*>")
_BREAK: Final = re.compile(r"</p\s*>|<br\b[^>]*>", re.IGNORECASE)
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_META: Final = Part.METADATA
_NO_WORDS: Final = frozenset(
    {"ID", "Perms", "Registry", "Ordering", "CheckSum", "M", "DA", "DS", "ModDate", "CreationDate", "LastModified"}
    | {"NM", "IDS", "Cert", "ByteRange", "Panose", "Style", "CharSet", "Lookup", "Lang", "BaseState"}
)
_USUAL_PROPERTIES: Final = frozenset(
    {"Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate", "Trapped"}
)
_NO_CHOICE: Final = frozenset({"Off", "On", "Yes", "No", "1", "0"})
_SCRIPTS: Final = ("JS", "OnInstantiate")
_TEXTS: Final = ("RC", "RV", "V", "DV", "Contents")
_TREE: Final = frozenset({"Kids", "Names", "Limits"})
_PRIVATE: Final = ("PieceInfo", "Private")
_LEADS: Final = frozenset({"EF", "XFA", "Metadata", *_SCRIPTS, *_TEXTS, *_PRIVATE})
_DEEPEST: Final = 8
_WORDS: Final = 4


@dataclass(frozen=True, slots=True)
class _Inside:
    """Where the walk is: in which object and kind of dictionary, on which page, in a field of which name."""

    found: Found
    page: int | None
    kind: Kind = Kind.OTHER
    title: str | None = None
    old: bool = False


@dataclass(slots=True)
class Led:
    """Which streams some object leads to, by object number, and for what."""

    files: dict[int, str] = field(default_factory=dict)
    scripts: set[int] = field(default_factory=set)
    texts: set[int] = field(default_factory=set)
    metadata: set[int] = field(default_factory=set)
    private: set[int] = field(default_factory=set)
    forms: list[list[int]] = field(default_factory=list)


class Strings:
    """Takes the strings of all objects; what it collects comes out in the order of the objects."""

    def __init__(self, blob: Blob, budget: Budget, scan: Scanned) -> None:
        """Take the document, and what is in it."""
        self.led = Led()
        self.lines = Lines(budget)
        self._place = blob.place
        self._scan = scan
        self._info = {number: at for at, number in enumerate(scan.links("Info"))}
        self._said: set[int] = set()
        self._places: dict[tuple[Part, str | None, int | None], Place] = {}

    def items(self) -> Iterator[Segment]:
        """Yield the strings of the newest objects, then those of objects that were replaced.

        Raises:
            LimitReachedError: there is more text than the limit.
        """
        pages = numbered_notes(self._scan)
        for old in (False, True):
            for found in self._scan.objects:
                if found.telling and self._scan.is_newest(found) is not old:
                    self._entry("", found.value(), _Inside(found, pages.get(found.number), old=old))
                    yield from self.lines.ready()
        for remark in self._scan.remarks:
            # The one behind the header has bytes that show every tool that the file is binary.
            if remark.isascii() and _is_printable(words := text(remark)):
                self.lines.add(replace(self._place, part=_META, title="remark"), words)
        yield from self.lines.rest()

    def _entry(self, key: str, value: Value, inside: _Inside) -> None:
        if isinstance(value, bytes):
            self._string(key, value, inside)
        elif isinstance(value, list):
            for item in value:
                self._entry(key, item, inside)
        elif isinstance(value, dict):
            self._dictionary(key, value, inside)
        elif isinstance(value, Name):
            self._name(key, value, inside)

    def _dictionary(self, above: str, values: dict[str, Value], inside: _Inside) -> None:
        if "O" in values and "U" in values and "Filter" in values:
            return
        is_info = not above and inside.found.number in self._info
        kind = Kind.PROPERTIES if is_info else kind_of(values)
        if not _LEADS.isdisjoint(values):
            self._lead(values, inside)
        own = self._words(values.get("T"), inside) if kind is Kind.FIELD else ""
        here = inside
        if own or kind is not inside.kind:
            here = _Inside(inside.found, inside.page, kind, own or inside.title, inside.old)
        if kind is Kind.NOTE and values.get("Subtype") == "Stamp" and isinstance(name := values.get("Name"), Name):
            self._add(Part.ANNOTATION, "stamp", _CAMEL.sub(" ", name), here)
        if above == "AP":
            self._appearances(values, here)
        elif above == "Dests":
            self._add(_META, "destination", "\n".join(values), here)
        if isinstance(link := values.get("Dests"), Ref) and isinstance(named := self._value(link), dict):
            self._add(_META, "destination", "\n".join(key for key in named if key not in _TREE), here)
        for key, value in values.items():
            self._entry(key, value, here)

    def _lead(self, values: dict[str, Value], inside: _Inside) -> None:
        """Note the streams that a dictionary leads to."""
        led = self.led
        self._lead_to_files(values, inside)
        form = values.get("XFA")
        if isinstance(form, Ref):
            packets = self._value(form)
            form = packets if isinstance(packets, list) else [form]
        if isinstance(form, list):
            led.forms.append([packet.number for packet in form if isinstance(packet, Ref)])
        for key in _SCRIPTS:
            if isinstance(link := values.get(key), Ref):
                led.scripts.add(link.number)
        for key in _TEXTS if inside.kind is not Kind.OTHER or "FT" in values or "Rect" in values else ():
            if isinstance(link := values.get(key), Ref):
                led.texts.add(link.number)
        if isinstance(link := values.get("Metadata"), Ref):
            led.metadata.add(link.number)
        for key in _PRIVATE:
            self._lead_on(values.get(key), 0)

    def _lead_on(self, value: Value, depth: int) -> None:
        """Note all streams that private data leads to, wherever it keeps them."""
        if isinstance(value, Ref):
            if value.number in self.led.private:
                return
            self.led.private.add(value.number)
            value = self._value(value)
        if depth < _DEEPEST and isinstance(value, (dict, list)):
            for item in value.values() if isinstance(value, dict) else value:
                self._lead_on(item, depth + 1)

    def _lead_to_files(self, values: dict[str, Value], inside: _Inside) -> None:
        packed = values.get("EF")
        if isinstance(packed, Ref):
            packed = self._value(packed)
        name = self._words(values.get("UF"), inside) or self._words(values.get("F"), inside)
        if not isinstance(packed, dict) or not name:
            return
        related = values.get("RF")
        for links in (*packed.values(), *(related.values() if isinstance(related, dict) else ())):
            for link in links if isinstance(links, list) else [links]:
                if isinstance(link, Ref):
                    self.led.files.setdefault(link.number, name)

    def _value(self, link: Ref) -> Value:
        found = self._scan.newest.get(link.number)
        return found.value() if found is not None and found.stream is None else None

    def _appearances(self, values: dict[str, Value], inside: _Inside) -> None:
        for states in values.values():
            if isinstance(states, dict):
                for name in states:
                    if name not in _NO_CHOICE:
                        self._add(Part.FORM_FIELD, "choice", name, inside)

    def _name(self, key: str, value: Name, inside: _Inside) -> None:
        if inside.kind is Kind.PROPERTIES:
            self._property(key, str(value), inside)
        elif key in {"V", "DV"} and inside.kind is Kind.FIELD and value not in _NO_CHOICE:
            self._add(Part.FORM_FIELD, inside.title, str(value), inside)

    def _property(self, key: str, words: str, inside: _Inside) -> None:
        number = self._info[inside.found.number]
        # More than one is an earlier state of the file, saved over.
        file, members = self._place.file, self._place.members
        place = Place(file, members, Part.PROPERTY, number + 1 if number else None, self._place.page, key)
        if key not in _USUAL_PROPERTIES:
            # A name can be a marking, too, and titles are not searched.
            self._add(_META, "property names", key, inside)
        if inside.old:
            if key not in _NO_WORDS:
                self._add(Part.DELETED, key, words, inside)
        elif words.strip():
            self.lines.add(place, words)
            self._said.add(hash(words))

    def _string(self, key: str, value: bytes, inside: _Inside) -> None:
        if inside.kind is Kind.PROPERTIES:
            self._property(key, self._words(value, inside), inside)
            return
        if inside.kind is Kind.SIGNATURE and key == "Contents":
            self._add(_META, "signature", strings(value), inside)
            return
        if key in _NO_WORDS:
            return
        words = self._words(value, inside)
        if key in {"RC", "RV"}:
            words = _TAG.sub(" ", _BREAK.sub("\n", words))
        part, name = called(key, inside.kind)
        if part is Part.FORM_FIELD and name is None:
            name = inside.title
        if name == OTHER and (len(words) < _WORDS or not _is_printable(words)):
            return
        self._add(part, name, words, inside)

    def _words(self, value: Value, inside: _Inside) -> str:
        decipher = self._scan.decipher
        if isinstance(value, bytes) and decipher is not None and not inside.found.packed:
            try:
                value = decipher(inside.found.number, inside.found.generation, value)
            except Exception:  # noqa: BLE001 - pdfminer raises whatever broken bytes make it
                return ""
        return text(value)

    def _add(self, part: Part, title: str | None, words: str, inside: _Inside) -> None:
        if not words.strip():
            return
        known = hash(words)
        if inside.old or title in {OTHER, "destination"}:
            # What still stands somewhere is not gone; and thousands of links may lead to one name.
            if known in self._said:
                return
            part, title = (Part.DELETED, title or part.value) if inside.old else (part, title)
        self._said.add(known)
        key = (part, title, inside.page)
        place = self._places.get(key)
        if place is None:
            here = self._place
            place = self._places[key] = Place(here.file, here.members, part, here.number, inside.page, title)
        self.lines.add(place, words)


def _is_printable(words: str) -> bool:
    return words.replace("\n", " ").replace("\t", " ").isprintable()
