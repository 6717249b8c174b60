"""The cheap look for damaged names lets every name through that could be mended."""

import random

import pytest
from rapidfuzz.distance import OSA

from scanner.detect._damage import Damage
from scanner.detect._misread import CONFUSED, distance
from scanner.detect._prose import Prose
from scanner.detect.scheme import load_schemes
from scanner.resources import rule_sources

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@pytest.fixture(scope="module")
def damage():
    schemes = load_schemes(rule_sources())
    return Damage(schemes.schemes, Prose(schemes.schemes, schemes.context))


def _damaged(name, dice):
    """Return a name with up to two errors of any kind, most of them usual ones."""
    read = list(name)
    for _ in range(2):
        at = dice.choice([0, len(read) - 1, dice.randrange(len(read))])
        like = [other for pair in CONFUSED if read[at] in pair for other in pair - {read[at]}]
        read[at] = dice.choice(
            [dice.choice(like or [read[at]]), dice.choice(like or [read[at]]), dice.choice(_LETTERS), ""]
        )
        if dice.random() < 0.1:
            read.insert(dice.randrange(len(read) + 1), dice.choice(_LETTERS))
        read = list("".join(read))
    return "".join(read)


def test_every_name_that_is_near_enough_to_be_mended_is_found(damage):
    dice = random.Random(5)  # noqa: S311 - a test's choice
    near, mendable = damage.near, 0
    for name, most in sorted(damage._most.items())[::5]:
        for read in (_damaged(name, dice) for _ in range(10)):
            if OSA.distance(read, name) <= 2 and distance(read, name, most) <= most:
                mendable += 1
                letters = f"AB{read}CD\n".encode()
                assert near.halves.search(letters, 0) or near.quarters.search(letters, 0), (name, read)
    assert mendable > 1_000
