"""Turns values into plain JSON data and back, strictly, so that nothing but data crosses a process or a disk."""

import dataclasses
import types
import typing
from enum import Enum
from functools import cache
from typing import TypeVar

_T = TypeVar("_T")


def encode(value: object) -> object:
    """Return a value as JSON data: dataclasses become objects, enums their value, tuples and sets arrays."""
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, frozenset):
        return sorted((encode(item) for item in value), key=str)
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    return value


def decode(kind: type[_T], data: object) -> _T:
    """Build a value of the given dataclass from what `encode` made of one.

    The data may come from a process that a hostile document has taken over: every field is checked.

    Raises:
        ValueError: the data is not of that kind; the message names the field, never its content.
    """
    return typing.cast("_T", _decode(kind, data, kind.__name__))


def _decode(kind: object, data: object, path: str) -> object:
    origin = typing.get_origin(kind)
    if origin in {types.UnionType, typing.Union}:
        return _decode_optional(kind, data, path)
    if origin in {tuple, frozenset}:
        if not isinstance(data, list):
            raise _unfit(path)
        item = typing.get_args(kind)[0]
        built = [_decode(item, entry, f"{path}[{number}]") for number, entry in enumerate(data)]
        return tuple(built) if origin is tuple else frozenset(built)
    if not isinstance(kind, type):
        raise _unfit(path)
    if issubclass(kind, Enum):
        try:
            return kind(data)
        except ValueError:
            raise _unfit(path) from None
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(kind, data, path)
    return _decode_scalar(kind, data, path)


def _decode_optional(kind: object, data: object, path: str) -> object:
    if data is None:
        return None
    (inner,) = (option for option in typing.get_args(kind) if option is not type(None))
    return _decode(inner, data, path)


def _decode_dataclass(kind: type, data: object, path: str) -> object:
    hints = _hints(kind)
    if not isinstance(data, dict) or not data.keys() <= hints.keys():
        raise _unfit(path)
    try:
        return kind(**{name: _decode(hints[name], entry, f"{path}.{name}") for name, entry in data.items()})
    except TypeError:
        raise _unfit(path) from None


def _decode_scalar(kind: type, data: object, path: str) -> object:
    if kind is float and type(data) is int:
        return float(data)
    if type(data) is not kind:
        raise _unfit(path)
    return data


@cache
def _hints(kind: type) -> dict[str, object]:
    return typing.get_type_hints(kind)


def _unfit(path: str) -> ValueError:
    return ValueError(f"not what {path} should be")
