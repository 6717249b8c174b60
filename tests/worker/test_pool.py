"""Real worker processes over real files: they answer, crash, hang and grow, and nothing else is lost."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.errors import WorkerError
from scanner.model.document import Reason
from scanner.model.limits import Limits
from scanner.model.verdict import Examination
from scanner.resources import RuleSource, rule_sources
from scanner.worker.opening import Opened, open_document
from scanner.worker.pool import Job, Pool, Setup
from scanner.worker.process import Process

_MARKED = "SECRET//NOFORN\n\nThe paper.\n\nSECRET//NOFORN\n"


def _job(path: Path) -> Job:
    opened = open_document(str(path))
    assert isinstance(opened, Opened)
    return Job(str(path), opened)


def _examine(pool: Pool, *paths: Path) -> dict[str, Examination]:
    waiting = list(paths)
    done: dict[str, Examination] = {}
    deadline = time.monotonic() + 60
    while len(done) < len(paths):
        assert time.monotonic() < deadline
        while waiting and pool.free:
            pool.submit(_job(waiting.pop(0)))
        for job, examination in pool.poll(0.5):
            done[Path(job.path).name] = examination
    return done


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    pool = Pool(Setup(rule_sources(), key="00" * 16), 2)
    yield pool
    pool.close()


@pytest.fixture
def paper(tmp_path) -> Path:
    path = tmp_path / "paper.txt"
    path.write_text(_MARKED)
    return path


def _poll_until_it_gives_up(pool: Pool) -> None:
    for _ in range(10):
        pool.poll(10)


def _reasons(examination: Examination) -> list[Reason]:
    return [problem.reason for problem in examination.problems]


def test_findings_come_back_with_facts(pool, paper):
    (examination,) = _examine(pool, paper).values()

    assert examination.media_type == "text/plain"
    assert len(examination.sha256) == 64
    assert "SECRET//NOFORN" in {str(finding.label) for finding in examination.findings}
    assert not examination.problems


def test_a_large_text_is_read_in_pieces_to_its_end(pool, tmp_path):
    path = tmp_path / "large.log"
    filler = b"an ordinary line of a long log, as programs write them\n" * 330_000
    path.write_bytes(filler + b"\n\nNATO SECRET\n\n" + filler[: 1 << 20])

    (examination,) = _examine(pool, path).values()

    assert "NATO SECRET" in {str(finding.label) for finding in examination.findings}
    assert {finding.place.title[:10] for finding in examination.findings} == {"from byte "}
    assert len(examination.sha256) == 64
    assert not examination.problems


def test_many_files_are_all_answered(pool, tmp_path):
    paths = [tmp_path / f"{number}.txt" for number in range(50)]
    for number, path in enumerate(paths):
        path.write_text(f"file {number}")

    done = _examine(pool, *paths)

    assert len(done) == 50
    assert len({examination.sha256 for examination in done.values()}) == 50


def test_a_worker_that_is_killed_is_that_documents_problem_and_the_rest_goes_on(pool, paper):
    while pool.free < 2:
        pool.poll(0.5)
    for slot in pool._slots:
        os.kill(slot.process._process.pid, signal.SIGSTOP)
    pool.submit(_job(paper))
    for slot in pool._slots:
        os.kill(slot.process._process.pid, signal.SIGKILL if slot.job else signal.SIGCONT)
    done: list[tuple[Job, Examination]] = []
    while not done:
        done = pool.poll(5)

    assert _reasons(done[0][1]) == [Reason.CRASHED]
    assert "SIGKILL" in done[0][1].problems[0].detail
    assert not _reasons(_examine(pool, paper)["paper.txt"])


def test_an_idle_worker_that_dies_is_replaced(pool, paper):
    _examine(pool, paper)
    for slot in pool._slots:
        os.kill(slot.process._process.pid, signal.SIGKILL)
        slot.process._process.wait()

    assert pool.poll(5) == []
    assert not _reasons(_examine(pool, paper)["paper.txt"])


def test_a_file_written_to_while_it_is_read_is_said(pool, paper):
    while not pool.free:
        pool.poll(0.5)
    pool.submit(_job(paper))
    paper.write_text("other")
    done: list[tuple[Job, Examination]] = []
    while not done:
        done = pool.poll(5)

    assert Reason.CHANGED_WHILE_READ in _reasons(done[0][1])


def test_submitting_to_busy_workers_is_a_mistake_that_is_named(paper):
    pool = Pool(Setup(rule_sources()), 1)
    job = _job(paper)
    try:
        with pytest.raises(WorkerError, match="busy"):
            pool.submit(job)
    finally:
        os.close(job.opened.fd)
        pool.close()


def test_a_pool_closed_in_the_middle_closes_its_files(paper):
    pool = Pool(Setup(rule_sources()), 1)
    while not pool.free:
        pool.poll(1)
    job = _job(paper)
    pool.submit(job)

    pool.close()

    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(job.opened.fd)


def test_a_document_that_takes_too_long_is_killed_and_keeps_what_was_found(tmp_path):
    slow = RuleSource("slow.yar", "rule slow { strings: $a = /(a.*b.*c.*d.*){1,9}x/s condition: $a }")
    pool = Pool(Setup((slow,), Limits(seconds=1.5)), 1)
    path = tmp_path / "slow.txt"
    path.write_bytes(b"abcd " * 60_000)
    try:
        examination = _examine(pool, path)["slow.txt"]
    finally:
        pool.close()

    assert Reason.TIMEOUT in _reasons(examination)
    assert examination.media_type == "text/plain"


def test_faulty_rules_stop_the_pool_with_their_faults():
    pool = Pool(Setup((RuleSource("bad.yar", "rule broken {"),)), 1)
    try:
        with pytest.raises(WorkerError, match=r"bad\.yar"):
            pool.poll(60)
    finally:
        pool.close()


def test_workers_that_never_start_are_given_up(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    pool = Pool(Setup(()), 1)
    try:
        with pytest.raises(WorkerError, match="exit code 1"):
            _poll_until_it_gives_up(pool)
    finally:
        pool.close()


@pytest.mark.parametrize(
    "messages",
    [[{"surprise": 1}], [{"finding": {"rule": 1}}], [{"problem": {}}], ["text"], [{"done": False}]],
)
def test_a_worker_that_talks_nonsense_is_only_that_documents_problem(monkeypatch, pool, paper, messages):
    while not pool.free:
        pool.poll(0.5)
    pool.submit(_job(paper))
    hear = Process.hear
    monkeypatch.setattr(Process, "hear", lambda self: [*messages, *(hear(self) or [])])
    done: list[tuple[Job, Examination]] = []
    while not done:
        done = pool.poll(5)

    assert Reason.CRASHED in _reasons(done[0][1])


def test_an_answer_without_end_is_cut_off(paper):
    pool = Pool(Setup(rule_sources(), Limits(answer_bytes=300)), 1)
    try:
        examination = _examine(pool, paper)["paper.txt"]
    finally:
        pool.close()

    assert _reasons(examination)
