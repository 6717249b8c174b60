"""Has LibreOffice read documents: many at once, for its start takes longer than most of them."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.parsers import expat

_TARGETS = {"docx": "fodt", "doc": "fodt", "rtf": "fodt", "odt": "fodt", "xlsx": "fods", "xls": "fods"}
_BATCH = 20
_START = 20  # seconds
_EACH = 5
# Elements that do not end a word.
_INLINE = {"text:span", "text:a", "text:bookmark", "text:bookmark-start", "text:bookmark-end", "text:soft-page-break"}


def installed() -> bool:
    """Tell whether there is a LibreOffice."""
    return shutil.which("soffice") is not None


def office_texts(kind: str, paths: Sequence[Path]) -> Iterator[tuple[Path, str | None]]:
    """Yield each document with its text; None where LibreOffice gives none in time."""
    target = _TARGETS.get(kind, "fodp")
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, len(paths), _BATCH):
            batch = paths[start : start + _BATCH]
            texts = _convert(kind, target, batch, Path(folder))
            for path, text in zip(batch, texts, strict=True):
                # One document may have taken the others down.
                yield path, _convert(kind, target, [path], Path(folder))[0] if text is None else text


def _convert(kind: str, target: str, paths: Sequence[Path], folder: Path) -> list[str | None]:
    for number, path in enumerate(paths):
        shutil.copyfile(path, folder / f"{number}.{kind}")
    sources = [str(folder / f"{number}.{kind}") for number in range(len(paths))]
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", target]
    process = subprocess.Popen(
        [*command, "--outdir", str(folder), *sources],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_START + _EACH * len(paths))
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    texts: list[str | None] = []
    for number in range(len(paths)):
        result = folder / f"{number}.{target}"
        texts.append(odf_text(result.read_bytes()) if result.exists() else None)
        result.unlink(missing_ok=True)
        (folder / f"{number}.{kind}").unlink()
    return texts


def odf_text(xml: bytes) -> str:
    """Return the paragraphs of a flat OpenDocument file, and what stands in them."""
    pieces: list[str] = []
    paragraphs = 0
    binary = False

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal paragraphs, binary
        paragraphs += name in {"text:p", "text:h"}
        binary = name == "office:binary-data"
        if name not in _INLINE:
            pieces.append("\n")

    def end(name: str) -> None:
        nonlocal paragraphs, binary
        paragraphs -= name in {"text:p", "text:h"}
        binary = False
        if name not in _INLINE:
            pieces.append("\n")

    def characters(text: str) -> None:
        if paragraphs and not binary:
            pieces.append(text)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = characters
    with contextlib.suppress(expat.ExpatError):
        parser.Parse(xml, True)  # noqa: FBT003 - named by position only
    return "".join(pieces)
