"""Compares the markings of one document with each other, and tells where they disagree."""

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Final

from scanner.detect._scheme_rule import CaveatKind, Conflict, Scheme
from scanner.detect.scheme import Schemes
from scanner.model.finding import Finding, Kind, Role, Severity, Status
from scanner.model.label import Label
from scanner.model.place import Part
from scanner.model.rollup import is_word

_MOST: Final = 20
_TITLES: Final = {
    "banner_below_portion": "the banner is below the highest portion",
    "banner_lacks_compartment": "the banner lacks a compartment that a portion has",
    "banner_lacks_caveat": "the banner lacks a caveat that a portion has",
    "banner_released_wider": "the banner releases more widely than a portion",
    "portions_without_banner": "portions are marked and no banner is",
    "header_differs_from_footer": "header and footer differ",
    "first_page_differs": "the first page has another banner than later pages",
    "released_and_closed": "a release list stands beside a caveat that closes it",
    "released_to_owner_alone": "a release list names nobody but its owner",
    "label_below_marking": "the electronic label is below the visible marking",
}
_WEIGHTY: Final = frozenset({"banner_below_portion", "banner_lacks_compartment", "label_below_marking"})
_EDGES: Final = frozenset({"top_line", "bottom_line", "header_part", "footer_part"})
_IN_HOUSE, _GRAVE = 1, 3  # ranks: what everybody inside may read, and what does harm
_OTHERS: Final = frozenset({Part.NAME, Part.MAIL_HEADER, Part.PROPERTY, Part.METADATA})


class Consistency:
    """Finds what is wrong with markings as a whole; the rules of a scheme's own stand in its file.

    A finding has the reason `inconsistent` and the name of what disagrees, its evidence is labels and nothing else. It
    has no label of its own, and so counts against no zone: the effective label is the highest of all anyway.
    """

    def __init__(self, schemes: Schemes) -> None:
        """Take the schemes whose rules hold."""
        self._schemes = schemes

    def compare(self, findings: Sequence[Finding]) -> Iterator[Finding]:
        """Yield what disagrees among the findings of one file or member, each thing once."""
        seen: set[tuple[str, str]] = set()
        for found in self._all(findings):
            if (found.reasons[-1], found.evidence) not in seen and len(seen) < _MOST:
                seen.add((found.reasons[-1], found.evidence))
                yield found

    def _all(self, findings: Sequence[Finding]) -> Iterator[Finding]:
        labelled = [found for found in findings if found.label is not None]
        if not labelled:
            return
        visible = [found for found in labelled if found.kind is Kind.MARKING and found.place.part not in _OTHERS]
        marked = [found for found in visible if found.status is Status.MARKED]
        for scheme in self._schemes.schemes:
            own = [found for found in marked if _label(found).scheme == scheme.id]
            banners = [found for found in own if found.role is not Role.PORTION]
            portions = [found for found in own if found.role is Role.PORTION]
            for found in own:
                yield from _released(found)
            yield from _rolled_up(banners, portions)
            if portions and not any(found.role is not Role.PORTION and found.rule == scheme.id for found in visible):
                graded = [found for found in portions if _label(found).level.rank]
                yield from _said("portions_without_banner", graded[:1])
            yield from _edges(banners)
            yield from _pages(banners)
            yield from _conflicts(scheme, visible)
        yield from _electronic([found for found in labelled if found.kind is Kind.LABEL], marked)


def _released(found: Finding) -> Iterator[Finding]:
    """Tell of release lists that release nothing."""
    label = _label(found)
    if label.releasable_to is None or label.released() is not None:
        return
    alone = label.releasable_to == {label.rollup.nation}
    yield from _said("released_to_owner_alone" if alone else "released_and_closed", [found])


def _rolled_up(banners: Sequence[Finding], portions: Sequence[Finding]) -> Iterator[Finding]:
    """Tell where the banners are not what the portions add up to (ODNI, CAPCO 2016, section D, table 3)."""
    if not banners or not portions:
        return
    banner = reduce(Label.join, map(_label, banners))
    order, rules = banner.level.order, banner.rollup
    beside = rules.live(banner.compartments | banner.caveats, order)
    for found in portions:
        label = _label(found)
        if label.level.order > order:
            yield from _said("banner_below_portion", [banners[0], found])
        for name, words in (("banner_lacks_compartment", label.compartments), ("banner_lacks_caveat", label.caveats)):
            if not rules.dominates(beside, words, order, beside):
                yield from _said(name, [banners[0], found])
        ours, theirs = banner.released(), label.released()
        if ours is not None and theirs is not None and not ours <= theirs:
            yield from _said("banner_released_wider", [banners[0], found])


def _edges(banners: Sequence[Finding]) -> Iterator[Finding]:
    """Tell of headers that are not what the footers are, as parts of a document or as lines of a page."""
    heads = [found for found in banners if found.place.part is Part.HEADER]
    feet = [found for found in banners if found.place.part is Part.FOOTER]
    if not (heads and feet):
        # That a level stands at both ends says nothing where it stands there with different caveats.
        levels = [_label(found).level for found in banners]
        single = [
            found for found in banners if "top_and_bottom" not in found.reasons or levels.count(_label(found).level) > 1
        ]
        heads = [found for found in single if "top_line" in found.reasons]
        feet = [found for found in single if "bottom_line" in found.reasons and found.place.page in _page_of(heads)]
    one, other = ({_label(found).settled() for found in group} for group in (heads, feet))
    if heads and feet and one != other:
        odd = [found for found in feet if _label(found).settled() not in one] or feet
        yield from _said("header_differs_from_footer", [heads[0], odd[0]])


def _pages(banners: Sequence[Finding]) -> Iterator[Finding]:
    """Tell of later pages with a banner of their own; those that are marked as public are left alone."""
    at_edges = [found for found in banners if not _EDGES.isdisjoint(found.reasons) and found.place.page is not None]
    first = [found for found in at_edges if found.place.page == 1]
    known = {_label(found).settled() for found in first}
    for found in at_edges:
        if first and found.place.page != 1 and _label(found).level.rank and _label(found).settled() not in known:
            yield from _said("first_page_differs", [first[0], found])


def _conflicts(scheme: Scheme, visible: Sequence[Finding]) -> Iterator[Finding]:
    """Tell of words that the scheme's file says should not stand together."""
    counting = [found for found in visible if found.status in {Status.MARKED, Status.DECLASSIFIED}]
    for rule in scheme.conflicts:
        abroad = [word for word in rule.every if ":" in word]
        others = [next((other for other in counting if _is_abroad(other, word)), None) for word in abroad]
        beside = [other for other in others if other is not None]
        if len(beside) < len(abroad):
            continue
        for found in counting:
            if _label(found).scheme == scheme.id and _breaks(found, rule, scheme):
                yield from _said(rule.name, [found, *beside], rule.title)


def _breaks(found: Finding, rule: Conflict, scheme: Scheme) -> bool:
    label = _label(found)
    return (
        found.status in ({Status.MARKED, Status.DECLASSIFIED} if rule.evidence else {Status.MARKED})
        and (not rule.levels or label.level.id in rule.levels)
        and set(rule.evidence) <= set(found.reasons)
        and all(_has(label, word, scheme) for word in rule.every if ":" not in word)
        and (not rule.some or any(_has(label, word, scheme) for word in rule.some))
        and not any(_has(label, word, scheme) for word in rule.needs)
    )


def _has(label: Label, word: str, scheme: Scheme) -> bool:
    if label.releasable_to is not None and any(
        rule.name == word and rule.kind is CaveatKind.RELEASABILITY for rule in scheme.caveats
    ):
        return True
    return any(is_word(entry, word) for entry in label.compartments | label.caveats | label.notes)


def _is_abroad(found: Finding, word: str) -> bool:
    """Tell whether a finding is of the scheme that a word names, and has the level or the caveat that follows."""
    scheme, _, name = word.partition(":")
    label = _label(found)
    entries = (label.level.name, *label.compartments, *label.caveats)
    return label.scheme == scheme and (not name or any(is_word(entry, name) for entry in entries))


def _electronic(labels: Sequence[Finding], marked: Sequence[Finding]) -> Iterator[Finding]:
    """Tell of a label below what can be read in the document.

    Ranks of two axes do not compare; but a label that lets everybody inside read is below a grave marking on any.
    """
    for found in labels:
        level = _label(found).level
        above = [
            other
            for other in marked
            if (level.axis == _label(other).level.axis and level.rank < _label(other).level.rank)
            or (level.rank <= _IN_HOUSE and _label(other).level.rank >= _GRAVE)
        ]
        if above:
            yield from _said("label_below_marking", [found, max(above, key=lambda other: _label(other).level.rank)])


def _page_of(findings: Sequence[Finding]) -> set[int | None]:
    return {found.place.page for found in findings}


def _said(name: str, about: Sequence[Finding], title: str = "") -> Iterator[Finding]:
    """Yield what disagrees: at the place of the last finding it is about, with the labels of all."""
    if not about:
        return
    last = about[-1]
    yield Finding(
        kind=Kind.MARKING,
        rule=about[0].rule,
        place=last.place,
        severity=Severity.LOW if name in _WEIGHTY else Severity.INFO,
        confidence=min(found.confidence for found in about),
        evidence=" and ".join(dict.fromkeys(str(found.label) for found in about)),
        reasons=("inconsistent", name),
        title=title or _TITLES[name],
        line=last.line,
    )


def _label(found: Finding) -> Label:
    """Return the label of a marking or an electronic label, which always has one."""
    if found.label is None:
        message = "a finding without a label is compared with none"
        raise ValueError(message)
    return found.label
