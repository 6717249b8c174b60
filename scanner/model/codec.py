"""Turns values into plain JSON data and back, strictly, so that nothing but data crosses a process or a disk."""

import dataclasses
import marshal
import types
import typing
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Final, TypeVar

from scanner.model.label import Label

_T = TypeVar("_T")
_Decoder = Callable[[object], object]
_Build = type[tuple[object, ...]] | type[frozenset[object]]
_Field = tuple[object, object, dict[object, object], _Decoder]
_SCALARS: Final = (str, int, float, bool)
_PLAIN: Final = frozenset({*_SCALARS, type(None)})
_KEPT: Final = 256
_LONGEST: Final = 16_384  # bytes; a label of the scheme with the most words takes a third of that


def encode(value: object, *, brief: bool = False, label: Callable[[Label], object] | None = None) -> object:
    """Return a value as JSON data: dataclasses become objects, enums their value, tuples and sets arrays.

    With `brief` fields that have their default value are left out; `decode` puts them back. `label` says what stands
    for a label, which is much the largest part of what is written.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple or kind is list:
        return [encode(item, brief=brief, label=label) for item in typing.cast("typing.Sequence[object]", value)]
    if label is not None and isinstance(value, Label):
        return label(value)
    fields = _fields(typing.cast("typing.Hashable", kind))
    if fields is not None:
        return _object(value, fields, brief=brief, label=label)
    if isinstance(value, Enum):
        return value.value
    return sorted(map(encode, value), key=str) if isinstance(value, frozenset) else value


def decode(kind: type[_T], data: object) -> _T:
    """Build a value of the given dataclass from what `encode` made of one.

    The data may come from a process that a hostile document has taken over: every field is checked.

    Raises:
        ValueError: the data is not of that kind; the message names the field, never its content.
    """
    try:
        return typing.cast("_T", _decoder(typing.cast("typing.Hashable", kind))(data))
    except _UnfitError as error:
        message = f"not what {kind.__name__}{''.join(reversed(error.path))} should be"
        raise ValueError(message) from None


def _object(
    value: object,
    fields: tuple[tuple[str, object], ...],
    *,
    brief: bool,
    label: Callable[[Label], object] | None,
) -> dict[str, object]:
    known: dict[str, object] = {}
    for name, default in fields:
        item = getattr(value, name)
        if brief and (item is default or (type(item) is type(default) and item == default)):
            continue
        known[name] = item if type(item) in _PLAIN else encode(item, brief=brief, label=label)
    return known


@cache
def _fields(kind: typing.Any) -> tuple[tuple[str, object], ...] | None:
    """Return the names of the fields of a dataclass, each with its default; None for another kind."""
    if not dataclasses.is_dataclass(kind):
        return None
    return tuple((field.name, field.default) for field in dataclasses.fields(kind))


class _UnfitError(Exception):
    """Data is not of the kind it should be; each level above adds its step to the path."""

    def __init__(self) -> None:
        super().__init__()
        self.path: list[str] = []


@cache
def _decoder(kind: object) -> _Decoder:
    """Return the function that checks and builds one kind: what kind it is, is asked once and not for every value."""
    origin = typing.get_origin(kind)
    if origin in {types.UnionType, typing.Union}:
        (inner,) = (option for option in typing.get_args(kind) if option is not type(None))
        return _optional(_decoder(inner))
    if origin in {tuple, frozenset}:
        inner, build = typing.get_args(kind)[0], tuple if origin is tuple else frozenset
        return _alike(inner, build) if inner in {str, int, bool} else _several(_decoder(inner), build)
    if not isinstance(kind, type):
        return _nothing
    if issubclass(kind, Enum):
        return _enumeration(kind)
    if dataclasses.is_dataclass(kind):
        return _shared(_dataclass(kind)) if kind is Label else _dataclass(kind)
    return _number if kind is float else _scalar(kind)


def _nothing(_: object) -> object:
    raise _UnfitError


def _optional(inner: _Decoder) -> _Decoder:
    return lambda data: None if data is None else inner(data)


def _alike(kind: type, build: _Build) -> _Decoder:
    """Take several values that are of one kind of JSON; most are, and need no call each."""
    each, only = _several(_scalar(kind), build), {kind}

    def alike(data: object) -> object:
        return build(data) if type(data) is list and set(map(type, data)) == only else each(data)

    return alike


def _several(item: _Decoder, build: _Build) -> _Decoder:
    def several(data: object) -> object:
        if type(data) is not list:
            raise _UnfitError
        built: list[object] = []
        try:
            built.extend(map(item, data))
        except _UnfitError as error:
            error.path.append(f"[{len(built)}]")
            raise
        return build(built)

    return several


def _enumeration(kind: type[Enum]) -> _Decoder:
    members = {(type(member.value), member.value): member for member in kind}

    def enumeration(data: object) -> object:
        if type(data) is str or type(data) is int:
            known = members.get((type(data), data))
            if known is not None:
                return known
        try:
            return kind(data)
        except ValueError:
            raise _UnfitError from None

    return enumeration


def _dataclass(kind: type) -> _Decoder:
    hints = typing.get_type_hints(kind)
    fields: dict[str, _Field] = {}

    def dataclass_(data: object) -> object:
        if type(data) is not dict:
            raise _UnfitError
        if not fields:  # only now, for a kind may hold others of its own kind
            fields.update((name, _field(hint)) for name, hint in hints.items())
        built: dict[str, object] = {}
        name = ""
        try:
            for name, entry in data.items():
                plain, chosen_by, choices, decoder = fields[name]
                given = type(entry)
                if given is plain:
                    built[name] = entry
                elif given is chosen_by and entry in choices:
                    built[name] = choices[entry]
                else:
                    built[name] = decoder(entry)
            return kind(**built)
        except _UnfitError as error:
            error.path.append(f".{name}")
            raise
        except (KeyError, TypeError):  # a field that there is not, or one that is missing
            raise _UnfitError from None

    return dataclass_


def _field(kind: object) -> _Field:
    """Return how most data of a field is told without a call, and the function for the rest.

    These are the kind that is taken as it is, and the kind by which one of several is chosen, with what there is to
    choose; None where there is none.
    """
    decoder, inner = _decoder(kind), kind
    if typing.get_origin(kind) in {types.UnionType, typing.Union}:
        (inner,) = (option for option in typing.get_args(kind) if option is not type(None))
    if isinstance(inner, type) and issubclass(inner, Enum):
        for given in (str, int):
            if all(type(member.value) is given for member in inner):
                return None, given, {member.value: member for member in inner}, decoder
    return inner if inner in _SCALARS else None, None, {}, decoder


def _number(data: object) -> object:
    if type(data) is not int and type(data) is not float:
        raise _UnfitError
    return float(data)


def _scalar(kind: type) -> _Decoder:
    def scalar(data: object) -> object:
        if type(data) is not kind:
            raise _UnfitError
        return data

    return scalar


def _shared(build: _Decoder) -> _Decoder:
    """Build equal values once: there are few labels, in very many verdicts, and each brings the rules of its scheme."""
    known: dict[bytes, object] = {}

    def shared(data: typing.Any) -> object:
        if type(data) is Label:  # nothing that comes out of JSON is one: whoever decodes has built it before
            return data
        try:
            key = marshal.dumps(data, 2)  # two of its bytes differ where a value or its type does
        except ValueError:
            return build(data)
        if key not in known:
            if len(key) > _LONGEST:
                return build(data)
            if len(known) >= _KEPT:
                known.clear()
            known[key] = build(data)
        return known[key]

    return shared
