"""What reports call the reasons why something was not read in full."""

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
