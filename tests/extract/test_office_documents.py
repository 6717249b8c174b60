from pathlib import Path

import pytest

from scanner.extract import docx, odf, pdf, pptx, xlsx

DATA = Path(__file__).parents[1] / "data"
READERS = {".docx": docx, ".xlsx": xlsx, ".pptx": pptx, ".pdf": pdf}


def expected():
    """Each line that a document made by LibreOffice must give, with its place: file, place and line by tabs."""
    for case in ("office-text", "office-sheet", "office-slides"):
        for line in (DATA / case / "expected.txt").read_text(encoding="utf-8").splitlines():
            name, place, text = line.split("\t", 2)
            yield pytest.param(DATA / case / name, place, text, id=f"{case}/{name}, {place}: {text[:30]}")


@pytest.fixture(scope="module")
def known():
    return {}


@pytest.mark.parametrize(("path", "place", "line"), list(expected()))
def test_a_line_is_found_where_libreoffice_put_it(path, place, line, known, read):
    if path not in known:
        flat = "x-flat-xml" if path.suffix.startswith(".fod") else ""
        known[path] = read(READERS.get(path.suffix, odf), path.read_bytes(), media_type=flat)

    assert line in known[path].texts.get(place, "").split("\n")
    assert not known[path].problems
