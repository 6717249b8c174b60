"""Counts of verdicts add up, whatever comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.document import Document, Problem, Reason
from scanner.model.finding import Finding, Kind, Severity, Status
from scanner.model.label import Label, Level
from scanner.model.place import Place
from scanner.model.verdict import Outcome, Tally, Verdict

_PROBLEMS = st.lists(st.builds(Problem, st.just(Place("a")), st.sampled_from(Reason)), max_size=3).map(tuple)
_VERDICTS = st.builds(
    Verdict,
    document=st.builds(Document, path=st.just("/a"), size=st.integers(0, 10**9)),
    zone=st.just("z"),
    outcome=st.sampled_from(Outcome),
    findings=st.lists(st.just(Finding(Kind.YARA, "r", Place("a"))), max_size=3).map(tuple),
    problems=_PROBLEMS,
    accepted=st.booleans(),
)


@given(st.lists(_VERDICTS))
def test_the_outcomes_add_up_to_the_files(verdicts):
    tally = Tally()
    for verdict in verdicts:
        tally.add(verdict)

    assert tally.files == len(verdicts) == sum(tally.outcomes.values())
    assert tally.size == sum(verdict.document.size for verdict in verdicts)
    assert tally.findings == sum(len(verdict.findings) for verdict in verdicts)
    assert all(count <= tally.files for count in tally.reasons.values())
    assert tally.unread <= tally.outcomes[Outcome.UNDETERMINED]


def test_a_file_with_many_encrypted_members_is_one_encrypted_file():
    tally = Tally()
    problem = Problem(Place("a"), Reason.ENCRYPTED)
    tally.add(Verdict(Document("/a"), "z", Outcome.UNDETERMINED, problems=(problem, problem)))

    assert tally.reasons == {Reason.ENCRYPTED: 1}


@pytest.mark.parametrize(
    ("outcome", "accepted", "unread"),
    [
        (Outcome.UNDETERMINED, False, 1),
        (Outcome.UNDETERMINED, True, 0),
        (Outcome.VIOLATION, False, 0),
    ],
)
def test_only_what_could_not_be_read_and_is_not_accepted_counts_as_unread(outcome, accepted, unread):
    tally = Tally()
    tally.add(Verdict(Document("/a"), "z", outcome, accepted=accepted))

    assert tally.unread == unread


def test_the_label_of_a_verdict_is_its_most_sensitive():
    label = Label(Level("us", "s", "SECRET", 3, 4))

    assert Verdict(Document("/a"), "z", Outcome.VIOLATION, labels=(label,)).label is label
    assert Verdict(Document("/a"), "z", Outcome.CLEAN).label is None


def test_severities_are_ordered_and_written_in_lower_case():
    assert [severity.word for severity in sorted(Severity)] == ["info", "low", "medium", "high", "critical"]


@pytest.mark.parametrize(
    ("status", "outcome", "suspected"),
    [
        (Status.SUSPECT, Outcome.CLEAN, 1),
        (Status.SUSPECT, Outcome.UNDETERMINED, 1),
        (Status.SUSPECT, Outcome.VIOLATION, 0),
        (Status.EXAMPLE, Outcome.CLEAN, 0),
    ],
)
def test_a_file_is_suspected_where_nothing_surer_decided_about_it(status, outcome, suspected):
    tally = Tally()
    finding = Finding(Kind.MARKING, "us", Place("a"), status=status)
    tally.add(Verdict(Document("/a"), "z", outcome, findings=(finding, finding)))

    assert tally.suspected == suspected
