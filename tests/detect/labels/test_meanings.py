"""What a label means is decided by its policy, its words, and what nobody knows restricts."""

import pytest

from scanner.detect._label_names import LabelNames
from scanner.detect._labels.markup import decoded
from scanner.detect._labels.said import Said
from scanner.detect.scheme import load_schemes
from scanner.model.label_name import LabelName
from scanner.model.place import Part, Place

_PLACE = Place("a", part=Part.PROPERTY)


@pytest.fixture(scope="module")
def names(schemes):
    return LabelNames(load_schemes(schemes))


def _said(name, **more):
    return Said(_PLACE, "test", name, **more)


def test_a_country_without_a_scheme_is_read_as_a_foreign_marking(names):
    assert str(names.meaning(_said("SECRET", policy="MEX")).label) == "SECRET//FGI MEX"


def test_a_level_that_a_policy_does_not_have_means_nothing(names):
    assert names.meaning(_said("PURPLE", policy="NATO")) is None


def test_a_level_may_be_named_by_its_id(names):
    assert str(names.meaning(_said("cosmic-top-secret", policy="NATO")).label) == "COSMIC TOP SECRET"


def test_a_hint_that_nobody_knows_limits_nobody_and_a_word_beside_the_level_does(names):
    label = names.meaning(_said("SECRET//NOFORN", hints=("blue",), beside=("odd  one",))).label

    assert label.notes == {"BLUE"}
    assert label.caveats == {"NOFORN", "ODD ONE"}


def test_two_release_lists_of_one_label_have_in_common_what_both_release_to(names):
    said = _said("SECRET//REL TO USA, GBR, AUS", released=("gbr", "usa", "nzl"))

    assert names.meaning(said).label.releasable_to == {"USA", "GBR"}


def test_a_name_longer_than_any_is_not_looked_at(names):
    assert names.meaning(_said("SECRET" + " " * 1000)) is None


def test_what_is_no_whole_base64_is_left_out_of_what_is_decoded():
    assert list(decoded("A" * 401)) == []
    assert list(decoded("U0VDUkVU" * 50)) == [b"SECRET" * 50]


def test_a_name_that_several_states_write_the_same_names_them_all(names):
    meaning = names.meaning(_said("SECRET"))

    assert meaning.label.scheme == "us"
    assert {"uk", "ca", "au", "nz"} <= {label.scheme for label in meaning.also}


@pytest.mark.parametrize("more", [{"policy": "GBR"}, {"beside": ("NOFORN",)}])
def test_whose_policy_it_is_or_what_stands_beside_leaves_no_doubt(names, more):
    assert names.meaning(_said("SECRET", **more)).also == ()


def test_a_name_that_the_configuration_gives_a_meaning_leaves_no_doubt(schemes):
    names = LabelNames(load_schemes(schemes), [LabelName("msip", "Blue Team", "SECRET")])
    meaning = names.meaning(_said("Blue Team", table="msip", ids=("Blue Team",)))

    assert (str(meaning.label), meaning.also) == ("SECRET", ())
