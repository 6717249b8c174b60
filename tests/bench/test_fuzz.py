"""Broken documents are the same for the same number, and the workers end each in one examination."""

import pytest

from bench._mutate import Mutator
from bench.fuzz import Report, run, seeds
from bench.hiding import (
    archives_golden,
    calendars,
    doc_golden,
    mails,
    page,
    pictures,
    richtext,
    sheet_binary,
    slides_binary,
    texts,
)
from scanner.app.parts import Bench
from scanner.model.limits import DEFAULT_LIMITS
from scanner.resources import rule_sources


@pytest.fixture(scope="module")
def sound():
    # Those that take no library to make.
    quick = (
        page,
        mails,
        texts,
        calendars,
        pictures,
        richtext,
        doc_golden,
        sheet_binary,
        slides_binary,
        archives_golden,
    )
    return seeds(None, (probe for module in quick for probe in module.probes()))


def test_there_are_sound_documents_of_many_kinds_without_a_corpus(sound):
    assert len(sound) > 500
    assert len({one.name.rpartition(".")[2] for one in sound}) > 30


def test_the_same_number_gives_the_same_broken_document(sound):
    data = [one.data for one in sound]
    one, other = Mutator(data, 3), Mutator(data, 3)
    assert [one.make(number) for number in (5, 6, 7)] == [other.make(number) for number in (7, 6, 5)][::-1]
    assert one.make(5) != Mutator(data, 4).make(5)


def test_most_documents_are_broken_and_none_grows_without_end(sound):
    data = [one.data for one in sound]
    mutator = Mutator(data, 1)
    made = [mutator.make(number) for number in range(200)]
    assert sum(broken != data[chosen] for chosen, broken in made) > 190
    assert max(len(broken) for _, broken in made) < 3 << 20


def test_broken_documents_end_in_one_examination_each_and_no_reader_fails(sound, tmp_path):
    report = run(sound, 150, Bench(rule_sources(), DEFAULT_LIMITS, 2), seed=11, keep=tmp_path)
    assert (report.made, report.odd, dict(report.raised), report.failures) == (150, 0, {}, [])
    assert report.met
    assert report.reasons


@pytest.mark.parametrize("change", ["failures", "raised", "examined"])
def test_a_report_with_a_fault_does_not_meet_the_demand(change):
    report = Report(made=1)
    report.examined[0] = 1
    assert report.met
    if change == "failures":
        report.failures.append((0, "its reader failed: KeyError"))
    elif change == "raised":
        report.raised["KeyError at pool.py:1"] += 1
    else:
        report.examined[0] += 1
    assert not report.met
