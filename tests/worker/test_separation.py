"""The agent holds no parser: what it has not loaded, no document can reach."""

import subprocess
import sys

_PARSERS = ("pypdfium2", "pdfminer", "lxml", "olefile", "magic", "scanner.extract", "scanner.identify")


def test_the_agent_loads_no_parser():
    script = "import scanner.app, scanner.daemon, sys; print('\\n'.join(sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()

    assert "scanner.app" in loaded
    assert [name for name in loaded if name in _PARSERS] == []
