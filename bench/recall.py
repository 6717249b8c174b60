"""Measures how much of what other readers find in documents the product finds: `python -m bench.recall [FOLDER]`.

The reference of a document are the words that at least two other readers find, none of which the product uses: runs
of three letters or more, case folded, each counted once. All texts are treated alike: compatibility forms are
resolved, soft hyphens dropped, and a word with a hyphen counts whole as well as in pieces. Documents with
fewer than three such words are left out. What a document's name ends in is its kind.

The other readers are installed by `pip install -r bench/peers.txt`, into the same environment or into another, named
by `--python`; `apt install antiword catdoc libreoffice poppler-utils unrtf` has the programs. What is missing is named
and left out. Texts of other readers are kept in the folder `--cache` by the hash of the document.
Exits with 1 when a kind misses its goal.
"""

import argparse
import hashlib
import re
import select
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench._office import installed, office_texts
from bench._readers import PATIENCE

_ROOT = Path(__file__).parents[1]
_CORPUS = _ROOT.parent / "shared" / "corpus"
_OFFICE = "libreoffice"
_READERS = {
    "docx": ("docx2python", "python-docx", "mammoth", "docx2txt", _OFFICE),
    "xlsx": ("openpyxl", "kreuzberg", _OFFICE),
    "pptx": ("python-pptx", "kreuzberg", _OFFICE),
    "eml": ("email", "mail-parser", "fast-mail-parser", "kreuzberg"),
    "rtf": ("unrtf", "striprtf", _OFFICE),
    "html": ("selectolax", "resiliparse", "beautifulsoup4"),
    "doc": ("antiword", "catdoc", _OFFICE),
    "pdf": ("poppler", "mupdf", "pypdf"),
    "xls": ("xlrd", "xls2csv", _OFFICE),
    "msg": ("extract-msg", "python-oxmsg", "kreuzberg"),
    "ppt": ("kreuzberg", "catppt", _OFFICE),
    "odt": ("odfpy", "kreuzberg", _OFFICE),
}
_GOALS = dict.fromkeys(("docx", "xlsx", "pptx", "eml", "rtf", "html", "doc"), 97.0) | dict.fromkeys(
    ("pdf", "xls", "msg"), 95.0
)
_ENGINES = {"mail-parser": "email"}  # what agrees because it is built on the other is one witness
_FEWEST_WORDS = 3
_WITNESSES = 2
# What touches a replacement character was not decoded; it is no word.
_WORD = re.compile(r"(?<![^\W\d_])(?<!\ufffd)[^\W\d_]{3,}(?![^\W\d_]|\ufffd)")
_SOFT = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_HYPHENATED = re.compile(r"(?<=[^\W\d_])(?:[-\u2010\u2011\u0002\ufffe][ \t]*\r?\n?[ \t]*)(?=[^\W\d_])")
_SHOWN = 12


@dataclass(slots=True)
class _Score:
    """How one document fared."""

    path: Path
    wanted: int
    missing: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return 100 * (1 - len(self.missing) / self.wanted)


class _Child:
    """A process that reads documents, and is replaced when it takes too long or dies."""

    def __init__(self, python: str) -> None:
        self._python = python
        self._process: subprocess.Popen[str] | None = None

    def read(self, reader: str, path: Path, target: Path) -> str:
        """Have the text of a document written; return `ok` or why there is none."""
        if self._process is None:
            self._process = subprocess.Popen(
                [self._python, "-m", "bench._peers"],
                cwd=_ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        child = self._process
        if child.stdin is None or child.stdout is None:
            raise RuntimeError
        child.stdin.write(f"{reader}\t{path}\t{target}\n")
        child.stdin.flush()
        ready, _, _ = select.select([child.stdout], [], [], PATIENCE)
        answer = child.stdout.readline().strip() if ready else ""
        if not answer:
            self.end()
        return answer or ("died" if ready else "took too long")

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


class _Library:
    """The texts of all readers, kept in a folder."""

    def __init__(self, folder: Path, python: str) -> None:
        self._folder = folder
        self._peers = _Child(python)
        self._product = _Child(sys.executable)
        self.missing: set[str] = set()
        self.failed: Counter[str] = Counter()
        folder.mkdir(parents=True, exist_ok=True)

    def words(self, reader: str, paths: Sequence[Path], kind: str) -> Iterator[frozenset[str]]:
        """Yield the words of each document by one of the other readers."""
        targets = [self._target(reader, path) for path in paths]
        if reader == _OFFICE:
            self._office(kind, paths, targets)
        for path, target in zip(paths, targets, strict=True):
            if not target.exists() and reader not in self.missing and reader != _OFFICE:
                outcome = self._peers.read(reader, path.resolve(), target)
                if outcome == "missing":
                    self.missing.add(reader)
                elif outcome != "ok":
                    target.with_suffix(".failed").write_text(outcome)
                    target.write_text("")
            self.failed[reader] += target.with_suffix(".failed").exists()
            yield words(target.read_text("utf-8", "surrogatepass")) if target.exists() else frozenset()

    def ours(self, path: Path) -> frozenset[str]:
        """Return the words the product finds; they are read anew each time."""
        target = self._folder / "ours.txt"
        outcome = self._product.read("ours", path.resolve(), target)
        if outcome in {"missing", "ImportError"}:
            sys.exit("the product cannot be imported")
        if outcome != "ok":
            print(f"{path}: the product: {outcome}")
            return frozenset()
        return words(target.read_text("utf-8", "surrogatepass"))

    def close(self) -> None:
        """End the processes."""
        self._peers.end()
        self._product.end()

    def _target(self, reader: str, path: Path) -> Path:
        return self._folder / f"{hashlib.sha256(path.read_bytes()).hexdigest()[:32]}.{reader}.txt"

    def _office(self, kind: str, paths: Sequence[Path], targets: Sequence[Path]) -> None:
        if not installed():
            self.missing.add(_OFFICE)
            return
        wanted = {path: target for path, target in zip(paths, targets, strict=True) if not target.exists()}
        for path, text in office_texts(kind, list(wanted)):
            wanted[path].write_text(text or "", "utf-8", "surrogatepass")
            if text is None:
                wanted[path].with_suffix(".failed").write_text("no answer")


def words(text: str) -> frozenset[str]:
    """Return the words of a text, and those of the text with its hyphens taken out."""
    plain = unicodedata.normalize("NFKC", text).translate(_SOFT).casefold()
    return frozenset(_WORD.findall(plain)) | frozenset(_WORD.findall(_HYPHENATED.sub("", plain)))


def _scores(kind: str, paths: Sequence[Path], library: _Library) -> list[_Score]:
    found = {reader: list(library.words(reader, paths, kind)) for reader in _READERS[kind]}
    scores: list[_Score] = []
    for number, path in enumerate(paths):
        engines: dict[str, set[str]] = {}
        for reader, readings in found.items():
            for word in readings[number]:
                engines.setdefault(word, set()).add(_ENGINES.get(reader, reader))
        wanted = {word for word, seen in engines.items() if len(seen) >= _WITNESSES}
        if len(wanted) >= _FEWEST_WORDS:
            scores.append(_Score(path, len(wanted), sorted(wanted - library.ours(path))))
    return scores


def _line(kind: str, documents: int, scores: Sequence[_Score]) -> tuple[str, bool]:
    """Return the row of a kind, and whether its goal is met."""
    goal = _GOALS.get(kind, 0.0)
    if not scores:
        return f"{kind:<6}{documents:>7}{0:>7}", True
    macro = sum(score.recall for score in scores) / len(scores)
    micro = 100 * (1 - sum(len(score.missing) for score in scores) / sum(score.wanted for score in scores))
    whole = 100 * sum(score.recall >= 99 for score in scores) / len(scores)  # noqa: PLR2004 - percent
    zero = sum(len(score.missing) == score.wanted for score in scores)
    met = macro >= goal
    said = f"{goal:>6.0f} {'met' if met else 'MISSED'}" if goal else ""
    return f"{kind:<6}{documents:>7}{len(scores):>7}{macro:>8.2f}{micro:>8.2f}{whole:>8.1f}{zero:>6}{said}", met


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=_CORPUS)
    parser.add_argument("--kind", nargs="+", choices=list(_READERS), default=list(_READERS))
    parser.add_argument("--misses", action="store_true", help="list the documents below 97 %% and words they miss")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the other readers")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "docwarden-recall")
    options = parser.parse_args()
    library = _Library(options.cache, options.python)
    all_met = True
    listed: list[str] = []
    print(f"{'kind':<6}{'files':>7}{'counted':>7}{'macro':>8}{'micro':>8}{'>=99 %':>8}{'zero':>6}  goal")
    for kind in options.kind:
        files = [path for path in options.folder.rglob("*") if path.suffix.lower() == f".{kind}" and path.is_file()]
        scores = _scores(kind, sorted(files), library)
        line, met = _line(kind, len(files), scores)
        print(line, flush=True)
        all_met = all_met and met
        for score in sorted(scores, key=lambda score: score.recall):
            if score.recall < 97:  # noqa: PLR2004 - percent
                some = " ".join(score.missing[:: max(1, len(score.missing) // _SHOWN)][:_SHOWN])
                where = score.path.relative_to(options.folder)
                listed.append(f"{where}: {len(score.missing)} of {score.wanted} words missed: {some}")
    library.close()
    print("missing readers:", ", ".join(sorted(library.missing)) or "none")
    print("documents they gave no text of:", ", ".join(f"{name} {n}" for name, n in library.failed.items() if n))
    if options.misses:
        print("\n".join(listed))
    if not all_met:
        sys.exit(1)


if __name__ == "__main__":
    _main()
