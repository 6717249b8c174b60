"""Knows the parts of an Office Open XML package: what each is, by content type, relationship or name."""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from scanner.extract._markup.xml import attribute, walk
from scanner.extract._office.skim import is_plain, openings, skim_tags
from scanner.extract._office.whole import Packed
from scanner.extract._unreadable import UnreadableError


@dataclass(frozen=True, slots=True)
class Relationship:
    """One line of a `.rels` part: `kind` is the last word of its type, in lower case."""

    id: str
    kind: str
    target: str
    external: bool


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
        if said.endswith(_PAGES) or self.kind == "afchunk":
            # A page or a picture of its own, which has its own reader.
            return False
        return said.endswith(("+xml", "/xml", ".vmldrawing")) or (not said and self.name.endswith(_XML_NAMES))


class Relationships:
    """What the parts of a package refer to. Those that lead nowhere outside are read when somebody asks for them."""

    def __init__(self) -> None:
        """Start with none."""
        self._found: dict[str, list[Relationship]] = {}
        self._waiting: dict[str, list[bytes]] = {}

    def add(self, source: str, links: Sequence[Relationship]) -> None:
        """Take what a part refers to."""
        self._found.setdefault(source, []).extend(links)

    def put_off(self, source: str, data: bytes) -> None:
        """Take a plain relationships part of a part, in which nothing is external."""
        self._waiting.setdefault(source, []).append(data)

    def get(self, source: str, default: Sequence[Relationship] = ()) -> Sequence[Relationship]:
        """Return what a part refers to."""
        for data in self._waiting.pop(source, ()):
            links = _Links(source)
            skim_tags(data, _READ, links.start)
            self.add(source, links.found)
        return self._found.get(source, default)

    def external(self) -> Iterator[Relationship]:
        """Yield what lies outside of the package."""
        return (link for links in self._found.values() for link in links if link.external)

    def targets(self) -> dict[str, str]:
        """Return the kinds of the parts that are referred to, by their names."""
        for source in tuple(self._waiting):
            self.get(source)
        return {link.target: link.kind for links in self._found.values() for link in links if not link.external}


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
    entries = [(info, _name(info.filename)) for info in packed.archive.infolist() if not info.filename.endswith("/")]
    for info, name in entries:
        if name == _CONTENT_TYPES:
            _collect(packed, info, types, faults)
        elif name.endswith(".rels"):
            small = packed.small(info)
            if small is not None and b"xternal" not in small and b"&" not in small and is_plain(small):
                relationships.put_off(_source(name), small)
                continue
            links = _Links(_source(name))
            _collect(packed, info, links, faults)
            relationships.add(_source(name), links.found)
    typed = [
        (info, name, types.of(name)) for info, name in entries if name != _CONTENT_TYPES and not name.endswith(".rels")
    ]
    words = {said: _word(said) for said in {said for _, _, said in typed}}
    vague = any(_is_vague(said, word) for said, word in words.items())
    targets = relationships.targets() if vague else {}
    parts = [
        PackagePart(info, name, said, _kind(name, said, words[said], targets.get(name, "")))
        for info, name, said in typed
    ]
    return Package(tuple(sorted(parts, key=lambda part: natural(part.name))), relationships, tuple(faults))


def part_name(target: str, source: str = "") -> str:
    """Return the name of the part that a part refers to."""
    base = "" if target.startswith("/") else posixpath.dirname(source)
    if "." not in target[:1] and not any(sign in target for sign in _TO_RESOLVE):
        return (f"{base}/{target}" if base else target.lstrip("/")).lower()
    return _name(posixpath.normpath(posixpath.join(base, unquote(target).lstrip("/"))))


def natural(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts header10 after header9."""
    return [(int(digits or 0), word) for word, digits in re.findall(r"([^0-9]*)([0-9]{0,9})", name)]


def is_usual(part: PackagePart) -> bool:
    """Tell whether a part is called as programs call such a part, so that its name says nothing."""
    return re.sub(r"[0-9_-]+", "", posixpath.splitext(posixpath.basename(part.name))[0]) in _USUAL


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
_TO_RESOLVE: Final = ("%", "/.", "//", "\\")
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
_READ: Final = openings(("Override", "Default", "Relationship"))
# Without references and white space that would have to be resolved.
_VALUE: Final = r"\s*+=\s*+\"([^\"&<\t\r\n]++)\""
_TYPE: Final = re.compile(
    rf"<(?:Override\s++(?:PartName{_VALUE}\s++ContentType{_VALUE}|ContentType{_VALUE}\s++PartName{_VALUE})"
    rf"|Default\s++(?:Extension{_VALUE}\s++ContentType{_VALUE}|ContentType{_VALUE}\s++Extension{_VALUE}))\s*+/>"
)
_PAGES: Final = ("/xhtml+xml", "/svg+xml", "/html")
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
    walker: "_Types | _Links",
    faults: list[tuple[str, UnreadableError]],
) -> None:
    small = packed.small(info)
    if small is not None and isinstance(walker, _Types) and walker.take(small):
        return
    if small is not None and skim_tags(small, _READ, walker.start):
        return
    try:
        for _ in walk(packed.pieces(info) if small is None else (small,), walker):
            pass
    except UnreadableError as error:
        faults.append((info.filename, error))


def _name(name: str) -> str:
    # Part names are compared without case (ECMA-376 part 2, section 6.2.2.3), and some writers use backslashes.
    return name.replace("\\", "/").lstrip("/").lower()


def _source(name: str) -> str:
    folder, _, base = name.rpartition("/")
    return posixpath.join(posixpath.dirname(folder), base.removesuffix(".rels"))


@dataclass(slots=True)
class _Types:
    overrides: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        said = attribute(attributes, "ContentType").lower()
        if name == "Override":
            self.overrides[_name(attribute(attributes, "PartName"))] = said
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
                self.overrides[_name(part)] = (said or said_first).lower()
            else:
                self.defaults[(extension or extension_last).lower()] = (kind or kind_first).lower()
        return True

    def of(self, name: str) -> str:
        return self.overrides.get(name) or self.defaults.get(posixpath.splitext(name)[1][1:], "")


@dataclass(slots=True)
class _Links:
    source: str
    found: list[Relationship] = field(default_factory=list)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name != "Relationship":
            return
        target = attribute(attributes, "Target")
        external = attribute(attributes, "TargetMode").lower() == "external"
        if not external:
            target = part_name(target, self.source)
        kind = attribute(attributes, "Type").rpartition("/")[2].lower()
        self.found.append(Relationship(attribute(attributes, "Id"), kind, target, external))

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...

    def close(self) -> None: ...
