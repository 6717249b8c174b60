from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.extract import LimitReachedError, docx, odf, pdf, pptx, xlsx

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


DOCUMENTS = sorted(path for case in DATA.glob("office-*") for path in case.glob("document.*"))
PATCHES = st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(max_size=8)), min_size=1, max_size=5)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}{path.suffix}")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(patches=PATCHES, cut=st.floats(0.2, 1))
def test_no_damage_makes_a_reader_raise(path, patches, cut, read):
    data = bytearray(path.read_bytes())
    for position, patch in patches:
        at = position % len(data)
        data[at : at + len(patch)] = patch
    try:
        found = read(READERS.get(path.suffix, odf), bytes(data[: int(len(data) * cut)]))
    except LimitReachedError:
        return

    assert found.items
