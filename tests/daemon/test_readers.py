"""Whatever reader it has, and whatever is done below a root, the daemon reads every file there is in the end.

The long forms are `python -m bench.watching`.
"""

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from scanner.model.way import Way
from scanner.watch.fanotify import refusal


@pytest.fixture
def root(tmp_path):
    """Use a file system in memory where there is one: an overflow takes many files."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else tmp_path) as folder:
        (Path(folder) / "root").mkdir()
        yield Path(folder) / "root"


@pytest.fixture
def aside(root):
    """A folder of the same file system that nobody watches."""
    return root.parent


@pytest.fixture(params=[Way.INOTIFY, Way.FANOTIFY])
def stand(request, root, make):
    if request.param is Way.FANOTIFY and (why := refusal(str(root))):
        pytest.skip(f"no fanotify: {why}")
    stand = make(reader=request.param, exclude=("*.noise",))
    stand.workers.free = 200
    stand.until_quiet()
    return stand


def _all_read(stand):
    """Go on until every file below the root has a verdict under the name that it has now."""

    def files():
        found = (os.path.join(top, name) for top, _, names in os.walk(stand.root) for name in names)
        return {os.path.relpath(path, stand.root) for path in found if not path.endswith(".noise")}

    stand.until(lambda: files() <= set(stand.names()))
    stand.until_quiet()
    return len(files())


def test_a_folder_and_a_file_in_it_made_at_once(stand, root):
    for number in range(100):
        (root / f"{number}/b/c").mkdir(parents=True)
        (root / f"{number}/b/c/f").write_text("x")

    assert _all_read(stand) == 100


def test_several_writers_in_fresh_folders(stand, root):
    code = (
        "import os,sys\n"
        "for number in range(150):\n"
        "    folder = f'{sys.argv[1]}/{sys.argv[2]}/{number % 10}/{number % 30}'\n"
        "    os.makedirs(folder, exist_ok=True)\n"
        "    with open(f'{folder}/{number}', 'w') as file: file.write('x')\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, root, name]) for name in "ab"]
    stand.until(lambda: all(writer.poll() == 0 for writer in writers))

    assert _all_read(stand) == 300


def _tree(top, files):
    for number in range(files):
        folder = top / f"{number % 7}/{number % 21}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / str(number)).write_text("x")


def test_a_tree_moved_in(stand, root, aside):
    _tree(aside / "tree", 300)
    (aside / "tree").rename(root / "tree")

    assert _all_read(stand) == 300


def test_a_tree_renamed_while_it_is_read(stand, root, aside):
    _tree(aside / "tree", 300)
    (aside / "tree").rename(root / "first")
    stand.workers.free = 10
    stand.until(lambda: stand.verdicts)
    (root / "first").rename(root / "second")
    (root / "second/late").write_text("x")
    stand.workers.free = 200

    assert _all_read(stand) == 301


def test_a_tree_moved_away_while_it_is_read_and_back(stand, root, aside):
    _tree(aside / "tree", 100)
    (aside / "tree").rename(root / "tree")
    stand.workers.free = 10
    stand.until(lambda: stand.verdicts)
    (root / "tree").rename(aside / "tree")
    stand.until(lambda: not stand.queue())
    (aside / "tree").rename(root / "tree")

    assert _all_read(stand) == 100


def test_files_that_are_saved_over_themselves(stand, root):
    for number in range(20):
        for turn in range(3):
            (root / f".{number}.tmp").write_text(f"turn {turn}")
            (root / f".{number}.tmp").replace(root / str(number))

    assert _all_read(stand) == 20
    assert set(stand.seen()) >= {(str(number), "turn 2") for number in range(20)}


def test_files_that_are_linked_in_and_written_in_place_without_a_close(stand, root, aside):
    (aside / "outside").write_text("linked")
    os.link(aside / "outside", root / "linked")
    file = os.open(root / "open", os.O_CREAT | os.O_RDWR)
    os.write(file, b"whole")
    threading.Timer(0.3, os.close, [file]).start()

    assert _all_read(stand) == 2
    assert ("open", "whole") in stand.seen()


def test_a_real_overflow_costs_one_walk_and_no_file(stand, root):
    name = "fanotify" if stand.daemon._supervisor.posts[0].name == "fanotify" else "inotify"
    most = int(Path(f"/proc/sys/fs/{name}/max_queued_events").read_text())
    if most > 20_000:
        pytest.skip("the queue of this system is too large to fill in a test")
    (post,) = stand.daemon._supervisor.posts
    (root / "there").mkdir()
    with _held(post.reader):
        for number in range(most + 2500):  # a reader that was about to wait has taken some already
            os.mknod(root / f"{number}.noise")
        (root / "fresh/folder").mkdir(parents=True)
        for folder in ("there", "fresh/folder"):
            (root / folder / "f").write_text("x")
    stand.until(lambda: post.lost)
    stand.until_quiet()

    assert _all_read(stand) == 2
    assert post.lost == 1
    (root / "fresh/folder/late").write_text("x")
    assert _all_read(stand) == 3


def _held(reader):
    """Keep a reader from taking anything out of the kernel's queue."""
    if reader.name == "fanotify":
        return reader._joined[0]._listener._lock
    (emitter,) = reader._observer.emitters
    return emitter._inotify._lock
