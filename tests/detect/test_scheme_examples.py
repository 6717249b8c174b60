"""Every marking scheme that ships proves itself: each example gives its label, each counterexample nothing."""

import re
import time
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from scanner.detect import evidence
from scanner.detect.markings import MarkingDetector
from scanner.detect.scheme import Reach, Strength, load_schemes
from scanner.model.document import Blob, Segment
from scanner.model.finding import Status
from scanner.model.place import Place
from scanner.resources import rule_sources

_SCHEMES = load_schemes(rule_sources())
_DETECTOR = MarkingDetector(_SCHEMES)
_EXAMPLES = [(scheme, example) for scheme in _SCHEMES.schemes for example in scheme.examples]
_COUNTEREXAMPLES = [(scheme, example) for scheme in _SCHEMES.schemes for example in scheme.counterexamples]
_LEAST = {"us": (15, 10), "nato": (15, 10), "eu": (15, 10), "uk": (15, 10), "de": (15, 10), "fr": (15, 10)}
_LEAST |= {"cn": (15, 10), "tlp": (15, 10), "us-cui": (15, 10), "au": (15, 10)}
_README = (Path(__file__).parents[2] / "rules/README.md").read_text(encoding="utf-8")
# The levels of the member states that are equivalent to RESTREINT UE, CONFIDENTIEL UE, SECRET UE and TRES SECRET UE:
# Council Decision 2013/488/EU, appendix B.
_EQUIVALENT = {
    "eu": "RESTREINT UE, CONFIDENTIEL UE, SECRET UE, TRÈS SECRET UE",
    "at": "EINGESCHRÄNKT, VERTRAULICH, GEHEIM, STRENG GEHEIM",
    "be": "DIFFUSION RESTREINTE, CONFIDENTIEL, GEHEIM, ZEER GEHEIM",
    "bg": "ЗА СЛУЖЕБНО ПОЛЗВАНЕ, ПОВЕРИТЕЛНО, СЕКРЕТНО, СТРОГО СЕКРЕТНО",
    "cz": "VYHRAZENÉ, DŮVĚRNÉ, TAJNÉ, PŘÍSNĚ TAJNÉ",
    "de": "VS-NUR FÜR DEN DIENSTGEBRAUCH, VS-VERTRAULICH, GEHEIM, STRENG GEHEIM",
    "dk": "TIL TJENESTEBRUG, FORTROLIGT, HEMMELIGT, YDERST HEMMELIGT",
    "ee": "PIIRATUD, KONFIDENTSIAALNE, SALAJANE, TÄIESTI SALAJANE",
    "es": "DIFUSIÓN LIMITADA, CONFIDENCIAL, RESERVADO, SECRETO",
    "fi": "KÄYTTÖ RAJOITETTU, LUOTTAMUKSELLINEN, SALAINEN, ERITTÄIN SALAINEN",
    "fr": "DIFFUSION RESTREINTE, CONFIDENTIEL DÉFENSE, SECRET DÉFENSE, TRÈS SECRET DÉFENSE",
    "gr": "ΠΕΡΙΟΡΙΣΜΕΝΗΣ ΧΡΗΣΗΣ, ΕΜΠΙΣΤΕΥΤΙΚΟ, ΑΠΟΡΡΗΤΟ, ΑΚΡΩΣ ΑΠΟΡΡΗΤΟ",
    "hr": "OGRANIČENO, POVJERLJIVO, TAJNO, VRLO TAJNO",
    "hu": "KORLÁTOZOTT TERJESZTÉSŰ, BIZALMAS, TITKOS, SZIGORÚAN TITKOS",
    "ie": "RESTRICTED, CONFIDENTIAL, SECRET, TOP SECRET",
    "it": "RISERVATO, RISERVATISSIMO, SEGRETO, SEGRETISSIMO",
    "lt": "RIBOTO NAUDOJIMO, KONFIDENCIALIAI, SLAPTAI, VISIŠKAI SLAPTAI",
    "lu": "RESTREINT LUX, CONFIDENTIEL LUX, SECRET LUX, TRÈS SECRET LUX",
    "lv": "DIENESTA VAJADZĪBĀM, KONFIDENCIĀLI, SLEPENI, SEVIŠĶI SLEPENI",
    "nl": "DEP. VERTROUWELIJK, STG. CONFIDENTIEEL, STG. GEHEIM, STG. ZEER GEHEIM",
    "pl": "ZASTRZEŻONE, POUFNE, TAJNE, ŚCIŚLE TAJNE",
    "pt": "RESERVADO, CONFIDENCIAL, SECRETO, MUITO SECRETO",
    "ro": "SECRET DE SERVICIU, SECRET, STRICT SECRET, STRICT SECRET DE IMPORTANȚĂ DEOSEBITĂ",
    "se": "BEGRÄNSAT HEMLIG, KONFIDENTIELL, HEMLIG, KVALIFICERAT HEMLIG",
    "si": "INTERNO, ZAUPNO, TAJNO, STROGO TAJNO",
    "sk": "VYHRADENÉ, DÔVERNÉ, TAJNÉ, PRÍSNE TAJNÉ",
    "uk": "RESTRICTED, CONFIDENTIAL, SECRET, TOP SECRET",
}


def _found(text):
    segments = [Segment(Place("example", page=number), page) for number, page in enumerate(text.split("\f"), 1)]
    return list(_DETECTOR.detect(Blob(Place("example"), "text/plain", b""), segments))


def _only_electronic(scheme):
    return all(spelling.strength is Strength.LABEL for rule in scheme.levels for spelling in rule.spellings)


@pytest.mark.parametrize(("scheme", "example"), _EXAMPLES, ids=[f"{s.id}: {e.text[:40]}" for s, e in _EXAMPLES])
def test_an_example_gives_exactly_its_label(scheme, example):
    if _only_electronic(scheme):
        read = _SCHEMES.read(f"{scheme.id}:{example.text}")

        assert str(read) == example.label
    else:
        found = {(item.rule, str(item.label), item.status) for item in _found(example.text)}

        assert (scheme.id, example.label, example.status) in found


@pytest.mark.parametrize(
    ("scheme", "trap"), _COUNTEREXAMPLES, ids=[f"{s.id}: {t.text[:40]}" for s, t in _COUNTEREXAMPLES]
)
def test_a_counterexample_gives_nothing_that_is_marked(scheme, trap):
    marked = [item for item in _found(trap.text) if item.status is Status.MARKED and item.label.level.rank]

    assert marked == [], f"{scheme.id}: {trap.why}"


@pytest.mark.parametrize(("scheme", "example"), _EXAMPLES, ids=[f"{s.id}: {e.label}" for s, e in _EXAMPLES])
def test_a_label_reads_back_as_it_is_written(scheme, example):
    read = _SCHEMES.read(f"{scheme.id}:{example.label}")

    assert read is not None
    assert read.scheme == scheme.id
    assert str(read) == example.label


@pytest.mark.parametrize("scheme", _SCHEMES.schemes, ids=lambda scheme: scheme.id)
def test_a_scheme_has_enough_examples_of_both_kinds(scheme):
    examples, counterexamples = _LEAST.get(scheme.id, (6, 4))

    assert len(scheme.examples) >= examples
    assert len(scheme.counterexamples) >= counterexamples


@pytest.mark.parametrize(("scheme", "names"), _EQUIVALENT.items())
def test_a_level_has_the_rank_of_what_its_state_holds_equivalent(scheme, names):
    labels = [_SCHEMES.read(f"{scheme}:{name}") for name in names.split(", ")]

    assert [(label.scheme, label.level.rank) for label in labels] == [(scheme, rank) for rank in (2, 3, 4, 5)]


def _texts(table, keys):
    for key, value in table.items():
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from _texts(inner, keys)
            elif key in keys:
                yield inner


@pytest.mark.parametrize(
    "source", [one for one in rule_sources() if one.name.endswith(".toml")], ids=lambda one: one.name
)
def test_no_pattern_begins_by_running_over_lines(source):
    """What takes signs or blanks from the beginning of any line takes those of all lines after it, at each of them."""
    patterns = list(_texts(tomllib.loads(source.text), {"pattern", "patterns", "furniture", "owner"}))

    assert [text for text in patterns if re.match(r"(?:\(\?[\w-]*:|\()*\^\(*\\[WsD][*+]", text)] == []


@pytest.mark.parametrize(
    "piece", ["\n", " ", " \n", "\t", "_", ".", "a", "a ", "1", "1 ", "(", "*", "-", "密", "\u3000", "a\n"]
)
def test_what_is_looked_for_in_a_whole_document_takes_time_in_proportion_to_it(piece):
    rules = [rule for scheme in _SCHEMES.schemes for rule in scheme.evidence] + list(_SCHEMES.context.evidence)
    text = piece * (20_000 // len(piece))
    slow = []
    for rule in rules:
        if rule.reach is Reach.DOCUMENT:
            search = rule.pattern.compiled.search
            begun = time.process_time()
            search(text)
            slow += [rule.name] if time.process_time() - begun > 0.5 else []

    assert slow == []


def test_the_table_of_shipped_schemes_names_every_file():
    names = [Path(source.name).name for source in rule_sources() if source.name.endswith(".toml")]

    assert [name for name in names if f"`{name}`" not in _README] == []


def test_every_reason_for_or_against_a_marking_is_explained():
    own = {rule.name for scheme in _SCHEMES.schemes for rule in scheme.evidence}
    seen = {
        reason
        for _, example in (*_EXAMPLES, *_COUNTEREXAMPLES)
        for item in _found(example.text)
        for reason in item.reasons
    }
    shared = {rule.name for rule in _SCHEMES.context.evidence}
    shared |= {f"{part.value.replace(' ', '_')}_part" for part in evidence._PARTS}

    assert [name for name in sorted((seen - own) | shared) if f"`{name}`" not in _README] == []


@pytest.mark.parametrize("scheme", _SCHEMES.schemes, ids=lambda scheme: scheme.id)
def test_a_scheme_names_its_source_and_has_an_unclassified_level(scheme):
    assert scheme.source
    assert min(rule.level.rank for rule in scheme.levels) == 0
    assert all(count == 1 for count in Counter(rule.level.order for rule in scheme.levels).values())
