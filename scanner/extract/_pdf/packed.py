"""Reads the streams of a PDF that are no page: attached files, XMP, XML forms, scripts, rich texts."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._markup.bound import is_label
from scanner.extract._markup.record import RecordWalker
from scanner.extract._markup.xml import read_xml
from scanner.extract._markup.xmp import XmpWalker
from scanner.extract._pdf.found import Found
from scanner.extract._pdf.objects import Led
from scanner.extract._pdf.scan import Scanned, raw
from scanner.extract._pdf.stream import unpacked
from scanner.extract._pdf.syntax import Name, Value, text
from scanner.extract._text.strings import strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

_KIND: Final = re.compile(rb"/Type[\0\t\n\f\r ]*/(EmbeddedFile|Metadata)\b")
_S: Final = rb"[\0\t\n\f\r ]*+"
# Most streams are contents, and these say no more than that they are deflated.
_SIZES: Final = rb"(?:/Length[123]?%b[0-9]++(?:%b[0-9]++%bR)?+%b)*+" % ((_S,) * 4)
_PLAIN: Final = re.compile(
    rb"%b<<%b" % (_S, _S) + _SIZES + rb"/Filter%b\[?%b/FlateDecode%b\]?%b" % ((_S,) * 4) + _SIZES + rb">>%b" % _S
)
_FILTERED: Final = re.compile(rb"/F(?![A-Za-z])|Filter|XRef|#")
_DEFLATED: Final[dict[str, Value]] = {"Filter": Name("FlateDecode")}
_TAG: Final = re.compile(r"<[^>]*>")


class Packed:
    """Unpacks the streams that other objects lead to, or that say themselves what they are.

    `taken` is where those stand in the file that were read.
    """

    def __init__(self, blob: Blob, budget: Budget, scan: Scanned, led: Led) -> None:
        """Take the document, what is in it, and which streams its objects lead to."""
        self._place = blob.place
        self._data = blob.data
        self._budget = budget
        self._scan = scan
        self._led = led
        self._lines = Lines(budget)
        self.taken: set[int] = set()

    def items(self) -> Iterator[Segment | Member | Problem]:
        """Yield what they hold.

        Raises:
            LimitReachedError: a budget is spent.
        """
        led = self._led
        for numbers in led.forms:
            yield from self._form(numbers)
        for found in self._scan.objects:
            if found.stream is None or found.at in self.taken:
                continue
            kind = match[1] if (match := _KIND.search(found.source)) else b""
            if kind == b"EmbeddedFile" or found.number in led.files:
                yield from self._file(found)
            elif kind == b"Metadata" or found.number in led.metadata:
                yield from self._metadata(found)
            elif found.number in led.scripts:
                self._text(found, Part.CODE, "script")
            elif found.number in led.texts:
                self._text(found, Part.FORM_FIELD, "text")
            elif found.number in led.private:
                self._private(found)
            else:
                continue
            self.taken.add(found.at)
            yield from self._lines.ready()
        yield from self._lines.rest()

    def metadata(self) -> Iterator[Segment | Member]:
        """Yield the XMP properties only; a writer may leave them readable in a file that is locked.

        Raises:
            LimitReachedError: a budget is spent.
        """
        for found in self._scan.objects:
            if found.stream is not None and (kind := _KIND.search(found.source)) and kind[1] == b"Metadata":
                yield from self._metadata(found)
        yield from self._lines.rest()

    def content(self, found: Found, most: int = 0, *, is_file: bool = False) -> tuple[bytes, bool]:
        """Return what a stream holds, and whether that is all; an attached file may be locked in a way of its own.

        Raises:
            LimitReachedError: a budget is spent.
            UnreadableError: its filters are not known.
        """
        attributes = self._attributes(found)
        if is_file and self._scan.decipher is not None:
            attributes = {**attributes, "Type": Name("EmbeddedFile")}
        data = raw(self._data, found, attributes, self._scan.decipher)
        return unpacked(attributes, data, self._budget, most)

    def _attributes(self, found: Found) -> dict[str, Value]:
        """Return a stream's dictionary, or only its filter where it says little more."""
        if _PLAIN.fullmatch(found.source) is not None:
            return _DEFLATED
        if self._scan.decipher is None and _FILTERED.search(found.source) is None:
            return {}
        value = found.value()
        return value if isinstance(value, dict) else {}

    def _file(self, found: Found) -> Iterator[Member | Problem]:
        name = self._led.files.get(found.number, f"attachment {found.number}")
        if not self._scan.is_newest(found):
            name = f"earlier {name}"
        place = replace(self._place, members=(*self._place.members, name))
        try:
            data, whole = self.content(found, is_file=True)
        except UnreadableError as error:
            yield Problem(place, error.reason, error.detail)
            return
        if data or whole:
            yield Member(place, data)
        if not whole:
            yield Problem(place, Reason.CORRUPT, f"breaks off after {len(data)} bytes")

    def _metadata(self, found: Found) -> Iterator[Segment | Member]:
        place = replace(self._place, part=Part.METADATA, title="XMP")
        packet = self._tolerant(found)
        if is_label(packet) and self._scan.is_newest(found):
            yield Member(replace(self._place, members=(*self._place.members, "XMP")), packet.strip(b"\0 \r\n\t"))
        # Viewers ignore broken metadata, and so does this: it is no reason to doubt the document.
        for item in read_xml((packet,), XmpWalker(self._lines, self._place), self._lines, place):
            if isinstance(item, Segment):
                yield item

    def _form(self, numbers: list[int]) -> Iterator[Segment | Problem]:
        pieces = []
        for number in dict.fromkeys(numbers):
            found = self._scan.newest.get(number)
            if found is not None and found.stream is not None:
                self.taken.add(found.at)
                pieces.append(self._tolerant(found))
        place = replace(self._place, part=Part.FORM_FIELD, title="XFA")
        yield from read_xml(pieces, RecordWalker(self._lines, place), self._lines, place)

    def _text(self, found: Found, part: Part, title: str) -> None:
        words = text(self._tolerant(found))
        if part is not Part.CODE:
            words = _TAG.sub(" ", words)
        if words.strip():
            self._lines.add(replace(self._place, part=part, title=title), words)

    def _private(self, found: Found) -> None:
        if words := strings(self._tolerant(found)):
            self._lines.add(replace(self._place, part=Part.METADATA, title="private data"), words)

    def _tolerant(self, found: Found) -> bytes:
        try:
            return self.content(found)[0]
        except UnreadableError:
            return b""
