"""Says what the strings in a PDF's dictionaries are, by their keys and by what the dictionary is for."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final

from scanner.extract._pdf.syntax import Value
from scanner.model.place import Part

OTHER: Final = "other text"
"""The title of a string under a key that is not known."""

_META: Final = Part.METADATA
# Keys of ISO 32000-2 whose strings people wrote, and what they are called here.
_KEYS: Final[dict[str, tuple[Part, str | None]]] = {
    "Contents": (Part.ANNOTATION, None),
    "RC": (Part.ANNOTATION, None),
    "Subj": (Part.ANNOTATION, "subject"),
    "StateModel": (Part.ANNOTATION, "state"),
    "State": (Part.ANNOTATION, "state"),
    "OverlayText": (Part.ANNOTATION, "redaction"),
    "V": (Part.FORM_FIELD, None),
    "DV": (Part.FORM_FIELD, None),
    "RV": (Part.FORM_FIELD, None),
    "Opt": (Part.FORM_FIELD, None),
    "TU": (Part.FORM_FIELD, "help"),
    "TM": (Part.FORM_FIELD, "export name"),
    "CA": (Part.FORM_FIELD, "caption"),
    "RCA": (Part.FORM_FIELD, "caption"),
    "AC": (Part.FORM_FIELD, "caption"),
    "URI": (_META, "link"),
    "Title": (_META, "title"),
    "Alt": (_META, "alt text"),
    "ActualText": (_META, "alt text"),
    "E": (_META, "expansion"),
    "JS": (Part.CODE, "script"),
    "Name": (_META, "layer"),
    "UF": (_META, "file name"),
    "F": (_META, "file name"),
    "Desc": (_META, "file name"),
    "Reason": (_META, "signature"),
    "Location": (_META, "signature"),
    "ContactInfo": (_META, "signature"),
}


class Kind(Enum):
    """What a dictionary is for, where its keys alone do not say it."""

    OTHER = auto()
    PROPERTIES = auto()
    NOTE = auto()
    FIELD = auto()
    SIGNATURE = auto()
    STRUCTURE = auto()


def kind_of(values: Mapping[str, Value]) -> Kind:
    """Tell what a dictionary is for, by the keys that only one kind of them has."""
    if "ByteRange" in values or values.get("Type") == "Sig":
        return Kind.SIGNATURE
    if "FT" in values or values.get("Subtype") == "Widget" or ("T" in values and values.keys() & {"V", "Kids"}):
        return Kind.FIELD
    if "Rect" in values:
        return Kind.NOTE
    if "S" in values and values.keys() & {"P", "Pg", "K"}:
        return Kind.STRUCTURE
    return Kind.OTHER


def called(key: str, kind: Kind) -> tuple[Part, str | None]:
    """Return at what part, and by what name, a string stands; of a field's value, the field's own name is missing."""
    if key == "T":
        named = {Kind.FIELD: (Part.FORM_FIELD, "name"), Kind.NOTE: (Part.ANNOTATION, "author")}
        return named.get(kind, (_META, "title"))
    if key == "Name" and kind is Kind.SIGNATURE:
        return _META, "signature"
    return _KEYS.get(key, (_META, OTHER))
