"""Real worker processes over real files: they answer, crash, hang and grow, and nothing else is lost."""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scanner.errors import SandboxError, WorkerError
from scanner.model.document import Reason
from scanner.model.limits import Limits
from scanner.model.sandbox import Protection, Sandbox
from scanner.model.verdict import Examination
from scanner.resources import RuleSource, rule_sources
from scanner.worker.opening import Opened, open_document
from scanner.worker.pool import Job, Pool, Setup
from scanner.worker.process import Child

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


def _pids(pool: Pool) -> list[int]:
    """Return the ids of the children that live now."""
    listed = Path(f"/proc/{pool._warden.pid}/task/{pool._warden.pid}/children").read_text()
    return [int(pid) for pid in listed.split()]


def _end(pool: Pool) -> Examination:
    done: list[tuple[Job, Examination]] = []
    while not done:
        done = pool.poll(5)
    return done[0][1]


def _stopped_on(pool: Pool, path: Path) -> list[int]:
    """Submit a file to a child that is stopped, and return the ids of all children."""
    _examine(pool, path)
    pids = _pids(pool)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    pool.submit(_job(path))
    return pids


def test_documents_are_read_in_the_full_sandbox_here_or_it_is_said_what_is_missing(pool, paper):
    _examine(pool, paper)

    assert pool.sandbox is not None
    assert (pool.sandbox.protection is Protection.FULL) is not bool(pool.sandbox.missing or pool.sandbox.open)


def test_a_file_whose_child_is_killed_from_outside_is_read_again(pool, paper):
    for pid in _stopped_on(pool, paper):
        os.kill(pid, signal.SIGKILL)

    examination = _end(pool)

    assert not _reasons(examination)
    assert "SECRET//NOFORN" in {str(finding.label) for finding in examination.findings}


def test_a_file_whose_child_breaks_down_is_that_documents_problem_and_the_rest_goes_on(pool, paper):
    for pid in _stopped_on(pool, paper):
        os.kill(pid, signal.SIGSEGV)
        os.kill(pid, signal.SIGCONT)

    examination = _end(pool)

    assert _reasons(examination) == [Reason.CRASHED]
    assert "SIGSEGV" in examination.problems[0].detail
    assert not _reasons(_examine(pool, paper)["paper.txt"])


def test_a_forbidden_system_call_is_told_as_such(pool, paper):
    for pid in _stopped_on(pool, paper):
        os.kill(pid, signal.SIGSYS)
        os.kill(pid, signal.SIGCONT)

    assert _reasons(_end(pool)) == [Reason.FORBIDDEN]


def test_a_file_whose_child_is_killed_again_and_again_is_given_up(pool, paper):
    done: list[tuple[Job, Examination]] = []
    while not pool.free:
        pool.poll(1)
    pool.submit(_job(paper))
    while not done:
        for slot in pool._slots:
            if slot.child is not None and slot.job is not None:
                pool._warden.kill(slot.child)
        done = pool.poll(5)

    assert _reasons(done[0][1]) in ([Reason.CRASHED], [])
    assert not _reasons(_examine(pool, paper)["paper.txt"])


def test_a_warden_that_dies_takes_its_children_along_and_its_files_are_read_again(pool, paper):
    pids = _stopped_on(pool, paper)
    os.kill(pool._warden.pid, signal.SIGKILL)

    examination = _end(pool)

    assert not _reasons(examination)
    assert examination.findings
    assert not [pid for pid in pids if _lives(pid)]


def _lives(pid: int) -> bool:
    """Tell whether a process is more than remains that nobody has taken away yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except FileNotFoundError:
        return False


def test_wardens_that_die_before_they_are_ready_are_no_reason_to_give_up_the_file_that_waits(pool, paper):
    _stopped_on(pool, paper)
    for _ in range(3):
        os.kill(pool._warden.pid, signal.SIGKILL)
        assert pool.poll(5) == []

    assert not _reasons(_end(pool))


def test_an_idle_warden_that_dies_is_replaced(pool, paper):
    _examine(pool, paper)
    os.kill(pool._warden.pid, signal.SIGKILL)

    assert pool.poll(5) == []
    assert not _reasons(_examine(pool, paper)["paper.txt"])


def test_a_child_reads_few_files_and_only_those_of_one_owner(pool, tmp_path, monkeypatch):
    asked: list[int] = []
    monkeypatch.setattr(Child, "ask", _noting(asked, Child.ask))
    monkeypatch.setattr("scanner.worker.pool.FILES_OF_ONE_CHILD", 16)
    paths = [tmp_path / f"{number}.txt" for number in range(40)]
    for number, path in enumerate(paths):
        path.write_text(f"file {number}")
    if os.geteuid() == 0:
        for path in paths[:8]:
            os.chown(path, 12345, 12345)

    _examine(pool, *paths)

    assert max(Counter(asked).values()) <= 16


def _noting(asked: list[int], ask: Callable[..., None]) -> Callable[..., None]:
    def noting(child: Child, name: str, fd: int) -> None:
        asked.append(child.number)
        ask(child, name, fd)

    return noting


def test_less_protection_than_is_asked_for_stops_the_pool(monkeypatch, pool, paper):
    _examine(pool, paper)
    monkeypatch.setattr(pool, "_setup", Setup((), least=Protection.FULL))

    with pytest.raises(SandboxError, match="at least full"):
        pool._ready(Sandbox(Protection.REDUCED, missing=("Landlock: not there",)))


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
    slow = RuleSource(
        "slow.yar", 'rule slow { meta: scope = "text" strings: $a = /(a.*b.*c.*d.*){1,9}x/s condition: $a }'
    )
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
    hear = Child.hear
    monkeypatch.setattr(Child, "hear", lambda self: [*messages, *(hear(self) or [])])
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


def test_where_nothing_shuts_it_in_a_child_reads_one_file_only(monkeypatch, pool, tmp_path):
    asked: list[int] = []
    monkeypatch.setattr(Child, "ask", _noting(asked, Child.ask))
    paths = [tmp_path / f"{number}.txt" for number in range(6)]
    for number, path in enumerate(paths):
        path.write_text(f"file {number}")
    while not pool.free:
        pool.poll(1)
    monkeypatch.setattr(pool, "sandbox", Sandbox(Protection.PROCESS, missing=("everything",)))

    _examine(pool, *paths)

    assert max(Counter(asked).values()) <= 2  # one of them was living before
