"""Compiles rules of others in a process of its own first: a compiler cannot be interrupted, a process can."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from scanner.errors import Fault

EXTERNALS: Final = {"filename": "", "filepath": "", "extension": "", "filetype": "", "owner": ""}
"""What Loki, THOR and others define for every file; a rule that asks for another variable cannot be compiled."""

SECONDS: Final = 10.0
"""What compiling all of them may take; ten thousand ordinary rules take less than one."""

# Rules this short in all compile at once whatever they are: 170 texts with `xor`, the slowest there is.
_SMALL = 2 << 10
_MEMORY = 2 << 30


def trial_faults(sources: Mapping[str, str], seconds: float = SECONDS) -> tuple[Fault, ...]:
    """Say which of some rule files cannot be compiled in time and memory; what else is wrong is not looked at.

    `sources` are texts by the names of their files. Where all of them together are too much, the largest is named.
    """
    if sum(map(len, sources.values())) <= _SMALL:
        return ()
    order = sorted(sources, key=lambda name: len(sources[name]))
    done, why = _run([sources[name] for name in order], seconds)
    if not why:
        return ()
    together = " together with the others" if done >= len(order) else ""
    name = order[min(done, len(order) - 1)]
    return (Fault(name, "", f"{why}{together}; use fewer texts with `xor`, or split the rules"),)


def _run(texts: Sequence[str], seconds: float) -> tuple[int, str]:
    """Compile some texts one by one, then all together; return how many were done, and why no more were."""
    paths = os.pathsep.join(os.path.abspath(path) for path in sys.path if path)  # noqa: PTH100 - a path of archives, too
    try:
        ended = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-s", "-m", __name__],
            input=json.dumps(texts).encode("ascii"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": paths, "PYTHONUTF8": "1"},
            cwd="/",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return len(late.stdout or b""), f"takes over {seconds:g} s to compile"
    done = len(ended.stdout)
    return done, "" if done > len(texts) else "needs too much memory to be compiled, or breaks the compiler"


def compile_all(texts: Iterable[str]) -> None:
    """Compile some texts one by one, then all together, and write a dot for each; faults do not matter here."""
    import yara

    known = {str(number): text for number, text in enumerate(texts)}
    for sources in (*({name: text} for name, text in known.items()), known):
        with contextlib.suppress(yara.Error):
            yara.compile(sources=sources, includes=False, externals=EXTERNALS)
        os.write(1, b".")


def main() -> None:
    """Compile what comes on standard input, within the memory that a compiler may have."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    compile_all(json.load(sys.stdin))


if __name__ == "__main__":
    main()
