"""What the warden reads before the sandbox closes is what users have: whole documents in which something is found."""

import pytest

from scanner.model.document import Facts, Problem
from scanner.model.finding import Finding
from scanner.resources import rule_sources
from scanner.worker.first_documents import first_documents
from scanner.worker.setup import Setup
from scanner.worker.warden import pipeline_for

_OFFICE = "application/vnd.openxmlformats-officedocument"
_KINDS = (
    "text/plain",
    "text/plain",
    f"{_OFFICE}.wordprocessingml.document",
    f"{_OFFICE}.spreadsheetml.sheet",
    f"{_OFFICE}.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/pdf",
    "application/rtf",
    "message/rfc822",
)


@pytest.fixture(scope="module")
def read():
    pipeline = pipeline_for(Setup(rule_sources(), key="00" * 16))
    return [list(pipeline.examine("warm-up", data)) for data in first_documents()]


def test_there_is_one_of_each_usual_kind(read):
    assert tuple(item.media_type for items in read for item in items if isinstance(item, Facts)) == _KINDS


def test_they_are_read_without_a_problem(read):
    assert not [item for items in read for item in items if isinstance(item, Problem)]


def test_markings_are_found_in_all_but_the_one_that_has_none(read):
    found = [{str(item.label) for item in items if isinstance(item, Finding) and item.label} for items in read]

    assert [labels for labels in found if "SECRET//NOFORN" not in labels] == [set()]
