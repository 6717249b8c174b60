"""Walks the objects of a PDF for what stands outside its pages: properties, notes, fields, outline, attached files."""

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import LITERALS_FLATE_DECODE, PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import decode_text

from scanner.extract._budget import Budget, LimitReachedError
from scanner.extract._lines import Lines
from scanner.extract._pdf_text import all_pages
from scanner.extract._record import RecordWalker
from scanner.extract._xml import read_xml
from scanner.extract._xmp import XmpWalker
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

Item = Segment | Member | Problem

_MOST_OBJECTS: Final = 200_000
_DEEPEST: Final = 50
_PIECE: Final = 1 << 16
_UNBOUNDED: Final = 4 << 20  # packed bytes handed to a decoder that knows no limit
_TAG: Final = re.compile(r"<[^>]*>")
_META: Final = Part.METADATA
# Keys of ISO 32000-1 whose strings people wrote, and what they are called here.
_KEYS: Final[dict[str, tuple[Part, str | None]]] = {
    "Contents": (Part.ANNOTATION, None),
    "RC": (Part.ANNOTATION, None),
    "Subj": (Part.ANNOTATION, "subject"),
    "V": (Part.FORM_FIELD, None),
    "DV": (Part.FORM_FIELD, None),
    "RV": (Part.FORM_FIELD, None),
    "Opt": (Part.FORM_FIELD, None),
    "T": (_META, "author or field"),
    "TU": (Part.FORM_FIELD, "help"),
    "CA": (Part.FORM_FIELD, "caption"),
    "URI": (_META, "link"),
    "Title": (_META, "title"),
    "Alt": (_META, "alt text"),
    "ActualText": (_META, "alt text"),
    "JS": (Part.CODE, "script"),
    "Name": (_META, "layer"),
    "UF": (_META, "file name"),
    "F": (_META, "file name"),
    "Desc": (_META, "file name"),
}
_NO_WORDS: Final = frozenset(
    {"ID", "O", "U", "OE", "UE", "Perms", "Registry", "Ordering", "CheckSum", "M", "DA", "ModDate", "CreationDate"}
    | {"LastModified", "NM", "IDS", "Cert", "ByteRange", "Panose", "Style", "Dest", "D", "CharSet", "Lookup", "Lang"}
)
_WORDS: Final = 4


def outside_pages(blob: Blob, budget: Budget) -> Iterator[Item]:
    """Yield everything in a PDF that is not drawn on a page, and a problem where its objects cannot be walked.

    Raises:
        LimitReachedError: a budget is spent.
    """
    walk = _Walk(blob, budget)
    try:
        yield from walk.items()
    except LimitReachedError:
        raise
    except (RecursionError, Exception) as error:  # noqa: BLE001 - pdfminer raises whatever a broken file makes it
        yield from walk.lines.rest()
        detail = f"notes, fields and attached files were not all read: {type(error).__name__}"
        yield Problem(blob.place, Reason.PARTIAL, detail)


class _Walk:
    """One document; what it collects comes out in the order of its objects."""

    def __init__(self, blob: Blob, budget: Budget) -> None:
        self.lines = Lines(budget)
        self._blob = blob
        self._place = blob.place
        self._budget = budget
        self._seen: set[int] = set()
        self._names: dict[int, str] = {}
        self._forms: list[object] = []
        self._streams: list[tuple[int, PDFStream]] = []
        self._page: int | None = None
        self._properties: set[int] = set()

    def items(self) -> Iterator[Item]:
        document = PDFDocument(PDFParser(io.BytesIO(self._blob.data)))
        self._info(document)
        yield from self.lines.ready()
        self._annotations(document)
        for objid in _ids(document):
            if len(self._seen) > _MOST_OBJECTS:
                detail = f"more than {_MOST_OBJECTS} objects; notes and attached files in the rest were not read"
                yield Problem(self._place, Reason.PARTIAL, detail)
                break
            self._object(document, objid)
            yield from self.lines.ready()
        yield from self.lines.rest()
        yield from self._kept_streams()
        yield from self._form()

    def _info(self, document: PDFDocument) -> None:
        for number, info in enumerate(document.info):
            for key, value in info.items():
                words = _text(resolve1(value))
                if words:
                    # More than one is an earlier state of the file, saved over.
                    place = replace(self._place, part=Part.PROPERTY, title=key, number=number + 1 if number else None)
                    self.lines.add(place, words)
        for xref in document.xrefs:
            link = (xref.get_trailer() or {}).get("Info")
            if isinstance(link, PDFObjRef):
                self._seen.add(link.objid)

    def _annotations(self, document: PDFDocument) -> None:
        for number, page in enumerate(all_pages(document), 1):
            self._page = number
            for link in resolve1(page.annots) or ():
                if isinstance(link, PDFObjRef):
                    self._object(document, link.objid)
                else:
                    self._value(link, 0)
        self._page = None

    def _object(self, document: PDFDocument, objid: int) -> None:
        if objid in self._seen:
            return
        self._seen.add(objid)
        try:
            value = document.getobj(objid)
        except RecursionError:
            raise
        except Exception:  # noqa: BLE001 - one broken object is as good as none, which is what every viewer makes of it
            return
        if isinstance(value, PDFStream):
            kind = _literal(value.get("Type"))
            if kind in {"EmbeddedFile", "Metadata"} or objid in self._names:
                self._streams.append((objid, value))
            elif kind not in {"XRef", "ObjStm"}:
                self._value(value.attrs, 0)
        else:
            self._value(value, 0)

    def _value(self, value: object, depth: int) -> None:
        if depth > _DEEPEST:
            return
        if isinstance(value, list):
            for item in value:
                self._value(item, depth + 1)
        elif isinstance(value, dict):
            self._dictionary(value, depth)

    def _dictionary(self, values: dict[str, Any], depth: int) -> None:
        self._note_file(values)
        if "XFA" in values:
            self._forms.append(values["XFA"])
        title = _text(values.get("T"))
        for key, value in values.items():
            self._entry(key, value, title, depth + 1)
            if key == "JS" and isinstance(value, PDFObjRef):
                self._script(value)

    def _entry(self, key: str, value: object, title: str, depth: int) -> None:
        if isinstance(value, bytes):
            self._string(key, value, title)
        elif isinstance(value, dict):
            self._value(value, depth + 1)
        elif isinstance(value, list) and depth <= _DEEPEST:
            for item in value:
                self._entry(key, item, title, depth + 1)

    def _note_file(self, values: dict[str, Any]) -> None:
        packed = values.get("EF")
        name = _text(values.get("UF")) or _text(values.get("F"))
        packed = resolve1(packed) if isinstance(packed, PDFObjRef) else packed
        if isinstance(packed, dict) and name:
            for link in packed.values():
                if isinstance(link, PDFObjRef):
                    self._names[link.objid] = name

    def _string(self, key: str, value: bytes, title: str) -> None:
        if key in _NO_WORDS:
            return
        words = _text(value)
        if key in {"RC", "RV"}:
            words = _TAG.sub(" ", words)
        if not words.strip():
            return
        part, name = _KEYS.get(key, (_META, "other text"))
        if key not in _KEYS and (len(words) < _WORDS or not words.isprintable()):
            return
        if part is Part.FORM_FIELD and name is None:
            name = title or None
        self.lines.add(replace(self._place, part=part, title=name, page=self._page), words)

    def _script(self, link: PDFObjRef) -> None:
        stream = resolve1(link)
        if isinstance(stream, PDFStream):
            words = _text(self._data(stream))
            self.lines.add(replace(self._place, part=Part.CODE, title="script"), words)

    def _kept_streams(self) -> Iterator[Item]:
        for objid, stream in self._streams:
            try:
                data = self._data(stream)
            except LimitReachedError:
                raise
            except Exception:  # noqa: BLE001 - as above
                yield Problem(self._place, Reason.CORRUPT, "a file packed in the PDF cannot be unpacked")
                continue
            if _literal(stream.get("Type")) == "Metadata":
                place = replace(self._place, part=_META, title="XMP")
                # Viewers ignore broken metadata, and so does this: it is no reason to doubt the document.
                for item in read_xml((data,), XmpWalker(self.lines, self._place), self.lines, place):
                    if isinstance(item, Segment):
                        yield item
            else:
                name = self._names.get(objid, f"attachment {objid}")
                yield Member(replace(self._place, members=(*self._place.members, name)), data)

    def _form(self) -> Iterator[Item]:
        for form in self._forms:
            value = resolve1(form)
            packets = value if isinstance(value, list) else [value]
            streams = [stream for stream in map(resolve1, packets) if isinstance(stream, PDFStream)]
            data = b"".join(self._data(stream) for stream in streams)
            place = replace(self._place, part=Part.FORM_FIELD, title="XFA")
            yield from read_xml((data,), RecordWalker(self.lines, place), self.lines, place)

    def _data(self, stream: PDFStream) -> bytes:
        """Unpack a stream within the budget, as far as its filters allow."""
        filters = [] if stream.rawdata is None else stream.get_filters()
        if stream.rawdata is None or not all(
            name in LITERALS_FLATE_DECODE and not (parameters or {}).get("Predictor") for name, parameters in filters
        ):
            if stream.rawdata is not None and len(stream.rawdata) > _UNBOUNDED:
                raise LimitReachedError(Reason.TOO_LARGE, "a packed stream is too large for its filter")
            data = bytes(stream.get_data())
            self._budget.expand(len(data))
            return data
        data = stream.rawdata
        if stream.decipher is not None:
            data = stream.decipher(stream.objid or 0, stream.genno or 0, data, stream.attrs)
        for _ in filters:
            data = self._inflate(data)
        return data

    def _inflate(self, data: bytes) -> bytes:
        inflater = zlib.decompressobj()
        pieces: list[bytes] = []
        size = 0
        while data and not inflater.eof:
            piece = inflater.decompress(data, _PIECE)
            data = inflater.unconsumed_tail
            size += len(piece)
            if self._budget.limits.member_bytes and size > self._budget.limits.member_bytes:
                raise LimitReachedError(Reason.TOO_LARGE, "a file packed in the PDF is too large")
            self._budget.expand(len(piece))
            pieces.append(piece)
            if not piece and not data:
                break
        return b"".join(pieces)


def _ids(document: PDFDocument) -> Iterator[int]:
    for xref in document.xrefs:
        yield from tuple(xref.get_objids())


def _literal(value: object) -> str:
    return str(value.name) if isinstance(value, PSLiteral) else ""


def _text(value: object) -> str:
    if isinstance(value, PSLiteral):
        return _literal(value)
    if not isinstance(value, bytes):
        return ""
    if value.startswith(b"\xef\xbb\xbf"):
        return value[3:].decode("utf-8", "replace")
    return str(decode_text(value)).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
