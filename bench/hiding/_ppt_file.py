"""Builds PowerPoint 97 files record by record, for places that no writer at hand fills."""

import struct
import zlib
from collections.abc import Mapping, Sequence

from bench.hiding._biff_file import atom, compound, container

DOCUMENT, SLIDE, NOTES, MASTER, STORAGE = 0x03E8, 0x03EE, 0x03F0, 0x03F8, 0x1011
_USER_EDIT, _DIRECTORY, _LIST, _IN_LIST = 0x0FF5, 0x1772, 0x0FF0, 0x03F3


def string(text: str, instance: int = 0) -> bytes:
    """Return a string; what it is says its instance."""
    return atom(0x0FBA, text.encode("utf-16-le"), instance)


def chars(text: str) -> bytes:
    """Return text in two bytes a character."""
    return atom(0x0FA0, text.encode("utf-16-le"))


def narrow_chars(text: str) -> bytes:
    """Return text in one byte a character."""
    return atom(0x0FA8, text.encode("latin-1"))


def shape(*content: bytes) -> bytes:
    """Return a drawing with one shape."""
    return container(0x040C, container(0xF002, container(0xF003, container(0xF004, *content))))


def text_shape(text: str, *before: bytes) -> bytes:
    """Return a drawing with one shape that shows a text."""
    return shape(*before, container(0xF00D, atom(0x0F9F, bytes(4)), chars(text)))


def slide(*content: bytes, hidden: bool = False) -> bytes:
    """Return a slide."""
    info = atom(0x03F9, bytes(10) + struct.pack("<HI", 4 if hidden else 0, 0))
    return container(SLIDE, atom(0x03EF, bytes(24)), info, *content)


def slide_list(count: int, *texts: bytes) -> bytes:
    """Return the list of the first slides, with what the outline says of the last of them."""
    listed = [atom(_IN_LIST, struct.pack("<IIIII", number + 2, 0, 0, 256 + number, 0)) for number in range(count)]
    return container(_LIST, *listed, *texts)


def tag(name: str, *content: bytes) -> bytes:
    """Return a tag with records in it, as PowerPoint keeps what came after its file format."""
    return container(0x1388, container(0x138A, string(name), atom(0x138B, b"".join(content))))


def stream(objects: Sequence[bytes], earlier: Sequence[bytes] = (), loose: Sequence[bytes] = ()) -> tuple[bytes, int]:
    """Return the main stream, and where its last edit is described.

    The first of the objects is the document; `earlier` were objects of an edit before, `loose` never any.
    """
    data = b"".join((*earlier, *loose))
    places = []
    for each in objects:
        places.append(len(data))
        data += each
    directory = len(data)
    listed = struct.pack("<I", len(places) << 20 | 1) + struct.pack(f"<{len(places)}I", *places)
    data += atom(_DIRECTORY, listed)
    edit = len(data)
    data += atom(_USER_EDIT, struct.pack("<IHBBIIIIHH", 0, 0, 0, 3, 0, directory, 1, len(places) + 1, 0, 0))
    return data, edit


def user(edit: int, token: int = 0xE391C05F) -> bytes:
    """Return the stream that says which edit is the last."""
    return atom(0x0FF6, struct.pack("<IIIHHBBH", 20, token, edit, 0, 0x03F4, 3, 0, 0))


def show(objects: Sequence[bytes], earlier: Sequence[bytes] = (), beside: Mapping[str, bytes] | None = None) -> bytes:
    """Return the file of a presentation."""
    data, edit = stream(objects, earlier)
    return compound({"Current User": user(edit), "PowerPoint Document": data, **(beside or {})})


def picture(kind: int, instance: int, data: bytes, packing: int = 0) -> bytes:
    """Return a metafile as drawings keep it; `packing` is 0 where it is compressed and 0xFE where not."""
    header = struct.pack("<I", len(data)) + bytes(24) + struct.pack("<IBB", len(data), packing, 0xFE)
    content = zlib.compress(data) if packing == 0 else data
    return atom(kind, bytes(16 * (1 + instance % 2)) + header + content, instance)


def drawn(text: str) -> bytes:
    """Return a metafile of the older kind that draws a text."""
    said = text.encode("cp1252")
    body = struct.pack("<H", len(said)) + said + b"\0" * (len(said) % 2) + bytes(4)
    record = struct.pack("<IH", 3 + len(body) // 2, 0x0521) + body
    end = struct.pack("<IH", 3, 0)
    size = 9 + (len(record) + len(end)) // 2
    return struct.pack("<HHHIHIH", 1, 9, 0x300, size, 0, len(record) // 2, 0) + record + end
