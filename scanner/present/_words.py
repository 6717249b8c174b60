"""What reports call the reasons why something was not read in full, and what they say of themselves."""

from typing import Final

from scanner.model.document import Reason

REASONS: Final = {
    Reason.ENCRYPTED: "encrypted",
    Reason.CORRUPT: "damaged",
    Reason.TOO_LARGE: "over a size limit",
    Reason.TOO_DEEP: "packed too deep",
    Reason.TOO_MANY_MEMBERS: "too many members",
    Reason.TIMEOUT: "took too long",
    Reason.OUT_OF_MEMORY: "took too much memory",
    Reason.CRASHED: "broke its reader",
    Reason.UNSUPPORTED: "no reader for this kind",
    Reason.PERMISSION: "not allowed to read it",
    Reason.VANISHED: "gone before it was read",
    Reason.CHANGED_WHILE_READ: "changed while it was read",
    Reason.NOT_A_FILE: "not a regular file",
    Reason.IO_ERROR: "could not be read from disk",
    Reason.PARTIAL: "read in part",
    Reason.IMAGE: "a picture; its text is not read",
    Reason.SCANNED_PAGE: "scanned pages; their text is not read",
    Reason.RULE_FAILED: "a rule gave up",
    Reason.FORBIDDEN: "its reader attempted a forbidden operation",
}

_QUOTES: Final = (
    "It quotes markings, and no other text of a document: of a value it has the kind, the length and a keyed hash."
)

FOOTER: Final = (
    f"This file loads nothing and sends nothing. {_QUOTES} It does not say who made a file or whose it is, and counts "
    "or compares no people. It names files: keep it as you keep those names. Times are in UTC."
)

FOOTER_WITH_VALUES: Final = FOOTER.replace(_QUOTES, "It quotes the values that were found in documents.")
