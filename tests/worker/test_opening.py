"""Opening waits for nothing and follows nothing."""

import os
import re
import socket
import time
from pathlib import Path

import pytest

from scanner.model.document import Problem, Reason
from scanner.worker import opening
from scanner.worker.opening import Opened, identity_of, open_document


def _reason(path: object) -> Reason:
    problem = open_document(os.fspath(path))
    assert isinstance(problem, Problem)
    return problem.reason


def test_a_regular_file_is_opened_with_its_identity(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("x")

    opened = open_document(str(path))

    assert isinstance(opened, Opened)
    assert opened.identity == identity_of(path.stat())
    os.close(opened.fd)


def test_a_name_that_is_not_utf8_is_opened(tmp_path):
    name = os.path.join(os.fsencode(tmp_path), b"caf\xe9.txt")
    with open(name, "wb"):
        pass

    opened = open_document(os.fsdecode(name))

    assert isinstance(opened, Opened)
    os.close(opened.fd)


def test_a_fifo_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    assert _reason(tmp_path / "pipe") is Reason.NOT_A_FILE


def test_a_socket_is_no_file(tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))

        assert _reason(tmp_path / "s") is Reason.NOT_A_FILE


def test_a_folder_is_no_file(tmp_path):
    assert _reason(tmp_path) is Reason.NOT_A_FILE


def test_a_device_is_no_file():
    assert _reason("/dev/null") is Reason.NOT_A_FILE


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    assert _reason(tmp_path / "loop") is Reason.NOT_A_FILE


def test_a_file_that_is_gone_has_vanished(tmp_path):
    assert _reason(tmp_path / "nothing") is Reason.VANISHED
    assert _reason(tmp_path / "nothing" / "below") is Reason.VANISHED


def test_an_open_file_that_cannot_be_asked_about_is_an_io_error(tmp_path, monkeypatch):
    (tmp_path / "a").touch()

    def broken(_: int) -> os.stat_result:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", broken)
        reason = _reason(tmp_path / "a")

    assert reason is Reason.IO_ERROR


def test_a_folder_that_became_a_link_leads_nowhere(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.txt").write_text("x")
    root = tmp_path / "root"
    root.mkdir()
    (root / "folder").symlink_to(tmp_path / "outside")

    problem = open_document(str(root / "folder" / "a.txt"), str(root))

    assert isinstance(problem, Problem)
    assert (problem.reason, problem.detail) == (Reason.NOT_A_FILE, "a symbolic link, not followed")


def test_what_is_not_below_its_root_is_not_opened(tmp_path):
    (tmp_path / "a").touch()
    (tmp_path / "root").mkdir()

    problem = open_document(str(tmp_path / "a"), str(tmp_path / "root"))

    assert isinstance(problem, Problem)
    assert problem.reason is Reason.NOT_A_FILE


def test_every_name_is_opened_as_it_is(tmp_path, ugly_names):
    for name in ugly_names:
        path = os.path.join(os.fsencode(tmp_path), name)
        with open(path, "wb"):
            pass
        opened = open_document(os.fsdecode(path), str(tmp_path))

        assert isinstance(opened, Opened), name
        os.close(opened.fd)


def test_a_file_of_a_terabyte_without_content_is_opened_at_once(tmp_path):
    path = tmp_path / "sparse"
    with path.open("wb") as stream:
        stream.truncate(1 << 40)
    started = time.monotonic()
    opened = open_document(str(path), str(tmp_path))

    assert isinstance(opened, Opened)
    assert opened.identity.size == 1 << 40
    os.close(opened.fd)
    assert time.monotonic() - started < 0.1


def test_what_is_no_file_ends_at_once(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "one").symlink_to("other")
    (tmp_path / "other").symlink_to("one")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        for name in ("fifo", "dangling", "loop", "one", "socket"):
            started = time.monotonic()

            assert _reason(tmp_path / name) is Reason.NOT_A_FILE
            assert time.monotonic() - started < 0.1, name


def test_documents_are_read_and_never_mapped():
    """A mapped file that is cut short kills its reader; memory without a file is another thing."""
    sources = Path(opening.__file__).parents[1].rglob("*.py")

    assert [path for path in sources if re.search(r"\bmmap\.mmap\((?!-1,)", path.read_text(encoding="utf-8"))] == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_read_permission_says_so(tmp_path):
    path = tmp_path / "a"
    path.touch(mode=0)

    assert _reason(path) is Reason.PERMISSION


def test_permission_denied_is_its_own_reason(monkeypatch):
    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(opening, "open_beneath", denied)
        reason = _reason("/srv/a")

    assert reason is Reason.PERMISSION
