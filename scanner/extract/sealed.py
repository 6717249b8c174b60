"""Takes encrypted Office documents: reads those whose password is known, and says so of the others."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._ole.compound import Compound, open_compound
from scanner.extract._ole.office_crypt import decrypted
from scanner.extract._ole.properties import property_sets
from scanner.extract._ole.protection import protection
from scanner.extract._ole.unused import unused_space
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Blob, Member, Problem, Reason, Segment
from scanner.model.place import Part

MEDIA_TYPES: Final = frozenset({"application/x-ole-encrypted"})
_INFORMATION: Final = "EncryptionInfo"
_PACKAGE: Final = "EncryptedPackage"
_NAME: Final = "package"


def extract(blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
    """Yield the package within, or the problem that it needs a password, and the properties that stand open."""
    try:
        compound = open_compound(blob.data)
    except UnreadableError as error:
        yield from _locked(blob, error)
        return
    lines = Lines(budget)
    yield from property_sets(compound, lines, blob.place)
    yield from protection(compound, lines, blob.place)
    yield from unused_space(blob, compound, lines, budget)
    yield from lines.rest()
    try:
        data = _opened(compound, budget)
    except UnreadableError as error:
        yield from _locked(blob, error)
        return
    budget.expand(len(data))
    yield Member(replace(blob.place, members=(*blob.place.members, _NAME), part=Part.BODY), data)


def _opened(compound: Compound, budget: Budget) -> bytes:
    if not compound.has(_INFORMATION):
        # Its key is with a server of rights management ([MS-OFFCRYPTO] 2.2).
        raise UnreadableError(Reason.ENCRYPTED, "sealed by rights management")
    return decrypted(compound.read(_INFORMATION), compound.read(_PACKAGE), budget.passwords)


def _locked(blob: Blob, error: UnreadableError) -> Iterator[Problem]:
    """Yield what is wrong; a damaged file of this kind is locked all the same."""
    yield Problem(blob.place, error.reason, error.detail)
    if error.reason is not Reason.ENCRYPTED:
        yield Problem(blob.place, Reason.ENCRYPTED, "needs a password")
