"""Finds what is embedded in compound files: packaged files, documents of other programs, and what they are called."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from scanner.extract._binary import HEAD, is_picture
from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._ole.compound import Compound, Path
from scanner.extract._text.encoding import decodings
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Member, Problem, Reason
from scanner.model.place import Part, Place

# Streams whose whole content is the embedded file ([MS-OLEDS] 2.3.6, and what OpenOffice and Acrobat write).
_WHOLE: Final = frozenset({"package", "contents", "embeddedodf", "package_stream"})
_NATIVE: Final = "\x01ole10native"
# What programs keep beside an embedded document: how it is shown and linked.
_BESIDE: Final = re.compile(
    r"\x01ole|\x01compobj|\x01ole10(?:itemname|fmtprogid)|\x02olepres[0-9]{3}"
    r"|properties_stream|\x03(?:objinfo|linkinfo|e?print|meta|pict?|ole.*|ocx(?:name|data))"
)
_SPEAKING: Final = re.compile(r"\x01ole|\x01compobj|\x01ole10itemname|\x03linkinfo|\x03ocx(?:name|data)")
_CLASS_HEAD: Final = 28
# Numbers that are -1 stand right before names.
_NARROW: Final = re.compile(rb"[\x20-\x7e\x80-\xfe]{5,}")
_WIDE: Final = re.compile(rb"(?:[\x20-\x7e]\x00){4,}")
_MOST_SPOKEN: Final = 1 << 16
_LONGEST_NAME: Final = 1 << 10
_SAYS_NOTHING: Final = frozenset({b"Embedded Object", b"Link Source"})


@dataclass(frozen=True, slots=True)
class NativeObject:
    """What a native stream holds: the file, its name and the paths it had. `whole` is False where bytes are missing."""

    name: str
    paths: tuple[str, ...]
    data: bytes = field(repr=False)
    whole: bool


def embedded(
    compound: Compound, storage: Path, lines: Lines, base: Place, budget: Budget
) -> Iterator[Member | Problem]:
    """Yield the file that is embedded in one storage, and write what is said about it to `lines`.

    A storage that is no package is handed on as a compound file of its own.
    """
    rest = False
    for path in compound.inside(*storage):
        name = path[-1].casefold()
        if not compound.has(*path):
            rest = True
        elif is_embedded_file(name):
            yield from embedded_file(compound, path, lines, base, budget)
        elif not speak(compound, path, lines, base):
            rest = True
    if rest:
        data = compound.packed(storage)
        budget.expand(len(data))
        yield Member(within(base, storage[-1]), data)


def read_native(raw: bytes) -> NativeObject:
    """Return the file in an `Ole10Native` stream ([MS-OLEDS] 2.3.6; its packages are laid out as OLE1 has them).

    The data of a program other than the packager has neither name nor paths.
    """
    if len(raw) < 4:  # noqa: PLR2004 - the size before the data
        return NativeObject("", (), b"", whole=False)
    (size,) = struct.unpack_from("<I", raw)
    plain = NativeObject("", (), raw[4 : 4 + size], whole=len(raw) >= 4 + size)
    if raw[4:6] != b"\x02\x00":
        return plain
    label, at = _until_zero(raw, 6)
    path, at = _until_zero(raw, at)
    if at < 0 or at + 8 > len(raw):
        return plain
    # A flag that says what follows is a path, then the path with its length.
    (length,) = struct.unpack_from("<I", raw, at + 4)
    at += 8
    if length > _LONGEST_NAME or at + length + 4 > len(raw):
        return plain
    source = raw[at : at + length].split(b"\0")[0]
    at += length
    (size,) = struct.unpack_from("<I", raw, at)
    data = raw[at + 4 : at + 4 + size]
    wide = _wide_names(raw, at + 4 + size)
    if len(wide) == 3:  # noqa: PLR2004 - all or none
        # These come in another order: path, label, source.
        names = [wide[1], wide[2], wide[0]]
    else:
        known = dict.fromkeys((label, path, source))
        decoded = {name: name.decode("ascii") if name.isascii() else decodings(name)[0] for name in known}
        names = [decoded[name] for name in (label, path, source)]
    name = re.split(r"[\\/]", names[0] or names[1])[-1]
    return NativeObject(name, tuple(dict.fromkeys(filter(None, names))), data, whole=len(data) == size)


def embedded_file(
    compound: Compound, path: Path, lines: Lines, base: Place, budget: Budget
) -> Iterator[Member | Problem]:
    """Yield the file that one stream holds, under its own name where it has one."""
    fallback = path[-2] if len(path) > 1 else path[-1]
    try:
        raw = compound.read(*path)
    except UnreadableError as error:
        yield Problem(base, error.reason, error.detail)
        return
    if not raw:
        return
    name, shown = fallback, False
    if path[-1].casefold() == _NATIVE:
        found = read_native(raw)
        for line in found.paths:
            lines.add(replace(base, part=Part.METADATA, title="embedded file"), line)
        name, raw = found.name or fallback, found.data
        # The pictures of drawing programs are shown in the document; a packaged one is a file like any other.
        shown = not found.name and is_picture(raw[:HEAD])
        if not found.whole:
            yield Problem(base, Reason.CORRUPT, "an embedded file breaks off")
    if raw and not shown:
        budget.expand(len(raw))
        yield Member(within(base, name), raw)


def is_embedded_file(name: str) -> bool:
    """Tell whether a stream of a name, in lower case, holds nothing but an embedded file."""
    return name == _NATIVE or name in _WHOLE


def speak(compound: Compound, path: Path, lines: Lines, base: Place) -> bool:
    """Tell whether a stream only accompanies an object, and write names of programs and paths of links in it."""
    name = path[-1].casefold()
    if not _BESIDE.fullmatch(name):
        return False
    if not _SPEAKING.fullmatch(name):
        return True
    try:
        raw = compound.read(*path)[_CLASS_HEAD if name.startswith("\x01comp") else 0 : _MOST_SPOKEN]
    except UnreadableError:
        return True
    place = replace(base, part=Part.METADATA, title="embedded object")
    for match in _NARROW.findall(raw):
        if match not in _SAYS_NOTHING:
            lines.add(place, match.decode("cp1252", "replace"))
    for match in _WIDE.findall(raw):
        lines.add(place, match.decode("utf-16-le"))
    return True


def within(base: Place, name: str) -> Place:
    """Return the place of a file that stands in a document under a name."""
    return replace(base, members=(*base.members, _printable(name)), part=Part.BODY, number=None, title=None)


def _until_zero(raw: bytes, at: int) -> tuple[bytes, int]:
    end = raw.find(b"\0", at, at + _LONGEST_NAME) if at >= 0 else -1
    return (raw[at:end], end + 1) if end >= 0 else (b"", -1)


def _wide_names(raw: bytes, at: int) -> list[str]:
    names: list[str] = []
    while len(names) < 3 and at + 4 <= len(raw):  # noqa: PLR2004 - there are three
        (length,) = struct.unpack_from("<I", raw, at)
        if length > _LONGEST_NAME or at + 4 + 2 * length > len(raw):
            return []
        names.append(raw[at + 4 : at + 4 + 2 * length].decode("utf-16-le", "replace").rstrip("\0"))
        at += 4 + 2 * length
    return names


def _printable(name: str) -> str:
    return "".join(character for character in name if character.isprintable()) or "object"
