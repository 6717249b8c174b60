"""The oldest version of each library that is safe to read hostile documents with, and why; setup.cfg says the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Minimum:
    """A library by its distribution's name. `advisory` is what older versions are known for, empty where nothing is.

    `before` leaves the library out from this version of Python on, whose standard library has the same.
    """

    name: str
    version: str
    advisory: str = ""
    before: tuple[int, int] | None = None


MINIMA: Final = (
    Minimum("backports.zstd", "1.0", before=(3, 14)),
    Minimum("click", "8.1"),
    Minimum("cryptography", "46.0.7", "CVE-2026-39892: a buffer overflow"),
    Minimum("google-re2", "1.1.20240702"),
    Minimum("libarchive-c", "5.1"),
    Minimum("lxml", "6.1", "CVE-2026-41066: external entities are read in spite of the settings"),
    Minimum("lz4", "4.4", "CVE-2021-3520: memory is written before a buffer"),
    Minimum("pdfminer.six", "20251230", "CVE-2025-64512, CVE-2025-70559: a document names a file that is run"),
    Minimum("pylibmagic", "0.5"),
    Minimum("pypdfium2", "5"),
    Minimum("python-magic", "0.4.27"),
    Minimum("rapidfuzz", "3.9"),
    Minimum("rich", "13"),
    Minimum("watchdog", "7.1"),
    Minimum("yara-python", "4.5.4", "overflows in the modules of libyara"),
)

PYTHONS: Final[Mapping[tuple[int, int], tuple[int, int, int]]] = {(3, 11): (3, 11, 8), (3, 12): (3, 12, 2)}
"""The first release of each Python that refuses archives whose members overlap (CVE-2024-0450)."""

LIBMAGIC: Final = 544
"""As `magic.version()` says it: 5.44."""

PDFIUM_DAYS: Final = 45
"""PDFium is Chrome's, where faults in memory are mended every few weeks."""


def pdfium_born(build: int) -> date:
    """Return about when a build of PDFium was made.

    Its numbers are those of Chromium's branches, and rise evenly: 6099 on 2023-10-24 and 7339 on 2025-08-04.
    """
    first, last = date(2023, 10, 24), date(2025, 8, 4)
    return first + (build - 6099) * (last - first) / (7339 - 6099)
