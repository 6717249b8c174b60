import sys
from collections.abc import Iterator

import pytest

from scanner.identify import _library


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    # A process loads libmagic once: not first by a test that hides the one that comes with the wheel.
    _library._library()
    _library._library.cache_clear()
    yield
    _library._library.cache_clear()


def test_the_system_s_libmagic_serves_where_there_is_no_wheel(monkeypatch: pytest.MonkeyPatch):
    class Magic:
        def __init__(self, *, mime: bool, magic_file: str | None) -> None:
            self.table = magic_file if mime else "?"

        def from_buffer(self, _data: bytes) -> str:
            return f"x/{self.table}"

    monkeypatch.setitem(sys.modules, "pylibmagic", None)
    monkeypatch.setattr("magic.Magic", Magic)

    assert _library.ask(b"x") == "x/None"


def test_what_libmagic_fails_on_is_unknown(monkeypatch: pytest.MonkeyPatch):
    class FailureError(Exception):
        pass

    class Magic:
        def from_buffer(self, _data: bytes) -> str:
            raise FailureError

    monkeypatch.setattr(_library, "_library", _Cached((Magic(), FailureError)))

    assert _library.ask(b"x") == "application/octet-stream"


class _Cached:
    def __init__(self, value: tuple[object, type[Exception]]) -> None:
        self._value = value

    def __call__(self) -> tuple[object, type[Exception]]:
        return self._value

    def cache_clear(self) -> None:
        pass
