"""Says what a found value is without saying the value."""

import hashlib
from dataclasses import dataclass, field

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Mask:
    """Describes values by kind, length and a keyed hash; with `show` the value follows.

    The hash tells that two places hold the same value to whoever has both alerts, and nothing to whoever lacks the
    key: a plain hash of a card number could be looked up.
    """

    key: bytes = field(repr=False)
    show: bool = False

    def describe(self, kind: str, written: str, value: str) -> str:
        """Return `payment card, 16 characters, #3fa9c1d2`.

        `written` is the value as it stands in the document, `value` the same without what only separates its groups
        or names it, so that one value written in two ways has one hash. Without a value the kind says all.
        """
        if not value:
            return kind
        characters = "character" if len(value) == 1 else "characters"
        said = f"{kind}, {len(value)} {characters}, #{self.hash(value)}"
        return f"{said}: {written[:_SHOWN]}" if self.show else said

    def hash(self, value: str) -> str:
        """Return eight hexadecimal digits of the keyed hash of a value."""
        data = value.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, digest_size=4, key=self.key[:64], person=b"docwarden").hexdigest()
