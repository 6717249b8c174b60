"""Reads protective markings of mail as Australia's standard writes them, which others write with names of their own.

Source: Protective Security Policy Framework, Email Protective Marking Standard, 2005.6 to 2025.1: the header field
`X-Protective-Marking: VER=2025.1, NS=gov.au, SEC=PROTECTED, CAVEAT=RI:AGAO`, and `[SEC=PROTECTED]` after a subject.
Janusseal writes the same field; Office documents keep it in a property of the same name.
"""

import re
from collections.abc import Iterator
from typing import Final

from scanner.detect._labels.said import Said, Seen
from scanner.model.place import Part, Place

TABLE: Final = "protective_marking"

FIELDS: Final = frozenset({"x-protective-marking", "protective-marking"})
"""The names of the header field and of the property, in lower case."""

_SUBJECTS: Final = frozenset({"subject"})
_NAMESPACE: Final = "gov.au"  # what a subject means, which has no room to say so
_TAG: Final = re.compile(r"\[\s*((?:[A-Z]{2,10}\s*=[^\[\],]*,\s*){0,3}SEC\s*=[^\[\]]{1,500})\]\s*$", re.IGNORECASE)
_COMMA: Final = re.compile(r"(?<!\\),")
_ESCAPE: Final = re.compile(r"\\(.)")
_RELEASED: Final = re.compile(r"REL[ -]+(?:TO[ -]+)?(.+)", re.IGNORECASE)
_CODE: Final = re.compile(r"[A-Za-z]{3,4}")


def find(seen: Seen) -> Iterator[Said]:
    """Yield the markings of header fields and properties; without any, that of the subject."""
    said = False
    for one in seen.named(FIELDS):
        if (label := _label(one.place, one.text)) is not None:
            said = True
            yield label
    if said:
        return
    for one in seen.named(_SUBJECTS):
        tag = _TAG.search(one.text) if one.place.part is Part.MAIL_HEADER else None
        if tag is not None and (label := _label(one.place, tag[1])) is not None:
            yield label


def _label(place: Place, text: str) -> Said | None:
    tags: dict[str, list[str]] = {}
    for piece in _COMMA.split(text):
        key, equals, value = piece.partition("=")
        if equals:
            plain = " ".join(_ESCAPE.sub(r"\1", value).split())
            tags.setdefault(key.strip().upper(), []).append(plain)
    level = next(iter(tags.get("SEC", ())), "")
    if not level:
        return None
    namespace = next(iter(tags.get("NS", ())), _NAMESPACE).lower()
    beside: list[str] = []
    released: list[str] | None = None
    for caveat in tags.get("CAVEAT", ()):
        kind, _, value = caveat.rpartition(":")
        listed = _RELEASED.fullmatch(value)
        if listed is not None:
            released = _CODE.findall(listed[1])
        elif value:
            beside.append(value.replace("-", " ") if kind.strip().upper() in {"SH", "RI"} else value)
    return Said(
        place,
        "protective_marking",
        level,
        policy=namespace,
        beside=tuple(beside),
        hints=tuple(tags.get("ACCESS", ())),
        released=None if released is None else tuple(released),
        table=TABLE,
        ids=(f"{namespace} {level}", level),
        company=True,
        reasons=tuple(f"{key.lower()}:{value}" for key in ("EXPIRES", "DOWNTO") for value in tags.get(key, ())),
    )
