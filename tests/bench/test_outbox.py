"""The receiver is away and the agent is killed: all comes, in order, and what comes twice has the same id."""

from bench.outbox import Came, trial


def test_what_is_raised_while_the_receiver_is_away_and_the_agent_is_killed_comes_in_the_end(tmp_path):
    came, paths, faults = trial(tmp_path.resolve(), 6.0, 2, 3)

    assert faults == []
    assert len(paths) == 9
    assert {path for _, _, path in came.notices} == set(paths)


def test_a_loss_a_wrong_order_and_another_id_are_each_found():
    sound = [("x-1", 1, "a"), ("x-2", 2, "b"), ("x-2", 2, "b")]

    assert Came(sound).faults(["a", "b"]) == []
    assert Came(sound).again == 1
    assert "1 documents without a notice" in Came(sound).faults(["a", "b", "c"])[0]
    assert "another order" in Came(sound[::-1]).faults(["a", "b"])[0]
    assert "two ids" in Came([*sound, ("y-2", 2, "b")]).faults(["a", "b"])[0]
