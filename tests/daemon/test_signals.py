"""A request to read the configuration anew ends no daemon, whenever it comes."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

from scanner.daemon.signals import answering, keeping_requests


def _ask():
    os.kill(os.getpid(), signal.SIGHUP)


@pytest.fixture
def asked():
    return []


def test_what_came_before_a_daemon_is_passed_to_it(asked):
    with keeping_requests() as requests:
        _ask()
        _ask()
        requests.pass_to(lambda: asked.append("first"))

        assert asked == ["first"]


def test_what_comes_while_one_is_there_is_passed_on_at_once(asked):
    with keeping_requests() as requests:
        requests.pass_to(lambda: asked.append("first"))
        _ask()

        assert asked == ["first"]


def test_what_comes_between_two_is_kept_for_the_second(asked):
    with keeping_requests() as requests:
        requests.pass_to(lambda: asked.append("first"))
        requests.pass_to(None)
        _ask()
        requests.pass_to(lambda: asked.append("second"))

        assert asked == ["second"]


def test_a_daemon_that_runs_answers_itself(asked):
    with keeping_requests() as requests:
        requests.pass_to(lambda: asked.append("kept"))
        with answering(stop=lambda: None, reload=lambda: asked.append("daemon")):
            _ask()
        _ask()

        assert asked == ["daemon", "kept"]


def test_a_daemon_is_not_ended_by_a_request_while_it_starts(tmp_path):
    """The workers are the slowest part of a start: the signal comes before them."""
    program = textwrap.dedent(
        """
        import os, signal, sys
        from scanner.app import watch
        real = watch.terms_for

        def terms_for(*given):
            os.kill(os.getpid(), signal.SIGHUP)
            return real(*given)

        def run(daemon):
            print("asked" if daemon._reload._asked else "not asked")

        watch.terms_for, watch.Daemon.run = terms_for, run
        watch.watch(watch.Settings(), (sys.argv[1],), sys.argv[2])
        """
    )
    (tmp_path / "share").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "share"), str(tmp_path / "state")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "asked\n", "")
