"""Reads NATO's confidentiality labels wherever they are bound to data (STANAG 4774 and 4778, ADatP-4774.1, -4778.2).

A binding is XML: a document of its own (`report.docx.bdo`, `.xmp`), a custom part of an office document or a packet of
metadata (readers hand both on as members), or coded in the header of a mail: `Binding-Data: binding-type="…";
binding-data-object*0="…"`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from scanner.detect._labels.markup import decoded, documents, is_markup, speaks_of, walk
from scanner.detect._labels.said import Said, Seen
from scanner.model.place import Place

_NAMESPACE: Final = b"urn:nato:stanag:4774:confidentialitymetadatalabel"
_HEADERS: Final = frozenset({"binding-data", "x-binding-data"})
_OBJECT: Final = re.compile(r"binding-data-object(?:\*(\d{1,4}))?\*?=\"?([A-Za-z0-9+/=_-]+)", re.IGNORECASE)
_LABELS: Final = {
    "originatorconfidentialitylabel": "originator",
    "alternativeconfidentialitylabel": "alternative",
    "successorconfidentialitylabel": "successor",
}
_CATEGORY_VALUES: Final = frozenset({"genericvalue", "categoryvalue", "value"})
_MOST_LABELS: Final = 100
_MOST_VALUES: Final = 200


class _Labels:
    """Collects labels while XML is walked."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._kind = ""
        self._policy = self._policy_number = self._level = ""
        self._type = self._tag = ""
        self._values: list[tuple[str, str, str]] = []
        self.found: list[Said] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in _LABELS:
            self._kind = _LABELS[name]
            self._policy = self._policy_number = self._level = ""
            self._values = []
        elif name == "category":
            self._type = attributes.get("Type", "").upper()
            self._tag = attributes.get("TagName", "")
        elif name == "policyidentifier":
            self._policy_number = attributes.get("URI", "").lower().removeprefix("urn:oid:")

    def end(self, name: str, text: str) -> None:
        if not self._kind:
            return
        if name == "policyidentifier":
            self._policy = text
        elif name == "classification":
            self._level = text
        elif name in _CATEGORY_VALUES and text and len(self._values) < _MOST_VALUES:
            self._values.append((self._type, self._tag, text))
        elif name in _LABELS:
            if self._level and len(self.found) < _MOST_LABELS:
                self.found.append(self._said())
            self._kind = ""

    def _said(self) -> Said:
        policy = self._policy or self._policy_number
        beside: list[str] = []
        hints: list[str] = []
        released: list[str] = []
        for kind, tag, value in self._values:
            if kind == "PERMISSIVE" or (not kind and "releas" in tag.casefold()):
                # A context that is the policy itself opens the label to nobody else.
                released += [value] if value.casefold() != policy.casefold() else []
            else:
                (hints if kind == "INFORMATIVE" else beside).append(value)
        return Said(
            self._place,
            "stanag_4774",
            self._level,
            policy=policy,
            beside=tuple(beside),
            hints=tuple(hints),
            released=tuple(released) or None,
            table="stanag",
            ids=(f"{policy} {self._level}", f"{self._policy_number} {self._level}", self._level),
            reasons=(self._kind,),
        )


def find(seen: Seen) -> Iterator[Said]:
    """Yield the labels of the document's XML and of its header fields."""
    for place, data in documents(seen, _NAMESPACE):
        yield from _labels(place, data)
    for one in seen.fields:
        if one.name in _HEADERS:
            for data in (one.text.encode("utf-8", "replace"), *decoded(one.text), *decoded(_object(one.text))):
                if is_markup(data) and speaks_of(data, _NAMESPACE):
                    yield from _labels(one.place, data)


def _object(text: str) -> str:
    """Return the binding in a parameter, put together where it was cut (RFC 2231, section 3)."""
    pieces = [(int(number or 0), piece) for number, piece in _OBJECT.findall("".join(text.split()))]
    return "".join(piece.rstrip("=") if number < len(pieces) - 1 else piece for number, piece in sorted(pieces))


def _labels(place: Place, data: bytes) -> Iterator[Said]:
    labels = _Labels(place)
    walk(data, labels)
    yield from labels.found
