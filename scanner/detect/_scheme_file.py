"""Reads the TOML file of a marking scheme, or of the context all schemes share."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from scanner.detect._pattern import Pattern
from scanner.detect._scheme_rollup import read_conflicts, read_rollup
from scanner.detect._scheme_rule import (
    Before,
    CaveatKind,
    CaveatRule,
    Context,
    Counterexample,
    EvidenceRule,
    Example,
    Grammar,
    LevelRule,
    Listing,
    Reach,
    Scheme,
    Spelling,
    Strength,
)
from scanner.detect._section import Section
from scanner.detect.normalize import key
from scanner.errors import Fault
from scanner.model.finding import Status
from scanner.model.label import NATIONAL, Form, Level
from scanner.resources import RuleSource

_WORD: Final = re.compile(r"[^\W_]+")
# A table of an example, up to the next table: half of what there is to read, which only a proof asks for.
_EXAMPLES: Final = re.compile(r"^\[\[(?:counter)?example\]\]\n(?:(?!\[).*\n?)*", re.MULTILINE)
_ID: Final = re.compile(r"[a-z][a-z0-9-]*")
_MOST_KEPT: Final = 256  # files
_MOST_WEIGHT: Final = 20
_HIGHEST_RANK: Final = 5


def read_rule_file(source: RuleSource, faults: list[Fault], *, proven: bool = False) -> Scheme | Context | None:
    """Return what a file describes, or None where it is no TOML; everything wrong in it is added to the faults.

    Of a file that is `proven` the examples are left out, and no regular expression is compiled before it is used.
    """
    read, wrong = _read(source, proven=proven)
    faults.extend(wrong)
    return read


@lru_cache(maxsize=_MOST_KEPT)
def _read(source: RuleSource, *, proven: bool) -> tuple[Scheme | Context | None, tuple[Fault, ...]]:
    """Read a file once, though the checks before a scan and the scan itself each ask for it."""
    faults: list[Fault] = []
    read = _file(source, faults, proven=proven)
    return read, tuple(faults)


def _file(source: RuleSource, faults: list[Fault], *, proven: bool) -> Scheme | Context | None:
    text = source.text.removeprefix("\ufeff")
    try:
        data = tomllib.loads(_EXAMPLES.sub("", text) if proven else text)
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(source.name, "", f"not TOML: {error}"))
        return None
    top = Section(data, source.name, "", faults, proven=proven)
    read = _context(top) if top.has("context") else _scheme(top)
    top.close()
    return read


def _context(top: Section) -> Context:
    table = top.table("context")
    furniture, leads = table.patterns("furniture"), _leads(table)
    lead_words = _words(table.texts("leads"))
    table.close()
    return Context(furniture, leads, lead_words, tuple(_evidence(top)))


def _scheme(top: Section) -> Scheme:
    head = top.table("scheme")
    id_ = head.text("id")
    if id_ and not _ID.fullmatch(id_):
        head.fault("id", "must be lower-case letters, digits and hyphens, and begin with a letter")
    caveats = tuple(_caveats(top))
    grammar_table = top.table("grammar")
    grammar = _grammar(grammar_table)
    categories = grammar_table.texts("categories")
    nation = grammar_table.text("nation", "")
    grammar_table.close()
    levels = tuple(_levels(top, id_, head.text("axis", NATIONAL)))
    evidence = tuple(_evidence(top))
    scheme = Scheme(
        id=id_,
        title=head.text("title"),
        source=head.text("source"),
        priority=int(head.number("priority", 50)),
        guidance=head.text("guidance", ""),
        form=_form(top, caveats, categories),
        grammar=grammar,
        levels=levels,
        caveats=caveats,
        evidence=evidence,
        words=head.texts("words"),
        rollup=read_rollup(top, nation, levels, caveats),
        conflicts=tuple(read_conflicts(top, levels, caveats, [rule.name for rule in evidence])),
        policies=head.texts("policies"),
        examples=tuple(
            Example(entry.text("text"), entry.text("label"), entry.choice("status", Status, Status.MARKED))
            for entry in top.tables("example")
        ),
        counterexamples=tuple(
            Counterexample(entry.text("text"), entry.text("why")) for entry in top.tables("counterexample")
        ),
    )
    head.close()
    _check(top, scheme)
    return scheme


def _check(top: Section, scheme: Scheme) -> None:
    if not scheme.levels:
        top.fault("level", "a scheme needs at least one level")
    keys: list[tuple[str, list[str | int]]] = [
        ("id", [rule.level.id for rule in scheme.levels]),
        ("order", [rule.level.order for rule in scheme.levels]),
        ("spelling", [name for rule in scheme.levels for name in {spelling.key for spelling in rule.spellings}]),
    ]
    for what, values in keys:
        for value in sorted({value for value in values if values.count(value) > 1}, key=str):
            top.fault("level", f"two levels with the same {what} {value!r}")
    if not scheme.examples and not top.proven:
        top.fault("example", "a scheme needs examples that prove it")
    if not scheme.counterexamples and not top.proven:
        top.fault("counterexample", "a scheme needs counterexamples that prove it")


def _form(top: Section, caveats: tuple[CaveatRule, ...], categories: tuple[str, ...]) -> Form:
    table = top.table("form")
    plain = Form()
    known = (*categories, *({rule.category for rule in caveats} - set(categories)))
    names = {
        category: tuple(rule.name for rule in caveats if rule.category == category and rule.kind is not CaveatKind.TERM)
        for category in known
    }
    form = Form(
        major=table.text("major", plain.major),
        minor=table.text("minor", plain.minor),
        release=table.text("release", plain.release),
        release_minor=table.text("release_minor", plain.release_minor),
        categories=tuple(names.values()) if categories else (),
    )
    for rule in caveats:
        if categories and rule.category not in categories:
            top.fault("caveat", f"{rule.name!r} is of the category {rule.category!r}, which grammar.categories lacks")
    if re.fullmatch(r"[^{}]*\{\}[^{}]*", form.release) is None:
        table.fault("release", "needs {} once, where the list stands, and no other brace")
    table.close()
    return form


def _grammar(table: Section) -> Grammar:
    return Grammar(
        separators=frozenset(table.text("separators", "/,")),
        unknown_after=frozenset(table.text("unknown_after", "")),
        loose=table.flag("loose", default=True),
        term_signs=frozenset(table.text("term_signs", "")),
        term_sign=table.text("term_sign", ""),
        codes=_codes(table),
        leads=_leads(table),
        lead_words=_words(table.texts("leads")),
        owner=table.pattern("owner"),
    )


def _codes(table: Section) -> frozenset[str]:
    codes = frozenset(table.text("codes", "").split())
    for code in sorted(codes):
        if not code.isalnum():
            table.fault("codes", f"{code!r} is no code: they are letters and digits, parted by blanks")
    return codes


def _levels(top: Section, scheme: str, axis: str) -> Iterator[LevelRule]:
    for entry in top.tables("level"):
        name = entry.text("name")
        order, rank = int(entry.number("order")), int(entry.number("rank"))
        if not 0 <= rank <= _HIGHEST_RANK:
            entry.fault("rank", f"must be from 0 to {_HIGHEST_RANK}")
        own = entry.choice("strength", Strength, Strength.DISTINCT)
        spellings = [_spelling(name, own), *_spellings(entry, "variants", own)]
        for strength in (Strength.DISTINCT, Strength.TELLING, Strength.COMMON, Strength.WEAK, Strength.LABEL):
            spellings += _spellings(entry, strength.value, strength)
        spellings += _spellings(entry, "abbreviations", Strength.SHORT)
        spellings += _spellings(entry, "portions", Strength.SHORT, portion=True)
        yield LevelRule(Level(scheme, entry.text("id"), name, order, rank, axis), tuple(_once(spellings)))


def _spellings(entry: Section, name: str, strength: Strength, *, portion: bool = False) -> Iterator[Spelling]:
    for text in entry.texts(name):
        spelling = _spelling(text, strength, portion=portion)
        if spelling.key:
            yield spelling
        else:
            entry.fault(name, f"{text!r} has no letter or digit")


def _spelling(text: str, strength: Strength, *, portion: bool = False) -> Spelling:
    words = tuple(word.upper() for word in _WORD.findall(text))
    return Spelling(key(text).replace("\n", ""), strength, portion, words)


def _once(spellings: list[Spelling]) -> Iterator[Spelling]:
    """Yield each key once with the strength it was first given; a portion may repeat an abbreviation."""
    seen: set[tuple[str, bool]] = set()
    for spelling in spellings:
        if (spelling.key, spelling.portion) not in seen:
            seen.add((spelling.key, spelling.portion))
            yield spelling


def _caveats(top: Section) -> Iterator[CaveatRule]:
    for entry in top.tables("caveat"):
        name = entry.text("name")
        rule = CaveatRule(
            name=name,
            kind=entry.choice("kind", CaveatKind, CaveatKind.RESTRICTIVE),
            keys=tuple(dict.fromkeys((key(name), *_keys(entry, "variants")))),
            words=_words((name, *entry.texts("variants"))),
            pattern=entry.pattern("pattern"),
            listing=entry.choice("list", Listing, Listing.NONE),
            before=entry.choice("before", Before, Before.NOTHING),
            category=entry.text("category", ""),
            alone=entry.flag("alone", default=True),
            absorbs=entry.texts("absorbs"),
            dropped_from=entry.text("dropped_from", ""),
        )
        if not entry.flag("literal", default=True):
            rule = replace(rule, keys=rule.keys[1:])
        yield rule


def _evidence(top: Section) -> Iterator[EvidenceRule]:
    for entry in top.tables("evidence"):
        pattern = entry.either("patterns")
        if pattern is None and not entry.texts("patterns"):
            entry.fault("patterns", "needs at least one")
        status = entry.choice("status", Status, Status.MARKED) if entry.has("status") else None
        yield EvidenceRule(
            name=entry.text("name"),
            weight=_weight(entry),
            reach=entry.choice("reach", Reach, Reach.NEAR),
            pattern=_NEVER if pattern is None else pattern,
            status=status,
        )


def _weight(entry: Section) -> float:
    weight = entry.number("weight", 0.0)
    if not -_MOST_WEIGHT <= weight <= _MOST_WEIGHT:
        entry.fault("weight", f"must be from -{_MOST_WEIGHT} to {_MOST_WEIGHT}, steps of log-odds")
        return 0.0
    return float(weight)


def _words(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({key(word) for text in texts for word in _WORD.findall(text)}))


def _leads(table: Section) -> tuple[str, ...]:
    """Return lead words as their keys and, because a line's words are not folded that far, as they are written."""
    written = ("".join(filter(str.isalnum, text)).upper() for text in table.texts("leads"))
    return tuple(dict.fromkeys((*_keys(table, "leads"), *written)))


def _keys(table: Section, name: str) -> tuple[str, ...]:
    keys = []
    for text in table.texts(name):
        found = key(text).replace("\n", "")
        if not found:
            table.fault(name, f"{text!r} has no letter or digit")
            continue
        keys.append(found)
    return tuple(keys)


_NEVER: Final = Pattern(r"(?!)")
