"""What is suppressed no more is looked at again, although nothing changed it."""

import os


def test_a_file_that_nothing_hides_any_more_is_read_again(root, make):
    (root / "a").write_text("x")
    (root / "b").write_text("x")
    stand = make()
    stand.until_quiet()
    waiting = [(str(root / "a"), str(root / "gone"))]
    stand.daemon._records.tidy = lambda: waiting.pop() if waiting else ()
    stand.until(lambda: not waiting)
    stand.until_quiet()

    assert sorted(os.path.basename(verdict.document.path) for verdict in stand.verdicts) == ["a", "a", "b"]
