"""What happens below a root is reported, in whatever way it happens, by every reader."""

import os
import subprocess
import sys

import pytest

from scanner.errors import WatchError
from scanner.model.change import Change, ChangeKind
from scanner.watch.fanotify import FanotifyReader, Observers, refusal
from scanner.watch.inotify import InotifyReader


@pytest.fixture(params=["inotify", "fanotify"])
def reader(request, root, heard):
    if request.param == "inotify":
        reader = InotifyReader(str(root), heard.changes.put, heard.losses.put)
    elif why := refusal(str(root)):
        pytest.skip(f"no fanotify: {why}")
    else:
        reader = FanotifyReader(Observers(), str(root), heard.changes.put, heard.losses.put)
    reader.start()
    yield reader
    reader.stop()


pytestmark = pytest.mark.usefixtures("reader")


def test_a_written_file_is_closed_in_the_end(root, heard):
    (root / "a.txt").write_text("x")

    assert {change.kind for change in heard.until(root / "a.txt", ChangeKind.CLOSED)} <= {
        ChangeKind.CREATED,
        ChangeKind.CLOSED,
    }


def test_a_file_that_is_still_open_is_created(root, heard):
    with (root / "a.txt").open("w"):
        assert heard.until(root / "a.txt", ChangeKind.CREATED)


def test_a_file_is_closed_again_when_it_was_written_to_again(root, heard):
    (root / "a.txt").write_text("x")
    heard.until(root / "a.txt", ChangeKind.CLOSED)
    with (root / "a.txt").open("a") as file:
        file.write("y")

    assert heard.until(root / "a.txt", ChangeKind.CLOSED)


def test_a_rename_into_place_is_a_move_to_the_new_name(root, heard):
    (root / ".a.Xy12Zz").write_text("x")
    (root / ".a.Xy12Zz").rename(root / "a")

    assert heard.until(root / "a", ChangeKind.MOVED)[-1] == Change(str(root / "a"), ChangeKind.MOVED)


@pytest.mark.parametrize("change", [lambda path: path.chmod(0o604), lambda path: os.setxattr(path, "user.a", b"x")])
def test_a_file_whose_attributes_change_is_to_be_looked_at_again(root, heard, change):
    (root / "a.txt").write_text("x")
    heard.until(root / "a.txt", ChangeKind.CLOSED)
    try:
        change(root / "a.txt")
    except OSError as error:
        pytest.skip(f"this file system has no such attributes: {error}")

    assert heard.until(root / "a.txt", ChangeKind.CLOSED)[-1] == Change(str(root / "a.txt"), ChangeKind.CLOSED)


def test_attributes_of_folders_and_names_that_end_are_no_change_and_no_loss(root, heard):
    (root / "folder").mkdir()
    (root / "a.txt").write_text("x")
    os.link(root / "a.txt", root / "b.txt")
    heard.until(root / "b.txt", ChangeKind.CREATED)
    (root / "folder").chmod(0o755)
    root.chmod(0o755)
    (root / "b.txt").unlink()
    (root / "a.txt").unlink()
    (root / "last").write_text("x")
    said = heard.until(root / "last", ChangeKind.CLOSED)

    assert {change.path for change in said} <= {str(root / name) for name in ("last", "folder", "a.txt", "b.txt")}
    assert all(change.kind is ChangeKind.TREE for change in said if change.path == str(root / "folder"))
    assert heard.losses.empty()


def test_a_file_that_is_deleted_or_moved_out_is_gone(root, heard, tmp_path):
    for name in ("a", "b"):
        (root / name).write_text("x")
        heard.until(root / name, ChangeKind.CLOSED)
    (root / "a").unlink()
    (root / "b").rename(tmp_path / "outside")

    for name in ("a", "b"):
        assert heard.until(root / name, ChangeKind.GONE)


def test_a_folder_that_is_deleted_or_moved_out_is_to_be_looked_at(root, heard, tmp_path):
    for name in ("a", "b", "c"):
        (root / name).mkdir()
        (root / name / "file").write_text("x")
        heard.paths([root / name / "file"])
    (root / "a/file").unlink()
    (root / "a").rmdir()
    heard.until(root / "a", ChangeKind.TREE)
    (root / "b").rename(tmp_path / "outside")
    heard.until(root / "b", ChangeKind.TREE)
    (root / "c").rename(root / "d")
    seen = []
    while not {str(root / "c"), str(root / "d")} <= {change.path for change in seen if change.kind is ChangeKind.TREE}:
        seen.append(heard.changes.get(timeout=10))


def test_reading_is_no_change(root, heard):
    (root / "a.txt").write_text("x")
    heard.until(root / "a.txt", ChangeKind.CLOSED)
    for _ in range(3):
        (root / "a.txt").read_text()
    (root / "last").write_text("x")

    assert {change.path for change in heard.until(root / "last", ChangeKind.CLOSED)} == {str(root / "last")}


def test_an_atomic_save_ends_with_the_name_that_counts(root, heard):
    (root / "plan.docx").write_text("old")
    heard.until(root / "plan.docx", ChangeKind.CLOSED)
    for number in range(50):
        (root / f"~{number}.tmp").write_text("new")
        (root / f"~{number}.tmp").replace(root / "plan.docx")
        heard.until(root / "plan.docx", ChangeKind.MOVED)


def test_a_file_moved_in_is_a_move_and_one_moved_out_is_nothing(root, heard, tmp_path):
    (tmp_path / "in").write_text("x")
    (root / "out").write_text("x")
    (root / "out").rename(tmp_path / "out")
    (tmp_path / "in").rename(root / "in")
    kinds = {change.path: change.kind for change in heard.until(root / "in", ChangeKind.MOVED)}

    assert set(kinds) == {str(root / "out"), str(root / "in")}


def test_a_link_to_a_file_elsewhere_is_told(root, heard, tmp_path):
    (tmp_path / "elsewhere").write_text("x")
    os.link(tmp_path / "elsewhere", root / "hard")

    assert heard.until(root / "hard", ChangeKind.CREATED)


def test_a_file_that_had_no_name_is_told_once_it_has(root, heard):
    file = os.open(root, os.O_TMPFILE | os.O_RDWR)
    os.write(file, b"x")
    here = os.open("/proc/self/fd", os.O_RDONLY)
    os.link(str(file), root / "named", src_dir_fd=here, follow_symlinks=True)

    assert heard.until(root / "named", ChangeKind.CREATED)
    os.close(file)
    os.close(here)


def test_two_files_that_change_places_are_both_told(root, heard):
    for name in "ab":
        (root / name).write_text(name)
        heard.until(root / name, ChangeKind.CLOSED)
    code = (
        "import ctypes,sys; print(ctypes.CDLL(None).renameat2(-100,sys.argv[1].encode(),-100,sys.argv[2].encode(),2))"
    )
    done = subprocess.run([sys.executable, "-c", code, root / "a", root / "b"], capture_output=True, check=True)

    assert done.stdout == b"0\n"
    heard.paths([root / "a", root / "b"])


def test_a_folder_moved_in_has_to_be_walked_and_is_watched_from_then_on(root, heard, tmp_path):
    (tmp_path / "tree/a").mkdir(parents=True)
    (tmp_path / "tree/a/old").write_text("x")
    (tmp_path / "tree").rename(root / "tree")
    heard.until(root / "tree", ChangeKind.TREE)
    (root / "tree/a/new").write_text("x")

    heard.until(root / "tree/a/new", ChangeKind.CLOSED)


def test_a_folder_moved_within_is_known_by_its_new_name_and_so_is_what_lies_in_it(root, heard):
    (root / "old/a").mkdir(parents=True)
    (root / "old/a/f").write_text("x")
    heard.paths([root / "old/a/f"])
    (root / "old").rename(root / "new")
    heard.until(root / "new", ChangeKind.TREE)
    (root / "new/a/f").write_text("y")

    heard.until(root / "new/a/f", ChangeKind.CLOSED)


def test_a_folder_moved_out_is_told_of_no_more(root, heard, tmp_path):
    (root / "a/b").mkdir(parents=True)
    (root / "a/b/f").write_text("x")
    heard.paths([root / "a/b/f"])
    (root / "a").rename(tmp_path / "a")
    (root / "between").write_text("x")
    heard.until(root / "between", ChangeKind.CLOSED)
    (tmp_path / "a/b/g").write_text("x")
    (root / "last").write_text("x")

    outside = os.path.join(tmp_path, "a", "")
    assert not any(change.path.startswith(outside) for change in heard.paths([root / "last"]))


def test_no_file_in_folders_made_a_moment_ago_is_missed(root, heard):
    made = [root / f"{number}/a/b/f" for number in range(200)]
    for path in made:
        path.parent.mkdir(parents=True)
        path.write_text("x")
    seen = {change.path for change in heard.paths(made)}

    assert seen >= set(map(str, made))


def test_no_file_of_several_writers_at_once_is_missed(root, heard):
    code = (
        "import os,sys\n"
        "for number in range(500):\n"
        "    folder = f'{sys.argv[1]}/{sys.argv[2]}/{number // 5}'\n"
        "    os.makedirs(folder, exist_ok=True)\n"
        "    with open(f'{folder}/{number}', 'w') as file: file.write('x')\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, root, name]) for name in "ab"]
    made = [root / f"{name}/{number // 5}/{number}" for name in "ab" for number in range(500)]
    heard.paths(made)

    assert [writer.wait(10) for writer in writers] == [0, 0]


def test_reading_and_listing_are_no_events(root, heard):
    (root / "a").write_text("x")
    heard.until(root / "a", ChangeKind.CLOSED)
    for _ in range(5):
        (root / "a").read_text()
        os.listdir(root)
    (root / "b").write_text("x")

    assert {change.path for change in heard.until(root / "b", ChangeKind.CLOSED)} == {str(root / "b")}


@pytest.mark.parametrize("name", [b"caf\xe9.txt", b"a\nb", b" a", b"\xff" * 255, "\u202e机密".encode()])
def test_any_name_comes_through_as_it_is(root, heard, name):
    path = os.path.join(os.fsencode(root), name)
    with open(path, "wb"):
        pass

    heard.until(os.fsdecode(path), ChangeKind.CLOSED)


def test_a_folder_whose_name_is_no_text_comes_through(root, heard):
    folder = os.path.join(os.fsencode(root), b"caf\xe9 (deleted)")
    os.mkdir(folder)
    with open(folder + b"/a", "wb"):
        pass

    heard.paths([os.fsdecode(folder + b"/a")])


def test_links_are_not_followed(root, heard, tmp_path):
    (tmp_path / "outside").mkdir()
    (root / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "outside/a").write_text("x")
    (root / "last").write_text("x")

    assert not any("outside" in change.path for change in heard.until(root / "last", ChangeKind.CLOSED))


def test_a_neighbour_whose_name_begins_the_same_is_no_part_of_the_root(root, heard, tmp_path):
    (tmp_path / "root2").mkdir()
    (tmp_path / "root2/a").write_text("x")
    (root / "last").write_text("x")

    assert {change.path for change in heard.until(root / "last", ChangeKind.CLOSED)} == {str(root / "last")}


def test_a_knock_is_heard_and_leaves_nothing(reader, root, heard):
    before = (os.stat(root).st_mtime_ns, os.stat(root).st_ctime_ns, os.stat(root).st_atime_ns)
    assert reader.knock()
    heard.wait_for(lambda: reader.heard)

    assert (os.stat(root).st_mtime_ns, os.stat(root).st_ctime_ns, os.stat(root).st_atime_ns) == before
    assert heard.changes.empty()


def test_a_knock_at_a_root_that_is_gone_says_so(reader, root):
    root.rename(root.parent / "gone")

    with pytest.raises(WatchError):
        reader.knock()
