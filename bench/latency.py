"""Drops marked files into a watched folder and prints how long each took to raise its alert."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_MARKED = "SECRET//NOFORN\n\nThe paper.\n\nSECRET//NOFORN\n"
_FILES = 20
_SECONDS = 30.0
_SLOW_SECONDS = 10


def main() -> None:
    """Measure quick drops, then one file that is written for ten seconds."""
    with tempfile.TemporaryDirectory() as scratch:
        share, state = Path(scratch, "share"), Path(scratch, "state")
        share.mkdir()
        command = [sys.executable, "-m", "scanner", "watch", "--quiet", "--state", str(state), str(share)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as daemon:
            _drop(share, state, "first.txt")
            waits = sorted(_drop(share, state, f"{number}.txt") for number in range(_FILES))
            print(f"drop to alert, {_FILES} files: median {statistics.median(waits):.2f} s, worst {waits[-1]:.2f} s")
            with (share / "slow.txt").open("w") as stream:
                for _ in range(_SLOW_SECONDS):
                    stream.write("Nothing of note.\n")
                    stream.flush()
                    time.sleep(1)
                early = _alerts(state, "slow.txt")
                stream.write("\f" + _MARKED)
            wait = _await(state, "slow.txt", time.monotonic())
            time.sleep(2)
            alerts = _alerts(state, "slow.txt")
            print(
                f"written for {_SLOW_SECONDS} s: {early} alerts before its end, {alerts} after, {wait:.2f} s after it"
            )
            daemon.terminate()


def _drop(share: Path, state: Path, name: str) -> float:
    began = time.monotonic()
    (share / name).write_text(_MARKED)
    return _await(state, name, began)


def _await(state: Path, name: str, began: float) -> float:
    while not _alerts(state, name):
        if time.monotonic() - began > _SECONDS:
            sys.exit(f"no alert for {name} within {_SECONDS:g} s")
        time.sleep(0.005)
    return time.monotonic() - began


def _alerts(state: Path, name: str) -> int:
    path = state / "alerts.jsonl"
    return path.read_text().count(f'/{name}"') if path.exists() else 0


if __name__ == "__main__":
    main()
