"""Reads the sensitivity labels of Microsoft: parts and properties of documents, mail headers, and saved pages.

Sources: MS-OFFCRYPTO 2.6.5.4 (LabelInfo.xml, which goes before properties of the same tenant) and Microsoft
Information Protection SDK, "Metadata" (MSIP_Label_<guid>_Enabled, _SiteId, _Name and the rest).
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from scanner.detect._labels.markup import is_markup
from scanner.detect._labels.said import Said, Seen
from scanner.model.place import Part, Place

TABLE: Final = "msip"

_GUID: Final = r"\{?(?P<guid>[0-9A-Fa-f-]{8,40})\}?"
_KEY: Final = re.compile(rf"MSIP_Label_{_GUID}_(?P<field>\w+)", re.IGNORECASE)
_PAIR: Final = re.compile(r"(MSIP_Label_\{?[0-9A-Fa-f-]{8,40}\}?_\w{1,60})\s*=\s*([^;]*)", re.IGNORECASE)
_SAVED: Final = re.compile(
    rb"<(?:\w{1,8}:)?(MSIP_Label_[0-9A-Fa-f-]{8,40}_\w{1,40})(?: [^<>]{0,200})?>([^<]{0,500})</", re.IGNORECASE
)
_SAVED_IN: Final = b"CustomDocumentProperties"
_MAIL: Final = "msip_labels"
_INFO: Final = "labelinfo "
_OLD: Final = "sensitivity"
_ON: Final = frozenset({"1", "true"})
_OFF: Final = frozenset({"0", "false"})
# The labels that Purview makes for a new tenant: they are kept by these numbers even where people see names.
_FIRST: Final = "defa4170-0d19-0005-000{:x}-bc88714345d2"
_FIRST_NAMES: Final = (
    *("Personal", "Public", "General", r"General \ Anyone (unrestricted)", r"General \ All Employees (unrestricted)"),
    *("Confidential", r"Confidential \ Anyone (unrestricted)", r"Confidential \ All Employees"),
    *(r"Confidential \ Trusted People", "Highly Confidential", r"Highly Confidential \ All Employees"),
    r"Highly Confidential \ Specified People",
)
_NAMES: Final = {_FIRST.format(number): name for number, name in enumerate(_FIRST_NAMES)}


@dataclass(slots=True)
class _Label:
    place: Place
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return " ".join(self.fields.get("name", "").split())

    @property
    def is_on(self) -> bool:
        return (
            self.fields.get("enabled", "true").strip().lower() not in _OFF
            and self.fields.get("removed", "0").strip().lower() not in _ON
        )

    @property
    def tenant(self) -> str:
        return self.fields.get("siteid", "").strip(" {}").lower()


def find(seen: Seen) -> Iterator[Said]:
    """Yield every label that is switched on and not removed, one for each place that counts."""
    kept = _kept(seen)
    stated = _stated(seen)
    governing = {label.tenant for label in stated} - {""}
    for label in stated:
        guid = label.fields.get("id", "").strip(" {}").lower()
        known = kept.pop(guid, None)
        if label.is_on and guid:
            yield _said(guid, label.place, known.name if known is not None else "")
    for guid, label in kept.items():
        if label.is_on and label.tenant not in governing:
            yield _said(guid, label.place, label.name)
    for one in seen.named({_OLD}):
        if one.is_property and one.text.strip():
            name = " ".join(one.text.split())
            yield Said(one.place, "aip_sensitivity", name, table=TABLE, ids=(name,), company=True, told=False)


def _said(guid: str, place: Place, name: str) -> Said:
    shown = _NAMES.get(name.lower(), name) or _NAMES.get(guid, "")
    ids = tuple(key for key in (guid, name) if key)
    return Said(place, f"msip:{guid}", shown, table=TABLE, ids=ids)


def _stated(seen: Seen) -> list[_Label]:
    """Return the labels of LabelInfo.xml, which the reader numbers."""
    found: dict[int | None, _Label] = {}
    for one in seen.fields:
        if one.name.startswith(_INFO):
            label = found.setdefault(one.place.number, _Label(one.place))
            label.fields.setdefault(one.name.removeprefix(_INFO), one.text)
    return list(found.values())


def _kept(seen: Seen) -> dict[str, _Label]:
    """Return the labels that properties and header fields describe, by their number."""
    found: dict[str, _Label] = {}
    for place, key, value in _pairs(seen):
        match = _KEY.fullmatch(key)
        if match is None:
            continue
        label = found.setdefault(match["guid"].lower(), _Label(place))
        what = match["field"].lower()
        label.fields.setdefault(what, value)
        if what == "name":
            label.place = place
    return found


def _pairs(seen: Seen) -> Iterator[tuple[Place, str, str]]:
    for one in seen.fields:
        if one.name == _MAIL:
            for key, value in _PAIR.findall(one.text):
                yield one.place, key, value
        elif one.place.title is not None:
            yield one.place, one.place.title, one.text
    data = seen.blob.data
    if is_markup(data) and _SAVED_IN in data and b"MSIP_Label_" in data:
        # Pages that Office saved keep the properties in a comment or an island of XML (MS-OE376 and older).
        for raw_key, raw in _SAVED.findall(data):
            key = raw_key.decode("ascii")
            place = Place(seen.blob.place.file, seen.blob.place.members, Part.PROPERTY, title=key)
            yield place, key, html.unescape(raw.decode("utf-8", "replace"))
