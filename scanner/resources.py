"""Finds the rules and the configuration that ship with DocWarden, in a wheel, a zip or a checkout."""

import hashlib
import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from scanner.errors import Fault, RuleError
from scanner.model.visible import visible
from scanner.trust import read_ours

_LARGEST = 64 << 20  # bytes; the largest public collections of rules are a fifth of that
_COMPILED = b"YARA"  # how libyara begins what it saves, and yara-x, too
_NO_COMPILED = "compiled rules are never loaded, for they can run any code; name their source (.yar, .yara)"


@dataclass(frozen=True, slots=True)
class RuleSource:
    """The text of one rule file; `name` is what messages call it, its ending tells its kind.

    `shipped` tells that it comes with DocWarden, whose tests prove it.
    """

    name: str
    text: str = field(repr=False)
    shipped: bool = False


def bundled(name: Literal["rules", "config"]) -> Traversable:
    """Return a shipped data folder."""
    packaged = files("scanner") / name
    return packaged if packaged.is_dir() else Path(__file__).parents[1] / name


def rule_sources(extra: Iterable[Path] = ()) -> tuple[RuleSource, ...]:
    """Read the shipped rule files and those in the given folders, in a fixed order; none of them twice.

    Raises:
        RuleError: a folder or file cannot be read; every such fault at once.
    """
    sources, faults = gather(extra)
    wrong = tuple(fault for fault in faults if not fault.warning)
    if wrong:
        raise RuleError(wrong)
    return sources


def gather(extra: Iterable[Path]) -> tuple[tuple[RuleSource, ...], tuple[Fault, ...]]:
    """Read what `rule_sources` does, as far as it can be read, and tell what is wrong with the rest."""
    shipped = shipped_rules()
    own, faults = read_rules(extra)
    return (*shipped, *without(own, shipped)), faults


def shipped_rules() -> tuple[RuleSource, ...]:
    """Read the rule files that ship with DocWarden."""
    return tuple(RuleSource(f"rules/{name}", text, shipped=True) for name, text in _walk(bundled("rules"), ""))


def without(sources: Iterable[RuleSource], others: Iterable[RuleSource]) -> tuple[RuleSource, ...]:
    """Leave out the files that hold just what one of the others does: a file does not clash with itself."""
    known = {other.text for other in others}
    return tuple(source for source in sources if source.text not in known)


def read_rules(paths: Iterable[Path], *, of_anybody: bool = False) -> tuple[tuple[RuleSource, ...], tuple[Fault, ...]]:
    """Read rule files, and those in folders, in a fixed order, each once; nothing shipped is added.

    What is missing, is no rule file by its ending, cannot be read or can be written by others is told beside those that
    can be used. A folder without any rule file is a warning, and so is a compiled rule file in a folder. With
    `of_anybody`, for rules that are only to be looked at, those that others may write are read, with a warning.
    """
    sources: dict[Path, RuleSource] = {}
    faults: dict[Fault, None] = {}
    names: set[str] = set()
    for given in paths:
        files, missing = _rule_files(given)
        faults |= dict.fromkeys(missing)
        for path in files:
            real = path.resolve()
            if real in sources:
                continue
            text, wrong = _text(path, of_anybody=of_anybody)
            faults |= dict.fromkeys(wrong)
            if text is not None:
                sources[real] = RuleSource(_name_of(path, names), text)
                names.add(sources[real].name)
    return tuple(sources.values()), tuple(faults)


def _text(path: Path, *, of_anybody: bool) -> tuple[str | None, Sequence[Fault]]:
    """Return the text of a rule file; none of one that cannot be used, and why."""
    name = visible(str(path))
    try:
        data, faults = read_ours(path, _LARGEST)
        if is_yara_file(path.name) and data.startswith(_COMPILED):
            return None, [Fault(name, "", _NO_COMPILED)]
        if of_anybody:
            return data.decode("utf-8"), [replace(fault, warning=True) for fault in faults]
        return (None if faults else data.decode("utf-8")), faults
    except OSError as error:
        return None, [Fault(name, "", f"cannot be read: {error.strerror}")]
    except UnicodeDecodeError:
        return None, [Fault(name, "", "cannot be read: it is not UTF-8")]
    except ValueError as error:
        return None, [Fault(name, "", f"cannot be read: {error}")]


def is_marking_file(name: str) -> bool:
    """Tell by its name whether a rule file holds a marking scheme, or the context of all schemes."""
    return name.lower().endswith(".toml")


def is_yara_file(name: str) -> bool:
    """Tell by its name whether a rule file holds YARA rules."""
    return name.lower().endswith((".yar", ".yara"))


def digest(sources: Iterable[RuleSource]) -> str:
    """Return a short name for a rule set: it changes whenever the text of any rule does."""
    state = hashlib.sha256()
    for source in sources:
        for part in (source.name, source.text):
            data = part.encode("utf-8", "surrogatepass")
            state.update(len(data).to_bytes(8, "big") + data)
    return state.hexdigest()[:16]


def _is_compiled(name: str) -> bool:
    return name.lower().endswith((".yarc", ".yac", ".yarac", ".yrc", ".compiled"))


def _is_rule_file(name: str) -> bool:
    return is_marking_file(name) or is_yara_file(name)


def _rule_files(given: Path) -> tuple[list[Path], list[Fault]]:
    """Return the rule files a path stands for, and what is wrong with it."""
    name = visible(str(given))
    try:
        if given.is_dir():
            next(given.iterdir(), None)  # says what keeps a folder from being read; what walks it does not
            inside = [path for path in sorted(given.rglob("*")) if path.is_file()]
            rules = [path for path in inside if _is_rule_file(path.name)]
            left_out = [path for path in inside if _is_compiled(path.name)]
            faults = [Fault(visible(str(path)), "", _NO_COMPILED, warning=True) for path in left_out]
            if not rules:
                faults.append(Fault(name, "", f"no rule file in {name}", warning=True))
            return rules, faults
        if not given.exists():
            return [], [Fault(name, "", "no such folder or file")]
    except OSError as error:
        return [], [Fault(name, "", f"cannot be read: {error.strerror}")]
    if _is_compiled(given.name):
        return [], [Fault(name, "", _NO_COMPILED)]
    if not _is_rule_file(given.name):
        return [], [Fault(name, "", "no rule file: its name must end in .toml, .yar or .yara")]
    return [given], []


def _name_of(path: Path, taken: Collection[str]) -> str:
    """Return what messages call a file, for no two the same.

    It is never what they call a shipped one, which begins with `rules/`.
    """
    name = visible(f"./{path}" if path.parts[0] == "rules" else str(path))
    start, dot, ending = name.rpartition(".")
    numbered = (f"{start} ({number}){dot}{ending}" for number in itertools.count(2))
    return name if name not in taken else next(other for other in numbered if other not in taken)


def _walk(folder: Traversable, prefix: str) -> Iterable[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        elif _is_rule_file(entry.name):
            yield f"{prefix}{entry.name}", entry.read_text(encoding="utf-8")
