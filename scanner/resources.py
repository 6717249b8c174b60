"""Finds the rules and the configuration that ship with DocWarden, in a wheel, a zip or a checkout."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from scanner.errors import Fault, RuleError


@dataclass(frozen=True, slots=True)
class RuleSource:
    """The text of one rule file; `name` is what messages call it, its ending tells its kind."""

    name: str
    text: str = field(repr=False)


def bundled(name: Literal["rules", "config"]) -> Traversable:
    """Return a shipped data folder."""
    packaged = files("scanner") / name
    return packaged if packaged.is_dir() else Path(__file__).parents[1] / name


def rule_sources(extra: Iterable[Path] = ()) -> tuple[RuleSource, ...]:
    """Read the shipped rule files and those in the given folders, in a fixed order.

    Raises:
        RuleError: a folder or file cannot be read; every such fault at once.
    """
    shipped = tuple(RuleSource(f"rules/{name}", text) for name, text in _walk(bundled("rules"), ""))
    return shipped + read_rules(extra)


def read_rules(paths: Iterable[Path]) -> tuple[RuleSource, ...]:
    """Read rule files, and those in folders, in a fixed order; nothing shipped is added.

    Raises:
        RuleError: one is missing, is no rule file by its ending or cannot be read; every such fault at once.
    """
    sources: list[RuleSource] = []
    faults: list[Fault] = []
    for given in paths:
        if not given.exists():
            faults.append(Fault(str(given), "", "no such folder or file"))
            continue
        inside = [path for path in sorted(given.rglob("*")) if path.suffix in _ENDINGS and path.is_file()]
        if not given.is_dir() and given.suffix not in _ENDINGS:
            faults.append(Fault(str(given), "", f"no rule file: its name must end in {' or '.join(_ENDINGS)}"))
            continue
        for path in inside if given.is_dir() else [given]:
            try:
                sources.append(RuleSource(str(path), path.read_text(encoding="utf-8")))
            except OSError as error:
                faults.append(Fault(str(path), "", f"cannot be read: {error.strerror}"))
            except UnicodeDecodeError:
                faults.append(Fault(str(path), "", "cannot be read: it is not UTF-8"))
    if faults:
        raise RuleError(tuple(faults))
    return tuple(sources)


def digest(sources: Iterable[RuleSource]) -> str:
    """Return a short name for a rule set: it changes whenever the text of any rule does."""
    state = hashlib.sha256()
    for source in sources:
        for part in (source.name, source.text):
            data = part.encode("utf-8", "surrogatepass")
            state.update(len(data).to_bytes(8, "big") + data)
    return state.hexdigest()[:16]


_ENDINGS = (".toml", ".yar")


def _walk(folder: Traversable, prefix: str) -> Iterable[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(_ENDINGS):
            yield f"{prefix}{entry.name}", entry.read_text(encoding="utf-8")
