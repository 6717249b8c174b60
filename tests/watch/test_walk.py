"""A walk meets everything once and follows nothing."""

import os
import socket

import pytest

from scanner.watch import beneath
from scanner.watch.walk import Entry, Sight, walk


def _names(root: object, *exclude: str) -> list[tuple[str, Sight]]:
    return [(os.path.relpath(entry.path, root), entry.sight) for entry in walk(str(root), exclude)]


def test_every_file_is_met_once_in_a_fixed_order(tmp_path):
    for name in ("b.txt", "a/z.txt", "a/b/c.txt", "c/d.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert [name for name, _ in _names(tmp_path)] == ["b.txt", "a/z.txt", "a/b/c.txt", "c/d.txt"]


def test_a_file_is_its_own_tree(tmp_path):
    path = tmp_path / "a.txt"
    path.touch()

    assert list(walk(str(path))) == [Entry(str(path), Sight.FILE)]


def test_links_are_not_followed_even_in_a_loop(tmp_path):
    (tmp_path / "up").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")

    assert _names(tmp_path) == [("self", Sight.LINK), ("up", Sight.LINK)]


def test_fifos_and_sockets_are_special(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))

    assert _names(tmp_path) == [("pipe", Sight.SPECIAL), ("socket", Sight.SPECIAL)]


def test_an_excluded_folder_is_one_entry(tmp_path):
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "a.js").touch()
    (tmp_path / "b.tmp").touch()
    (tmp_path / "c.txt").touch()

    assert _names(tmp_path, "node_modules", "*.tmp") == [
        ("b.tmp", Sight.EXCLUDED),
        ("c.txt", Sight.FILE),
        ("node_modules", Sight.EXCLUDED),
    ]


@pytest.mark.parametrize("glob", ["a/b", "./a/b", "a/b/", "a/b/*", "*/b", "b", "a/?"])
def test_a_glob_may_name_a_folder_in_the_ways_people_write_it(tmp_path, glob):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "deep.txt").touch()
    (tmp_path / "c.txt").touch()

    assert [name for name, sight in _names(tmp_path, glob) if sight is Sight.FILE] == ["c.txt"]


def test_an_absolute_glob_names_one_place(tmp_path):
    for name in ("a/x.txt", "b/a/x.txt"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()

    left = [name for name, sight in _names(tmp_path, f"{tmp_path}/a") if sight is Sight.FILE]

    assert left == ["b/a/x.txt"]


def test_an_unreadable_folder_is_said_and_the_rest_goes_on(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "a").touch()
    open_beneath = beneath.open_beneath

    def denied(root: str, path: str, flags: int) -> int:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return open_beneath(root, path, flags)

    monkeypatch.setattr(beneath, "open_beneath", denied)

    assert list(walk(str(tmp_path))) == [
        Entry(str(tmp_path / "closed"), Sight.UNREADABLE, "Permission denied"),
        Entry(str(tmp_path / "open" / "a"), Sight.FILE),
    ]


def test_a_name_that_is_not_utf8_is_met(tmp_path):
    with open(os.path.join(os.fsencode(tmp_path), b"caf\xe9"), "wb"):
        pass

    assert _names(tmp_path) == [("caf\udce9", Sight.FILE)]


def test_a_folder_that_became_a_link_meanwhile_is_not_looked_into(tmp_path):
    secret = tmp_path / "outside"
    secret.mkdir()
    (secret / "shadow").touch()
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (root / "b.txt").touch()
    found = walk(str(root))
    first = next(found)
    (root / "a").rmdir()
    (root / "a").symlink_to(secret)

    assert [first, *found] == [Entry(str(root / "b.txt"), Sight.FILE), Entry(str(root / "a"), Sight.LINK)]
