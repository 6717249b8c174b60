"""A walk finds what no event told of, and nothing else."""

import os
import socket

import pytest

from scanner.errors import WatchError
from scanner.watch import beneath, reconcile
from scanner.watch.reconcile import Step, compare, landmark


class _Index:
    """Knows files by what they were when `learn` was called, and the seals that walks gave."""

    rules = b"rules"

    def __init__(self):
        self.marks = {}
        self.seals = {}

    def seal(self, path):
        return self.seals.get(path)

    def folder(self, path):
        return {os.path.basename(name): mark for name, mark in self.marks.items() if os.path.dirname(name) == path}

    def subfolders(self, path):
        inside = [name[len(path) + 1 :].split("/") for name in self.marks if name.startswith(f"{path}/")]
        return {parts[0] for parts in inside if len(parts) > 1}

    def mark(self, status):
        return b"%d %d %d" % (status.st_ino, status.st_size, status.st_mtime_ns)

    def learn(self, path):
        self.marks[str(path)] = self.mark(os.stat(path))


@pytest.fixture
def index():
    return _Index()


def _walk(top, index, *exclude, cover=lambda _: None):
    total = Step()
    for step in compare(str(top), exclude, index, cover):
        total = Step(
            total.changed + step.changed,
            total.gone + step.gone,
            total.gone_folders + step.gone_folders,
            total.files + step.files,
            total.folders + step.folders,
            total.unreadable + step.unreadable,
            total.whole + step.whole,
        )
    return total


def _make(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


def test_unknown_and_changed_files_are_found_and_known_ones_are_not(tmp_path, index):
    _make(tmp_path, "known", "changed", "a/new")
    index.learn(tmp_path / "known")
    index.learn(tmp_path / "changed")
    (tmp_path / "changed").write_text("longer than before")

    found = _walk(tmp_path, index)

    assert sorted(found.changed) == [str(tmp_path / "a/new"), str(tmp_path / "changed")]
    assert (found.files, found.folders, found.gone) == (3, 2, ())


def test_what_is_no_more_is_named_a_whole_folder_at_once(tmp_path, index):
    _make(tmp_path, "a", "b/c/d", "b/c/e", "f/g")
    for name in ("a", "b/c/d", "b/c/e", "f/g"):
        index.learn(tmp_path / name)
    (tmp_path / "a").unlink()
    for name in ("d", "e"):
        (tmp_path / "b/c" / name).unlink()
    (tmp_path / "b/c").rmdir()

    found = _walk(tmp_path, index)

    assert found.gone == (str(tmp_path / "a"),)
    assert found.gone_folders == (str(tmp_path / "b/c"),)
    assert found.changed == ()


def test_every_folder_is_covered_before_it_is_listed(tmp_path, index):
    (tmp_path / "a").mkdir()
    covered = []

    def cover(folder):
        covered.append(folder)
        if folder.endswith("a"):
            (tmp_path / "a/late").touch()

    found = _walk(tmp_path, index, cover=cover)

    assert covered == [str(tmp_path), str(tmp_path / "a")]
    assert found.changed == (str(tmp_path / "a/late"),)


def test_links_fifos_and_sockets_are_neither_followed_nor_files(tmp_path, index):
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))

    found = _walk(tmp_path, index)

    assert (found.files, found.folders, found.changed) == (0, 1, ())


def test_a_large_folder_comes_in_steps(tmp_path, index):
    for number in range(1200):
        (tmp_path / str(number)).touch()

    steps = list(compare(str(tmp_path), (), index, lambda _: None))

    assert [len(step.changed) for step in steps] == [500, 500, 200, 0]


def test_an_unreadable_folder_is_told_and_what_is_known_in_it_is_not_gone(tmp_path, index, monkeypatch):
    _make(tmp_path, "closed/a", "open/b")
    index.learn(tmp_path / "closed/a")
    open_beneath = beneath.open_beneath

    def denied(root, path, flags):
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return open_beneath(root, path, flags)

    monkeypatch.setattr(beneath, "open_beneath", denied)
    found = _walk(tmp_path, index)

    assert found.unreadable == ((str(tmp_path / "closed"), "Permission denied"),)
    assert (found.gone, found.gone_folders) == ((), ())
    assert found.changed == (str(tmp_path / "open/b"),)


def test_a_folder_that_becomes_a_link_during_the_walk_is_not_looked_into(tmp_path, index):
    (tmp_path / "root/a").mkdir(parents=True)
    _make(tmp_path, "outside/b.txt")

    def cover(folder):
        if folder.endswith("/a"):
            os.rmdir(folder)
            os.symlink(tmp_path / "outside", folder)

    found = _walk(tmp_path / "root", index, cover=cover)

    assert (found.files, found.folders, found.changed, found.unreadable) == (0, 1, (), ())


def test_a_folder_that_goes_away_during_the_walk_is_no_error(tmp_path, index):
    (tmp_path / "a").mkdir()

    def cover(folder):
        if folder.endswith("/a"):
            os.rmdir(folder)

    found = _walk(tmp_path, index, cover=cover)

    assert (found.files, found.folders, found.unreadable) == (0, 1, ())


class _Entry:
    name = "a"

    def __init__(self, error):
        self._error = error

    def is_symlink(self):
        return False

    def is_dir(self, *, follow_symlinks):
        return follow_symlinks

    def is_file(self, *, follow_symlinks):
        return not follow_symlinks

    def stat(self, *, follow_symlinks):
        assert not follow_symlinks
        raise self._error


class _Listing:
    def __init__(self, *entries):
        self._entries = entries

    def __enter__(self):
        return iter(self._entries)

    def __exit__(self, *_):
        return None


@pytest.mark.parametrize(
    ("error", "changed"), [(FileNotFoundError(2, "gone"), ()), (OSError(5, "Input/output error"), ("/r/a",))]
)
def test_a_file_that_cannot_be_asked_is_looked_at_unless_it_is_gone(index, monkeypatch, error, changed):
    monkeypatch.setattr(reconcile, "entries", lambda *_: _Listing(_Entry(error)))

    assert _walk("/r", index).changed == changed


def test_an_excluded_folder_is_not_looked_into_and_its_files_are_forgotten(tmp_path, index):
    _make(tmp_path, "a.txt", "cache/b.txt")
    index.learn(tmp_path / "cache/b.txt")

    found = _walk(tmp_path, index, "cache")

    assert found.changed == (str(tmp_path / "a.txt"),)
    assert found.gone_folders == (str(tmp_path / "cache"),)


def test_names_that_are_no_text_are_walked(tmp_path, index):
    folder = os.path.join(os.fsencode(tmp_path), b"caf\xe9")
    os.mkdir(folder)
    with open(os.path.join(folder, b"\xff\n.txt"), "wb"):
        pass

    assert _walk(tmp_path, index).changed == (f"{tmp_path}/caf\udce9/\udcff\n.txt",)


def test_a_root_that_is_gone_or_no_folder_is_an_error(tmp_path):
    (tmp_path / "file").touch()
    for name in ("none", "file"):
        with pytest.raises(WatchError, match="cannot be walked"):
            landmark(str(tmp_path / name), "", known=False)


def test_an_empty_root_in_the_place_of_a_known_one_is_an_error(tmp_path):
    mark = landmark(str(tmp_path), "", known=False)

    assert landmark(str(tmp_path), mark, known=True) == mark
    assert landmark(str(tmp_path), "1:2", known=False) == mark
    with pytest.raises(WatchError, match="not mounted"):
        landmark(str(tmp_path), "1:2", known=True)
    (tmp_path / "a").touch()
    assert landmark(str(tmp_path), "1:2", known=True) == mark


def test_what_changed_last_is_met_first(tmp_path, index):
    _make(tmp_path, "old/a", "new/b", "new/c", "new/d")
    for age, name in enumerate(("new/c", "new/d", "new/b", "new", "old/a", "old")):
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))

    found = _walk(tmp_path, index)

    assert [os.path.basename(path) for path in found.changed] == ["c", "d", "b", "a"]


@pytest.fixture
def sealed(tmp_path, index):
    """Make a folder all of whose files are known, and have its seals kept."""
    _make(tmp_path, "a", "b", "sub/c")
    for name in ("a", "b", "sub/c"):
        index.learn(tmp_path / name)
    (tmp_path / "link").symlink_to("a")
    whole = _walk(tmp_path, index, "*.left-out").whole
    index.seals = {folder: seal for folder, seal, _ in whole}
    assert [(folder, files) for folder, _, files in whole] == [(str(tmp_path), 2), (str(tmp_path / "sub"), 1)]
    return tmp_path


class _Untold:
    """Knows seals only."""

    def __init__(self, index):
        self.rules = index.rules
        self.seal = index.seal


def test_files_under_a_seal_that_holds_are_counted_and_not_looked_up(sealed, index):
    found = _walk(sealed, _Untold(index), "*.left-out")

    assert found == Step(files=3, folders=2)


def _replace(path):
    (path / "fresh").write_text("a")
    (path / "fresh").rename(path / "a")


@pytest.mark.parametrize(
    ("do", "changed", "gone"),
    [
        (lambda path: (path / "a").write_text("other"), {"a"}, set()),
        (lambda path: os.utime(path / "a", ns=(1, 1)), {"a"}, set()),
        (_replace, {"a"}, set()),
        (lambda path: (path / "d").touch(), {"d"}, set()),
        (lambda path: (path / "a").rename(path / "z"), {"z"}, {"a"}),
        (lambda path: (path / "a").unlink(), set(), {"a"}),
        (lambda path: os.replace(path / "link", path / "b"), set(), {"b"}),
        (lambda path: (path / "sub/c").write_text("other"), {"sub/c"}, set()),
        (lambda path: (path / "sub").rename(path / "new"), {"new/c"}, {"sub"}),
    ],
)
def test_whatever_happens_to_a_file_breaks_the_seal(sealed, index, do, changed, gone):
    do(sealed)

    found = _walk(sealed, index, "*.left-out")

    assert set(found.changed) == {str(sealed / name) for name in changed}
    assert {*found.gone, *found.gone_folders} == {str(sealed / name) for name in gone}


@pytest.mark.parametrize(("exclude", "rules"), [(("a",), b"rules"), ((), b"rules"), (("*.left-out",), b"others")])
def test_other_exclusions_and_other_rules_break_every_seal(sealed, index, exclude, rules):
    index.rules = rules
    asked = []
    index.folder, folder = lambda path: (asked.append(path), folder(path))[1], index.folder

    _walk(sealed, index, *exclude)

    assert asked == [str(sealed), str(sealed / "sub")]


def test_a_folder_in_which_something_differs_gets_no_seal(tmp_path, index):
    _make(tmp_path, "a", "known/b", "gone/c")
    index.learn(tmp_path / "known/b")
    index.marks[str(tmp_path / "gone/d")] = b"x"

    assert [folder for folder, _, _ in _walk(tmp_path, index).whole] == [str(tmp_path / "known")]


def test_a_file_left_out_stands_under_the_seal_and_is_not_counted_with_it(tmp_path, index):
    _make(tmp_path, "a", "b.left-out")
    index.learn(tmp_path / "a")

    ((_, _, files),) = _walk(tmp_path, index, "*.left-out").whole

    assert files == 1


def test_a_large_folder_under_a_seal_comes_in_steps(tmp_path, index):
    for number in range(1200):
        (tmp_path / str(number)).touch()
        index.learn(tmp_path / str(number))
    index.seals = {folder: seal for folder, seal, _ in _walk(tmp_path, index).whole}

    steps = list(compare(str(tmp_path), (), _Untold(index), lambda _: None))

    assert steps == [Step(), Step(), Step(files=1200, folders=1)]
