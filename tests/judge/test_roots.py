"""The zone of a path: the deepest folder above it that a root stands for decides, globs and all."""

import fnmatch
import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.judge import Roots, matching_roots, zone_of
from scanner.model.root import path_parts, root
from scanner.model.zone import Zone

_DEFAULT = Zone("default")


def _zones(*roots: str) -> list[Zone]:
    """Return a zone for each root, called as it is."""
    return [Zone(text, (text,)) for text in roots]


@pytest.mark.parametrize(
    ("roots", "path", "name"),
    [
        (["/srv/*/public"], "/srv/a/public/f", "/srv/*/public"),
        (["/srv/*/public"], "/srv/a/public", "/srv/*/public"),
        (["/srv/*/public"], "/srv/public/f", "default"),
        (["/srv/*/public"], "/srv/a/b/public/f", "default"),
        (["/srv/*/public"], "/srv/a/publication/f", "default"),
        (["/srv/**/public"], "/srv/public/f", "/srv/**/public"),
        (["/srv/**/public"], "/srv/a/b/public/c/f", "/srv/**/public"),
        (["/srv/**/public"], "/srv/a/b/publi/f", "default"),
        (["/**/public"], "/public", "/**/public"),
        (["/srv/**"], "/srv/a/f", "/srv/**"),
        (["/**"], "/f", "/**"),
        (["/srv/team-?"], "/srv/team-a/f", "/srv/team-?"),
        (["/srv/team-[a-c]"], "/srv/team-d/f", "default"),
        (["/srv/[old]"], "/srv/[old]/f", "/srv/[old]"),
        (["/srv/*.docx"], "/srv/a.docx", "/srv/*.docx"),
        (["/srv/*"], "/srv/.hidden/f", "/srv/*"),
        (["/srv/p*"], "/srv/p\udcff\n/f", "/srv/p*"),
        (["/srv/**/a/**/b/*"], "/srv/x/a/y/z/b/c/d", "/srv/**/a/**/b/*"),
        # The deepest folder decides, be it named by a glob or not.
        (["/srv/a", "/srv/*/public"], "/srv/a/public/f", "/srv/*/public"),
        (["/srv/*", "/srv/a/public"], "/srv/a/public/f", "/srv/a/public"),
        (["/srv/**/public", "/srv/a/public/b"], "/srv/a/public/b/f", "/srv/a/public/b"),
        (["/srv/**/public", "/srv/a/public/b"], "/srv/a/public/b/public/f", "/srv/**/public"),
        # `**` at the end does not make a root longer.
        (["/srv/**", "/srv/a"], "/srv/a/f", "/srv/a"),
        # One folder, several roots.
        (["/srv/*", "/srv/a"], "/srv/a/f", "/srv/a"),
        (["/srv/**/a", "/srv/a"], "/srv/a/f", "/srv/a"),
        (["/srv/*/*", "/srv/*/public"], "/srv/a/public/f", "/srv/*/public"),
        (["/srv/a*", "/srv/*a"], "/srv/aa/f", "/srv/a*"),
        (["/srv/*a", "/srv/a*"], "/srv/aa/f", "/srv/*a"),
    ],
)
def test_the_deepest_folder_that_a_root_stands_for_decides(roots, path, name):
    assert zone_of(path, _zones(*roots), _DEFAULT).name == name


def test_every_root_that_matches_is_told_with_its_folder_the_one_that_decides_first():
    zones = _zones("/", "/srv/*", "/srv/**/public", "/srv/other")
    matches = Roots(zones).matching("/srv/a/public/b")

    assert [(match.root, match.folder) for match in matches] == [
        ("/srv/**/public", "/srv/a/public"),
        ("/srv/*", "/srv/a"),
        ("/", "/"),
    ]


def test_a_tree_cannot_make_the_search_slow():
    roots = Roots(_zones("/**/a/**/a/**/a/**/a/**/b", "/**/" + "*a" * 20 + "b"))
    path = "/a" * 2000
    name = "/" + "a" * 255
    begun = time.process_time()

    assert roots.zone_of(path, _DEFAULT) is _DEFAULT
    assert roots.zone_of(name * 15, _DEFAULT) is _DEFAULT
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("text", "fixed", "glob"),
    [
        ("/srv/a", "/srv/a", False),
        ("/srv/*/a", "/srv", True),
        ("/*", "/", True),
        ("/srv/a/**", "/srv/a", False),
        ("/srv/a[", "/srv", True),
    ],
)
def test_a_root_tells_what_is_fixed_of_it(text, fixed, glob):
    assert (root(text).fixed, root(text).is_glob) == (fixed, glob)


_NAMES = st.sampled_from(["a", "b", "ab"])
_PATHS = st.lists(_NAMES, max_size=6).map(lambda names: "/" + "/".join(names))
_ROOTS = st.lists(st.sampled_from(["a", "b", "ab", "*", "a*", "?", "[ab]", "**"]), max_size=5).map(
    lambda names: "/" + "/".join(names)
)


def _stands_for(names: tuple[str, ...], folder: tuple[str, ...]) -> bool:
    """Say what a glob means, in the simplest way there is."""
    if not names:
        return not folder
    if names[0] == "**":
        return any(_stands_for(names[1:], folder[skipped:]) for skipped in range(len(folder) + 1))
    return bool(folder) and fnmatch.fnmatchcase(folder[0], names[0]) and _stands_for(names[1:], folder[1:])


def _depths(known: str, path: str) -> list[int]:
    names = root(known).parts
    parts = path_parts(path)
    return [depth for depth in range(1, len(parts) + 1) if _stands_for(names, parts[:depth])]


@given(_ROOTS, _PATHS)
def test_a_root_reaches_as_deep_as_its_meaning_says(known, path):
    assert root(known).reach(path_parts(path)) == max(_depths(known, path), default=0)


@given(st.lists(_ROOTS, max_size=5, unique_by=lambda text: root(text).parts), _PATHS)
def test_depth_then_words_over_globs_then_names_written_out_then_order_decide(roots, path):
    def rank(entry: tuple[int, str]) -> tuple[int, bool, int, int]:
        number, text = entry
        return -max(_depths(text, path)), root(text).is_glob, -root(text).spelled, number

    matching = sorted((entry for entry in enumerate(roots) if _depths(entry[1], path)), key=rank)
    zones = _zones(*roots)

    assert zone_of(path, zones, _DEFAULT).name == (matching[0][1] if matching else "default")
    assert [text for text, _ in matching_roots(path, zones)] == [text for _, text in matching]


@given(st.lists(_ROOTS, min_size=1, max_size=4), _PATHS, _NAMES)
def test_what_stands_in_a_zone_stays_in_it_further_down_unless_a_root_names_that(roots, path, name):
    zones = _zones(*roots)
    deeper = f"{path.rstrip('/')}/{name}"
    named = any(len(path_parts(deeper)) in _depths(text, deeper) for text in roots)

    assert named or zone_of(deeper, zones, _DEFAULT) == zone_of(path, zones, _DEFAULT)


@given(_ROOTS, _PATHS)
def test_more_of_the_same_zone_changes_nothing_of_where_it_is(known, path):
    one, twice = Zone("z", (known,)), Zone("z", (known, known))

    assert zone_of(path, [one], _DEFAULT).name == zone_of(path, [twice], _DEFAULT).name


def test_thousands_of_zones_cost_no_more_than_one():
    few, many = Roots(_zones("/srv/a0/x")), Roots(_zones(*(f"/srv/a{number}/x" for number in range(5000))))

    def lasts(roots: Roots) -> float:
        begun = time.process_time()
        for _ in itertools.repeat(None, 2000):
            roots.zone_of("/srv/a0/x/y/z.docx", _DEFAULT)
        return time.process_time() - begun

    assert min(lasts(many) for _ in range(3)) < 20 * min(lasts(few) for _ in range(3))
