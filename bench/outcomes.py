"""Scans a folder and prints the outcomes by media type, the reasons and the time."""

import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

_OUTCOMES = ("clean", "permitted", "violation", "undetermined")


def main() -> None:
    """Run one scan and print its table; exit with 1 when the sum does not add up."""
    folder = sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).parents[2] / "shared" / "corpus")
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "scanner", "scan", folder, "--format", "jsonl"],
        capture_output=True,
        check=False,
    )
    seconds = time.monotonic() - began
    *records, summary = [json.loads(line) for line in done.stdout.splitlines()]
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    reasons: Counter[str] = Counter()
    for record in records:
        kinds[record["media_type"] or "(not opened)"][record["outcome"]] += 1
        reasons.update({problem["reason"] for problem in record["problems"]})
    print(f"{'media type':<76}" + "".join(f"{outcome:>13}" for outcome in _OUTCOMES))
    for kind, counts in sorted(kinds.items(), key=lambda item: -sum(item[1].values())):
        print(f"{kind:<76}" + "".join(f"{counts[outcome]:>13}" for outcome in _OUTCOMES))
    print(f"{'sum':<76}" + "".join(f"{summary[outcome]:>13}" for outcome in _OUTCOMES))
    print("reasons:", ", ".join(f"{reason} {count}" for reason, count in reasons.most_common()))
    print(f"{len(records)} files, exit code {done.returncode}, {seconds:.1f} s")
    print("errors on standard error:", len(done.stderr.splitlines()))
    if sum(summary[outcome] for outcome in _OUTCOMES) != len(records) or b"Traceback" in done.stderr:
        sys.exit(1)


if __name__ == "__main__":
    main()
