"""Matches YARA rules over the bytes of a document and over the text that came out of it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import yara

from scanner.deadline import OutOfTimeError, at_most
from scanner.detect.mask import Mask
from scanner.detect.yara_compile import Compiled, compile_rules
from scanner.detect.yara_rule import Scope, YaraRule
from scanner.detect.yara_text import Hit, Page, pages_of, uncovered, values
from scanner.model.document import Blob, Problem, Reason, Segment
from scanner.model.finding import Finding, Kind
from scanner.model.place import Part, Place
from scanner.resources import RuleSource

_MOST_PLACES = 20
_FIND_SECONDS = 5.0
# Archives whose members are read one by one: what their bytes hold in clear is found there, with its place.
_CONTAINERS = frozenset(
    {
        "application/gzip",
        "application/java-archive",
        "application/mbox",
        "application/vnd.android.package-archive",
        "application/x-bzip2",
        "application/x-lzma",
        "application/x-tar",
        "application/x-xz",
        "application/zip",
        "application/zlib",
        "message/rfc822",
    }
)
_Key = tuple[str, str]


class YaraDetector:
    """Runs every rule over raw bytes, extracted text or both, as the rule asks.

    A rule of scope `text` sees the bytes only where no text came out of a document that is no archive. What both
    passes find counts once, at its place in the text.
    """

    def __init__(  # noqa: PLR0913 - what a worker is told, word by word
        self,
        sources: Iterable[RuleSource],
        *,
        key: bytes,
        show_match: bool = False,
        only: Collection[str] = (),
        exclude: Collection[str] = (),
        seconds: int = 20,
    ) -> None:
        """Compile the YARA sources among the rule files; one pass may take `seconds` (whole seconds, 0: unlimited).

        Raises:
            RuleError: sources have faults; all of them.
        """
        self._compiled: Compiled = compile_rules(sources)
        self._mask = Mask(key, show_match)
        self._seconds = seconds
        self._rules: Mapping[_Key, YaraRule] = {
            (rule.file, rule.name): rule
            for rule in self._compiled.rules
            if rule.id not in exclude and (not only or rule.id in only)
        }

    def detect(self, blob: Blob, segments: Sequence[Segment]) -> Iterator[Finding | Problem]:
        """Yield one finding for each rule and place, and a problem for each pass that was not finished."""
        yield from self._look(blob, self._passes(blob, segments))

    def first_look(self, blob: Blob) -> Iterator[Finding]:
        """Yield what rules for raw bytes find in a file of which nothing is known yet: no parser has seen it.

        What depends on the kind of the file, or gives way to other rules, is left to `detect`.
        """
        passes = ((Page.raw(blob), self._compiled.raw, _of_bytes_alone),)
        yield from (found for found in self._look(blob, passes) if isinstance(found, Finding))

    def _look(self, blob: Blob, passes: "Iterable[tuple[Page, yara.Rules, _Wanted]]") -> Iterator[Finding | Problem]:
        if not self._rules:
            return
        found: dict[_Key, list[Hit]] = defaultdict(list)
        for page, rules, wanted in passes:
            try:
                yield from self._match(blob, page, rules, wanted, found)
            except yara.TimeoutError:
                yield Problem(blob.place, Reason.TIMEOUT, f"YARA rules took more than {self._seconds} s")
            except yara.Error as error:
                yield Problem(blob.place, Reason.RULE_FAILED, f"YARA rules failed: {error}")
        for key in sorted(found):
            rule = self._rules[key]
            hits = uncovered(found[key], self._others(found, key)) if rule.fallback else found[key]
            if hits:
                yield from self._findings(rule, hits)

    def _passes(self, blob: Blob, segments: Sequence[Segment]) -> Iterator["tuple[Page, yara.Rules, _Wanted]"]:
        """Yield what is matched, with which rules; text that is just the bytes is matched once."""
        text, names = pages_of(blob, segments)
        if text.data == blob.data:
            yield text, self._compiled.every, _any
        elif text.data:
            yield Page.raw(blob), self._compiled.raw, _of_bytes
            yield text, self._compiled.every, _of_text
        elif blob.media_type in _CONTAINERS:
            yield Page.raw(blob), self._compiled.raw, _of_bytes
        else:
            yield Page.raw(blob), self._compiled.every, _any
        if names.data:
            yield names, self._compiled.every, _of_names

    def _match(
        self,
        blob: Blob,
        page: Page,
        rules: "yara.Rules",
        wanted: "_Wanted",
        found: dict[_Key, list[Hit]],
    ) -> Iterator[Problem]:
        overfull: list[str] = []
        matches = rules.match(
            data=page.data,
            externals=_externals(blob),
            timeout=self._seconds or _UNLIMITED,
            warnings_callback=lambda _, string: overfull.append(string.rule),
        )
        for match in matches:
            key = (match.namespace, match.rule)
            rule = self._rules.get(key)
            if rule is not None and wanted(rule):
                yield from self._take(blob, found[key], values(rule, match, page), rule)
        for name in sorted(set(overfull)):
            yield Problem(blob.place, Reason.PARTIAL, f"YARA rule {name} matched too often to be followed to the end")

    def _take(self, blob: Blob, hits: list[Hit], more: Iterator[Hit], rule: YaraRule) -> Iterator[Problem]:
        """Add the values of a rule to the hits, as many as there are in time: its `find` may be any pattern."""
        seconds = min(self._seconds or _FIND_SECONDS, _FIND_SECONDS) if rule.find is not None else 0
        try:
            with at_most(seconds):
                hits.extend(more)
        except OutOfTimeError:
            yield Problem(blob.place, Reason.RULE_FAILED, f"rule {rule.id}: its find took over {seconds:g} s")

    def _findings(self, rule: YaraRule, hits: Sequence[Hit]) -> Iterator[Finding]:
        known = {hit.value for hit in hits if hit.place.part is not Part.RAW}
        kept = [hit for hit in hits if hit.place.part is not Part.RAW or hit.value not in known]
        distinct = len({hit.value for hit in kept})
        if distinct < rule.minimum:
            return
        if rule.minimum > 1 or 0 < rule.bulk <= distinct:
            yield self._finding(rule, kept, bulk=0 < rule.bulk <= distinct)
            return
        near = [hit for hit in kept if hit.near]
        places: dict[Place, list[Hit]] = defaultdict(list)
        for hit in near:
            places[hit.place].append(hit)
        shown = list(places.values())[:_MOST_PLACES]
        for here in shown[:-1]:
            yield self._finding(rule, here)
        if shown:
            yield self._finding(rule, shown[-1], more=len(places) - len(shown))

    def _others(self, found: Mapping[_Key, Sequence[Hit]], key: _Key) -> Iterator[Hit]:
        for other, hits in found.items():
            if other != key and self._rules[other].minimum == 1:
                yield from (hit for hit in hits if hit.near)

    def _finding(self, rule: YaraRule, hits: Sequence[Hit], *, bulk: bool = False, more: int = 0) -> Finding:
        first = hits[0]
        count = len({hit.value for hit in hits})
        kind = rule.kind if first.written else rule.value or rule.title
        evidence = self._mask.describe(kind, first.written, first.value)
        if count > 1:
            evidence = f"{count} values, first: {evidence}"
        if more:
            evidence += f"; and in {more} more places"
        reasons = [f"validated_{rule.validate}"] if rule.validate else []
        reasons += ["bulk"] if bulk else []
        return Finding(
            Kind.YARA,
            rule.id,
            first.place,
            tags=rule.tags,
            severity=rule.bulk_severity if bulk else rule.severity,
            confidence=rule.confidence,
            span=first.page.span(first.start, first.end) if first.written else None,
            evidence=evidence,
            reasons=tuple(reasons),
            title=rule.title,
            guidance=rule.guidance,
        )


_UNLIMITED = 1_000_000
_Wanted = Callable[[YaraRule], bool]


def _any(rule: YaraRule) -> bool:
    del rule
    return True


def _of_bytes(rule: YaraRule) -> bool:
    return rule.scope is not Scope.TEXT


def _of_bytes_alone(rule: YaraRule) -> bool:
    return rule.scope is not Scope.TEXT and not rule.fallback and "filetype" not in rule.uses


def _of_text(rule: YaraRule) -> bool:
    return rule.scope is not Scope.RAW


def _of_names(rule: YaraRule) -> bool:
    """Tell whether a rule looks for values that may stand in a name, too, and means no whole document."""
    return bool(rule.validate) and rule.scope is not Scope.RAW


def _externals(blob: Blob) -> dict[str, str]:
    """Return the variables that rules for file scanners expect, clean of what is no text."""
    names = (blob.place.file, *blob.place.members)
    path = "/".join(names).encode("utf-8", "replace").decode().replace("\0", "?")
    name = path.rpartition("/")[2]
    extension = "." + name.rpartition(".")[2] if "." in name else ""
    return {"filename": name, "owner": "", "filepath": path, "extension": extension, "filetype": blob.media_type}
