"""Schemes are read strictly, every fault at once, and whole markings are parsed into labels."""

from dataclasses import replace

import pytest

from scanner.detect.markings import MarkingDetector
from scanner.detect.scheme import Scheme, load_schemes
from scanner.errors import RuleError
from scanner.model.document import Blob, Segment
from scanner.model.place import Place
from scanner.resources import RuleSource, is_marking_file, rule_sources, shipped_rules

_SOUND = """
[scheme]
id = "acme"
title = "Acme papers"
source = "house rule 1"

[[level]]
id = "open"
name = "ACME OPEN"
order = 0
rank = 0

[[level]]
id = "closed"
name = "ACME CLOSED"
order = 1
rank = 2
portions = ["AC"]

[[example]]
text = "ACME CLOSED"
label = "ACME CLOSED"

[[counterexample]]
text = "Acme closed early."
why = "prose"
"""


@pytest.fixture(scope="module")
def schemes():
    return load_schemes(rule_sources())


def _faults(*texts):
    with pytest.raises(RuleError) as caught:
        load_schemes([RuleSource(f"{number}.toml", text) for number, text in enumerate(texts)])
    return {(fault.file, fault.key) for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("text", "scheme", "label"),
    [
        ("SECRET", "us", "SECRET"),
        ("UNCLASSIFIED", "us", "UNCLASSIFIED"),
        ("SECRET//REL TO USA, GBR", "us", "SECRET//REL TO USA, GBR"),
        ("SECRET//", "us", "SECRET"),
        ("secret//noforn", "us", "SECRET//NOFORN"),
        ("TS//SI-G/TK//OC/NF", "us", "TOP SECRET//SI-G/TK//ORCON/NOFORN"),
        ("S//NF", "us", "SECRET//NOFORN"),
        ("//GBR SECRET//REL TO USA, GBR", "us", "SECRET//FGI GBR//REL TO USA, GBR"),
        ("SECRET//WORDOFOURS", "us", "SECRET//WORDOFOURS"),
        ("uk:SECRET", "uk", "SECRET"),
        ("fr:SECRET", "fr", "SECRET"),
        ("NATO SECRET", "nato", "NATO SECRET"),
        ("CTS", "nato", "COSMIC TOP SECRET"),
        ("NATO RESTRICTED RELEASABLE TO EU, PFP", "nato", "NATO RESTRICTED RELEASABLE TO EU, PFP"),
        ("R-UE/EU-R", "eu", "RESTREINT UE/EU RESTRICTED"),
        ("机密", "cn", "机密"),
        ("绝密★30年", "cn", "绝密★30年"),
        ("公开", "cn", "公开"),
        ("VS-NfD", "de", "VS-NUR FÜR DEN DIENSTGEBRAUCH"),
        ("TLP:AMBER", "tlp", "TLP:AMBER"),
        ("tlp:TLP:RED", "tlp", "TLP:RED"),
        ("OFFICIAL", "uk", "OFFICIAL"),
        ("CUI//SP-CTI//NOFORN", "us-cui", "CUI//SP-CTI//NOFORN"),
        ("Highly Confidential", "corporate", "Highly Confidential"),
    ],
)
def test_a_whole_marking_is_read_into_its_label(schemes, text, scheme, label):
    read = schemes.read(text)

    assert (read.scheme, str(read)) == (scheme, label)


@pytest.mark.parametrize("text", ["", "none", "SECRET SANTA", "the secret", "uk:NATO SECRET x", "★", "//"])
def test_what_is_no_marking_is_read_as_none(schemes, text):
    assert schemes.read(text) is None


def test_nothing_released_is_stricter_than_something_released(schemes):
    assert schemes.read("SECRET").dominates(schemes.read("SECRET//REL TO USA, GBR"))
    assert not schemes.read("SECRET//REL TO USA, GBR").dominates(schemes.read("SECRET"))


def test_a_word_that_limits_nobody_does_not_keep_a_document_out(schemes):
    assert schemes.read("SECRET").dominates(schemes.read("SECRET//RELIDO"))
    assert schemes.read("TOP SECRET").dominates(schemes.read("SECRET//DISPLAY ONLY AFG"))


def test_a_caveat_nobody_knows_keeps_a_document_out(schemes):
    assert not schemes.read("SECRET").dominates(schemes.read("SECRET//WORDOFOURS"))


def test_a_scheme_of_an_outsider_needs_one_file():
    schemes = load_schemes([*rule_sources(), RuleSource("acme.toml", _SOUND), RuleSource("x.yar", "not read")])

    assert str(schemes.read("acme closed")) == "ACME CLOSED"
    assert schemes.get("nobody") is None


def test_every_fault_of_every_file_is_told_at_once():
    broken = _SOUND.replace('title = "Acme papers"', "title = 3\ncolour = 'red'").replace("rank = 2", "rank = 9")
    found = _faults(broken, "= no toml", _SOUND.replace('id = "acme"', 'id = "Ac me"'))

    assert found == {
        ("0.toml", "scheme.title"),
        ("0.toml", "scheme.colour"),
        ("0.toml", "level[1].rank"),
        ("1.toml", ""),
        ("2.toml", "scheme.id"),
    }


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (('id = "closed"', 'id = "open"'), "level"),
        (("order = 1", "order = 0"), "level"),
        (('name = "ACME CLOSED"', 'name = "ACME OPEN"'), "level"),
        (("order = 1", 'order = "one"'), "level[1].order"),
        (("order = 1", ""), "level[1].order"),
        (('portions = ["AC"]', 'portions = "AC"'), "level[1].portions"),
        (('portions = ["AC"]', 'portions = ["★"]'), "level[1].portions"),
        (('portions = ["AC"]', 'strength = "iron"'), "level[1].strength"),
        (('portions = ["AC"]', 'nickname = "x"'), "level[1].nickname"),
        (('source = "house rule 1"', ""), "scheme.source"),
        (("[[example]]", "[form]\nrelease = 'TO'\n[[example]]"), "form.release"),
        (("[[example]]", "[grammar]\nloose = 1\n[[example]]"), "grammar.loose"),
        (("[[example]]", "[[caveat]]\nname = 'X'\npattern = '('\n[[example]]"), "caveat[0].pattern"),
        (("[[example]]", "[[caveat]]\nname = 'X'\nkind = 'odd'\n[[example]]"), "caveat[0].kind"),
        (("[[example]]", "[[evidence]]\nname = 'X'\n[[example]]"), "evidence[0].patterns"),
        (("[[example]]", "[[evidence]]\nname = 'X'\npatterns = ['a', '(']\n[[example]]"), "evidence[0].patterns[1]"),
        (
            ("[[example]]", "[[evidence]]\nname = 'X'\npatterns = ['(?P<n>a)', '(?P<n>b)']\n[[example]]"),
            "evidence[0].patterns",
        ),
        (("[[example]]", "[[caveat]]\nname = 'X'\nvariants = ['★']\n[[example]]"), "caveat[0].variants"),
        (("[[example]]", "[grammar]\ncategories = ['a']\n[[caveat]]\nname = 'X'\n[[example]]"), "caveat"),
        (('id = "acme"', 'id = "acme"\npriority = "high"'), "scheme.priority"),
    ],
)
def test_a_fault_names_its_key(change, key):
    assert key in {where for _, where in _faults(_SOUND.replace(*change))}


def test_tables_of_the_wrong_shape_are_faults():
    assert ("0.toml", "scheme") in _faults("scheme = 1\nlevel = 2\n")
    assert ("0.toml", "level") in _faults("scheme = 1\nlevel = 2\n")


def test_a_scheme_must_prove_itself():
    bare = _SOUND[: _SOUND.index("[[example]]")]

    assert _faults(bare) == {("0.toml", "example"), ("0.toml", "counterexample")}


def test_a_scheme_without_levels_is_a_fault():
    assert ("0.toml", "level") in _faults(_SOUND[: _SOUND.index("[[level]]")])


def test_two_schemes_with_one_id_are_a_fault():
    assert _faults(_SOUND, _SOUND) == {("1.toml", "scheme.id")}


def test_the_shared_context_is_read_strictly_too():
    assert _faults("[context]\nfurniture = ['(']\nodd = 1") == {
        ("0.toml", "context.furniture[0]"),
        ("0.toml", "context.odd"),
    }


def test_a_lead_word_with_diacritics_or_of_another_script_introduces_a_marking():
    text = _SOUND.replace("[[level]]", '[grammar]\nleads = ["STUPEŇ UTAJENÍ", "ГРИФ"]\n\n[[level]]', 1)
    (scheme,) = load_schemes([RuleSource("acme.toml", text)]).schemes

    assert {"STUPENUTAJENI", "STUPEŇUTAJENÍ", "ГРИФ"} <= set(scheme.grammar.leads)


def _marked(scheme, text):
    detector = MarkingDetector(load_schemes([RuleSource("acme.toml", scheme)]))
    return {
        str(item.label) for item in detector.detect(Blob(Place("x"), "text/plain", b""), [Segment(Place("x"), text)])
    }


@pytest.mark.parametrize(("alone", "label"), [("", "ACME CLOSED//STAFF"), ("alone = false", "ACME CLOSED")])
def test_a_word_on_the_line_under_a_level_is_its_caveat_unless_the_scheme_says_no(alone, label):
    scheme = _SOUND + f'[form]\nmajor = "//"\n[[caveat]]\nname = "STAFF"\n{alone}\n'

    assert _marked(scheme, "ACME CLOSED\nSTAFF\n\nThe list is attached.") == {label}


def test_a_level_may_have_names_that_stand_in_electronic_labels_only():
    scheme = _SOUND.replace('portions = ["AC"]', 'label = ["General"]')

    assert load_schemes([RuleSource("acme.toml", scheme)]).read("General").level.name == "ACME CLOSED"
    assert _marked(scheme, "GENERAL\n\nThe list is attached.\n\nGENERAL") == set()


def test_a_preferred_scheme_reads_what_several_write_the_same():
    shipped = load_schemes(rule_sources())

    assert shipped.read("SECRET").scheme == "us"
    assert shipped.preferring(["nz", "au"]).read("SECRET").scheme == "nz"
    assert shipped.preferring(["au"]).read("SECRET").scheme == "au"
    assert shipped.preferring(["au"]).read("RESTREINT UE/EU RESTRICTED").scheme == "eu"


def test_a_preferred_scheme_takes_a_document_that_tells_no_country():
    detector = MarkingDetector(load_schemes(rule_sources()).preferring(["nz"]))
    text = "SECRET\n\nThe pump was mended on Monday and the report was sent to the office.\n\nSECRET"

    (found,) = detector.detect(Blob(Place("a"), "text/plain", b""), [Segment(Place("a"), text)])

    assert found.rule == "nz"
    assert "us" in {label.scheme for label in found.also}


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('source = "house rule 1"', 'source = "house rule 1"\n[form]\nrelease = "TO {} {}"', "form.release"),
        ('source = "house rule 1"', 'source = "house rule 1"\n[form]\nrelease = "TO {0}"', "form.release"),
    ],
)
def test_a_form_that_cannot_be_written_is_a_fault(old, new, wrong):
    with pytest.raises(RuleError) as raised:
        load_schemes([RuleSource("acme.toml", _SOUND.replace(old, new))])

    assert [fault.key for fault in raised.value.faults] == [wrong]


@pytest.mark.parametrize("weight", ["nan", "inf", "-inf", "1e9", "21"])
def test_a_weight_beyond_all_measure_is_a_fault(weight):
    evidence = f'\n[[evidence]]\nname = "seal"\nweight = {weight}\npatterns = ["seal"]\n'

    with pytest.raises(RuleError) as raised:
        load_schemes([RuleSource("acme.toml", _SOUND + evidence)])

    assert [fault.key for fault in raised.value.faults] == ["evidence[0].weight"]


def test_a_mark_of_byte_order_is_no_fault():
    assert load_schemes([RuleSource("acme.toml", "\ufeff" + _SOUND)]).get("acme") is not None


@pytest.mark.parametrize(
    "source", [one for one in shipped_rules() if is_marking_file(one.name)], ids=lambda one: one.name
)
def test_a_shipped_file_that_is_trusted_is_read_as_one_that_is_not_but_for_its_examples(source):
    (read,) = _read_both(source, trust_shipped=False)
    (trusted,) = _read_both(source, trust_shipped=True)

    assert trusted == (replace(read, examples=(), counterexamples=()) if isinstance(read, Scheme) else read)


def _read_both(source, *, trust_shipped):
    schemes = load_schemes([source], trust_shipped=trust_shipped)
    return schemes.schemes or (schemes.context,)


def test_the_files_of_others_are_checked_in_full_whatever_is_trusted():
    text = _SOUND.replace("[[example]]", "[[caveat]]\nname = 'X'\npattern = '('\n[[example]]")

    with pytest.raises(RuleError, match="not a regular expression"):
        load_schemes([RuleSource("acme.toml", text)], trust_shipped=True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("source =", "sorce =", "unknown key; did you mean source?"),
        ("\norder =", '\nstrenght = "weak"\norder =', "unknown key; did you mean strength?"),
        ("\norder =", '\nxylophone = "weak"\norder =', "unknown key"),
    ],
)
def test_a_slip_in_a_key_is_told_with_the_key_that_was_meant(old, new, said):
    with pytest.raises(RuleError) as raised:
        load_schemes([RuleSource("a.toml", _SOUND.replace(old, new, 1))])

    assert said in {fault.message for fault in raised.value.faults}


def test_codes_are_words_parted_by_blanks():
    table = '[grammar]\ncodes = "NOR|EAS SUD"\n'
    sound = _SOUND if "[grammar]" not in _SOUND else _SOUND.replace("[grammar]\n", "unused = 1\n", 1)
    with pytest.raises(RuleError) as raised:
        load_schemes([RuleSource("a.toml", table + sound)])

    assert any(fault.key == "grammar.codes" and "'NOR|EAS'" in fault.message for fault in raised.value.faults)
