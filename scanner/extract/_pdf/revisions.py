"""Reads what the pages of a PDF said before it was last saved: an editor may leave every earlier state in the file.

Source: ISO 32000-2, 7.5.6 (incremental updates). A file cut off behind an earlier end mark is that earlier state.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanner.extract._budget import Budget
from scanner.extract._pdf.document import Document, NotLoadedError
from scanner.extract._pdf.pages import Known, text_at
from scanner.extract._pdf.scan import Scanned
from scanner.model.document import Blob, Problem, Reason, Segment
from scanner.model.place import Part

_END_MARK: Final = re.compile(rb"%%EOF[\r\n]{0,2}")
_S: Final = rb"[\0\t\n\f\r ]*"
_DICTIONARY: Final = re.compile(rb"[0-9]+" + _S + rb"[0-9]+" + _S + rb"obj" + _S + rb"<<")
_METADATA: Final = re.compile(rb"/Type" + _S + rb"/(?:Metadata|Annot|XRef)\b")
_SHOWN: Final = re.compile(
    rb"/(?:Contents|Kids|Pages|Resources|Font|XObject)\b" + _S + rb"(?:\[[^\]]*\]|<<[^>]*>>|[^/<>\[]*)"
)
_LONGEST: Final = 1 << 20
_MOST_STATES: Final = 12
_MOST_PAGES: Final = 1000


def earlier_pages(blob: Blob, budget: Budget, scan: Scanned, known: Known) -> Iterator[Segment | Problem]:
    """Yield the lines that stood on a page in an earlier state of the file and stand on none now, the newest first.

    Raises:
        LimitReachedError: there is more text than the limit.
    """
    states = _states(blob.data, scan)
    pages = _MOST_PAGES
    for number, end in list(enumerate(states, 1))[: -_MOST_STATES - 1 : -1]:
        try:
            document = Document(blob.data[:end], scan.password)
        except NotLoadedError:
            continue
        try:
            for index in range(min(len(document), pages)):
                text = text_at(document, index)
                if lost := known.unknown(text):
                    known.add(lost)
                    budget.text(len(lost))
                    place = replace(blob.place, part=Part.DELETED, page=index + 1, title=f"revision {number}")
                    yield Segment(place, lost)
            pages -= len(document)
        finally:
            document.close()
        if pages < 0:
            break
    if len(states) > _MOST_STATES or pages < 0:
        detail = f"of its earlier states, only the newest {_MOST_STATES} and {_MOST_PAGES} pages in them were read"
        yield Problem(blob.place, Reason.PARTIAL, detail)


def _states(data: bytes, scan: Scanned) -> list[int]:
    """Return where each earlier state ends that shows something else than the next one."""
    if not scan.replaced:
        return []
    ends = [match.end() for match in _END_MARK.finditer(data)]
    wanted = set()
    for before, after in scan.replaced:
        at = bisect_right(ends, after) - 1
        if at >= 0 and ends[at] > before and ends[at] not in wanted and _shows(data, before) != _shows(data, after):
            wanted.add(ends[at])
    return sorted(wanted)


def _shows(data: bytes, at: int) -> tuple[bytes, ...]:
    """Return what in the source of an object decides what a page shows."""
    end = data.find(b"endobj", at, at + _LONGEST)
    source = data[at : end if end >= 0 else at + _LONGEST]
    if _METADATA.search(source):
        return ()
    if b"stream" in source or not _DICTIONARY.match(source):
        return (source,)
    return tuple(b" ".join(value.split()) for value in _SHOWN.findall(source))
