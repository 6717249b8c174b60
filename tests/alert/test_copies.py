"""Files with the same content in the same zone are one alert, and an alert follows its files."""

import sqlite3
from contextlib import closing

import pytest

from scanner.alert.store import AlertStore
from scanner.model.alert import Change, State
from scanner.model.finding import Severity
from scanner.model.verdict import Outcome
from tests.alert._alerts import TOP, Recorder, verdict

_GONE = "the file is gone, or is watched no more"


@pytest.fixture
def store(tmp_path):
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        yield AlertStore(connection, b"key")


@pytest.fixture
def see(store):
    return Recorder(store)


def _changes(store, key=None):
    entries = store.entries(0, 1000) if key is None else store.history(key)
    return [entry.change for entry in entries]


def _standing(store, key):
    return [standing.path for standing in store.paths(key) if standing.gone is None]


def test_copies_in_one_zone_are_one_alert_with_every_path(store, see):
    first = see("/srv/a")
    last = see("/srv/\udcff\n")

    assert last.key == first.key
    assert (last.copies, last.count) == (2, 2)
    assert _standing(store, first.key) == ["/srv/a", "/srv/\udcff\n"]
    assert store.verify() is None


def test_a_copy_in_another_zone_or_with_another_content_is_another_alert(see):
    keys = {see("/srv/a").key, see("/srv/b", zone="other").key, see("/srv/c", "two").key}

    assert len(keys) == 3


def test_files_that_were_not_read_are_not_taken_for_copies(see):
    assert see("/srv/a", "").key != see("/srv/b", "").key


def test_a_thousand_copies_are_four_entries(store, see):
    for number in range(1000):
        see(f"/srv/{number}")

    assert store.alerts()[0].copies == 1000
    assert [entry.alert.copies for entry in store.entries(0, 99)] == [1, 2, 10, 100, 1000]
    assert _changes(store) == [Change.RAISED, *[Change.COPIED] * 4]
    assert store.verify() is None


def test_a_file_that_is_alone_in_its_alert_stays_in_it_whatever_it_holds(see):
    first = see("/srv/a", "one")
    again = see("/srv/a", "two")

    assert (again.key, again.count, again.copies) == (first.key, 2, 1)
    assert see("/srv/b", "two").key == first.key


def test_one_of_several_that_changes_leaves_the_others(store, see):
    both = see("/srv/a")
    see("/srv/b")
    alone = see("/srv/b", "two")

    assert alone.key != both.key
    assert (alone.copies, store.get(both.key).copies) == (1, 1)
    assert store.get(both.key).verdict.document.path == "/srv/a"
    assert _changes(store, both.key) == [Change.RAISED, Change.COPIED, Change.LEFT]


def test_the_first_of_several_that_changes_gets_a_key_that_is_free(store, see):
    both = see("/srv/a")
    see("/srv/b")
    alone = see("/srv/a", "two")

    assert alone.key != both.key
    assert store.get(both.key).verdict.document.path == "/srv/b"
    assert store.get(both.key).verdict.findings[0].place.file == "b"
    assert store.verify() is None


def test_an_alert_of_which_every_file_is_gone_is_resolved_and_says_why(store, see):
    key = see("/srv/a").key
    see("/srv/b")
    store.gone(["/srv/a", "/srv/none"], 2000.0)
    assert (store.get(key).state, store.get(key).copies) == (State.OPEN, 1)
    store.gone(["/srv/b"], 2001.0)
    alert = store.get(key)

    assert (alert.state, alert.resolution, alert.copies) == (State.RESOLVED, _GONE, 0)
    assert [(standing.path, standing.gone) for standing in store.paths(key)] == [("/srv/a", 2000.0), ("/srv/b", 2001.0)]
    assert _changes(store, key) == [Change.RAISED, Change.COPIED, Change.LEFT, Change.RESOLVED]


def test_a_folder_that_is_gone_takes_its_files_out_and_no_others(store, see):
    inside = see("/srv/in/deep/a", "1").key
    beside = [see(path, path).key for path in ("/srv/in-side", "/srv/in0", "/srv/in")]
    store.gone_below("/srv/in", 2000.0)

    assert store.get(inside).state is State.RESOLVED
    assert {store.get(key).state for key in beside} == {State.OPEN}


def test_everything_below_the_root_folder_can_be_gone(store, see):
    key = see("/a").key
    store.gone_below("/", 2000.0)

    assert store.get(key).state is State.RESOLVED


@pytest.mark.parametrize(("path", "content"), [("/srv/a", "other"), ("/srv/b", "one"), ("/srv/a", "one")])
def test_what_comes_back_opens_its_alert_with_its_history(store, see, path, content):
    key = see("/srv/a").key
    store.gone(["/srv/a"], 2000.0)
    alert = see(path, content)

    assert (alert.key, alert.state, alert.resolution, alert.copies) == (key, State.OPEN, "", 1)
    assert _changes(store, key) == [Change.RAISED, Change.RESOLVED, Change.REOPENED]


def test_a_file_that_comes_back_in_the_very_state_it_was_in_opens_its_alert(store, see):
    key = see("/srv/a").key
    store.gone(["/srv/a"], 2000.0)
    see.now -= 1
    assert see("/srv/a").key == key

    assert store.get(key).state is State.OPEN


def test_a_file_that_moves_leaves_no_open_alert_behind(store, see):
    key = see("/srv/a").key
    see("/srv/b")
    store.gone(["/srv/a"], 2000.0)

    assert [alert.state for alert in store.alerts()] == [State.OPEN]
    assert _standing(store, key) == ["/srv/b"]


def test_the_other_files_with_a_content_are_named(store, see):
    see("/srv/a")
    see("/srv/b", zone="other")
    see("/srv/c", "two")
    moved = verdict("/srv/a", "one", Outcome.PERMITTED)

    assert store.twins(moved, 8) == ("/srv/b",)
    assert set(store.twins(verdict("/srv/x"), 8)) == {"/srv/a", "/srv/b"}
    assert len(store.twins(verdict("/srv/x"), 1)) == 1
    assert store.twins(verdict("/srv/x", ""), 8) == ()


def test_files_that_were_not_read_are_named_by_folder(store, see):
    see("/srv/in/a", "")
    see("/srv/in-side", "")
    see("/srv/in/b")
    see("/srv/in/c", "")
    store.gone(["/srv/in/c"], 2000.0)
    store.cover("/srv/in/d", "lost", 2000.0)

    assert store.unread("/srv/in") == ("/srv/in/a",)
    assert set(store.unread("/")) == {"/srv/in/a", "/srv/in-side"}


def test_a_copy_in_order_leaves_and_the_last_one_resolves(store, see):
    key = see("/srv/a").key
    see("/srv/b")
    see("/srv/a", "fine", Outcome.CLEAN)
    assert store.get(key).state is State.OPEN
    see("/srv/b", "fine", Outcome.PERMITTED)

    assert (store.get(key).state, store.get(key).resolution) == (State.RESOLVED, "it is in order now")


def test_an_alert_shows_the_gravest_of_its_copies(see):
    see("/srv/a", labels=(TOP,), severity=Severity.CRITICAL)
    alert = see("/srv/b")

    assert (alert.severity, alert.verdict.document.path) == (Severity.CRITICAL, "/srv/a")
    assert see("/srv/c", labels=(TOP,), severity=Severity.CRITICAL).verdict.document.path == "/srv/c"
    assert see("/srv/c").severity is Severity.HIGH


def test_a_worse_copy_opens_an_acknowledged_alert_and_another_one_does_not(store, see):
    key = see("/srv/a").key
    store.acknowledge(key, "ann", "", 1500.0)

    assert see("/srv/b").state is State.ACKNOWLEDGED
    assert see("/srv/c", severity=Severity.CRITICAL).state is State.OPEN
    assert _changes(store, key)[-1] is Change.WORSENED


def test_a_copy_of_what_somebody_resolved_opens_it(store, see):
    key = see("/srv/a").key
    store.resolve(key, "it may stand", "ann", 1500.0)
    assert see("/srv/b").state is State.OPEN

    assert _changes(store, key)[-1] is Change.REOPENED


def test_the_same_content_that_stands_in_another_zone_where_it_may_is_told(store, see):
    see("/srv/x/plan\n", outcome=Outcome.PERMITTED, zone="programme-x")
    alert = see("/srv/a")

    assert alert.origin == "the same content stands in /srv/x/plan\n (zone programme-x), where it may"
    assert store.get(alert.key) == alert
    assert store.verify() is None


def test_an_original_that_is_seen_later_is_told_in_an_entry(store, see):
    key = see("/srv/a").key
    see("/srv/x/plan", outcome=Outcome.PERMITTED, zone="programme-x")
    see("/srv/x/again", outcome=Outcome.PERMITTED, zone="programme-x")

    assert store.get(key).origin == "the same content stands in /srv/x/plan (zone programme-x), where it may"
    assert _changes(store, key) == [Change.RAISED, Change.NOTED]


@pytest.mark.parametrize("change", ["gone", "folder", "other", "clean"])
def test_an_original_that_is_no_more_has_stood_there(store, see, change):
    see("/srv/x/plan", outcome=Outcome.PERMITTED, zone="programme-x")
    if change == "gone":
        store.gone(["/srv/x/plan"], 2000.0)
    elif change == "folder":
        store.gone_below("/srv/x", 2000.0)
    elif change == "other":
        see("/srv/x/plan", "two", Outcome.PERMITTED, "programme-x")
    else:
        see("/srv/x/plan", "two", Outcome.CLEAN, "programme-x")

    assert see("/srv/a").origin == "the same content stood in /srv/x/plan (zone programme-x), where it may"


def test_what_may_stand_in_the_same_zone_or_says_nothing_is_no_origin(see):
    see("/srv/b", outcome=Outcome.PERMITTED)
    see("/srv/c", outcome=Outcome.CLEAN, zone="programme-x")
    see("/srv/d", "", Outcome.PERMITTED, "programme-x")

    assert see("/srv/a").origin == ""
    assert see("/srv/e", "").origin == ""


def test_an_alert_about_another_content_forgets_where_the_first_came_from(store, see):
    see("/srv/x/plan", outcome=Outcome.PERMITTED, zone="programme-x")
    see("/srv/a")

    assert see("/srv/a", "two").origin == ""
    assert store.verify() is None


def test_a_file_that_was_renamed_says_where_it_stands_and_where_it_went(store, see):
    key = see("/srv/a").key
    see("/srv/b")
    store.gone(["/srv/a"], see.now + 1)

    assert [(entry.change, entry.note) for entry in store.history(key)][1:] == [
        (Change.COPIED, "/srv/b"),
        (Change.LEFT, "moved to /srv/b"),
    ]


def test_one_of_two_old_copies_that_is_gone_was_not_moved(store, see):
    key = see("/srv/a").key
    see("/srv/b")
    store.gone(["/srv/a"], see.now + 3600)

    assert store.history(key)[-1].note == _GONE


def test_a_file_that_went_to_another_zone_says_so_on_both_sides(store, see):
    old = see("/srv/a")
    new = see("/other/a", zone="other")
    store.gone(["/srv/a"], see.now + 1)

    assert new.origin == "the same content was also raised in /srv/a (zone public)"
    assert store.get(old.key).resolution == f"{_GONE}; the same content stands in /other/a (zone other)"
    assert store.verify() is None


def test_a_file_that_went_where_it_may_stand_says_so(store, see):
    key = see("/srv/a").key
    see("/srv/x/a", outcome=Outcome.PERMITTED, zone="programme-x")
    store.gone(["/srv/a"], see.now + 1)

    assert store.get(key).resolution == f"{_GONE}; the same content stands in /srv/x/a (zone programme-x), where it may"


def test_where_it_may_stand_says_more_than_where_it_was_raised_as_well(store, see):
    see("/srv/a")
    new = see("/other/a", zone="other")
    see("/srv/x/a", outcome=Outcome.PERMITTED, zone="programme-x")

    assert store.get(new.key).origin == "the same content stands in /srv/x/a (zone programme-x), where it may"
