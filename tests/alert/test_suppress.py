"""A suppression hides what it names, where it names it, as long as it says, and nothing else."""

import os
from contextlib import closing
from dataclasses import replace

import pytest

from scanner.alert.store import AlertStore
from scanner.alert.suppress import Suppressions
from scanner.errors import UsageError
from scanner.model.document import Document, Identity, Problem, Reason
from scanner.model.exposure import Exposure, Right
from scanner.model.finding import Finding, Kind, Status
from scanner.model.label import Label, Level
from scanner.model.place import Place
from scanner.model.suppression import Condition, Terms
from scanner.model.verdict import Breach, Outcome, Verdict
from scanner.spool.database import connect

_LABEL = Label(Level("us", "s", "SECRET", 3, 4))
_FINDING = Finding(Kind.MARKING, "us", Place("a"), _LABEL)
_RULE = Finding(Kind.YARA, "private-key", Place("a"))
_VERDICT = Verdict(
    Document("/srv/a", sha256="ab" * 32), "public", Outcome.VIOLATION, (_LABEL,), (_FINDING, _RULE),
    why="SECRET in a zone whose ceiling is UNCLASSIFIED", alerting=True,
)  # fmt: skip
_TERMS = Terms("alice", "training material", 1000.0)


@pytest.fixture
def connection(tmp_path):
    with closing(connect(tmp_path / "state")) as connection:
        yield connection


@pytest.fixture
def store(connection):
    return AlertStore(connection)


@pytest.fixture
def suppressions(connection):
    return Suppressions(connection)


@pytest.fixture
def alert(store):
    return store.record(_VERDICT, Identity(1, 1, 1, 1, 1), "r1", 0.0)


def _at(path: str, **changes) -> Verdict:
    return replace(_VERDICT, document=replace(_VERDICT.document, path=path), **changes)


def test_what_is_suppressed_is_not_raised_and_says_so_and_stays_a_violation(suppressions, alert):
    suppressions.add(alert, ["/srv/a"], _TERMS, 1.0)
    verdict = suppressions.judge(_VERDICT, 2.0)

    assert not verdict.alerting
    assert verdict.outcome is Outcome.VIOLATION
    assert verdict.why.endswith("; suppressed by alice until 1970-01-01 00:16Z: training material")


def test_it_survives_a_move_and_a_rename_within_the_zone(suppressions, alert):
    suppressions.add(alert, ["/srv/a"], _TERMS, 1.0)

    assert not suppressions.judge(_at("/srv/deep/er/b.txt"), 2.0).alerting


@pytest.mark.parametrize(
    "other",
    [
        replace(_VERDICT, zone="press"),
        replace(_VERDICT, document=replace(_VERDICT.document, sha256="cd" * 32)),
        replace(_VERDICT, labels=(replace(_LABEL, caveats=frozenset({"NOFORN"})),)),
        replace(_VERDICT, findings=(_FINDING, _RULE, Finding(Kind.YARA, "token", Place("a")))),
        replace(_VERDICT, findings=(_FINDING, replace(_RULE, status=Status.SUSPECT))),
        replace(_VERDICT, problems=(Problem(Place("a"), Reason.ENCRYPTED),)),
        replace(_VERDICT, breaches=(Breach.LABEL,)),
    ],
    ids=["zone", "content", "label", "rule", "status", "unread", "breach"],
)
def test_another_zone_content_label_rule_breach_or_part_that_was_not_read_is_raised(suppressions, alert, other):
    suppressions.add(alert, ["/srv/a"], _TERMS, 1.0)

    assert suppressions.judge(other, 2.0) is other


def test_a_file_that_is_opened_to_more_people_is_raised(suppressions, store):
    group, all_ = (Exposure(0o640, group=frozenset({Right.READ})), Exposure(0o644, others=frozenset({Right.READ})))
    document = replace(_VERDICT.document, exposure=group)
    verdict = replace(_VERDICT, document=document, breaches=(Breach.EXPOSURE,))
    suppressions.add(store.record(verdict, Identity(1, 1, 1, 1, 1), "r1", 0.0), ["/srv/a"], _TERMS, 1.0)

    assert not suppressions.judge(verdict, 2.0).alerting
    assert suppressions.judge(replace(verdict, document=replace(document, exposure=all_)), 2.0).alerting


def test_less_than_what_was_suppressed_stays_suppressed(suppressions, alert):
    suppressions.add(alert, ["/srv/a"], _TERMS, 1.0)

    assert not suppressions.judge(replace(_VERDICT, findings=(_FINDING,)), 2.0).alerting


def test_a_file_without_a_hash_is_never_hidden(suppressions, alert):
    suppressions.add(alert, ["/srv/a"], _TERMS, 1.0)
    unread = replace(_VERDICT, document=Document("/srv/a"))

    assert suppressions.judge(unread, 2.0).alerting


@pytest.mark.parametrize(
    ("verdict", "why"),
    [
        (replace(_VERDICT, document=Document("/srv/a")), "could not be opened"),
        (replace(_VERDICT, problems=(Problem(Place("a"), Reason.FORBIDDEN),)), "take over its reader"),
        (replace(_VERDICT, labels=(), findings=()), "nothing was found"),
    ],
)
def test_what_names_no_content_or_is_an_attack_cannot_be_suppressed(suppressions, alert, verdict, why):
    with pytest.raises(UsageError, match=why):
        suppressions.add(replace(alert, verdict=verdict), ["/srv/a"], _TERMS, 1.0)
    assert suppressions.all() == ()


def test_a_loss_of_coverage_cannot_be_suppressed(suppressions, store):
    with pytest.raises(UsageError, match="unseen"):
        suppressions.add(store.cover("/srv", "events were lost", 0.0), [], _TERMS, 1.0)


def test_when_it_expires_what_it_hid_is_told_once_and_raised_again(suppressions, alert):
    suppressions.add(alert, ["/srv/a"], _TERMS, 1.0)
    suppressions.judge(_at("/srv/b"), 2.0)

    assert suppressions.take_files(999.9) == ()
    assert set(suppressions.take_files(1000.0)) == {"/srv/a", "/srv/b"}
    assert suppressions.take_files(1000.0) == ()
    assert suppressions.judge(_VERDICT, 1000.0).alerting


def test_one_that_is_withdrawn_tells_what_it_hid(suppressions, alert):
    made = suppressions.add(alert, ["/srv/a"], _TERMS, 1.0)
    suppressions.withdraw(made.key, "bob", 5.0)
    (known,) = suppressions.all()

    assert suppressions.judge(_at("/srv/b"), 6.0).alerting
    assert suppressions.take_files(6.0) == ("/srv/a",)
    assert (known.condition(6.0), known.ended, known.ended_by) == (Condition.WITHDRAWN, 5.0, "bob")


def test_what_has_ended_is_told_once(suppressions, alert):
    made = suppressions.add(alert, ["/srv/a"], _TERMS, 1.0)

    assert suppressions.take_ended(999.9) == ()
    assert [one.key for one in suppressions.take_ended(1000.0)] == [made.key]
    assert suppressions.take_ended(1000.0) == ()
    suppressions.add(alert, ["/srv/a"], replace(_TERMS, until=3000.0), 1500.0)
    suppressions.withdraw(made.key, "bob", 2000.0)
    assert [one.ended_by for one in suppressions.take_ended(2000.0)] == ["bob"]


def test_one_without_an_end_never_expires(suppressions, alert):
    suppressions.add(alert, ["/srv/a"], replace(_TERMS, until=None), 1.0)

    assert suppressions.take_files(1e12) == ()
    assert suppressions.judge(_VERDICT, 1e12).why.endswith("; suppressed by alice: training material")


def test_one_that_hides_no_file_any_more_is_unused(suppressions, alert):
    suppressions.add(alert, ["/srv/a"], _TERMS, 1.0)
    suppressions.judge(_at("/srv/new/b"), 2.0)
    suppressions.judge(_at("/srv/new!"), 2.0)
    conditions = [(suppressions.all()[0].hides, suppressions.all()[0].condition(3.0))]
    for forget in (
        lambda: suppressions.judge(replace(_VERDICT, outcome=Outcome.CLEAN, alerting=False), 3.0),
        lambda: suppressions.gone_below("/srv/new"),
        lambda: suppressions.gone(["/srv/new!"]),
    ):
        forget()
        conditions.append((suppressions.all()[0].hides, suppressions.all()[0].condition(3.0)))

    assert conditions == [
        (3, Condition.ACTIVE), (2, Condition.ACTIVE), (1, Condition.ACTIVE), (0, Condition.UNUSED),
    ]  # fmt: skip
    assert suppressions.all()[0].condition(1000.0) is Condition.EXPIRED


def test_a_folder_is_not_taken_for_one_whose_name_goes_on(suppressions, alert):
    suppressions.add(alert, ["/srv/new", "/srv/new/b", "/srv/new-er/b", "/srv/newer"], _TERMS, 1.0)
    suppressions.gone_below("/srv/new")

    assert suppressions.all()[0].hides == 3


def test_a_new_suppression_of_the_same_content_replaces_the_one_before(suppressions, alert):
    first = suppressions.add(alert, ["/srv/a"], _TERMS, 1.0)
    suppressions.withdraw(first.key, "bob", 2.0)
    second = suppressions.add(alert, ["/srv/a"], Terms("carol", "still", 2000.0), 3.0)

    assert suppressions.all() == (second,)
    assert not suppressions.judge(_VERDICT, 1500.0).alerting


def test_it_is_found_by_the_beginning_of_its_key_or_of_that_of_its_alert(suppressions, alert):
    made = suppressions.add(alert, ["/srv/a"], _TERMS, 1.0)

    assert suppressions.get(made.key[:6].upper()) == made
    assert suppressions.get(alert.key) == made
    with pytest.raises(UsageError, match="no suppression"):
        suppressions.get("xyz")


def test_a_key_that_fits_several_is_refused(suppressions, store):
    for number in range(20):
        document = Document(f"/srv/{number}", sha256=f"{number:064}")
        raised = store.record(replace(_VERDICT, document=document), Identity(1, number, 1, 1, 1), "r1", 0.0)
        suppressions.add(raised, [document.path], _TERMS, 1.0)
    often = max("0123456789abcdef", key=[one.key[0] for one in suppressions.all()].count)

    with pytest.raises(UsageError, match="more than one"):
        suppressions.get(often)


def test_those_long_over_are_deleted_and_what_they_hid_is_told(suppressions, alert):
    suppressions.add(alert, ["/srv/a"], _TERMS, 1.0)

    assert suppressions.prune(1000.0) == 0
    assert suppressions.prune(1000.5) == 1
    assert suppressions.all() == ()
    assert suppressions.take_files(2000.0) == ("/srv/a",)


def test_one_in_force_or_without_an_end_is_not_deleted(suppressions, alert):
    made = suppressions.add(alert, ["/srv/a"], replace(_TERMS, until=None), 1.0)

    assert suppressions.prune(1e12) == 0
    suppressions.withdraw(made.key, "bob", 5.0)
    assert suppressions.prune(5.5) == 1


def test_names_that_are_no_text_come_back_as_they_were(suppressions, alert, ugly_names):
    paths = [os.fsdecode(b"/srv/" + name) for name in ugly_names]
    suppressions.add(alert, paths, _TERMS, 1.0)

    assert set(suppressions.take_files(1000.0)) == set(paths)


def test_the_database_names_no_content(suppressions, alert, connection):
    suppressions.add(alert, ["/srv/a"], _TERMS, 1.0)
    connection.commit()
    rows = connection.execute("select * from suppression").fetchall()

    assert "ab" * 32 not in repr(rows)


def test_the_same_key_is_used_by_every_process(connection, suppressions, alert):
    suppressions.add(alert, ["/srv/a"], _TERMS, 1.0)

    assert not Suppressions(connection).judge(_VERDICT, 2.0).alerting
