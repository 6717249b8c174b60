"""Values survive the way through JSON, and nothing else gets through."""

import json
from dataclasses import dataclass
from enum import Enum
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.codec import decode, encode
from scanner.model.document import Identity, Problem, Reason
from scanner.model.finding import Finding, Kind, Severity
from scanner.model.label import Form, Label, Level
from scanner.model.place import Place
from scanner.model.verdict import Examination

_TEXT = st.text(st.characters(codec=None))
_LABELS = st.builds(
    Label,
    level=st.builds(Level),
    compartments=st.frozensets(_TEXT),
    caveats=st.frozensets(_TEXT),
    releasable_to=st.none() | st.frozensets(_TEXT),
    term=_TEXT,
    form=st.builds(Form),
)
_FINDINGS = st.builds(
    Finding,
    place=st.builds(Place, _TEXT, members=st.lists(_TEXT).map(tuple)),
    label=st.none() | _LABELS,
    tags=st.lists(_TEXT).map(tuple),
    reasons=st.lists(_TEXT).map(tuple),
    confidence=st.floats(allow_nan=False, allow_infinity=False),
)


@given(_FINDINGS)
def test_a_finding_survives_the_way_through_json(finding: Finding) -> None:
    assert decode(Finding, json.loads(json.dumps(encode(finding)))) == finding


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "text",
        {"kind": "marking"},
        {"kind": "gossip", "rule": "us", "place": {"file": "a"}},
        {"kind": "marking", "rule": 1, "place": {"file": "a"}},
        {"kind": "marking", "rule": "us", "place": {"file": "a"}, "surprise": 1},
        {"kind": "marking", "rule": "us", "place": {"file": "a"}, "tags": "x"},
        {"kind": "marking", "rule": "us", "place": {"file": "a"}, "severity": True, "span": {"start": 0.5, "end": 1}},
    ],
)
def test_what_is_not_a_finding_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="not what Finding"):
        decode(Finding, data)


def test_a_whole_number_will_do_where_a_fraction_is_expected() -> None:
    data = {"kind": "yara", "rule": "r", "place": {"file": "a"}, "confidence": 1, "severity": 3}

    assert decode(Finding, data) == Finding(Kind.YARA, "r", Place("a"), severity=Severity.HIGH)


def test_left_out_fields_take_their_defaults() -> None:
    assert decode(Examination, {}) == Examination()


def test_the_message_names_the_field_and_not_its_content() -> None:
    with pytest.raises(ValueError, match=r"Problem\.reason") as caught:
        decode(Problem, {"place": {"file": "a"}, "reason": "hunter2"})

    assert "hunter2" not in str(caught.value)


def test_an_unfit_annotation_is_refused() -> None:
    with pytest.raises(ValueError, match="not what"):
        decode(Identity, {"device": "1"})


def test_reasons_are_written_by_their_word() -> None:
    assert encode(Problem(Place("a"), Reason.ENCRYPTED, "x"))["reason"] == "encrypted"  # type: ignore[index]  # an object


class _Mixed(Enum):
    WORD = "word"
    NUMBER = 1


@dataclass(frozen=True, slots=True)
class _Mix:
    one: _Mixed


@pytest.mark.parametrize("value", list(_Mixed))
def test_an_enum_of_words_and_numbers_comes_back(value):
    assert decode(_Mix, encode(_Mix(value))) == _Mix(value)
    with pytest.raises(ValueError, match=r"_Mix\.one"):
        decode(_Mix, {"one": 2})


@dataclass(frozen=True, slots=True)
class _Choice:
    value: Literal["x"]


def test_a_field_of_a_kind_that_is_no_value_is_refused() -> None:
    with pytest.raises(ValueError, match=r"_Choice\.value"):
        decode(_Choice, {"value": 1})


def test_the_message_names_the_way_to_the_field() -> None:
    data = {"findings": [{"kind": "yara", "rule": "r", "place": {"file": "a", "members": ["x", 7]}}]}

    with pytest.raises(ValueError, match=r"not what Examination\.findings\[0\]\.place\.members\[1\] should be"):
        decode(Examination, data)


def test_equal_labels_are_built_once_and_no_other_passes_for_one() -> None:
    data = {"level": {"scheme": "us", "id": "s", "name": "SECRET", "order": 1, "rank": 4}}
    alike = {"level": {**data["level"], "order": True}}

    assert decode(Label, data) is decode(Label, json.loads(json.dumps(data)))
    with pytest.raises(ValueError, match=r"Label\.level\.order"):
        decode(Label, alike)


def test_what_is_json_already_stays_as_it_is() -> None:
    assert encode({"a": 1}) == {"a": 1}


def test_brief_leaves_out_what_is_so_by_default_and_loses_nothing() -> None:
    finding = Finding(Kind.YARA, "r", Place("a", page=2), reasons=("x",))
    known = encode(finding, brief=True)

    assert known == {"kind": "yara", "rule": "r", "place": {"file": "a", "page": 2}, "reasons": ["x"]}
    assert decode(Finding, known) == finding


def test_a_label_that_was_built_before_is_taken() -> None:
    label = Label(Level("us", "s", "SECRET", 1, 4))

    assert decode(
        Examination, {"findings": [{"kind": "marking", "rule": "us", "place": {"file": "a"}, "label": label}]}
    )
    with pytest.raises(ValueError, match="not what Label"):
        decode(Label, object())


def test_labels_without_end_fill_no_memory() -> None:
    def data(name: str) -> dict[str, object]:
        return {"level": {"scheme": "us", "id": "s", "name": name, "order": 1, "rank": 4}}

    assert decode(Label, data("x" * 20_000)) is not decode(Label, data("x" * 20_000))
    first = decode(Label, data("first"))
    for number in range(300):
        decode(Label, data(str(number)))
    assert decode(Label, data("first")) is not first


def test_a_text_is_no_fraction() -> None:
    with pytest.raises(ValueError, match=r"Finding\.confidence"):
        decode(Finding, {"kind": "yara", "rule": "r", "place": {"file": "a"}, "confidence": "1"})


def test_a_word_is_no_set_of_words() -> None:
    with pytest.raises(ValueError, match=r"Label\.caveats"):
        decode(Label, {"level": {"scheme": "us", "id": "s", "name": "S", "order": 1, "rank": 4}, "caveats": "NOFORN"})
