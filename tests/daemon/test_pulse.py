"""The service manager hears that we live only while everything does."""

from types import SimpleNamespace

import pytest

from scanner.daemon.pulse import Pulse


def _post(proven, reader="a reader"):
    return SimpleNamespace(root="/srv", reader=reader, proven=proven)


def _shift(most, slowest):
    plan = SimpleNamespace(job_seconds=most)
    return SimpleNamespace(terms=SimpleNamespace(plan=plan), slowest=lambda _: slowest)


@pytest.mark.parametrize(
    ("posts", "shifts", "written", "late"),
    [
        ([], [], 940.0, ""),
        ([], [], 939.0, "nothing could be written for more than 60 s"),
        ([_post(880.0)], [], 1000.0, ""),
        (
            [_post(1000.0), _post(879.0)],
            [],
            1000.0,
            "the reader of /srv has not proven for more than 120 s that it hears",
        ),
        ([_post(0.0, None)], [], 1000.0, ""),
        ([], [_shift(120, 180)], 1000.0, ""),
        ([], [_shift(120, 5), _shift(120, 181)], 1000.0, "a worker has not answered for more than 180 s"),
        ([], [_shift(0, 99999)], 1000.0, ""),
    ],
)
def test_what_has_not_gone_on_is_named(posts, shifts, written, late):
    pulse = Pulse(written)

    assert pulse.late(1000.0, posts, shifts) == late


def test_what_is_written_counts_from_then_on():
    pulse = Pulse(0.0)
    pulse.written(1000.0)

    assert pulse.late(1050.0, [], []) == ""


def test_without_progress_the_watchdog_is_told_nothing_and_the_status_why(root, make, monkeypatch):
    told = []
    monkeypatch.setattr("scanner.daemon.report.tell_systemd", lambda *lines: told.append(lines))
    stand = make(job_seconds=1.0)
    stand.until_quiet()
    stand.status()
    assert told[-1] == ("WATCHDOG=1", "STATUS=watching: 1 root, 0 waiting, 0 read")
    monkeypatch.setattr("scanner.daemon.pulse._WORKER", -1.0)
    stand.workers.hold = True
    (root / "a").write_text("a")
    stand.until(lambda: stand.workers.jobs)
    status = stand.status()

    assert "a worker has not answered" in status.trouble
    assert told[-1][0].startswith("STATUS=a worker has not answered")
    monkeypatch.undo()


def test_a_reader_that_hears_proves_it(make, monkeypatch):
    monkeypatch.setattr("scanner.watch.canary._EVERY", 0.0)
    stand = make()
    stand.until_quiet()
    (post,) = stand.daemon._supervisor.posts
    before = post.proven
    post.canary.due = 0.0

    def look():
        stand.daemon._next_check = 0.0
        return post.proven > before

    stand.until(look)

    assert post.proven > before
