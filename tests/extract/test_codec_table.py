"""What needs a codec of Python's is read in the sandbox as outside of it, where no module can be loaded."""

import subprocess
import sys

import pytest

_PROGRAM = """
import sys
from scanner.extract import preload
preload()
sys.path.clear()
sys.path_importer_cache.clear()
sys.meta_path.clear()
for name, data in {data!r}:
    print(data.decode(name) == "TOP SECRET//NOFORN", name)
"""


@pytest.mark.parametrize(
    "names",
    [("koi8-r", "big5", "shift_jis", "cp500", "utf-8-sig", "utf-7", "iso2022_jp", "gb18030", "hz", "mac-cyrillic")],
)
def test_every_encoding_can_be_read_where_no_module_can_be_loaded(names):
    data = [(name, "TOP SECRET//NOFORN".encode(name)) for name in names]
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(data=data)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [f"True {name}" for name in names]
