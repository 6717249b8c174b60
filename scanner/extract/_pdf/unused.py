"""Reads what a PDF can draw but does not: contents no page has, drawings never used, hidden stamps, patterns.

Each is put on a page of its own in an update behind the file, and PDFium reads these pages: so fonts are the file's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._pdf.document import Document, NotLoadedError
from scanner.extract._pdf.found import Found
from scanner.extract._pdf.packed import Packed
from scanner.extract._pdf.pages import Known, text_at
from scanner.extract._pdf.scan import Scanned, every_object
from scanner.extract._pdf.tree import pages_in_order
from scanner.extract._pdf.update import updated
from scanner.extract._text.strings import strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Problem, Reason, Segment
from scanner.model.place import Part

_S: Final = rb"[\0\t\n\f\r ]"
_NAME: Final = rb"/([^\0\t\n\f\r ()<>\[\]{}/%]+)"
_REF: Final = rb"[0-9]{1,10}" + _S + rb"+[0-9]+" + _S + rb"+R"
_TYPED: Final = re.compile(rb"/(?:Type|Subtype|FunctionType|ShadingType|Length[123]|N|Alternate)\b")
_FORM: Final = re.compile(rb"/Subtype" + _S + rb"*/Form\b")
_PATTERN: Final = re.compile(rb"/PatternType" + _S + rb"+1\b")
_TEXT: Final = re.compile(rb"[\])>]" + _S + rb"*(?:Tj|TJ|'|\")")
_STRING: Final = re.compile(rb"\(((?:[^()\\]++|\\.)*+)\)|<([0-9A-Fa-f]+)>", re.DOTALL)
_WORD: Final = 3
_USED: Final = re.compile(_NAME + _S + rb"+Do\b")
_NAMED: Final = re.compile(_NAME + _S + rb"+([0-9]{1,10})" + _S + rb"+[0-9]+" + _S + rb"+R")
# The same backwards, since a search can skip to a letter.
_NAMED_BACK: Final = re.compile(
    rb"R" + _S + rb"++[0-9]++" + _S + rb"++([0-9]{1,10}+)" + _S + rb"++([^\0\t\n\f\r ()<>\[\]{}/%]++)/"
)
_FONTS: Final = re.compile(rb"/Font" + _S + rb"*(?:<<([^<>]*)>>|(" + _REF + rb"))")
_SHOWN: Final = re.compile(rb"\(((?:[^()\\]++|\\.)*+)\)|\b(?:ET|T[dDm])\b|T\*|['\"]", re.DOTALL)
_TEMPLATE: Final = re.compile(rb"/Template\b")
_LARGEST: Final = 64 << 20  # of a file that is copied
_MOST_UNPACKED: Final = 4 << 20
_MOST_READ: Final = 64 << 20
_MOST_HELD: Final = 8 << 20
_MOST_DRAWINGS: Final = 2000
_MOSTLY_TEXT: Final = 0.85
_PLACE: Final = "not drawn on any page"


@dataclass(slots=True)
class _Left:
    """What draws text and is perhaps shown nowhere: contents, drawings, patterns, and pages that are in no tree."""

    contents: list[tuple[Found, bytes]] = field(default_factory=list)
    drawings: list[tuple[Found, bytes]] = field(default_factory=list)
    copies: list[tuple[Found, bytes]] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    templates: list[bytes] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.contents) + len(self.drawings) + len(self.copies) + len(self.pages) + len(self.templates)


def unused(blob: Blob, budget: Budget, scan: Scanned, packed: Packed, known: Known) -> Iterator[Segment | Problem]:
    """Yield the lines of all contents and drawings that stand on no page, and the words in streams nothing leads to.

    Raises:
        LimitReachedError: a budget is spent.
    """
    left = _Left()
    contents = _Contents(packed)
    place = replace(blob.place, part=Part.HIDDEN, title=_PLACE)
    for found in scan.objects:
        if found.stream is None or found.at in packed.taken:
            continue
        form = _FORM.search(found.source) is not None
        lost = not scan.is_referenced(found) and not _TYPED.search(found.source) and scan.is_newest(found)
        if not (form or lost or _PATTERN.search(found.source)):
            continue
        data = contents.of(found)
        if _draws_words(data):
            kept = left.contents if lost else left.drawings if form and scan.is_newest(found) else left.copies
            kept.append((found, data))
        elif lost and len(words := strings(data)) > _MOSTLY_TEXT * len(data):
            budget.text(len(words))
            yield Segment(replace(blob.place, part=Part.METADATA, title="stream without use"), words)
    in_tree = pages_in_order(scan) if scan.pages else []
    left.pages = sorted(scan.pages.difference(in_tree)) if in_tree else []
    left.templates = [_TEMPLATE.sub(b"/Page", source) for source in scan.templates.values()]
    left.drawings = _undrawn(blob, budget, scan, contents, left.drawings)
    texts = _drawn(blob, scan, left)
    if texts is None:
        texts = (_shown(data) for _, data in (*left.contents, *left.drawings, *left.copies))
    for text in texts:
        if lines := known.unknown(text):
            known.add(lines)
            budget.text(len(lines))
            yield Segment(place, lines)
    if len(left) > _MOST_DRAWINGS:
        yield Problem(blob.place, Reason.PARTIAL, f"of {len(left)} drawings no page has, {_MOST_DRAWINGS} were read")


def _draws_words(data: bytes) -> bool:
    """Tell whether a content shows more than a tick or a bullet."""
    if not _TEXT.search(data):
        return False
    size = 0
    for literal, digits in _STRING.findall(data):
        size += len(literal) + len(digits) // 2
        if size >= _WORD:
            return True
    return False


class _Contents:
    """Unpacks streams, and keeps the first of them, since most are looked at twice."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed
        self._kept: dict[int, bytes] = {}
        self._size = 0

    def of(self, found: Found) -> bytes:
        """Return what a stream holds, as far as it can be unpacked."""
        data = self._kept.get(found.at)
        if data is None:
            try:
                data = self._packed.content(found, _MOST_UNPACKED)[0]
            except UnreadableError:
                data = b""
            if self._size < _MOST_HELD:
                self._kept[found.at] = data
                self._size += len(data)
        return data


def _undrawn(
    blob: Blob, budget: Budget, scan: Scanned, contents: _Contents, drawings: list[tuple[Found, bytes]]
) -> list[tuple[Found, bytes]]:
    """Leave out the drawings that some content draws by a name they have."""
    if not drawings:
        return []
    used: set[bytes] = set()
    read = 0
    for found in scan.objects:
        if found.stream is None or (_TYPED.search(found.source) and not _FORM.search(found.source)):
            continue
        data = contents.of(found)
        read += len(data)
        used.update(_USED.findall(data) if b"Do" in data else ())
        if read > _MOST_READ:
            break
    # Where pages say themselves what they draw, that is enough.
    drawings = _without(drawings, used, scan.resources)
    if not drawings:
        return []
    every = every_object(blob.data, budget, Scanned(decipher=scan.decipher))
    return _without(drawings, used, (found.source for found in every if b"R" in found.source))


def _without(
    drawings: list[tuple[Found, bytes]], used: set[bytes], sources: Iterable[bytes]
) -> list[tuple[Found, bytes]]:
    """Leave out those that some source has under a name that is used."""
    names = {name[::-1] for name in used}
    found = (pair for source in sources for pair in _NAMED_BACK.findall(source[::-1]))
    drawn = {int(number[::-1]) for number, name in found if name in names}
    return [pair for pair in drawings if pair[0].number not in drawn]


def _drawn(blob: Blob, scan: Scanned, left: _Left) -> Iterator[str] | None:
    """Return the text of each drawing as PDFium reads it; None where it cannot be made to."""
    if not len(left):
        return iter(())
    if len(blob.data) > _LARGEST or any("Encrypt" in trailer for _, trailer in scan.trailers):
        return None
    highest = max(scan.latest, default=0)
    fonts = _fonts(scan)
    extra = [b"<</Length 5>>\nstream\n/X Do\nendstream"]
    pages = [b"/Contents %d 0 R/Resources<</Font %s>>" % (found.number, fonts) for found, _ in left.contents]
    numbers = [found.number for found, _ in left.drawings]
    for found, _ in left.copies:
        start, end = found.stream or (0, 0)
        source = found.source.replace(b"<<", b"<</Subtype/Form", 1)
        extra.append(source + b"stream\n" + blob.data[start:end] + b"\nendstream")
        numbers.append(highest + len(extra))
    kids = left.pages[:_MOST_DRAWINGS]
    for source in left.templates:
        extra.append(source)
        kids.append(highest + len(extra))
    for number in numbers:
        resources = b"/Resources<</Font %s/XObject<</X %d 0 R>>>>" % (fonts, number)
        pages.append(b"/Contents %d 0 R%s" % (highest + 1, resources))
    return _texts(updated(blob.data, highest, pages[:_MOST_DRAWINGS], extra, kids))


def _texts(data: bytes) -> Iterator[str]:
    try:
        document = Document(data)
    except NotLoadedError:
        return
    try:
        for index in range(len(document)):
            yield text_at(document, index)
    finally:
        document.close()


def _fonts(scan: Scanned) -> bytes:
    """Return a dictionary with all fonts that pages have, by their names, or a reference to one."""
    named: dict[bytes, bytes] = {}
    link = b""
    for source in scan.resources:
        for match in _FONTS.finditer(source):
            link = match[2] or link
            named.update((name, number) for name, number in _NAMED.findall(match[1] or b""))
    if link and not named:
        return link
    return b"<<%s>>" % b"".join(b"/%s %s 0 R" % pair for pair in named.items())


def _shown(data: bytes) -> str:
    """Return the strings that a content shows, as far as they are plain characters."""
    return "".join("\n" if match[1] is None else match[1].decode("latin-1") for match in _SHOWN.finditer(data))
