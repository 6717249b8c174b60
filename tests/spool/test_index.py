"""A file is known by the state it had under the rules it was read with, and by nothing else."""

import os
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.document import Identity
from scanner.spool.database import connect
from scanner.spool.index import Index

_STATE = Identity(1, 2, 3, 4, 5)


@pytest.fixture
def connection(tmp_path):
    with closing(connect(tmp_path / "state")) as connection:
        yield connection


@pytest.fixture
def index(connection):
    return Index(connection, "rules-1")


def test_an_unchanged_file_is_known(index):
    index.put("/r/a", _STATE)

    assert index.knows("/r/a", _STATE)
    assert not index.knows("/r/b", _STATE)
    assert not index.knows("/s/a", _STATE)


@pytest.mark.parametrize("field", ["device", "inode", "size", "mtime_ns", "ctime_ns"])
@pytest.mark.parametrize("step", [1, -1])
def test_any_other_state_older_or_newer_is_not(index, field, step):
    index.put("/r/a", _STATE)

    assert not index.knows("/r/a", replace(_STATE, **{field: getattr(_STATE, field) + step}))


def test_other_rules_make_every_verdict_stale(index, connection):
    index.put("/r/a", _STATE)

    assert not Index(connection, "rules-2").knows("/r/a", _STATE)


def test_the_mark_of_a_file_on_disk_is_that_of_its_identity(index, tmp_path):
    path = tmp_path / "a"
    path.write_text("x")
    status = os.stat(path)
    identity = Identity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    index.put(str(path), identity)

    assert index.folder(str(tmp_path)) == {"a": index.mark(status)}


def test_numbers_larger_than_a_database_holds_are_kept(index):
    huge = Identity((1 << 64) - 1, 1 << 63, 3, -4, 5)
    index.put("/r/a", huge)

    assert index.knows("/r/a", huge)


def test_forgotten_files_and_folders_are_unknown(index):
    for path in ("/r/a", "/r/b/c", "/r/b/d/e", "/r/b-side/f"):
        index.put(path, _STATE)
    index.forget(["/r/a", "/r/none"])
    index.forget_folder("/r/b")

    known = [path for path in ("/r/a", "/r/b/c", "/r/b/d/e", "/r/b-side/f") if index.knows(path, _STATE)]
    assert known == ["/r/b-side/f"]
    assert index.holds("/r")
    index.forget_folder("/r")
    assert not index.holds("/r")


def test_names_that_are_no_text_are_known(index):
    index.put("/r/caf\udce9/\udcff", _STATE)

    assert index.knows("/r/caf\udce9/\udcff", _STATE)
    assert index.subfolders("/r") == {"caf\udce9"}
    assert set(index.folder("/r/caf\udce9")) == {"\udcff"}


def test_everything_below_the_root_of_all_is_found(index):
    index.put("/a", _STATE)
    index.put("/b/c/d", _STATE)

    assert index.subfolders("/") == {"b"}
    assert set(index.folder("/")) == {"a"}


_NAMES = st.sampled_from(["a", "a-", "a0", "a/", "b", "a.b", "é"]).map(lambda name: name.replace("/", "\udcff"))
_FOLDERS = st.lists(st.lists(_NAMES, min_size=1, max_size=3).map("/".join), max_size=12)


@settings(max_examples=60, deadline=None)
@given(folders=_FOLDERS)
def test_subfolders_are_the_first_names_of_all_folders_below(folders, tmp_path_factory):
    with closing(connect(tmp_path_factory.mktemp("state"))) as connection:
        index = Index(connection, "r")
        for folder in folders:
            index.put(f"/r/{folder}/file", _STATE)

        assert index.subfolders("/r") == {folder.split("/")[0] for folder in folders}
        below = {folder[2:].split("/")[0] for folder in folders if folder.startswith("a/")}
        assert index.subfolders("/r/a") == below


def test_a_seal_is_kept_until_something_in_the_folder_is_put_or_forgotten(index):
    index.put("/r/a", _STATE)
    index.put("/r/b", _STATE)
    for change in (lambda: index.put("/r/a", _STATE), lambda: index.forget(["/r/c"])):
        index.keep_seal("/r", b"seal", 2)
        assert index.seal("/r") == b"seal"
        change()
        assert index.seal("/r") is None
    index.keep_seal("/r", b"seal", 2)
    index.forget_folder("/r")
    assert index.seal("/r") is None


def test_a_new_folder_breaks_the_seals_above_it_and_no_other(index):
    for path in ("/r/a", "/r/s/b", "/o/c"):
        index.put(path, _STATE)
    for folder in ("/r", "/r/s", "/o"):
        index.keep_seal(folder, b"seal", 1)

    index.put("/r/s/new/deep/d", _STATE)

    assert [index.seal(folder) for folder in ("/r", "/r/s", "/o")] == [None, None, b"seal"]


def test_a_seal_over_other_files_than_are_known_is_not_kept(index):
    index.put("/r/a", _STATE)
    index.keep_seal("/r", b"seal", 2)
    index.keep_seal("/unknown", b"seal", 0)

    assert (index.seal("/r"), index.seal("/unknown")) == (None, None)


def test_a_seal_that_is_known_is_not_written_again(index, connection):
    index.put("/r/a", _STATE)
    index.keep_seal("/r", b"seal", 1)
    before = connection.total_changes
    index.keep_seal("/r", b"seal", 1)

    assert connection.total_changes == before
