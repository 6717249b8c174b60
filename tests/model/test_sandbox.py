"""Protection is ordered, and says in words what is missing."""

import pytest

from scanner.model.sandbox import Protection, Sandbox


@pytest.mark.parametrize(
    ("reached", "least", "enough"),
    [
        (Protection.FULL, Protection.FULL, True),
        (Protection.FULL, Protection.PROCESS, True),
        (Protection.REDUCED, Protection.FULL, False),
        (Protection.PROCESS, Protection.REDUCED, False),
    ],
)
def test_more_protection_is_always_enough(reached, least, enough):
    assert reached.reaches(least) is enough


def test_full_protection_needs_no_more_words():
    assert str(Sandbox(Protection.FULL, ("Landlock",))) == "full"


def test_what_is_missing_and_what_still_works_is_said():
    sandbox = Sandbox(Protection.PROCESS, missing=("Landlock: switched off",), open=("open a file",))

    assert str(sandbox) == "process (without Landlock: switched off; it can still open a file)"
