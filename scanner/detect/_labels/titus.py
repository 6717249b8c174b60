"""Reads the labels of Titus Classification (Fortra): properties, the coded header field, and a part in XML.

Observed in documents and in mails of public lists: `TitusGUID` beside properties that each organisation names itself
(`CTPClassification`), and `x-titus-metadata-40`, which is JSON in Base64.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from scanner.detect._labels.markup import decoded, documents, walk
from scanner.detect._labels.said import Said, Seen
from scanner.model.place import Place

TABLE: Final = "titus"

_SIGN: Final = "titusguid"
_HEADER: Final = "x-titus-metadata"
_NAMESPACE: Final = b"http://schemas.titus.com/"
_NAMES: Final = re.compile(
    "classif|sensitiv|marking|confidential|caveat|einstuf|klassif|geheim|vertraulich|klauzul|poufno|clasific|rubricer"
    "|stupe|utajen|grader|sikkerhet|säkerhet|luokit|гриф|секрет|密级|機密|minősít",
    re.IGNORECASE,
)
_LONGEST: Final = 200
_MOST: Final = 100


class _Coded:
    """Collects what a part in XML holds in Base64."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Nothing but text matters."""

    def end(self, name: str, text: str) -> None:
        if name == "titusmetadata":
            self.texts.append(text)


def find(seen: Seen) -> Iterator[Said]:
    """Yield the labels that are named for what they are."""
    if next(seen.named({_SIGN}), None) is not None:
        for one in seen.fields:
            if one.is_property and one.name != _SIGN and one.place.title != "property names":
                yield from _labels(one.place, one.place.title or "", [one.text])
    for one in seen.fields:
        if one.name.startswith(_HEADER):
            yield from _coded(one.place, one.text)
    for place, data in documents(seen, _NAMESPACE):
        collected = _Coded()
        walk(data, collected)
        for text in collected.texts[:_MOST]:
            yield from _coded(place, text)


def _coded(place: Place, text: str) -> Iterator[Said]:
    for data in decoded(text):
        try:
            read = json.loads(data)
        except (ValueError, RecursionError):
            continue
        metadata = read.get("Metadata", read) if isinstance(read, dict) else None
        properties = metadata.get("props") if isinstance(metadata, dict) else None
        for one in properties[:_MOST] if isinstance(properties, list) else ():
            if isinstance(one, dict) and isinstance(one.get("vals"), list):
                values = [value.get("value") for value in one["vals"][:_MOST] if isinstance(value, dict)]
                yield from _labels(place, str(one.get("n", "")), [value for value in values if isinstance(value, str)])


def _labels(place: Place, name: str, values: list[str]) -> Iterator[Said]:
    """Yield what a property says; of one with a name that tells nothing, only what the configuration has a name for."""
    telling = _NAMES.search(name) is not None
    for value in values:
        said = " ".join(value[:_LONGEST].split())
        if said:
            ids = (f"{name}={said}", *((said,) if telling else ()))
            meant = said if telling else ""
            yield Said(place, f"titus:{name}", meant, table=TABLE, ids=ids, company=True, told=telling)
