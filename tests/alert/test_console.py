"""The console sink breaks no word on a terminal, and writes two lines everywhere else."""

import io

import pytest

from scanner.alert import console
from tests.alert._notices import every_kind


class _Terminal(io.StringIO):
    def __init__(self, *, real: bool) -> None:
        super().__init__()
        self._real = real

    def isatty(self) -> bool:
        return self._real


@pytest.fixture
def shown(monkeypatch):
    def shown(*, real: bool) -> str:
        stream = _Terminal(real=real)
        monkeypatch.setattr(console.sys, "stdout", stream)
        monkeypatch.setenv("COLUMNS", "80")
        for notice in every_kind().values():
            console.start({}).send(notice)
        return stream.getvalue()

    return shown


def test_a_terminal_gets_lines_that_fit_and_everything_else_two_a_notice(shown):
    wide, narrow = shown(real=False), shown(real=True)

    assert wide.count("\n") == 2 * len(every_kind())
    assert max(map(len, wide.splitlines())) > 80
    assert all(len(line) <= 80 or " " not in line.strip() for line in narrow.splitlines())
    assert narrow.split() == wide.split()
