"""What a worker says is checked, and what was found before any parser saw the file cannot be taken back."""

from dataclasses import replace

import pytest

from scanner.model.codec import encode
from scanner.model.document import Problem, Reason
from scanner.model.finding import Finding, Kind
from scanner.model.label import Label, Level
from scanner.model.place import Place
from scanner.worker.answer import Answer

_PLACE = Place("a.doc")


def _finding(rule: str) -> Finding:
    return Finding(Kind.YARA, rule, _PLACE)


def test_what_was_found_early_stands_even_if_the_parser_says_nothing_of_it():
    answer = Answer(_PLACE, 0)
    answer.take({"early": encode(_finding("keys"))})
    answer.take({"finding": encode(_finding("cards"))})

    assert [finding.rule for finding in answer.examination().findings] == ["cards", "keys"]


def test_what_was_found_early_and_again_counts_once():
    answer = Answer(_PLACE, 0)
    answer.take({"early": encode(_finding("keys"))})
    answer.take({"finding": encode(_finding("keys"))})

    assert [finding.rule for finding in answer.examination().findings] == ["keys"]


@pytest.mark.parametrize("message", [{"surprise": 1}, {"finding": {"rule": 1}}, {"early": []}, "text", None])
def test_what_is_no_message_is_a_problem_of_the_document(message):
    answer = Answer(_PLACE, 0)
    answer.take(message)

    assert [problem.reason for problem in answer.examination().problems] == [Reason.CRASHED]


def test_problems_of_the_agent_stand_beside_those_of_the_worker():
    answer = Answer(_PLACE, 0)
    answer.take({"problem": encode(Problem(_PLACE, Reason.CORRUPT))})
    answer.add(Reason.TIMEOUT, "too slow")

    assert [problem.reason for problem in answer.examination().problems] == [Reason.CORRUPT, Reason.TIMEOUT]


def test_an_answer_is_over_when_it_is_longer_than_it_may_be():
    answer = Answer(_PLACE, 10)
    answer.take({"problem": encode(Problem(_PLACE, Reason.CORRUPT))})

    assert answer.overflown
    assert not Answer(_PLACE, 0, size=1 << 40).overflown


def test_equal_labels_of_thousands_of_findings_are_kept_once():
    label = Label(Level("us", "s", "SECRET", 3, 3))
    found = replace(_finding("us"), label=label, also=(label,))
    answer = Answer(_PLACE, 0)
    for _ in range(3):
        answer.take({"finding": encode(found)})

    first, *others = answer.examination().findings
    assert all(other.label is first.label and other.also[0] is first.label for other in others)
