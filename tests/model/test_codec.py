"""Values survive the way through JSON, and nothing else gets through."""

import json
from dataclasses import dataclass
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
