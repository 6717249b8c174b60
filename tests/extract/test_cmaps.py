"""Tables of East Asian fonts come from memory and are what pdfminer.six would have read."""

import subprocess
import sys

import pytest
from pdfminer.cmapdb import CMapDB

from scanner.extract._pdf import cmaps

_ORIGINAL = CMapDB._load_data


@pytest.fixture(autouse=True)
def _loaded(monkeypatch):
    monkeypatch.setattr(CMapDB, "_load_data", _ORIGINAL)
    monkeypatch.setattr(cmaps, "_packed", {})
    cmaps.preload()


def _fields(table: type) -> dict[str, object]:
    return {name: value for name, value in vars(table).items() if not name.startswith("__")}


@pytest.mark.parametrize("name", ["90ms-RKSJ-H", "UniGB-UCS2-V", "to-unicode-Adobe-Japan1", "KSC-H"])
def test_a_table_from_memory_equals_the_one_read_from_its_file(name):
    original = subprocess.run(
        [
            sys.executable,
            "-c",
            f"""
from pdfminer.cmapdb import CMapDB
table = vars(CMapDB._load_data({name!r}))
print(repr(sorted((key, value) for key, value in table.items() if not key.startswith("__"))))
""",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()

    assert repr(sorted(_fields(CMapDB._load_data(name)).items())) == original


def test_a_table_nobody_has_is_said_as_before():
    with pytest.raises(CMapDB.CMapNotFound):
        CMapDB._load_data("../../etc/passwd")
