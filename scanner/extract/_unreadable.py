"""What a reader raises inside itself when a part of a document cannot be read; it becomes a problem."""

from scanner.model.document import Reason


class UnreadableError(Exception):
    """A part cannot be read to its end. The detail never quotes the document."""

    def __init__(self, reason: Reason, detail: str) -> None:
        """Take what the problem will say."""
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
