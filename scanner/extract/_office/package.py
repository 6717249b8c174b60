"""Knows the parts of an Office Open XML package: what each is, by content type, relationship or name."""

import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from scanner.extract._markup.xml import attribute, walk
from scanner.extract._office.nesting import is_deeper
from scanner.extract._office.relationships import LISTED, Links, Relationships, lowered, source_of
from scanner.extract._office.skim import is_plain, skim_tags
from scanner.extract._office.whole import Packed
from scanner.extract._unreadable import UnreadableError


@dataclass(frozen=True, slots=True)
class PackagePart:
    """One entry of the zip. `kind` is a lower-case word such as `header`, `worksheet` or `core-properties`."""

    info: zipfile.ZipInfo
    name: str
    content_type: str
    kind: str

    @property
    def is_xml(self) -> bool:
        """Whether the package says that the part is XML."""
        said = self.content_type
        if not said:
            return self.name.endswith(_XML_NAMES) and self.kind != "afchunk"
        # A page or a picture of its own has its own reader.
        return said.endswith(_XML_ENDINGS) and not said.endswith(_PAGES) and self.kind != "afchunk"


@dataclass(frozen=True, slots=True)
class Package:
    """The parts in a fixed order, and what they refer to."""

    parts: tuple[PackagePart, ...]
    relationships: Relationships
    faults: tuple[tuple[str, UnreadableError], ...]

    def related(self, name: str, kind: str) -> tuple[str, ...]:
        """Return the parts of a kind that a part refers to, in the order of its relationships."""
        found = self.relationships.get(name, ())
        return tuple(link.target for link in found if link.kind == kind and not link.external)


def read_package(packed: Packed) -> Package:
    """Read the content types and the relationships, and name the kind of every part.

    Raises:
        LimitReachedError: a budget is spent.
    """
    faults: list[tuple[str, UnreadableError]] = []
    relationships = Relationships()
    types = _Types()
    entries = [(info, lowered(info.filename)) for info in packed.archive.infolist() if not info.filename.endswith("/")]
    for info, name in entries:
        if name == _CONTENT_TYPES:
            _collect(packed, info, types, faults)
        elif name.endswith(".rels"):
            small = packed.small(info)
            simple = small is not None and b"xternal" not in small and b"&" not in small and is_plain(small)
            if small is not None and simple and not is_deeper(small, packed.budget.limits.xml_depth):
                relationships.put_off(source_of(name), small)
                continue
            links = Links(source_of(name))
            _collect(packed, info, links, faults)
            relationships.add(source_of(name), links.found)
    typed = [
        (info, name, types.of(name)) for info, name in entries if name != _CONTENT_TYPES and not name.endswith(".rels")
    ]
    words = {said: _word(said) for said in {said for _, _, said in typed}}
    vague = {said for said, word in words.items() if _is_vague(said, word)}
    targets = relationships.targets([name for _, name, said in typed if said in vague]) if vague else {}
    parts = [
        PackagePart(info, name, said, _kind(name, said, words[said], targets.get(name, "")))
        for info, name, said in typed
    ]
    return Package(tuple(sorted(parts, key=lambda part: natural(part.name))), relationships, tuple(faults))


def natural(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts header10 after header9."""
    return [(int(digits or 0), word) for word, digits in _NUMBERED.findall(name)]


def is_usual(part: PackagePart) -> bool:
    """Tell whether a part is called as programs call such a part, so that its name says nothing."""
    stem = posixpath.splitext(part.name[part.name.rfind("/") + 1 :])[0]
    return stem in _USUAL or _COUNT.sub("", stem) in _USUAL


_NUMBERED: Final = re.compile(r"([^0-9]*)([0-9]{0,9})")
_COUNT: Final = re.compile(r"[0-9_-]+")
_USUAL_STEMS: Final = """
    image media thumbnail theme document workbook presentation slide slidelayout slidemaster notesslide notesmaster
    handoutmaster sheet chart chartex style colors drawing vmldrawing header footer oleobject printersettings item
    itemprops app core custom labelinfo styles settings fonttable websettings numbering footnotes endnotes comments
    people
    styleswitheffects sharedstrings calcchain presprops viewprops tablestyles table data layout quickstyle font afchunk
    page pages masters master windows connections externallink pivottable pivotcachedefinition pivotcacherecords activex
    fixeddocument fixeddocumentsequence fixeddoc fixeddocseq docstructure jobpt
    ctrlprop vbaproject vbadata threadedcomment person microsoftexcelsheet microsoftexcelworksheet package tag
    commentauthors origin sig customproperty binindexws metadata persons hdphoto
"""
_USUAL: Final = frozenset(_USUAL_STEMS.split()) | {""}
_CONTENT_TYPES: Final = "[content_types].xml"
_VOCABULARY: Final = re.compile(
    r"application/(?:vnd\.(?:openxmlformats-(?:officedocument|package)|ms-[a-z]+|openxmlformats)\.?)?(?:[a-z]+ml\.)?(.*?)(?:\+xml)?"
)
_KINDS: Final = {
    "officedocument": "main",
    "document": "main",
    "workbook": "main",
    "presentation": "main",
    "sheet": "worksheet",
    "core": "core-properties",
    "app": "extended-properties",
    "custom": "custom-properties",
    "labelinfo": "classificationlabels",
    "item": "customxml",
    "threadedcomment": "threadedcomments",
    "document.glossary": "glossarydocument",
    "xps-fixeddocumentsequence": "main",
    "fixeddocumentsequence": "main",
    "fixedrepresentation": "main",
    "afchunk": "afchunk",
}
# Without references and white space that would have to be resolved.
_VALUE: Final = r"\s*+=\s*+\"([^\"&<\t\r\n]++)\""
_TYPE: Final = re.compile(
    rf"<(?:Override\s++(?:PartName{_VALUE}\s++ContentType{_VALUE}|ContentType{_VALUE}\s++PartName{_VALUE})"
    rf"|Default\s++(?:Extension{_VALUE}\s++ContentType{_VALUE}|ContentType{_VALUE}\s++Extension{_VALUE}))\s*+/>"
)
_PAGES: Final = ("/xhtml+xml", "/svg+xml", "/html")
_XML_ENDINGS: Final = ("+xml", "/xml", ".vmldrawing")
_XML_NAMES: Final = (".xml", ".vml", ".fpage", ".fdoc", ".fdseq", ".frag", ".struct", ".dict")
_BY_NAME: Final = {".fpage": "fixedpage", ".fdoc": "fixeddocument", ".fdseq": "main", ".dict": "resourcedictionary"}
_XML_TYPES: Final = ("application/xml", "text/xml")
_SAYS_NOTHING: Final = frozenset({"", "xml", "octet-stream"})


def _word(content_type: str) -> str:
    match = _VOCABULARY.fullmatch(content_type)
    return match[1] if match else ""


def _is_vague(content_type: str, word: str) -> bool:
    return not content_type.startswith("image/") and (word in _SAYS_NOTHING or content_type in _XML_TYPES)


def _kind(name: str, content_type: str, word: str, relation: str) -> str:
    if ".main" in f".{word}" and "glossary" not in word:
        return "main"
    if word in _SAYS_NOTHING or content_type in _XML_TYPES:
        stem, ending = posixpath.splitext(posixpath.basename(name))
        word = relation or _BY_NAME.get(ending) or re.sub(r"[0-9]+", "", stem)
    return _KINDS.get(word, word)


def _collect(
    packed: Packed,
    info: zipfile.ZipInfo,
    walker: "_Types | Links",
    faults: list[tuple[str, UnreadableError]],
) -> None:
    small = packed.small(info)
    deepest = packed.budget.limits.xml_depth
    if small is not None and isinstance(walker, _Types) and walker.take(small):
        return
    if small is not None and not is_deeper(small, deepest) and skim_tags(small, LISTED, walker.start):
        return
    try:
        for _ in walk(packed.pieces(info) if small is None else (small,), walker, deepest):
            pass
    except UnreadableError as error:
        faults.append((info.filename, error))


@dataclass(slots=True)
class _Types:
    overrides: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        said = attribute(attributes, "ContentType").lower()
        if name == "Override":
            self.overrides[lowered(attribute(attributes, "PartName"))] = said
        elif name == "Default":
            self.defaults[attribute(attributes, "Extension").lower()] = said

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...

    def close(self) -> None: ...

    def take(self, data: bytes) -> bool:
        """Take a part that is written as programs write it; tell whether that was done."""
        if not is_plain(data):
            return False
        found = _TYPE.findall(data.decode("utf-8", "replace"))
        # Besides there are the declaration and both tags of the root.
        if len(found) + data.count(b"<?") + 2 != data.count(b"<"):
            return False
        for name, said, said_first, name_last, extension, kind, kind_first, extension_last in found:
            if part := name or name_last:
                self.overrides[lowered(part)] = (said or said_first).lower()
            else:
                self.defaults[(extension or extension_last).lower()] = (kind or kind_first).lower()
        return True

    def of(self, name: str) -> str:
        return self.overrides.get(name) or self.defaults.get(posixpath.splitext(name)[1][1:], "")
