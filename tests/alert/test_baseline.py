"""A baseline accepts content it knows, wherever it stands, and nothing else."""

import os
from dataclasses import replace

import pytest

from scanner.alert.baseline import Baseline
from scanner.errors import UsageError
from scanner.model.document import Document, Problem, Reason
from scanner.model.exposure import NOTHING, Exposure, Right
from scanner.model.finding import Finding, Kind
from scanner.model.label import Label, Level
from scanner.model.place import Place
from scanner.model.verdict import Breach, Outcome, Verdict

_LABEL = Label(Level("us", "s", "SECRET", 3, 4))
_FINDING = Finding(Kind.MARKING, "us", Place("a"), _LABEL)
_VIOLATION = Verdict(
    Document("/srv/a", sha256="ab" * 32), "default", Outcome.VIOLATION, (_LABEL,), (_FINDING,), alerting=True
)


@pytest.fixture
def baseline() -> Baseline:
    known = Baseline.new()
    known.add(_VIOLATION)
    return known


def test_known_content_is_no_violation_any_more(baseline):
    verdict = baseline.accept(replace(_VIOLATION, document=replace(_VIOLATION.document, path="/elsewhere/b")))

    assert verdict.outcome is Outcome.PERMITTED
    assert not verdict.alerting


def test_a_copy_in_another_zone_is_still_a_violation(baseline):
    copied = replace(_VIOLATION, zone="public")

    assert baseline.accept(copied) == copied


def test_other_content_is_still_a_violation(baseline):
    other = replace(_VIOLATION, document=Document("/srv/a", sha256="cd" * 32))

    assert baseline.accept(other) == other


def test_a_new_finding_in_known_content_is_still_a_violation(baseline):
    more = replace(_VIOLATION, findings=(_FINDING, Finding(Kind.YARA, "key", Place("a"))))

    assert baseline.accept(more).outcome is Outcome.VIOLATION


def test_what_could_not_be_read_stays_undetermined(baseline):
    locked = replace(_VIOLATION, problems=(Problem(Place("a"), Reason.ENCRYPTED),))

    verdict = baseline.accept(locked)

    assert verdict.outcome is Outcome.UNDETERMINED
    assert not verdict.accepted


def test_clean_files_and_files_without_a_hash_are_left_alone(baseline):
    clean = replace(_VIOLATION, outcome=Outcome.CLEAN, findings=())
    unhashed = replace(_VIOLATION, document=Document("/srv/a"))
    baseline.add(clean)
    baseline.add(unhashed)

    assert baseline.accept(clean) == clean
    assert baseline.accept(unhashed) == unhashed
    assert len(baseline.known) == 1


def test_a_baseline_reads_back_as_written(baseline, tmp_path):
    baseline.write(tmp_path / "b.json")

    assert Baseline.read(tmp_path / "b.json") == baseline


def test_a_baseline_names_no_content(baseline, tmp_path):
    baseline.write(tmp_path / "b.json")

    text = (tmp_path / "b.json").read_text()
    assert "ab" * 32 not in text
    assert "SECRET" not in text


def test_two_baselines_of_the_same_files_do_not_match_each_other(baseline):
    other = Baseline.new()
    other.add(_VIOLATION)

    assert not other.known & baseline.known


def test_a_missing_baseline_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"gone\.json"):
        Baseline.read(tmp_path / "gone.json")


def test_a_baseline_that_cannot_be_written_is_named(baseline, tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        baseline.write(tmp_path / "no" / "b.json")
    assert os.listdir(tmp_path) == []


def test_a_baseline_is_written_for_us_alone_and_leaves_nothing_beside(tmp_path):
    (tmp_path / "b.json").touch(mode=0o644)
    Baseline.new().write(tmp_path / "b.json")

    assert [path.name for path in tmp_path.iterdir()] == ["b.json"]
    assert (tmp_path / "b.json").stat().st_mode & 0o777 == 0o600


def test_a_baseline_that_others_may_write_is_refused(tmp_path):
    Baseline.new().write(tmp_path / "b.json")
    (tmp_path / "b.json").chmod(0o602)

    with pytest.raises(UsageError, match=r"it could have been changed: .*everyone may write it"):
        Baseline.read(tmp_path / "b.json")


def _open_to(exposure: Exposure) -> Verdict:
    document = replace(_VIOLATION.document, exposure=exposure)
    return replace(_VIOLATION, document=document, breaches=(Breach.EXPOSURE,))


def test_known_content_that_more_people_may_have_is_still_a_violation(baseline):
    group, everyone = (
        Exposure(0o640, frozenset({Right.READ}), others) for others in (NOTHING, frozenset({Right.READ}))
    )

    assert baseline.accept(_open_to(group)).outcome is Outcome.VIOLATION
    baseline.add(_open_to(group))
    assert baseline.accept(_open_to(group)).outcome is Outcome.PERMITTED
    assert baseline.accept(_open_to(everyone)).outcome is Outcome.VIOLATION


def test_the_lack_of_a_marking_can_be_accepted(baseline):
    bare = replace(_VIOLATION, findings=(), labels=(), breaches=(Breach.UNMARKED,))

    assert baseline.accept(bare).outcome is Outcome.VIOLATION
    baseline.add(bare)
    assert baseline.accept(bare).outcome is Outcome.PERMITTED
    assert baseline.accept(replace(bare, zone="public")).outcome is Outcome.VIOLATION
