"""A baseline: today's violations, accepted, so that only what is new stands out tomorrow."""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from scanner.errors import UsageError
from scanner.model.verdict import Breach, Outcome, Verdict
from scanner.model.visible import visible
from scanner.trust import open_private, read_ours

_SCHEMA = "docwarden.baseline/1"
_LARGEST = 1 << 30  # bytes; ten million findings


@dataclass(slots=True)
class Baseline:
    """Fingerprints of findings: a keyed hash of the file's content, the rule and the label.

    A fingerprint survives a move or a rename within its zone. It covers neither other content nor a copy in another
    zone. The key stands in the file: it keeps two baselines from being compared, and a short document from being
    looked up by its plain hash.
    """

    key: bytes
    known: set[str]

    @classmethod
    def new(cls) -> Self:
        """Return an empty baseline with a key of its own."""
        return cls(secrets.token_bytes(16), set())

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a baseline file.

        Raises:
            UsageError: it is no baseline, or others may write it.
        """
        try:
            text, faults = read_ours(path, _LARGEST)
            for fault in faults:
                raise _no_baseline(path, f"it could have been changed: {fault}")
            data = json.loads(text.decode("utf-8"))
            if data["schema"] != _SCHEMA:
                raise _no_baseline(path, f"schema is not {_SCHEMA}")
            return cls(bytes.fromhex(data["key"]), {str(entry) for entry in data["known"]})
        except OSError as error:
            raise _no_baseline(path, error.strerror or "cannot be read") from error
        except (ValueError, KeyError, TypeError) as error:
            raise _no_baseline(path, "not written by `docwarden scan --write-baseline`") from error

    def write(self, path: Path) -> None:
        """Write the baseline, whole or not at all.

        Raises:
            UsageError: the file cannot be written.
        """
        data = {"schema": _SCHEMA, "key": self.key.hex(), "known": sorted(self.known)}
        try:
            scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            with os.fdopen(open_private(scratch, os.O_WRONLY), "w", encoding="utf-8") as stream:
                stream.write(json.dumps(data, indent=1) + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            scratch.replace(path)
        except OSError as error:
            message = f"{visible(str(path))}: the baseline cannot be written: {error.strerror}"
            raise UsageError(message) from error

    def add(self, verdict: Verdict) -> None:
        """Accept a verdict's violation from now on."""
        if verdict.outcome is Outcome.VIOLATION and verdict.document.sha256:
            self.known.update(self._fingerprints(verdict))

    def accept(self, verdict: Verdict) -> Verdict:
        """Return the verdict, no violation any more when all its findings are known.

        So has to be what no finding tells of: that more people may have the file, and that it has no marking. What
        could not be read stays undetermined.
        """
        prints = set(self._fingerprints(verdict))
        if verdict.outcome is not Outcome.VIOLATION or not prints or not prints <= self.known:
            return verdict
        outcome = Outcome.UNDETERMINED if verdict.problems else Outcome.PERMITTED
        return replace(verdict, outcome=outcome, why="known: accepted by the baseline", alerting=False)

    def _fingerprints(self, verdict: Verdict) -> Iterator[str]:
        for finding in verdict.findings:
            yield self._print(verdict, finding.rule, str(finding.label or ""), finding.status.value)
        exposure = verdict.document.exposure
        if Breach.EXPOSURE in verdict.breaches and exposure is not None:
            yield self._print(verdict, "", Breach.EXPOSURE.value, exposure.audience.value)
        if Breach.UNMARKED in verdict.breaches:
            yield self._print(verdict, "", Breach.UNMARKED.value, "")

    def _print(self, verdict: Verdict, *what: str) -> str:
        parts = (verdict.document.sha256, verdict.zone, *what)
        return hashlib.blake2b("\0".join(parts).encode(), key=self.key, digest_size=16).hexdigest()


def _no_baseline(path: Path, message: str) -> UsageError:
    return UsageError(f"{visible(str(path))}: not a baseline: {message}")
