"""A document on disk, and what a reader makes of its bytes: text, members and problems."""

from dataclasses import dataclass, field
from enum import StrEnum

from scanner.model.exposure import Exposure
from scanner.model.place import Place


class Reason(StrEnum):
    """Why something was not read in full; each is a visible outcome, never a silence.

    `FORBIDDEN`: a parser tried what nobody who only reads a document has to do, so the document may have taken it over.
    """

    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    TOO_MANY_MEMBERS = "too_many_members"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    UNSUPPORTED = "unsupported"
    PERMISSION = "permission"
    VANISHED = "vanished"
    CHANGED_WHILE_READ = "changed_while_read"
    NOT_A_FILE = "not_a_file"
    IO_ERROR = "io_error"
    PARTIAL = "partial"
    IMAGE = "image"
    SCANNED_PAGE = "scanned_page"
    RULE_FAILED = "rule_failed"
    FORBIDDEN = "forbidden_operation"


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one state of a file from another; compared for equality, never for newer."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was looked at.

    `path` holds the file name's bytes by `os.fsdecode`: bytes that are not UTF-8 are lone surrogates.
    `sha256` and `media_type` are empty where the file could not be opened. `claimed_type` is what the
    name says the file is, where that disagrees with the bytes. `exposure` is None where nobody asked for it.
    """

    path: str
    size: int = 0
    identity: Identity | None = None
    sha256: str = ""
    media_type: str = ""
    claimed_type: str | None = None
    exposure: Exposure | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a document before it is read: what it is, what its name says it is, its hash in hexadecimal."""

    media_type: str
    claimed_type: str | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes of a known type, ready for a reader; `place` names the file or member they are."""

    place: Place
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text from one place; its lines end in a line feed."""

    place: Place
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside a file; it goes through identify again. `place.members` ends with its name."""

    place: Place
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read, and therefore was not checked. `detail` never quotes the document."""

    place: Place
    reason: Reason
    detail: str = ""
