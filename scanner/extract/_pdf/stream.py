"""Unpacks the streams of a PDF, as far as their filters pack bytes and not pictures (ISO 32000-1, 7.4)."""

import re
import zlib
from binascii import a2b_hex
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from pdfminer.ascii85 import ascii85decode
from pdfminer.lzw import lzwdecode
from pdfminer.runlength import rldecode
from pdfminer.utils import apply_png_predictor, apply_tiff_predictor

from scanner.extract._budget import Budget, LimitReachedError
from scanner.extract._pdf.syntax import Value
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Reason

_PIECE: Final = 1 << 16
_STEP: Final = 32
_UNBOUNDED: Final = 4 << 20  # packed bytes handed to a decoder that knows no limit
_MOST_FILTERS: Final = 8
_PNG: Final = 10
_NO_HEX: Final = re.compile(rb"[^0-9A-Fa-f]+")


def unpacked(attributes: Mapping[str, Value], data: bytes, budget: Budget, most: int = 0) -> tuple[bytes, bool]:
    """Return what a stream holds, and whether that is all of it: what breaks off is kept as far as it goes.

    `most` is after how many bytes to stop without a word; 0 means that the budget decides.

    Raises:
        LimitReachedError: it is larger than the budget allows.
        UnreadableError: a filter is not known.
    """
    whole = True
    names = _listed(attributes.get("Filter", attributes.get("F")))[:_MOST_FILTERS]
    parameters = _listed(attributes.get("DecodeParms", attributes.get("DP")))
    for at, name in enumerate(names):
        given = parameters[at] if at < len(parameters) else None
        settings = cast("dict[str, Value]", given) if isinstance(given, dict) else {}
        if name in {"FlateDecode", "Fl"}:
            data, sound = _inflated(data, budget, most)
            whole = whole and sound
        elif name == "Crypt":
            continue
        elif name in _DECODERS:
            if len(data) > _UNBOUNDED:
                raise LimitReachedError(Reason.TOO_LARGE, "a packed stream is too large for its filter")
            data = _decoded(str(name), data)
            budget.expand(len(data))
        else:
            raise UnreadableError(Reason.UNSUPPORTED, "packed by a filter that is not known")
        data = _predicted(data, settings)
    return data, whole


def _listed(value: Value) -> list[Value]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _inflated(data: bytes, budget: Budget, most: int) -> tuple[bytes, bool]:
    """Unpack within the budget; bytes that are no zlib stream may still be a bare deflate stream."""
    pieces, whole = _pieces(data, budget, most, zlib.MAX_WBITS)
    if not pieces and not whole:
        pieces, whole = _pieces(data[2:], budget, most, -zlib.MAX_WBITS)
    return b"".join(pieces), whole


def _pieces(data: bytes, budget: Budget, most: int, window: int) -> tuple[list[bytes], bool]:
    inflater = zlib.decompressobj(window)
    pieces: list[bytes] = []
    size, limit, step = 0, budget.limits.member_bytes, _PIECE
    while data and not inflater.eof:
        # A copy takes longer than to unpack most streams, which come in one piece.
        before = inflater.copy() if pieces and step != _STEP else None
        try:
            piece = inflater.decompress(data, step)
        except zlib.error:
            if step == _STEP:
                return pieces, False
            # What stands right before the fault comes out in small steps only.
            inflater, step = before or zlib.decompressobj(window), _STEP
            continue
        data = inflater.unconsumed_tail
        size += len(piece)
        if limit and size > limit:
            raise LimitReachedError(Reason.TOO_LARGE, "a file packed in the PDF is too large")
        budget.expand(len(piece))
        pieces.append(piece)
        if most and size > most:
            return pieces, False
    return pieces, inflater.eof


def _decoded(name: str, data: bytes) -> bytes:
    try:
        return _DECODERS[name](data)
    except Exception:  # noqa: BLE001 - pdfminer raises whatever broken bytes make it
        raise UnreadableError(Reason.CORRUPT, "packed bytes are broken") from None


def _hexadecimal(data: bytes) -> bytes:
    digits = _NO_HEX.sub(b"", data.partition(b">")[0])
    return a2b_hex(digits + b"0" * (len(digits) % 2))


def _predicted(data: bytes, settings: Mapping[str, Any]) -> bytes:
    predictor = settings.get("Predictor", 1)
    if not isinstance(predictor, int) or predictor <= 1:
        return data
    numbers = [settings.get(key, usual) for key, usual in (("Colors", 1), ("Columns", 1), ("BitsPerComponent", 8))]
    if not all(isinstance(number, int) and 0 < number < _UNBOUNDED for number in numbers):
        return data
    colours, columns, bits = numbers
    try:
        if predictor >= _PNG:
            return bytes(apply_png_predictor(predictor, colours, columns, bits, data))
        return bytes(apply_tiff_predictor(colours, columns, bits, data))
    except Exception:  # noqa: BLE001 - as above
        raise UnreadableError(Reason.CORRUPT, "packed bytes are broken") from None


_DECODERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "LZWDecode": lzwdecode,
    "LZW": lzwdecode,
    "ASCII85Decode": ascii85decode,
    "A85": ascii85decode,
    "ASCIIHexDecode": _hexadecimal,
    "AHx": _hexadecimal,
    "RunLengthDecode": rldecode,
    "RL": rldecode,
}
