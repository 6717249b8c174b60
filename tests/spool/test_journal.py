"""What is in the queue leaves it only when it is done in the state it was claimed in."""

from collections import Counter
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.change import ChangeKind
from scanner.spool.database import connect
from scanner.spool.journal import CHANGED, Backlog, Journal, Request


@pytest.fixture
def connection(tmp_path):
    with closing(connect(tmp_path)) as connection:
        yield connection


@pytest.fixture
def journal(connection):
    return Journal(connection)


def _ask(path, due=1.0, kind=ChangeKind.CLOSED, latest=30.0, first_seen=0.0, **given):
    return Request(path, kind, due, latest, first_seen, **given)


def _paths(claims):
    return [claim.path for claim in claims]


def test_what_is_due_is_claimed_once_the_longest_known_first(journal):
    journal.put([_ask("/b", 2.0), _ask("/a", 1.0), _ask("/c", 9.0)], 0.0)

    assert journal.next_due() == 1.0
    assert _paths(journal.claim(5.0, 10)) == ["/b", "/a"]
    assert journal.claim(5.0, 10) == []
    assert journal.next_due() == 9.0
    assert journal.length() == 3


def test_what_is_ready_has_been_due_since_ever(journal):
    journal.put([_ask("/a"), _ask("/tree", kind=ChangeKind.TREE)], 0.0)
    journal.claim(5.0, 1)

    assert journal.next_due() == float("-inf")
    assert journal.next_due(trees=False) is None


def test_what_a_walk_found_is_counted_apart(journal):
    journal.put([_ask("/live")], 0.0)
    journal.put_found([_ask(f"/{number}", kind=ChangeKind.FOUND) for number in range(3)], 0.0)
    journal.claim(5.0, 0)

    assert (journal.found_exceed(2), journal.found_exceed(3)) == (True, False)


def test_the_backlog_is_told_by_root(journal):
    journal.put([_ask("/a/1", root="/a"), _ask("/b/1", root="/b\udcff")], 7.0)
    journal.put([_ask("/a/2", root="/a")], 3.0)

    assert journal.backlog() == {"/a": Backlog(2, 3.0), "/b\udcff": Backlog(1, 7.0)}


def test_a_flood_in_one_folder_does_not_keep_a_file_in_another_waiting(journal):
    journal.put([_ask(f"/r/flood/{n}", 1.0 + n / 1e5, root="/r", owner=7) for n in range(50_000)], 0.0)
    before = _paths(journal.claim(5.0, 10))
    journal.put([_ask("/r/quiet/one", 2.0, root="/r", owner=7)], 0.0)

    assert all("flood" in path for path in before)
    assert "/r/quiet/one" in _paths(journal.claim(5.0, 3))


def test_many_folders_of_one_owner_do_not_keep_another_owner_waiting(journal):
    journal.put([_ask(f"/r/{number}/x", root="/r", owner=7) for number in range(2000)], 0.0)
    journal.put([_ask(f"/r/other/{number}", root="/r", owner=8) for number in range(3)], 0.0)

    claimed = _paths(journal.claim(5.0, 6))
    assert [path for path in claimed if "other" in path] == ["/r/other/0", "/r/other/1", "/r/other/2"]


def test_roots_take_turns_however_many_owners_each_has(journal):
    journal.put([_ask(f"/a/{number}", root="/a", owner=number) for number in range(100)], 0.0)
    journal.put([_ask(f"/b/{number}", root="/b", owner=1) for number in range(3)], 0.0)

    assert sum(path.startswith("/b/") for path in _paths(journal.claim(5.0, 6))) == 3


def test_a_folder_that_was_quiet_has_saved_up_nothing_and_lost_nothing(journal):
    journal.put([_ask(f"/r/a/{number}", root="/r") for number in range(20)], 0.0)
    journal.claim(5.0, 10)
    journal.put([_ask(f"/r/b/{number}", root="/r") for number in range(20)], 0.0)
    claimed = _paths(journal.claim(5.0, 10))

    assert 4 <= sum(path.startswith("/r/b/") for path in claimed) <= 6


def test_turns_go_on_in_the_next_daemon(connection):
    first = Journal(connection)
    first.put([_ask(f"/r/flood/{number}", root="/r") for number in range(1000)], 0.0)
    first.claim(5.0, 100)
    second = Journal(connection)
    second.recover(0.0, 30.0)
    second.put([_ask("/r/quiet/one", root="/r")], 0.0)

    assert "/r/quiet/one" in _paths(second.claim(5.0, 105))
    assert len(second.claim(5.0, 2000)) == 1000 + 1 - 105


def test_more_folders_than_are_remembered_lose_nothing(journal, monkeypatch):
    monkeypatch.setattr("scanner.spool.turns._FOLDERS_REMEMBERED", 10)
    journal.put([_ask(f"/{number}/a", root="/") for number in range(100)], 0.0)
    journal.put([_ask(f"/{number}/b", root="/") for number in range(100)], 0.0)

    assert len(journal.claim(5.0, 500)) == 200


def test_no_more_is_claimed_than_asked_for(journal):
    journal.put([_ask(f"/{name}") for name in "abc"], 0.0)

    assert len(journal.claim(5.0, 2)) == 2
    assert len(journal.claim(5.0, 0)) == 0


def test_a_path_waits_once_whatever_happens_to_it(journal):
    journal.put([_ask("/a", 1.0)], 7.0)
    journal.put([_ask("/a", 5.0), _ask("/a", 6.0)], 8.0)

    assert (journal.length(), journal.next_due(), journal.oldest()) == (1, 6.0, 7.0)


def test_events_cannot_put_a_path_off_for_ever(journal):
    journal.put([_ask("/a", 1.0, latest=30.0)], 0.0)
    journal.put([_ask("/a", 99.0, latest=130.0)], 0.0)

    assert journal.next_due() == 30.0


def test_what_is_done_is_gone(journal):
    journal.put([_ask("/a")], 0.0)
    (claim,) = journal.claim(5.0, 1)

    assert journal.done(claim)
    assert (journal.length(), journal.next_due(), journal.oldest()) == (0, None, None)


def test_what_changed_while_it_was_claimed_stays(journal):
    journal.put([_ask("/a")], 0.0)
    (claim,) = journal.claim(5.0, 1)
    journal.put([_ask("/a", 6.0, latest=36.0, first_seen=5.5)], 0.0)

    assert journal.claim(7.0, 1) == []
    assert not journal.done(claim)
    (again,) = journal.claim(7.0, 1)
    assert (again.generation, again.first_seen) == (2, 5.5)


def test_a_retry_waits_and_counts_while_the_reason_is_the_same(journal):
    journal.put([_ask("/a")], 0.0)
    seen = []
    for why in ("writer", "writer", "changed"):
        (claim,) = journal.claim(100.0, 1)
        journal.retry(claim, 50.0, why)
        (claim,) = journal.claim(100.0, 1)
        journal.release([claim])
        seen.append((claim.why, claim.tries))

    assert seen == [("writer", 1), ("writer", 2), ("changed", 1)]
    assert journal.deferred() == Counter({"changed": 1})
    assert journal.claim(49.0, 1) == []


def test_a_retry_remembers_the_last_look(journal):
    journal.put([_ask("/a")], 0.0)
    (claim,) = journal.claim(5.0, 1)
    journal.retry(claim, 6.0, "not quiet", (1 << 40, -5, 1.25))

    assert journal.claim(7.0, 1)[0].looked == (1 << 40, -5, 1.25)


def test_a_change_during_the_work_is_looked_at_when_it_is_due_and_not_when_the_retry_is(journal):
    journal.put([_ask("/a")], 0.0)
    (claim,) = journal.claim(5.0, 1)
    journal.put([_ask("/a", 6.0)], 0.0)
    journal.retry(claim, 500.0, "writer")

    assert journal.next_due() == 6.0


def test_what_changes_while_it_is_read_does_not_begin_anew_with_each_change(journal):
    journal.put([_ask("/a", 1.0, latest=30.0)], 0.0)
    for tries, at in enumerate((2.0, 10.0, 20.0), 1):
        (claim,) = journal.claim(at, 1)
        journal.put([_ask("/a", at + 0.3, latest=at + 30)], 0.0)
        journal.retry(claim, at + 5, CHANGED)
        journal.put([_ask("/a", at + 0.4, latest=at + 30)], 0.0)

        assert journal.next_due() == at + 5
        assert journal.claim(at + 4.9, 1) == []
        (again,) = journal.claim(at + 5, 1)
        assert (again.tries, again.why) == (tries, CHANGED)
        journal.release([again])


def test_what_was_put_off_for_long_comes_a_minute_after_its_last_change(journal):
    journal.put([_ask("/a", 1.0)], 0.0)
    (claim,) = journal.claim(2.0, 1)
    journal.retry(claim, 3600.0, CHANGED)
    journal.put([_ask("/a", 100.0, latest=130.0)], 0.0)

    assert journal.next_due() == 160.0


def test_live_changes_come_before_what_a_walk_found(journal):
    journal.put_found([_ask("/found", 1.0, ChangeKind.FOUND)], 0.0)
    journal.put([_ask("/live", 2.0)], 0.0)

    assert _paths(journal.claim(5.0, 1)) == ["/live"]


def test_a_walk_leaves_what_waits_as_it_is(journal):
    journal.put([_ask("/a", 1.0)], 0.0)
    (claim,) = journal.claim(5.0, 1)
    journal.put_found([_ask("/a", 3.0, ChangeKind.FOUND)], 0.0)

    assert journal.done(claim)


def test_folders_to_walk_are_claimed_for_themselves(journal):
    journal.put([_ask("/tree", kind=ChangeKind.TREE), _ask("/file")], 0.0)

    assert _paths(journal.claim(5.0, 10)) == ["/file"]
    assert _paths(journal.claim(5.0, 10, trees=True)) == ["/tree"]


def test_a_crash_puts_back_what_was_claimed_and_counts_it(journal):
    journal.put([_ask("/claimed", 1e9), _ask("/waiting", 2e9)], 0.0)
    journal.claim(1.5e9, 1)

    assert journal.recover(10.0, 40.0) == 2
    assert {claim.path: claim.crashes for claim in journal.claim(10.0, 9)} == {"/claimed": 1, "/waiting": 0}


def test_an_orderly_end_counts_no_crash(journal):
    journal.put([_ask("/a")], 0.0)
    journal.release(journal.claim(5.0, 1))
    journal.recover(10.0, 40.0)

    assert journal.claim(10.0, 1)[0].crashes == 0


def test_names_that_are_no_text_are_kept(journal):
    journal.put([_ask("/caf\udce9\n")], 0.0)

    assert _paths(journal.claim(5.0, 1)) == ["/caf\udce9\n"]


_PATHS = st.sampled_from(["/a", "/b", "/c"])
_STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "found", "claim", "done", "retry", "release", "recover"]), _PATHS), max_size=30
)


@settings(max_examples=60, deadline=None)
@given(steps=_STEPS)
def test_nothing_that_was_put_is_lost_before_it_is_done_after_its_last_change(steps, tmp_path_factory):
    """The law of the queue, whatever happens in whatever order."""
    with closing(connect(tmp_path_factory.mktemp("state"))) as connection:
        journal, owed, claims = Journal(connection), set(), {}
        for step, path in steps:
            claim = claims.get(path)
            if step == "put":
                journal.put([_ask(path)], 0.0)
                owed.add(path)
            elif step == "found":
                journal.put_found([_ask(path, kind=ChangeKind.FOUND)], 0.0)
                owed.add(path)
            elif step == "claim":
                claims |= {claim.path: claim for claim in journal.claim(1e6, 1)}
            elif step == "recover":
                journal.recover(0.0, 30.0)
                claims.clear()
            elif claim is not None:
                del claims[path]
                if step == "done" and journal.done(claim):
                    owed.discard(path)
                elif step == "retry":
                    journal.retry(claim, 5.0, "writer")
                elif step == "release":
                    journal.release([claim])

        journal.recover(0.0, 30.0)
        assert set(_paths(journal.claim(1e6, 10))) == owed
