"""Signs about one path in one state are one sign."""

import os

from scanner.model.change import Change, ChangeKind


def test_signs_are_told_apart_by_path_and_kind_only():
    odd = os.fsdecode(b"/srv/\xff")
    signs = [Change(odd, kind) for kind in ChangeKind] + [Change("/srv/a", ChangeKind.MOVED)]

    assert len({*signs, *signs}) == len(signs)
    assert Change(odd, ChangeKind("closed")) == signs[0]
