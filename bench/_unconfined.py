"""Stands in for the warden without any sandbox: what `bench.overhead` measures the sandbox against."""

import resource
import sys

from scanner.model.sandbox import Protection, Sandbox
from scanner.worker import child, warden
from scanner.worker.sandbox import Inside


class _Open(Inside):
    """Children shut nothing; of the limits they keep that of memory, which readers had before there was a sandbox."""

    def confine(self) -> None:
        """Limit the memory only."""
        if self.memory:
            resource.setrlimit(resource.RLIMIT_AS, (self.memory, self.memory))


def _enclose(memory: int, seconds: float = 0) -> tuple[Inside, Sandbox]:
    return _Open(memory, seconds, filtered=False), Sandbox(Protection.FULL)


def main() -> int:
    """Serve as the warden does, with children that read any number of files."""
    warden.enclose = _enclose  # type: ignore[attr-defined] # the point of this module
    child._GROWTH = sys.maxsize  # type: ignore[misc] # noqa: SLF001 - no child is replaced for what it took
    child._UNSOUND = frozenset()  # type: ignore[misc] # noqa: SLF001 - nor for what it read
    warden.main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
