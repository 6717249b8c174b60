"""Looks at what is no document: programs, sound, film, fonts, databases. What can be read in them is their strings."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._archive.appended import appended
from scanner.extract._budget import Budget
from scanner.extract._text.strings import document_strings, strings
from scanner.model.document import Blob, Member, Problem, Segment
from scanner.model.place import Part

MEDIA_TYPES: Final = frozenset(
    {
        "audio/*",
        "video/*",
        "font/*",
        "application/octet-stream",
        "application/x-dosexec",
        "application/vnd.microsoft.portable-executable",
        "application/x-executable",
        "application/x-pie-executable",
        "application/x-sharedlib",
        "application/x-object",
        "application/x-mach-binary",
        "application/x-coredump",
        "application/x-java-applet",
        "application/java-vm",
        "application/x-bytecode.python",
        "application/x-wasm",
        "application/wasm",
        "application/vnd.ms-opentype",
        "application/font-sfnt",
        "application/vnd.ms-fontobject",
        "application/x-font-ttf",
        "application/x-font-type1",
        "application/vnd.sqlite3",
        "application/x-sqlite3",
        "application/x-dbf",
        "application/x-gettext-translation",
        "application/x-git",
        "application/x-ms-shortcut",
        "application/x-shockwave-flash",
        "application/vnd.adobe.flash.movie",
        "application/ogg",
        "application/x-matroska",
        "application/x-terminfo",
        "application/pgp-keys",
        "application/pgp-signature",
        "application/x-x509-ca-cert",
        "application/vnd.iccprofile",
        "application/x-numpy-data",
        "application/x-hdf5",
    }
)
_END: Final = 1 << 20
_TAGS: Final = 1 << 16


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield the readable strings as one segment, and what hangs behind the rest."""
    data = blob.data
    if blob.media_type.startswith(("audio/", "video/")):
        # Words stand at the ends; what is between is sound and pictures.
        data = b"\n".join((data[:_END], data[_END:][-_END:]))
        # Titles and comments are written in any language.
        tags = document_strings(b"\n".join((data[:_TAGS], data[_TAGS:][-_TAGS:])))
    else:
        tags = document_strings(data[:_TAGS]) if blob.media_type == "application/octet-stream" else ""
    said = frozenset(tags.split("\n"))
    found = "\n".join([*filter(None, (tags,)), *(line for line in strings(data).split("\n") if line not in said)])
    if found:
        budget.text(len(found))
        yield Segment(replace(blob.place, part=Part.RAW), found)
    yield from appended(blob, budget)
