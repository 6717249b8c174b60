"""Hostile documents end in one outcome each, bombs in none that is calm, and traps of a file system stop nothing."""

from collections import Counter
from pathlib import Path

import pytest

from bench.hostile import BOMB, MARKED, Claim, Hostile, documents
from bench.hostile.__main__ import faults, write
from bench.hostile._run import Result, results
from bench.hostile._traps import set_traps, take_away, traps

_SMALL = 4096  # bytes
_EACH = 4  # one of so many small documents is read here, all of them by the command
_SECONDS = 20.0


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Some small documents of every family and the light traps, as one scan reads them."""
    folder = tmp_path_factory.mktemp("hostile")
    known = {}
    for at, one in enumerate(one for one in documents() if not one.heavy):
        data = b"".join(one.pieces()) if at % _EACH == 0 else b""
        if 0 < len(data) <= _SMALL:
            path = folder / one.family / one.name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
            known[str(path)] = one
    (folder / "traps").mkdir()
    expected = set_traps(folder / "traps", heavy=False)
    found = list(results(str(folder), workers=2, seconds=_SECONDS))
    take_away(folder / "traps")
    return folder, known, expected, found


def test_there_are_hostile_documents_of_every_family_and_traps():
    known = list(documents())
    assert len(known) >= 220
    assert len({(one.family, one.name) for one in known}) == len(known)
    assert len({one.family for one in known}) >= 12
    assert sum(BOMB in one.claim for one in known) >= 100
    assert len(list(traps())) >= 30


def test_the_same_documents_are_made_each_time():
    light = [one for one in documents("archives") if not one.heavy]
    assert [b"".join(one.pieces()) for one in light] == [b"".join(one.pieces()) for one in light]


def test_small_hostile_documents_end_as_they_have_to(read):
    _, known, _, found = read
    assert len(known) > 60
    assert list(faults(known, [result for result in found if result.path in known], _SECONDS)) == []


def test_traps_of_a_file_system_stop_nothing(read):
    folder, _, expected, found = read
    trapped = Counter(result.path for result in found if result.path.startswith(str(folder / "traps")))
    assert sorted(trapped.values()) == [1] * expected


def _result(path, outcome="undetermined", seconds=0.1, *, marked=False, details=()):
    return Result(path, outcome, seconds, marked, ("crashed",) if details else (), tuple(details))


@pytest.mark.parametrize(
    ("claim", "found", "told"),
    [
        (BOMB, [_result("a")], ""),
        (BOMB, [_result("a", "clean")], "a bomb called clean"),
        (BOMB, [_result("a", "permitted")], "a bomb called permitted"),
        (BOMB, [], "0 outcomes"),
        (BOMB, [_result("a"), _result("a")], "2 outcomes"),
        (BOMB, [_result("a", seconds=7.0)], "7.0 s"),
        (BOMB, [_result("a", details=["its reader failed: KeyError"])], "crashed"),
        (BOMB, [_result("a", details=["its reader was ended by SIGABRT"])], ""),
        (MARKED, [_result("a")], "its marking is missed"),
        (MARKED, [_result("a", "violation", marked=True)], ""),
        (Claim.NOTHING, [_result("a", "clean")], ""),
    ],
)
def test_what_is_not_as_it_should_be_is_told(claim, found, told):
    lines = list(faults({"a": Hostile("a", bytes, claim)}, found, 5.0))
    assert len(lines) == bool(told)
    assert all(line.startswith(told) for line in lines)


def test_documents_are_written_a_folder_for_each_family(tmp_path):
    written = write(Path(tmp_path), "compound", heavy=False)
    assert len(written) > 20
    assert all(Path(path).stat().st_size for path in written)
