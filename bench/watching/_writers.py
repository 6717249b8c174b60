"""Writes files faster than anybody reads them: by a program in C where there is a compiler, else by Python."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

_SOURCE = Path(__file__).with_name("_write.c")
_FOLDERS = 600


class Writer:
    """Makes files as `_write.c` says. `name` tells what writes."""

    def __init__(self, scratch: Path) -> None:
        """Take a folder for the program."""
        self._program = scratch / "write"
        compiler = shutil.which("cc")
        self.name = "C" if compiler else "Python"
        if compiler:
            subprocess.run([compiler, "-O2", "-o", self._program, _SOURCE], check=True)

    def start(self, what: str, folder: Path, number: int, start: int = 0) -> "subprocess.Popen[bytes]":
        """Begin to write; several may write at once below different numbers to start from."""
        program = [str(self._program)] if self.name == "C" else [sys.executable, "-m", "bench.watching._writers"]
        return subprocess.Popen([*program, what, str(folder), str(number), str(start)])

    def write(self, what: str, folder: Path, number: int, start: int = 0) -> None:
        """Write, and wait for the end."""
        with self.start(what, folder, number, start) as process:
            if process.wait():
                message = f"the writer failed with {process.returncode}"
                raise RuntimeError(message)


def _write(what: str, top: str, number: int, start: int) -> None:
    for i in range(number):
        if what == "burst":
            one = i % _FOLDERS
            path = f"{top}/{start}/{one % 10}/{one // 10 % 10}/{one}/{i}.txt"
        else:
            path = f"{top}/{start + i}/b/c/f.txt"
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - as fast as Python can
        with open(path, "w", encoding="ascii") as file:  # noqa: PTH123 - as above
            file.write(f"This is the note with the number {i}.\n")


if __name__ == "__main__":
    _write(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
