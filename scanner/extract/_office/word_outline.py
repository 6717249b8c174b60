"""Knows what a Word document says about its text elsewhere: where a page header is shown, and which styles hide."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from scanner.extract._lines import Lines
from scanner.extract._markup.xml import attribute, is_true
from scanner.extract._office.relationships import Relationship
from scanner.model.place import Part, Place

_REFERENCES: Final = ("headerReference", "footerReference")
_KINDS: Final = {"first": "first page", "even": "even pages"}
_CUSTOM: Final = frozenset({"1", "true", "on"})


@dataclass(frozen=True, slots=True)
class _Use:
    section: int
    kind: str
    target: str


class Sections:
    """Follows the sections of a document. `even` says whether even pages differ at all."""

    def __init__(self, links: Callable[[], Sequence[Relationship]]) -> None:
        """Take the relationships of the main part, which are read if a header or footer is referred to."""
        self.even = False
        self._links = links
        self._targets: dict[str, str] | None = None
        self._uses: dict[str, _Use] = {}
        self._current: dict[tuple[str, str], str] = {}
        self._shown: set[str] = set()
        self._section = 1
        self._depth = 0
        self._first_page = False

    def note(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take an element of the main part, `/sectPr` for the end of a section's properties."""
        if name == "sectPr":
            self._depth += 1
        elif name == "/sectPr":
            # Within one, the properties before a tracked change do not count.
            self._depth -= 1
            if not self._depth:
                self._end()
        elif name == "titlePg" and self._depth == 1:
            self._first_page = is_true(attribute(attributes, "val"))
        elif name in _REFERENCES and self._depth == 1:
            kind = attribute(attributes, "type")
            if self._targets is None:
                self._targets = {link.id: link.target for link in self._links()}
            target = self._targets.get(attribute(attributes, "id"), "")
            self._current[name, kind] = target
            self._uses.setdefault(target, _Use(self._section, kind, target))

    def title(self, part: str) -> str | None:
        """Return where a header or footer stands; None for every page of the first section, or nowhere."""
        use = self._uses.get(part)
        if use is None:
            return None
        words = [f"section {use.section}"] if use.section > 1 else []
        words += [_KINDS[use.kind]] if use.kind in _KINDS else []
        if part not in self._shown and not (use.kind == "even" and self.even):
            words.append("not shown")
        return ", ".join(words) or None

    def _end(self) -> None:
        for (_, kind), target in self._current.items():
            if kind not in _KINDS or (kind == "first" and self._first_page):
                self._shown.add(target)
        self._section += 1
        self._first_page = False


@dataclass(slots=True)
class Styles:
    """Walks the styles: which hide their text, and the names that people gave to theirs."""

    lines: Lines
    place: Place
    hiding: dict[str, bool] = field(default_factory=dict)
    _based: dict[str, str] = field(default_factory=dict)
    _current: str = ""
    _default: str = ""
    _custom: bool = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take a style or what it says."""
        if name == "style":
            self._current = attribute(attributes, "styleId")
            self._custom = attribute(attributes, "customStyle") in _CUSTOM
            if attribute(attributes, "default") in _CUSTOM and attribute(attributes, "type") == "paragraph":
                self._default = self._current
        elif name == "vanish" and self._current:
            self.hiding[self._current] = is_true(attribute(attributes, "val"))
        elif name == "basedOn":
            self._based[self._current] = attribute(attributes, "val")
        elif name in {"name", "aliases"} and self._custom:
            place = Place(self.place.file, self.place.members, Part.METADATA, None, None, "style")
            self.lines.add(place, attribute(attributes, "val"))

    def end(self, name: str) -> None:
        """Styles are told apart by where they begin."""

    def text(self, data: str) -> None:
        """Styles hold no text."""

    def close(self) -> None:
        """As above."""

    def vanishing(self) -> frozenset[str]:
        """Return the styles that hide, by themselves or by what they are based on; with an empty name the default."""
        if not any(self.hiding.values()):
            return frozenset()
        found = frozenset(style for style in {*self._based, *self.hiding} if self._hides(style))
        return found | {""} if self._default in found else found

    def _hides(self, style: str) -> bool:
        seen: set[str] = set()
        while style not in self.hiding and style in self._based and style not in seen:
            seen.add(style)
            style = self._based[style]
        return self.hiding.get(style, False)


STYLE_NAMES: Final = frozenset({"style", "vanish", "basedOn", "name", "aliases"})
"""The elements that `Styles` takes."""

_STYLE: Final = b"<w:style "
_CUSTOM_STYLE: Final = b"customStyle"


def telling_styles(data: bytes) -> bytes:
    """Return what says something to `Styles` in a part: all of it if a style hides, else the styles of people."""
    if b"anish" in data:
        return data
    kept: list[bytes] = []
    end = 0
    while (at := data.find(_CUSTOM_STYLE, end)) >= 0:
        # What stands before the first of these tags, too, is kept if it has styles that are written otherwise.
        start = max(data.rfind(_STYLE, end, at), end)
        end = data.find(_STYLE, at)
        end = len(data) if end < 0 else end
        kept.append(data[start:end])
    return b"".join(kept)
