"""Reads properties and header fields that are named for what they hold: `Classification`, `x-acme-sensitivity`."""

import re
from collections.abc import Iterator
from typing import Final

from scanner.detect._labels.protective_marking import FIELDS as OTHERS
from scanner.detect._labels.said import Field, Said, Seen
from scanner.model.place import Part

_EXACT: Final = """
    classification securityclassification documentclassification classificationlevel classificationlabel
    securitylabel securitymarking protectivemarking marking markings sensitivitylabel confidentiality
    confidentialitylevel confidentialitylabel securitylevel ceiling caveat handling distributionstatement
    informationclassification dataclassification tlp
    einstufung klassifizierung geheimhaltungsgrad geheimhaltungsstufe schutzklasse vsgrad klauzula klauzulatajności
    clasificacion clasificación classificação classificazione rubricering stupeňutajení stupeňutajenia
    sikkerhetsgradering     säkerhetsklass turvaluokka mentiondeprotection niveaudeclassification гриф
    грифсекретности грифсекретності 密级 機密区分
"""
_NAMES: Final = frozenset(_EXACT.split())
_SIGNS: Final = re.compile(r"[\W_]+")
_ENDS: Final = ("classification", "sensitivity", "protectivemarking", "securitylabel", "confidentiality")
_LONGEST: Final = 300


def find(seen: Seen) -> Iterator[Said]:
    """Yield what stands under such a name, in a property or in a field that mail programs add."""
    others = any(one.name == "titusguid" for one in seen.fields)
    for one in seen.fields:
        if len(one.text) <= _LONGEST and one.text.strip() and _is_named(one) and not (others and one.is_property):
            yield said(one, one.name, one.text, official=not one.is_property)


def said(one: Field, name: str, text: str, *, system: str = "named_property", official: bool = False) -> Said:
    """Return what a value under a telling name says; it is a label only where it is a whole marking.

    Where `official` is wanted, the words of companies are a hint at most.
    """
    value = " ".join(text.split())
    if name.lower() == "tlp" and not value.lower().startswith("tlp"):
        value = f"TLP:{value}"
    company = not value.isupper()
    return Said(one.place, f"{system}:{name.lower()}", value, company=company, official=official, told=False)


def is_telling(name: str) -> bool:
    """Tell whether a name says that its value is a marking."""
    return _SIGNS.sub("", name.lower()) in _NAMES


def _is_named(one: Field) -> bool:
    bare = _SIGNS.sub("", one.name)
    if one.name in OTHERS:
        return False
    if one.place.part is Part.MAIL_HEADER:
        return one.name.startswith("x-") and bare.endswith(_ENDS)
    return bare in _NAMES or (one.place.part is Part.PROPERTY and bare.endswith("classification"))
