"""A change of permissions alone has a file judged anew, with what they give now."""

import os

import pytest

from scanner.model.exposure import Audience
from scanner.model.way import Way
from scanner.spool.index import Index
from scanner.watch.fanotify import refusal

_WALKS = {"reader": Way.WALK, "permissions": True}


def _audiences(stand) -> list[Audience]:
    return [verdict.document.exposure.audience for verdict in stand.verdicts]


def test_the_next_walk_judges_a_file_anew_whose_permissions_changed(root, make):
    (root / "a").touch(mode=0o600)
    (root / "a").chmod(0o600)
    first = make(**_WALKS)
    first.until_quiet()
    first.close()
    (root / "a").chmod(0o604)
    second = make(**_WALKS)
    second.until_quiet()
    second.close()
    third = make(**_WALKS)
    third.until_quiet()

    assert _audiences(first) == [Audience.OWNER]
    assert _audiences(second) == [Audience.EVERYONE]
    assert third.verdicts == []


@pytest.mark.parametrize("reader", [Way.INOTIFY, Way.FANOTIFY])
def test_a_file_whose_permissions_change_is_judged_at_once(root, make, reader):
    if reader is Way.FANOTIFY and (why := refusal(str(root))):
        pytest.skip(f"no fanotify: {why}")
    (root / "a").touch()
    (root / "a").chmod(0o600)
    stand = make(reader=reader, permissions=True)
    stand.until_quiet()
    (root / "a").chmod(0o604)
    stand.until(lambda: len(stand.verdicts) == 2)

    assert _audiences(stand) == [Audience.OWNER, Audience.EVERYONE]


def test_a_walk_sees_an_access_control_list_that_is_set_later(root, make):
    (root / "a").touch()
    (root / "a").chmod(0o640)
    index = Index(make(**_WALKS).connection, "rules")
    before = index.mark(os.stat(root / "a"))
    os.setxattr(root / "a", "user.note", b"any attribute changes the state of a file, as a list does")

    assert index.mark(os.stat(root / "a")) != before


def test_permissions_are_not_asked_where_nobody_needs_them(root, make):
    (root / "a").touch()
    stand = make(reader=Way.WALK)
    stand.until_quiet()

    assert [verdict.document.exposure for verdict in stand.verdicts] == [None]
