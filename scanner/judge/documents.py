"""Tells which kinds of files are documents: what people write, and could have marked."""

from typing import Final

# What is read for its text. Not pictures, sounds and programs, which have none; not archives and mailboxes, which hold
# documents and are none; not what programs keep for themselves. A file of text is one, for nothing in it tells a note
# from source code.
_WRITTEN: Final = frozenset(
    {
        "application/epub+zip",
        "application/msonenote",
        "application/msword",
        "application/onenote",
        "application/oxps",
        "application/pdf",
        "application/postscript",
        "application/rtf",
        "application/vnd.apple.keynote",
        "application/vnd.apple.numbers",
        "application/vnd.apple.pages",
        "application/vnd.ms-excel",
        "application/vnd.ms-excel+xml",
        "application/vnd.ms-office.package+xml",
        "application/vnd.ms-outlook",
        "application/vnd.ms-powerpoint",
        "application/vnd.ms-project",
        "application/vnd.ms-tnef",
        "application/vnd.ms-word+xml",
        "application/vnd.ms-works",
        "application/vnd.ms-xpsdocument",
        "application/vnd.visio",
        "application/x-hwp",
        "application/x-mspublisher",
        "application/xhtml+xml",
        "message/global",
        "message/rfc822",
        "text/html",
        "text/plain",
        "text/rtf",
    }
)
_FAMILIES: Final = (
    "application/vnd.ms-excel.",
    "application/vnd.ms-powerpoint.",
    "application/vnd.ms-visio.",
    "application/vnd.ms-word.",
    "application/vnd.oasis.opendocument.",
    "application/vnd.openxmlformats-officedocument.",
    "application/vnd.stardivision.",
    "application/vnd.sun.xml.",
)
_PICTURES: Final = (".chart", ".image", ".formula")  # objects of a document


def is_document(media_type: str) -> bool:
    """Tell whether a file of this media type is a document that could bear a marking."""
    return media_type in _WRITTEN or (
        media_type.startswith(_FAMILIES) and not media_type.removesuffix("-template").endswith(_PICTURES)
    )
