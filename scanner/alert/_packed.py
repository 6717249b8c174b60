"""Writes a verdict into few bytes and reads it back quickly: labels once, and nothing that is what it is by default.

A label brings how its scheme writes it, which is most of a verdict, and the same few labels stand in very many: they
are on a line of their own, which is read once for all verdicts that have it.
"""

import json
from functools import lru_cache

from scanner.model.codec import decode, encode
from scanner.model.label import Label
from scanner.model.verdict import Verdict


def pack(verdict: Verdict) -> str:
    """Return a verdict as two lines of JSON: its labels, and all else, in which a label is its number."""
    labels: dict[Label, int] = {}

    def number(label: Label) -> int:
        return labels.setdefault(label, len(labels))

    known = encode(verdict, brief=True, label=number)
    return f"[{','.join(map(_written, labels))}]\n{_json(known)}"


def unpack(text: str) -> Verdict:
    """Return the verdict that `pack` wrote, or one that stands on one line as all its fields.

    Raises:
        ValueError: the text is neither.
    """
    first, line, rest = text.partition("\n")
    if not line:
        return decode(Verdict, json.loads(first))
    known = json.loads(rest)
    try:
        labels = labels_of(first)
        if "labels" in known:
            known["labels"] = [labels[number] for number in known["labels"]]
        for data in known.get("findings", ()):
            if "label" in data:
                data["label"] = labels[data["label"]]
            if "also" in data:
                data["also"] = [labels[number] for number in data["also"]]
    except (TypeError, LookupError, AttributeError):
        message = "not what a verdict should be"
        raise ValueError(message) from None
    return decode(Verdict, known)


@lru_cache(256)
def labels_of(line: str) -> tuple[Label, ...]:
    """Return the labels that stand on the first of the lines of `pack`; a verdict says which by its number.

    Raises:
        ValueError: these are no labels.
    """
    return tuple(decode(Label, data) for data in json.loads(line))


@lru_cache(256)
def _written(label: Label) -> str:
    return _json(encode(label, brief=True))


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=True, separators=(",", ":"))
