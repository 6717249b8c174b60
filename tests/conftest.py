"""What holds for all tests."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is, and nothing of the code; tests that measure time say so.
settings.register_profile("docwarden", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("docwarden")

# The program is started a hundred times, as users have it: with its modules compiled once, whoever set it otherwise.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

_UGLY_NAMES = (
    b"line\nfeed.txt",
    b"carriage\rreturn.txt",
    b"tab\there.txt",
    b"\x1b[31mred\x1b[0m.txt",
    b"\x1b]0;title\x07.txt",
    b"\x1b]8;;x:y\x1b\\link.txt",
    b"bell\x07.txt",
    "next\u0085line.txt".encode(),
    "c1\u009b2J.txt".encode(),
    b"delete\x7f.txt",
    "override\u202efdp.txt".encode(),
    "isolate\u2066a\u2069.txt".encode(),
    "zero\u200bwidth\ufeff.txt".encode(),
    "line\u2028separator.txt".encode(),
    "paragraph\u2029separator.txt".encode(),
    b"caf\xe9.txt",
    b"\xed\xa0\x80surrogate.txt",
    b"quote\"and'quote.txt",
    b"back\\slash.txt",
    b"comma,semicolon;.txt",
    b"=cmd.txt",
    b"+1.txt",
    b"@sum.txt",
    b"-1.txt",
    b"--help",
    b" leading space",
    b"[bold]markup[_bold]",
    b"<script>alert(1)<_script>",
    b"$(reboot)`id`%s{0}.txt",
    b"x" * 251 + b".txt",
)


@pytest.fixture(scope="session")
def ugly_names() -> tuple[bytes, ...]:
    """File names that break out of a table, a line, a terminal or a spreadsheet that takes them as they are."""
    return _UGLY_NAMES


# Folders and files whose tests wait for events of the kernel or for a daemon. Two of them at a time would measure each
# other, and some mount file systems or hear of every file of one.
_EVENTS = ("app", "bench", "cli/test_watch.py", "daemon", "watch", "test_canary.py", "test_real_documents.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file together where several processes share them out, and those of events in one process."""
    here = Path(__file__).parent
    for item in items:
        path = item.path.relative_to(here).as_posix()
        alone = path.startswith(_EVENTS)
        item.add_marker(pytest.mark.xdist_group("events" if alone else path))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name what a test is given by its number where it is bytes, which may hold the time at which they were made."""
    return argname if isinstance(val, bytes) else None
