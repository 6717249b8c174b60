"""Has real programs save documents over themselves: each state they leave has one verdict, and the marking is found.

vim in its two ways (a new file that is renamed, and the old one written again), LibreOffice, `sed -i`, `sort -o`, and
the steps that Word takes: an owner file, the text under another name, the old one renamed away, the new one renamed
into its place. The marking comes with the last save. What is not installed is named and left out.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.watching._daemon import watching, ways
from bench.watching._oracle import take_account
from bench.watching.writers import judged
from scanner.model.verdict import Outcome
from scanner.model.way import Way

_ROUNDS, _SMALL = 20, 3
_SAVES = 3
_LONGEST = 300.0
_PLAIN = "A note that says nothing of note to anybody at all.\n"
_MARKED = "SECRET//NOFORN\n\nThe paper.\n\nSECRET//NOFORN\n"
_OWNER = b"\x05Owner" + bytes(156)

_Save = Callable[[Path, str], None]


def word(path: Path, text: str) -> None:
    """Take the steps that Word takes."""
    owner, fresh, old = (path.with_name(name) for name in (f"~${path.name}", "~WRD0001.tmp", "~WRL0001.tmp"))
    owner.write_bytes(_OWNER)
    fresh.write_text(text)
    if path.exists():
        path.rename(old)
    fresh.rename(path)
    old.unlink(missing_ok=True)
    owner.unlink()


def vim_renames(path: Path, text: str) -> None:
    """Have vim write a new file and rename it."""
    _vim(path, text, "set backupcopy=no")


def vim_rewrites(path: Path, text: str) -> None:
    """Have vim write the same file again."""
    _vim(path, text, "set backupcopy=yes")


def sed(path: Path, text: str) -> None:
    """Have sed edit the file in its place."""
    if not path.exists():
        path.write_text(_PLAIN)
    lines = text.rstrip("\n").replace("\n", "\\n")
    subprocess.run([_program("sed"), "-i", f"1s|.*|{lines}|", path], check=True)


def sort(path: Path, text: str) -> None:
    """Have sort write over what it has read."""
    path.write_text(text)
    subprocess.run([_program("sort"), "-s", "-k", "99", "-o", path, path], check=True)


def measure(scratch: Path, *, small: bool) -> Iterator[str]:
    """Let each save, before every reader that can be had."""
    saves: list[_Save] = [word]
    known: tuple[tuple[str, list[_Save]], ...] = (
        ("vim", [vim_renames, vim_rewrites]),
        ("sed", [sed]),
        ("sort", [sort]),
    )
    for program, ways_to_save in known:
        if shutil.which(program):
            saves += ways_to_save
        else:
            print(f"  {program} is left out: it is not installed")
    for way in ways(scratch):
        yield from _watched(scratch, way, saves, _SMALL if small else _ROUNDS)


def _watched(scratch: Path, way: Way, saves: list[_Save], rounds: int) -> Iterator[str]:
    root, state = scratch / f"{way}", scratch / f"{way}-state"
    root.mkdir()
    paths: dict[str, list[Path]] = {}
    with watching(root, state, way, parse=True) as watch:
        for save in saves:
            paths[save.__name__] = [root / f"{save.__name__}-{number}" / "paper.txt" for number in range(rounds)]
            for path in paths[save.__name__]:
                path.parent.mkdir()
                for turn in range(_SAVES):
                    save(path, _MARKED if turn == _SAVES - 1 else _PLAIN * (turn + 1))
        paths["libreoffice"] = list(_libreoffice(root, scratch))
        watch.until_quiet(_LONGEST)
        account = take_account(root, state)
    for name, saved in paths.items():
        found = sum(judged(state, path, set())[1] is Outcome.VIOLATION for path in saved)
        print(f"  {way}: {name}: found {found} of {len(saved)}", flush=True)
        if found < len(saved):
            yield f"{way}: {name}: found {found} of {len(saved)}"
    total = sum(account.outcomes.values())
    print(f"  {way}: {total} files, {len(account.unexplained)} without a verdict, {len(account.twice)} with two")
    if account.unexplained or account.twice or account.repeated:
        yield f"{way}: {account}"


def _libreoffice(root: Path, scratch: Path) -> Iterator[Path]:
    """Have LibreOffice write a document, and write it again with another text."""
    program = shutil.which("soffice")
    if program is None:
        print("  LibreOffice is left out: it is not installed")
        return
    folder, source = root / "office", scratch / "paper.txt"
    folder.mkdir()
    home = f"-env:UserInstallation={(scratch / 'office-home').as_uri()}"
    for text in (_PLAIN, _MARKED):
        source.write_text(text)
        command = [program, home, "--headless", "--convert-to", "docx", "--outdir", folder, source]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield folder / "paper.docx"


def _vim(path: Path, text: str, setting: str) -> None:
    lines = "call setline(1, [" + ", ".join(f"'{line}'" for line in text.splitlines()) + "])"
    commands = ("set nomore", setting, "set backup writebackup", f"set backupdir={path.parent}", "%d", lines, "wq!")
    options = [part for command in commands for part in ("-c", command)]
    environ = {**os.environ, "TERM": "dumb"}
    subprocess.run([_program("vim"), "-N", "-u", "NONE", "-es", *options, path], check=True, env=environ)


def _program(name: str) -> str:
    return shutil.which(name) or name
