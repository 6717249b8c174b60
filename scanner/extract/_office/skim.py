"""Reads the XML of ordinary office parts by looking for the tags that matter, many times faster than a parser does.

Only parts that hold nothing unusual are read so: every character between tags is accounted for, or the part is left
to the parser. A tag that nobody asks for says nothing in either.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from scanner.extract._markup.xml import Walker
from scanner.extract._office.attributes import GIVEN, KEPT
from scanner.extract._office.flow import ENDS, STARTS, FlowWalker
from scanner.extract._office.properties import PropertyWalker
from scanner.extract._office.references import has_odd_references, resolved

_BREATH: Final = 0xFF
_DECLARED: Final = re.compile(r"<\?xml\b[^<>?]*\?>\s*")
# As Office declares its parts, and as lxml does; both are of one length.
_USUAL: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
    "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>",
)
_ENCODING: Final = re.compile(r"encoding\s*=\s*[\"'](?:utf-?8|us-ascii)[\"']", re.IGNORECASE)
_ROOT: Final = re.compile(r"<([\w:.-]+)")
# A comment, an instruction, a character section; a tag that does not end; a sign that should be written otherwise.
_UNUSUAL: Final = re.compile(r"<[^\w/]")
_TEXTS: Final = frozenset({"t", "delText", "instrText", "delInstrText"})
_FIGURES: Final = frozenset({"posOffset", "align", "pctWidth", "pctHeight"})
_WITH_TEXT: Final = _TEXTS | _FIGURES
_TEXT: Final = re.compile(r">\s*+[^<]")
# What names consist of, written without classes of characters, because that is matched faster.
_NAMING: Final = r"[^\x00-,/;-@\[-^`{-\x7f]"
_LOCAL: Final = r"[^\x00-,/:-@\[-^`{-\x7f]"
_ATTRIBUTE: Final = re.compile(rf"({_NAMING}++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")
_PREFIX: Final = rf"(?:{_LOCAL}++:)?+"
_SPACE: Final = r"[ \t\r\n]"
_ATTRIBUTES: Final = rf"((?:{_SPACE}++{_NAMING}++{_SPACE}*+={_SPACE}*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+){_SPACE}*+"
# What depends on the elements around it, besides hidden text and packed data: marks of deleted paragraphs and rows.
_TRACKED: Final = frozenset({"del", "ins", "cellDel", "moveFrom"})
_TAB_STOPS: Final = "tabs"
_ENTANGLING: Final = _TRACKED | {_TAB_STOPS}
# Elements whose beginning or end says something.
_BUSY: Final = frozenset({*STARTS, *ENDS, *KEPT, "txbxContent", "sp", "tr", "tc"})
# Elements that the formats count: to look for all of them takes one pattern for all parts.
_COUNTED: Final = frozenset({"footnote", "endnote", "comment", "threadedComment", "cm", "reply"})
_OF_RUNS: Final = frozenset({"r", "vanish", "specVanish", "pStyle", "rStyle"})


def _choice(names: Iterable[str]) -> str:
    """Return a pattern for any of the names that decides letter by letter: trying one after another is slow."""
    return _conditional(dict.fromkeys(names, ""))


def _conditional(names: Mapping[str, str]) -> str:
    """Return the same for names that count only where a pattern fits behind them."""
    by_letter: dict[str, dict[str, str]] = {}
    for name, condition in names.items():
        by_letter.setdefault(name[:1], {})[name[1:]] = condition
    branches = [
        letter + _conditional(rests) if letter else rests[""]
        for letter, rests in sorted(by_letter.items(), reverse=True)
    ]
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


_GIVEN_NAME: Final = rf"(?:(?i:{_choice(GIVEN)})(?: (?i:{_choice(GIVEN)}))* ?[0-9]{{0,9}})?"
# Elements that are met often and say something only as it is written here: tabs with attributes are tab stops, and a
# name that a program gave says nothing.
_WITH_CONDITION: Final = {
    "tab": r"(?=\s*/>)",
    _TAB_STOPS: r"(?=\s*>\s*<(?:[\w.-]++:)?+tab\s*/>)",
    "p": r"(?=(?:\s[^<>]*)?/>)",
    "ph": r"(?=\s[^<>]*type=[\"'](?:ftr|hdr))",
    "numFmt": r"(?=\s[^<>]*formatCode)",
    "cNvPr": rf'(?=\s)(?! id="[0-9]{{1,9}}" name="{_GIVEN_NAME}" ?/?>)',
}
# The same for bytes: a declaration that names UTF-8 or nothing, then the root.
_BARE_ROOT: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml(?:\s+(?!encoding)\w+\s*=\s*[\"'][\w.]*[\"']|\s+encoding\s*=\s*[\"'](?i:utf-8)[\"'])*\s*\?>)?\s*"
    rb"<([\w:.-]+)"
)
_BARE_TEXT: Final = re.compile(rb">\s*+[^<]")
Event = tuple[str, str, str, str, str]
"""A tag and the text after it: `/` where it ends an element, name, attributes, `/` where it is all of it, text."""

_EVENT: Final = re.compile(rf"<(/?){_PREFIX}({_LOCAL}++){_ATTRIBUTES}(/?)>([^<]*+)")


def skim(data: bytes, flow: FlowWalker) -> Iterator[None] | None:
    """Return the walk of a part, which yields now and then so that what came out can be handed on; None: not so."""
    text = plain_text(data)
    if text is None:
        return None
    if not (flow.vanishing or b"anish" in data or b"fldData" in data or b"binData" in data):
        tags = _tags(_COUNTED | set(flow.counted)).findall(text)
        if _is_all_text(text, tags) and not _are_entangled(tags):
            return _walk(tags, flow)
    events = events_of(text)
    return None if events is None or not is_nested(events) else _walk_all(events, flow)


def skim_all(data: bytes, walker: Walker) -> bool:
    """Show every tag and text of a part to a walker, and tell whether that was done."""
    text = plain_text(data)
    if text is not None and isinstance(walker, PropertyWalker) and walker.take(text):
        return True
    events = None if text is None else events_of(text)
    if events is None:
        return False
    show(events, walker)
    walker.close()
    return True


def show(events: Iterable[Event], walker: Walker) -> None:
    """Show tags and texts to a walker."""
    for ending, name, attributes, closed, content in events:
        if ending:
            walker.end(name)
        else:
            walker.start(name, attributes_of(attributes) if attributes else {})
            if closed:
                walker.end(name)
        if content and not content.isspace():
            walker.text(resolved(content))


def events_of(text: str) -> list[Event] | None:
    """Return every tag with the text after it, None where some stretch is neither."""
    events = _EVENT.findall(text)
    return events if len(events) == text.count("<") else None


def skim_tags(
    data: bytes,
    tags: re.Pattern[bytes],
    start: Callable[[str, Mapping[str, str]], None],
    needed: Callable[[bytes], bytes] = bytes,
    *,
    once: bool = False,
) -> bool:
    """Show every tag of a kind to a callable, if the part holds no text; tell whether that was done.

    `tags` is of `openings`. Only those are shown that stand in what `needed` leaves of the part, and `once` each that
    is written the same.
    """
    if not is_plain(data):
        return False
    if left := needed(data):
        found = tags.findall(left)
        known: dict[bytes, Mapping[str, str]] = {b"": {}}
        for name, attributes in dict.fromkeys(found) if once else found:
            given = known.get(attributes)
            if given is None:
                given = known[attributes] = attributes_of(attributes.decode("utf-8", "replace"))
            start(name.decode(), given)
    return True


def plain_text(data: bytes) -> str | None:
    """Return a part without its declaration, if it is in UTF-8, has nothing unusual, and ends where its root does."""
    try:
        text = data.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError:
        return None
    if text.startswith(_USUAL):
        text = text[len(_USUAL[0]) :].lstrip()
    elif (declared := _DECLARED.match(text)) is not None:
        if "encoding" in declared[0] and not _ENCODING.search(declared[0]):
            return None
        text = text[declared.end() :]
    text = text.rstrip()
    root = _ROOT.match(text)
    if root is None or not (text.endswith(f"</{root[1]}>") or (text.endswith("/>") and text.count("<") == 1)):
        return None
    if text.count("<") != text.count(">") or _UNUSUAL.search(text) or has_odd_references(text):
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def is_nested(events: list[Event]) -> bool:
    """Tell whether no more elements end than have begun."""
    depth = 0
    for ending, _, _, closed, _ in events:
        depth += -1 if ending else not closed
        if depth < 0:
            return False
    return True


def attributes_of(text: str) -> dict[str, str]:
    """Return the attributes of a tag by their names as written."""
    # Only white space that is written as such is made plain (XML 1.0, section 3.3.3).
    text = text.replace("\n", " ").replace("\t", " ")
    found = _ATTRIBUTE.findall(text)
    if "&" in text:
        return {name: resolved(one or other) for name, one, other in found}
    return {name: one or other for name, one, other in found}


def openings(names: Iterable[str]) -> re.Pattern[bytes]:
    """Return a pattern for the tags that begin elements of some names: the name, and the attributes as written."""
    return re.compile(rf"<{_PREFIX}({_choice(names)})(?=[\s/>]){_ATTRIBUTES}/?>".encode())


def is_plain(data: bytes) -> bool:
    """Tell whether a part is XML in UTF-8 with nothing in it but tags, and ends where its root does."""
    root = _BARE_ROOT.match(data)
    # Few parts have a `!`, and one sign is found many times faster than two.
    if root is None or (b"!" in data and b"<!" in data) or _BARE_TEXT.search(data, root.end()):
        return False
    return data.rstrip().endswith(b"</" + root[1] + b">")


def _walk(tags: list[Event], flow: FlowWalker) -> Iterator[None]:
    for at, (ending, name, attributes, closed, content) in enumerate(tags):
        if not at & _BREATH:
            yield
        if ending:
            flow.leave(ending)
        elif name == "t":
            if content:
                flow.writing.put(resolved(content))
        else:
            flow.enter(name, attributes_of(attributes) if attributes else {})
            if content and name in _TEXTS:
                _take(flow, name, resolved(content))
            if closed:
                flow.leave(name)
    flow.close()
    yield


def _walk_all(events: list[Event], flow: FlowWalker) -> Iterator[None]:
    stack, busy = flow.stack, _BUSY | set(flow.counted)
    for at, (ending, name, attributes, closed, content) in enumerate(events):
        if not at & _BREATH:
            yield
        if name not in busy and not flow.loose:
            # The same as below for what only stands around texts.
            if ending:
                stack.pop()
            elif not closed:
                stack.append(name)
        elif ending:
            flow.end(name)
        else:
            asked = attributes and (name in STARTS or name in KEPT or name in flow.counted)
            flow.start(name, attributes_of(attributes) if asked else {})
            if closed:
                flow.end(name)
        if content and (name == "t" or not content.isspace()):
            flow.text(resolved(content))
    flow.close()
    yield


def _take(flow: FlowWalker, name: str, text: str) -> None:
    if name == "delText":
        flow.writing.delete(text)
    else:
        flow.writing.top.code.append(text)


def _is_all_text(text: str, tags: list[Event]) -> bool:
    """Tell whether no text stands behind other tags: then all of them are needed to place it."""
    within = [name for _, name, _, _, content in tags if content]
    if _WITH_TEXT.issuperset(within) and text.count(">") - text.count("><") == len(within) + 1:
        return True
    expected = sum(1 for _, name, _, _, content in tags if name in _WITH_TEXT and content and not content.isspace())
    return len(_TEXT.findall(text)) == expected


def _are_entangled(tags: list[Event]) -> bool:
    if _ENTANGLING.isdisjoint([tag[1] for tag in tags]):
        return False
    return any(name == _TAB_STOPS or (name in _TRACKED and closed) for _, name, _, closed, _ in tags)


@cache
def _tags(counted: frozenset[str]) -> re.Pattern[str]:
    """Return a pattern for what a walker of flowing text takes part in: ends, or begins with the text after it."""
    ends = {*ENDS, "txbxContent", "sp", *counted} - _OF_RUNS
    starts = {
        # These matter for their attributes only.
        **dict.fromkeys(KEPT, r"(?=\s)"),
        **dict.fromkeys({*STARTS, *counted, *_WITH_TEXT} - _OF_RUNS, r"(?=[\s/>])"),
        **_WITH_CONDITION,
    }
    return re.compile(
        rf"<(?:/{_PREFIX}({_choice(ends)})\s*>|{_PREFIX}({_conditional(starts)}){_ATTRIBUTES}(/?)>([^<]*+))"
    )
