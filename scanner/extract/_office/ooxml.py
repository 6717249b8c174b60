"""Reads every part of an Office Open XML document; the formats say which walker a part is for."""

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final, Protocol, runtime_checkable
from urllib.parse import unquote

from scanner.extract._archive.zipped import read_zip
from scanner.extract._binary import HEAD, is_container, is_picture, mashup, printer_words
from scanner.extract._budget import Budget, LimitReachedError
from scanner.extract._image.metafile import is_metafile
from scanner.extract._image.pictured import pictured
from scanner.extract._lines import Lines
from scanner.extract._markup.bound import is_label
from scanner.extract._markup.record import RecordWalker
from scanner.extract._markup.xml import Walker, read_xml
from scanner.extract._office.flow import FlowWalker
from scanner.extract._office.formats import FORMAT_NAMES, Formats
from scanner.extract._office.nesting import is_deeper
from scanner.extract._office.package import Package, PackagePart, is_usual, read_package
from scanner.extract._office.properties import LabelWalker, PropertyWalker
from scanner.extract._office.shared_strings import StringsWalker
from scanner.extract._office.sheet import SheetWalker
from scanner.extract._office.skim import is_plain, openings, skim, skim_all, skim_tags
from scanner.extract._office.vml import mended
from scanner.extract._office.whole import Packed
from scanner.extract._office.word_outline import STYLE_NAMES, Styles, telling_styles
from scanner.extract._text.strings import document_strings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part, Place

Item = Segment | Member | Problem


class Format(Protocol):
    """What one kind of document knows of its own parts."""

    order: tuple[str, ...]
    """The kinds of parts to read first, in this order."""

    def walker(self, part: PackagePart, number: int) -> Walker | None:
        """Return the walker for the part, the number-th of its kind, or None where any document has such parts."""
        ...

    def last(self) -> None:
        """Write what is known only after all parts."""
        ...


@runtime_checkable
class RecordFormat(Protocol):
    """A kind of document that has parts of records where others have XML."""

    def records(self, part: PackagePart, number: int, pieces: Iterable[bytes]) -> Iterator[None] | None:
        """Return the walk of the part, the number-th of its kind, or None where it holds no records."""
        ...


def read_office(blob: Blob, budget: Budget, make: Callable[[Package, Lines, Place], Format]) -> Iterator[Item]:
    """Yield the text of every part, the files packed in, and a problem for each part that could not be read.

    Raises:
        LimitReachedError: a budget is spent.
    """
    return read_zip(blob, budget, lambda archive: _Reading(blob.place, Packed(archive, blob.data, budget)).items(make))


_LARGEST_METAFILE: Final = 8 << 20
_FIRST: Final = ("classificationlabels", "custom-properties", "core-properties", "extended-properties")
_OFFICE: Final = ("application/vnd.openxmlformats", "application/vnd.ms-")
_BOXES: Final = {
    "diagramdata": "diagram",
    "diagramdrawing": "diagram",
    "chart": "chart",
    "chartex": "chart",
    "drawing": None,
    "vmldrawing": None,
    "chartshapes": None,
}
_FLOWING_KINDS: Final = """
    theme themeoverride styles styleswitheffects fonttable settings websettings presprops tablestyles viewprops
    numbering people persons person commentauthors authors author calcchain commentsextended commentsids
    commentsextensible revisioninfo
    table tablesinglecells pivottable pivotcachedefinition pivotcacherecords externallink connections
    querytable diagramcolors diagramstyle diagramlayout chartstyle chartcolorstyle comments threadedcomments
    glossarydocument tags slicer slicers slicercache timeline timelines timelinecache slideupdateinfo
    presentationproperties tag header footer footnotes endnotes slide slidelayout slidemaster notesslide notesmaster
    handoutmaster worksheet chartsheet dialogsheet sharedstrings main customxmlproperties
"""
# Parts of whose words it is known where they stand; of others, everything is taken.
_FLOWING: Final = frozenset(_FLOWING_KINDS.split())
_VOCABULARIES: Final = re.compile(rb"/(?:wordprocessingml|presentationml|spreadsheetml|drawingml)/")
_ROOT_REACH: Final = 4096
_VISIBLE: Final = frozenset({Part.BODY, Part.SLIDE, Part.SHEET, Part.TEXT_BOX})
# Parts that describe looks; while they hold no text, only these of their elements have words in them.
_TEXTLESS: Final = {
    kind: openings(names.split())
    for kind, names in {
        "theme": "theme clrScheme custClr themeFamily snd",
        "themeoverride": "custClr",
        "fonttable": "embedRegular",
        "websettings": "frame name sourceFileName title",
        "styleswitheffects": "lvlText",
        "numbering": "lvlText name shape imagedata docPr cNvPr",
        "tablestyles": "tblStyle",
        "viewprops": "custShow",
        "presprops": "htmlPubPr custShow section",
        "diagramcolors": "title desc",
        "diagramstyle": "title desc",
        "diagramlayout": "title desc cNvPr prSet",
        "chartstyle": "chartStyle",
        "chartcolorstyle": "colorStyle",
    }.items()
}
_STYLE_TAGS: Final = openings(STYLE_NAMES)
_FORMAT_TAGS: Final = openings(FORMAT_NAMES)
_FONTS: Final = (".odttf", ".fntdata", ".ttf", ".otf")


class _Reading:
    """One document while it is read."""

    def __init__(self, place: Place, packed: Packed) -> None:
        self._place = place
        self._packed = packed
        self._lines = Lines(packed.budget)
        self._pictures = 0
        self._seen: set[Part] = set()
        self._recorded: RecordFormat | None = None

    def items(self, make: Callable[[Package, Lines, Place], Format]) -> Iterator[Item]:
        package = read_package(self._packed)
        for name, fault in package.faults:
            yield self._problem(name, fault)
        parts = package.parts
        most = self._packed.budget.limits.members
        if most and len(parts) > most:
            parts = parts[:most]
            yield Problem(self._place, Reason.TOO_MANY_MEMBERS, f"more than {most} parts")
        kind = make(package, self._lines, self._place)
        # To ask whether it is such a format takes longer than to ask whether it has what makes it one.
        self._recorded = kind if hasattr(kind, "records") and isinstance(kind, RecordFormat) else None
        self._beside(package)
        numbers: Counter[str] = Counter()
        order = {name: place for place, name in enumerate((*_FIRST, *kind.order))}
        for part in sorted(parts, key=lambda part: order.get(part.kind, len(order) + (not part.is_xml))):
            numbers[part.kind] += 1
            for item in self._part(part, numbers[part.kind], kind):
                if isinstance(item, Segment):
                    self._seen.add(item.place.part)
                yield item
        kind.last()
        yield from self._lines.rest()
        if not numbers["main"]:
            yield Problem(self._place, Reason.CORRUPT, "the document's main part is missing")
        elif self._pictures and not self._seen & _VISIBLE:
            yield Problem(self._place, Reason.IMAGE, f"no text, but pictures: {self._pictures}")

    def _beside(self, package: Package) -> None:
        archive = self._packed.archive
        for comment in (archive.comment, *(info.comment for info in archive.infolist())):
            if comment:
                self._lines.add(self._titled("zip comment"), comment.decode("utf-8", "replace"))
        for part in package.parts:
            if not is_usual(part):
                self._lines.add(self._titled("part name"), part.info.filename)
        for link in package.relationships.external():
            for text in dict.fromkeys((link.target, unquote(link.target))):
                self._lines.add(self._titled("link"), text)

    def _part(self, part: PackagePart, number: int, kind: Format) -> Iterator[Item]:
        if not part.info.file_size:
            return
        data = self._packed.small(part.info)
        if not part.is_xml or (data is not None and (is_container(data) or is_picture(data[:HEAD]))):
            stream = self._packed.pieces(part.info) if data is None else iter((data,))
            walk = None if self._recorded is None else self._recorded.records(part, number, stream)
            yield from self._binary(part, data) if walk is None else self._records(part, walk)
            return
        if part.kind == "customxml" and data is not None and (queries := mashup(data)):
            yield Member(replace(self._place, members=(*self._place.members, part.info.filename)), queries)
        if part.kind == "customxml" and data is not None and is_label(data):
            yield Member(replace(self._place, members=(*self._place.members, part.info.filename)), data)
            return
        deepest = self._packed.budget.limits.xml_depth
        if data is not None and _says_nothing(part, data, deepest):
            return
        walker = kind.walker(part, number) or self._common(part, number, data or b"")
        stream = self._packed.pieces(part.info) if data is None else iter((data,))
        if part.kind == "vmldrawing":
            stream = mended(stream)
        elif data is not None and (walk := _skimmed(part.kind, data, walker, deepest)) is not None:
            yield from self._records(part, walk)
            return
        elif isinstance(walker, SheetWalker):
            stream = walker.rows(stream)
        elif isinstance(walker, StringsWalker):
            stream = walker.strings(stream)
        yield from read_xml(stream, walker, self._lines, self._titled(part.info.filename))

    def _common(self, part: PackagePart, number: int, data: bytes) -> Walker:
        if part.kind in {"core-properties", "extended-properties", "custom-properties"}:
            return PropertyWalker(self._lines, self._place)
        if part.kind == "classificationlabels":
            return LabelWalker(self._lines, self._place)
        if part.kind in _BOXES:
            place = replace(self._place, part=Part.TEXT_BOX, number=number, title=_BOXES[part.kind])
            return FlowWalker(self._lines, place)
        stem = posixpath.splitext(posixpath.basename(part.name))[0]
        untyped = not part.content_type and _VOCABULARIES.search(data, 0, _ROOT_REACH) is not None
        if untyped or (part.content_type.startswith(_OFFICE) and part.kind in _FLOWING):
            return FlowWalker(self._lines, self._titled(stem))
        return RecordWalker(self._lines, self._titled(stem))

    def _records(self, part: PackagePart, walk: Iterator[None]) -> Iterator[Item]:
        trouble: Problem | None = None
        try:
            for _ in walk:
                yield from self._lines.ready()
        except UnreadableError as error:
            trouble = self._problem(part.info.filename, error)
        except LimitReachedError:
            yield from self._lines.rest()
            raise
        yield from self._lines.rest()
        if trouble is not None:
            yield trouble

    def _binary(self, part: PackagePart, data: bytes | None) -> Iterator[Item]:
        if part.name.endswith(_FONTS):
            return
        try:
            first = data if data is not None else next(self._packed.pieces(part.info), b"")
            head = first[:HEAD]
            if is_picture(head):
                self._pictures += not part.name.startswith("docprops/")
                yield from self._picture(part, first)
                return
            if data is None:
                data = b"".join(self._packed.pieces(part.info))
        except UnreadableError as error:
            yield self._problem(part.info.filename, error)
            return
        if part.name.endswith((".bin", ".dat")) and not is_container(head):
            words = printer_words(data) if part.kind == "printersettings" else document_strings(data)
            self._lines.add(self._titled("binary part"), words)
            yield from self._lines.ready()
        else:
            yield Member(replace(self._place, members=(*self._place.members, part.info.filename)), data)

    def _picture(self, part: PackagePart, first: bytes) -> Iterator[Segment]:
        """Yield what a picture shows or says in words; of large ones but metafiles only the beginning is looked at."""
        if len(first) < part.info.file_size <= _LARGEST_METAFILE and is_metafile(first[:HEAD]):
            first = b"".join(self._packed.pieces(part.info))
        name = part.info.filename
        for shown, text in pictured(first):
            self._lines.add(replace(self._place, part=Part.TEXT_BOX, title=name) if shown else self._titled(name), text)
        yield from self._lines.ready()

    def _titled(self, title: str) -> Place:
        return Place(self._place.file, self._place.members, Part.METADATA, None, None, title)

    def _problem(self, name: str, error: UnreadableError) -> Problem:
        return Problem(self._titled(name), error.reason, error.detail)


def _says_nothing(part: PackagePart, data: bytes, deepest: int) -> bool:
    """Tell whether a part that describes looks has no words at all."""
    tags = _TEXTLESS.get(part.kind)
    if tags is None or tags.search(data) or not part.content_type.startswith(_OFFICE):
        return False
    return is_plain(data) and not is_deeper(data, deepest)


def _skimmed(kind: str, data: bytes, walker: Walker, deepest: int) -> Iterator[None] | None:
    """Return the walk of a part that need not be parsed, None where it must be."""
    if isinstance(walker, SheetWalker | StringsWalker):
        return walker.whole(data)
    if is_deeper(data, deepest):
        return None
    if isinstance(walker, FlowWalker):
        tags = _TEXTLESS.get(kind)
        done = tags is not None and skim_tags(data, tags, walker.enter, once=True)
        return iter(()) if done else skim(data, walker)
    if isinstance(walker, Styles):
        return iter(()) if skim_tags(data, _STYLE_TAGS, walker.start, telling_styles) else None
    if isinstance(walker, Formats):
        return iter(()) if skim_tags(data, _FORMAT_TAGS, walker.start) else None
    return iter(()) if isinstance(walker, PropertyWalker | RecordWalker) and skim_all(data, walker) else None
