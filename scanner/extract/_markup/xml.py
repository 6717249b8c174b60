"""Walks XML as a stream: no entities, no network, and no deeper than a limit."""

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final, Protocol
from xml.parsers import expat

from scanner.extract._budget import LimitReachedError
from scanner.extract._lines import Lines
from scanner.extract._unreadable import UnreadableError
from scanner.model.document import Problem, Reason, Segment
from scanner.model.limits import DEFAULT_LIMITS
from scanner.model.place import Place

_DECLARED: Final = re.compile(rb"\s*<\?xml\b[^>]{1,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
_KNOWN: Final = frozenset({b"utf-8", b"utf8", b"utf-16", b"utf-16le", b"utf-16be", b"us-ascii", b"iso-8859-1"})
_UTF32: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


class Walker(Protocol):
    """Takes what stands in an XML stream. Element names come without their prefix, attributes as written."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Enter an element."""
        ...

    def end(self, name: str) -> None:
        """Leave it."""
        ...

    def text(self, data: str) -> None:
        """Take characters between two tags."""
        ...

    def close(self) -> None:
        """Hand on what is still held: the stream has ended, perhaps early."""
        ...


def walk(pieces: Iterable[bytes], walker: Walker, deepest: int = DEFAULT_LIMITS.xml_depth) -> Iterator[None]:
    """Feed pieces of an XML document to a walker; yields after each, so that the caller can hand on what came out.

    At most `deepest` elements may stand open at once (0: any number).

    Raises:
        UnreadableError: not well-formed, nested too deep, or it declares entities.
    """
    pieces, encoding = _readable(iter(pieces))
    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    depth = 0
    # The prefix is a file's own choice, and Strict and Transitional differ in namespace only: the local name decides.
    locals_: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if 0 < deepest < depth:
            raise UnreadableError(Reason.TOO_DEEP, f"XML nested more than {deepest} deep")
        walker.start(locals_.get(name) or locals_.setdefault(name, name.rpartition(":")[2]), attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        walker.end(locals_[name])

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = walker.text
    parser.EntityDeclHandler = _refuse_entity
    # Comments are nowhere to be seen but in the file itself; a walker may ask for them.
    parser.CommentHandler = getattr(walker, "comment", None)
    try:
        for piece in pieces:
            parser.Parse(piece, False)  # noqa: FBT003 - expat takes it by position only
            yield
        parser.Parse(b"", True)  # noqa: FBT003 - as above
    except expat.ExpatError as error:
        detail = f"not well-formed XML at line {error.lineno}: {expat.errors.messages[error.code]}"
        raise UnreadableError(Reason.CORRUPT, detail) from None
    except (ValueError, LookupError):
        # An encoding that expat asks Python for and that is none, or is of several bytes a character.
        raise UnreadableError(Reason.CORRUPT, "XML in an encoding that cannot be read") from None
    yield


def _readable(pieces: Iterator[bytes]) -> tuple[Iterable[bytes], str | None]:
    """Return pieces in an encoding that expat knows, and its name where that is not the one they declare."""
    first = next(pieces, b"")
    codec = "utf-32" if first.startswith(_UTF32) else None
    declared = _DECLARED.match(first)
    if declared is not None and declared[1].lower() not in _KNOWN:
        codec = declared[1].decode("ascii")
    if codec is None:
        return chain((first,), pieces), None
    try:
        b"<".decode(codec, "replace")  # what Python calls a codec need not be one of text; of no bytes it asks none
        decoder = codecs.getincrementaldecoder(codec)()
    except LookupError:
        return chain((first,), pieces), None
    return _recoded(chain((first,), pieces), decoder), "utf-8"


def _recoded(pieces: Iterable[bytes], decoder: codecs.IncrementalDecoder) -> Iterator[bytes]:
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "replace")


def read_xml(pieces: Iterable[bytes], walker: Walker, lines: Lines, place: Place) -> Iterator[Segment | Problem]:
    """Yield what a walker writes into `lines`, then a problem at `place` if the XML ends early.

    Raises:
        LimitReachedError: a budget is spent; what came before it has been yielded.
    """
    trouble: Problem | None = None
    try:
        for _ in walk(pieces, walker, lines.limits.xml_depth):
            yield from lines.ready()
    except UnreadableError as error:
        trouble = Problem(place, error.reason, error.detail)
    except LimitReachedError:
        walker.close()
        yield from lines.rest()
        raise
    walker.close()
    yield from lines.rest()
    if trouble is not None:
        yield trouble


def attribute(attributes: Mapping[str, str], name: str) -> str:
    """Return an attribute by its name without prefix; an empty string where there is none."""
    if name in attributes:
        return attributes[name]
    if attributes:
        ending = ":" + name
        for key in attributes:
            if key.endswith(ending):
                return attributes[key]
    return ""


def is_true(value: str) -> bool:
    """Tell whether an OOXML switch is on; one without a value is."""
    return value.lower() not in {"0", "false", "off", "none"}


def _refuse_entity(*_: object) -> None:
    # Nothing an office program writes declares entities; bombs and file disclosure do.
    raise UnreadableError(Reason.CORRUPT, "declares XML entities, which are not followed")
