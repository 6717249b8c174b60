"""Prints how many hiding places are found, by format, and each that is missed: `python -m bench.hiding [FORMAT…]`."""

import sys
from collections import Counter

from bench.hiding import parts, probes


def main() -> None:
    """Try every document; exit with 1 when a place is missed that is not known to be."""
    wanted = sys.argv[1:]
    total: Counter[str] = Counter()
    found: Counter[str] = Counter()
    missed: list[str] = []
    surprise = False
    for probe in probes():
        if wanted and probe.kind not in wanted:
            continue
        total[probe.kind] += 1
        where = parts(probe)
        if where and (probe.part is None or probe.part in where):
            found[probe.kind] += 1
        else:
            surprise = surprise or not probe.known_miss
            missed.append(f"{probe.kind}: {probe.place}: {probe.known_miss or ', '.join(where.values()) or 'not read'}")
    for kind, count in sorted(total.items()):
        print(f"{kind:<10}{found[kind]:>5} of {count:>4}  {found[kind] / count:7.1%}")
    whole = sum(total.values())
    print(f"{'all':<10}{sum(found.values()):>5} of {whole:>4}  {sum(found.values()) / max(whole, 1):7.1%}")
    print("\n".join(missed))
    if surprise:
        sys.exit(1)


if __name__ == "__main__":
    main()
