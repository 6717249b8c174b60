"""A policy that cannot be meant so is found, and one that can is left alone."""

import itertools
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.judge import Roots
from scanner.judge._meet import meet, samples
from scanner.judge.conflicts import conflicts
from scanner.model.exposure import Audience
from scanner.model.finding import Severity
from scanner.model.label import Label, Level
from scanner.model.quiet import QuietHours
from scanner.model.root import fits, path_parts, root
from scanner.model.zone import Zone

_LOW = Label(Level("us", "c", "CONFIDENTIAL", 2, 3))
_HIGH = Label(Level("us", "s", "SECRET", 3, 4))
_DEFAULT = Zone("default")


def _said(*zones: Zone, default: Zone = _DEFAULT) -> list[tuple[int | None, str, str]]:
    return [(odd.zone, odd.key, odd.message) for odd in conflicts(zones, default)]


@pytest.mark.parametrize(
    "roots",
    [
        ["/srv/a", "/srv/a/*"],  # the folder may be a file
        ["/srv/x*", "/srv/y*"],
        ["/srv/[a-c]*", "/srv/[d-f]*"],
        ["/srv/*/public", "/srv/x/public"],
        ["/srv/*", "/srv/*/public"],
        ["/srv", "/srv/a", "/srv/a/b"],
    ],
)
def test_a_folder_in_a_folder_and_an_exception_to_a_glob_are_as_they_are_meant(roots):
    assert not _said(*(Zone(text, (text,)) for text in roots))


def test_a_root_whose_files_are_all_in_another_zone_is_found():
    zones = (Zone("first", ("/srv/*",)), Zone("second", ("/srv/?*",)))

    assert (1, "paths", "no file can be in it by /srv/?*: each is in the zone first") in _said(*zones)


def test_two_zones_that_share_a_root_leave_the_second_nothing():
    assert _said(Zone("a", ("/srv",)), Zone("b", ("/srv",)))[0][:2] == (1, "paths")


@pytest.mark.parametrize(
    ("one", "other", "winner"),
    [
        ("/srv/*/public", "/srv/team-*/public", "a, whose root has as many or more names written out"),
        ("/srv/*/*", "/srv/*/public", "b, whose root has more names written out"),
        ("/srv/**/public", "/srv/*/public", "a, whose root has as many or more names written out"),
    ],
)
def test_globs_that_can_stand_for_one_folder_are_found_with_the_one_that_decides(one, other, winner):
    messages = [message for _, key, message in _said(Zone("a", (one,)), Zone("b", (other,))) if key == "paths"]

    assert f"{other} and {one} of the zone a can stand for one folder; it is in the zone {winner}" in messages


def test_globs_of_one_zone_may_overlap():
    assert not _said(Zone("a", ("/srv/*", "/srv/a*")))


def test_an_inner_zone_for_more_sensitive_documents_and_more_people_is_found():
    outer = Zone("outer", ("/srv",), (_LOW,), audience=Audience.GROUP)

    def inner(**changes) -> list[tuple[int | None, str, str]]:
        return _said(outer, Zone("inner", ("/srv/a",), **changes))

    ((number, key, message),) = inner(ceilings=(_HIGH,))

    assert (number, key) == (1, "audience")
    assert message.startswith(
        "more people may have marked files here (everyone) than in the zone outer around it (group)"
    )
    assert not inner(ceilings=(_LOW,))
    assert not inner(ceilings=(_HIGH,), audience=Audience.GROUP)
    assert not inner(ceilings=(_HIGH,), audience=Audience.OWNER)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"require_marking": True}, "require_marking"),
        ({"equivalents": True}, "equivalents"),
        ({"tags": frozenset("t"), "severity": Severity.CRITICAL}, "tags"),
        ({"quiet_hours": (QuietHours(tuple(range(7)), 0, 24 * 60),)}, "quiet_hours"),
        ({"quiet_hours": (QuietHours((0, 2, 4, 6), 0, 24 * 60), QuietHours((1, 3, 5), 0, 24 * 60))}, "quiet_hours"),
    ],
)
def test_keys_that_go_against_each_other_are_found_in_every_zone(changes, key):
    assert [(number, found) for number, found, _ in _said(Zone("z", ("/z",), **changes))] == [(0, key)]
    assert [(number, found) for number, found, _ in _said(default=Zone("default", **changes))] == [(None, key)]


def test_what_is_meant_so_is_not_found():
    nights = (QuietHours(tuple(range(7)), 1, 24 * 60),)
    zone = Zone("z", ("/z",), (_HIGH,), require_marking=True, equivalents=True, tags=frozenset("t"), quiet_hours=nights)

    assert nights[0].holds(datetime(2026, 1, 1, 1))  # noqa: DTZ001 - local time
    assert not _said(zone)


_NAMES = st.lists(st.sampled_from(["a", "b", "*", "?", "[ab]", "[!a]", "[b-d]"]), min_size=1, max_size=3).map("".join)
_ROOTS = st.lists(_NAMES.filter(lambda name: "**" not in name) | st.just("**"), max_size=3).map(
    lambda names: root("/" + "/".join(names))
)
_WORDS = ["".join(letters) for length in (1, 2, 3) for letters in itertools.product("abcde", repeat=length)]
_PATHS = st.lists(st.sampled_from(["a", "b", "ab", "c", "d", "abc"]), max_size=4).map(
    lambda names: path_parts("/" + "/".join(names))
)


@given(_NAMES.filter(lambda name: "**" not in name), _NAMES.filter(lambda name: "**" not in name))
def test_two_names_meet_where_there_is_a_name_that_both_stand_for(one, other):
    shared = [word for word in _WORDS if fits(word, one) and fits(word, other)]

    assert meet(root(f"/{one}"), root(f"/{other}")) or not shared


@given(_ROOTS, _ROOTS, _PATHS)
def test_two_roots_meet_where_there_is_a_folder_that_both_stand_for(one, other, folder):
    both = all(known.reach(folder) == len(folder) for known in (one, other))

    assert meet(one, other) or not both


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a*", "/b*"), ("/[ac]", "/b"), ("/[!a]", "/a"), ("/?", "/ab"), ("/a/*", "/a"), ("/**/a", "/**/b"),
        ("/[a-c]*", "/[d-f]*"), ("/[", "/]"), ("/a/**/b", "/a"),
    ],
)  # fmt: skip
def test_roots_that_share_no_folder_do_not_meet(one, other):
    assert not meet(root(one), root(other))


@given(_NAMES.filter(lambda name: "**" not in name))
def test_samples_of_a_name_are_what_it_stands_for(special):
    assert all(fits(name, special) for name in samples(special) if name)


@given(st.lists(_ROOTS, min_size=1, max_size=3, unique_by=lambda known: known.parts), _PATHS)
def test_a_zone_that_has_a_file_is_not_called_empty(roots, folder):
    zones = [Zone(f"z{number}", (known.text,)) for number, known in enumerate(roots)]
    path = "/" + "/".join(folder[1:])
    owner = Roots(zones).zone_of(path, _DEFAULT)
    plain = all(name in {"a", "b", "*", "**"} for known in roots for name in known.parts[1:])
    empty = {zones[number].name for number, _, message in _said(*zones) if "no file" in message and number is not None}

    assert owner.name not in empty or not plain
