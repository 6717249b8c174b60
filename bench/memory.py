"""Measures the memory that a worker takes for very large documents: `python -m bench.memory`, or `--file PATH` for any.

Four documents are made in a temporary folder: a DOCX with a part of 1 GB, a text of 2 GB, a PDF of 500 pages and a
workbook with a sheet of a million rows, in two kinds of cells. Each has a marking near its start, and the text two
more, in its middle and at its end. They go through the real command and worker, with its default limits; a marking
past a limit is not found, and then the outcome has to say so. The PDF needs `pip install -r bench/peers.txt`.
Exits with 1 when the largest resident set of a worker is above 300 MB, or a marking is missed without a word.
"""

import argparse
import contextlib
import importlib
import json
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_GOAL = 300  # MB
_MARKING = "TOP SECRET//NOFORN"
_POLL = 0.02
_MB = 1_000_000
_OFFICE_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument."
_ROWS = 1_000_000
_PAGES = 500


def _prose(size: int) -> list[str]:
    """Return lines of words, `size` characters or a little more."""
    chance = random.Random(1)  # noqa: S311 - the same text each time
    letters = "etaoinshrdlcumwfgypb"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 10))) for _ in range(2000)]
    lines: list[str] = []
    while size > 0:
        lines.append(" ".join(chance.choices(words, k=12)))
        size -= len(lines[-1])
    return lines


def _text(path: Path) -> None:
    block = ("\n".join(_prose(_MB)) + "\n").encode()
    count = 2_000 * _MB // len(block)
    with path.open("wb") as stream:
        for number in range(count):
            if number in {0, count // 2, count - 1}:
                stream.write(f"{_MARKING}\n".encode())
            stream.write(block)


def _word(path: Path) -> None:
    before = (
        '<w:p w:rsidR="00A77B3E" w:rsidRDefault="00A77B3E"><w:pPr><w:jc w:val="both"/></w:pPr>'
        '<w:r><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri"/><w:sz w:val="22"/></w:rPr><w:t>'
    )
    block = "".join(f"{before}{line}</w:t></w:r></w:p>" for line in _prose(_MB)).encode()
    marking = f"<w:p><w:r><w:t>{_MARKING}</w:t></w:r></w:p>".encode()
    with _package(path, "word/document.xml", _TYPE + "wordprocessingml.document.main+xml") as package:  # noqa: SIM117 - the part is opened in the package
        with package.open("word/document.xml", "w", force_zip64=True) as part:
            part.write(f'<w:document xmlns:w="{_WORD}"><w:body>'.encode() + marking)
            for _ in range(1_000 * _MB // len(block)):
                part.write(block)
            part.write(b"</w:body></w:document>")


def _workbook(path: Path) -> None:
    texts = _prose(_MB)
    types = {
        "/xl/worksheets/sheet1.xml": _TYPE + "spreadsheetml.worksheet+xml",
        "/xl/sharedStrings.xml": _TYPE + "spreadsheetml.sharedStrings+xml",
    }
    with _package(path, "xl/workbook.xml", _TYPE + "spreadsheetml.sheet.main+xml", types) as package:
        package.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE_RELATION}"><sheets>'
            '<sheet name="Rows" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_RELATIONS}">'
            f'<Relationship Id="rId1" Type="{_OFFICE_RELATION}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{_OFFICE_RELATION}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>",
        )
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'<worksheet xmlns="{_SHEET}"><sheetData>'.encode())
            part.write(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{_MARKING}</t></is></c></row>'.encode())
            for row in range(2, _ROWS + 1):
                part.write(
                    f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{texts[row % len(texts)]}</t></is></c>'
                    f'<c r="B{row}" t="s"><v>{row - 2}</v></c><c r="C{row}"><v>{row}</v></c></row>'.encode()
                )
            part.write(b"</sheetData></worksheet>")
        with package.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            part.write(f'<sst xmlns="{_SHEET}">'.encode())
            for row in range(2, _ROWS + 1):
                part.write(f"<si><t>{row} {texts[row * 7 % len(texts)]}</t></si>".encode())
            part.write(b"</sst>")


@contextlib.contextmanager
def _package(path: Path, main: str, media_type: str, types: dict[str, str] | None = None) -> Iterator[zipfile.ZipFile]:
    """Open an Office package for writing, with what every one has."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        overrides = {f"/{main}": media_type, **(types or {})}
        package.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_OFFICE_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            + "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
            + "</Types>",
        )
        package.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_RELATIONS}">'
            f'<Relationship Id="rId1" Type="{_OFFICE_RELATION}/officeDocument" Target="{main}"/></Relationships>',
        )
        yield package


def _pdf(path: Path) -> None:
    canvas = importlib.import_module("reportlab.pdfgen.canvas").Canvas(str(path), pageCompression=1)
    lines = _prose(_PAGES * 5000)
    for page in range(_PAGES):
        for number, line in enumerate(lines[page * 60 : page * 60 + 60]):
            canvas.drawString(40, 800 - 12 * number, line)
        if page == 0:
            canvas.drawString(40, 820, _MARKING)
        canvas.showPage()
    canvas.save()


_GIANTS: dict[str, tuple[Callable[[Path], None], int]] = {
    "part.docx": (_word, 1),
    "long.txt": (_text, 3),
    "pages.pdf": (_pdf, 1),
    "rows.xlsx": (_workbook, 1),
}


def _workers(parent: int) -> Iterator[int]:
    """Yield the worker processes below a process."""
    children: list[str] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{parent}/task").iterdir():
            children += (task / "children").read_text().split()
    for child in map(int, children):
        with contextlib.suppress(OSError):
            if b"scanner.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                yield child
        yield from _workers(child)


def _peak(process: int) -> int:
    """Return the largest resident set so far in bytes, 0 for a process that is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def _scan(path: Path) -> tuple[dict[str, Any], int, float]:
    """Scan one document; return its record, the peak of its workers in bytes and the seconds it took."""
    with tempfile.TemporaryFile() as report:
        began = time.monotonic()
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "scanner",
                "scan",
                str(path),
                "--format",
                "jsonl",
                "-j",
                "1",
                "-q",
                "-o",
                "/dev/stdout",
            ],
            stdout=report,
        )
        peak = 0
        while process.poll() is None:
            peak = max([peak, *map(_peak, _workers(process.pid))])
            time.sleep(_POLL)
        seconds = time.monotonic() - began
        report.seek(0)
        line = report.readline()
    if not line:
        sys.exit(f"{path}: the scan gave no record and exit code {process.returncode}")
    record: dict[str, Any] = json.loads(line)
    return record, peak, seconds


def _measure(path: Path, markings: int | None) -> bool:
    """Print the row of one document; return whether all is as it should be."""
    record, peak, seconds = _scan(path)
    problems = ", ".join(sorted({f"{problem['reason']}: {problem['detail']}" for problem in record["problems"]}))
    found = len(record["findings"])
    silent = markings is not None and found < markings and not problems
    met = peak <= _GOAL * _MB and not silent
    print(
        f"{path.name:<14}{path.stat().st_size / _MB:>9.1f}{peak / _MB:>9.1f}{seconds:>8.1f}  "
        f"{record['outcome']:<13}{found:>3} of {'?' if markings is None else markings}  "
        f"{'met' if met else 'MISSED'}  {problems}",
        flush=True,
    )
    return met


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", nargs="+", type=Path, default=[], help="measure these instead")
    parser.add_argument("--only", nargs="+", choices=list(_GIANTS), default=list(_GIANTS))
    options = parser.parse_args()
    met = True
    print(f"{'document':<14}{'MB':>9}{'peak MB':>9}{'s':>8}  {'outcome':<13}findings  goal: {_GOAL} MB")
    for path in options.file:
        met = _measure(path, None) and met
    with tempfile.TemporaryDirectory() as folder:
        for name in options.only if not options.file else ():
            path = Path(folder) / name
            make, markings = _GIANTS[name]
            try:
                make(path)
            except ModuleNotFoundError as error:
                print(f"{name:<14} left out: no {error.name}")
                continue
            met = _measure(path, markings) and met
            path.unlink()
    if not met:
        sys.exit(1)


if __name__ == "__main__":
    _main()
