"""Checks the interpreter and the libraries against the oldest versions that are safe."""

import contextlib
import importlib
import platform
import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

from scanner.app.doctor.minimum import LIBMAGIC, MINIMA, PDFIUM_DAYS, PYTHONS, Minimum, pdfium_born
from scanner.app.doctor.remark import Health, Remark, Surroundings

_DAY = 86400.0
_NEWER = "uv python install 3.13"


def interpreter(_: Surroundings) -> Iterator[Remark]:
    """Tell whether this Python has a fault in its own archive reader that was mended since."""
    least = PYTHONS.get((sys.version_info.major, sys.version_info.minor))
    found = platform.python_version()
    if least is not None and sys.version_info[:3] < least:
        wanted = ".".join(map(str, least))
        said = f"{found} takes archives whose members overlap (CVE-2024-0450); {wanted} does not"
        yield Remark("python", Health.WARNING, f"{said}; make its environment anew with a newer one, as with", _NEWER)
    else:
        yield Remark("python", Health.OK, found)


def libraries(_: Surroundings) -> Iterator[Remark]:
    """Tell which libraries are missing, or older than is safe."""
    bad = [
        remark
        for least in MINIMA
        if least.before is None or sys.version_info[:2] < least.before
        for remark in _library(least)
    ]
    yield from bad
    if not bad:
        yield Remark("libraries", Health.OK, f"all {len(MINIMA)} are as new as is known to be safe")


def pdf_reader(_: Surroundings) -> Iterator[Remark]:
    """Tell whether PDFium is older than the mends of the faults that are found in it every few weeks."""
    with contextlib.suppress(PackageNotFoundError, ImportError, AttributeError, ValueError, OSError):
        known = distribution("pypdfium2")
        build = int(importlib.import_module("pypdfium2.version").PDFIUM_INFO.build)
        days = int(max(_days_of(build), _days_here(Path(str(known.locate_file("pypdfium2_raw/version.json"))))))
        if days <= PDFIUM_DAYS:
            yield Remark("pdfium", Health.OK, f"build {build}, about {days} days old")
        else:
            said = f"build {build} is about {days} days old; over {PDFIUM_DAYS}, it lacks mends of known faults"
            yield Remark("pdfium", Health.WARNING, said, _pip("pypdfium2"))
        return
    yield Remark("pdfium", Health.PROBLEM, "it cannot be loaded; no PDF is read", _pip("pypdfium2"))


def file_types(_: Surroundings) -> Iterator[Remark]:
    """Tell whether libmagic can be used, and how old it is."""
    try:
        found = int(importlib.import_module("scanner.identify").library_version())
    except (ImportError, OSError, AttributeError, NotImplementedError) as error:
        yield Remark("libmagic", Health.PROBLEM, f"it cannot be loaded: {error}", _pip("pylibmagic"))
        return
    words = f"{found // 100}.{found % 100:02}"
    if found < LIBMAGIC:
        least = f"{LIBMAGIC // 100}.{LIBMAGIC % 100:02}"
        said = f"{words} is older than {least}, which mended faults; only the sandbox holds them"
        yield Remark("libmagic", Health.WARNING, said, _pip("pylibmagic"))
    else:
        yield Remark("libmagic", Health.OK, words)


def unpacker(_: Surroundings) -> Iterator[Remark]:
    """Tell whether the system's libarchive is there, which some archives need."""
    try:
        number = int(importlib.import_module("libarchive.ffi").version_number())
    except (ImportError, OSError, AttributeError, TypeError):
        said = "not there: RAR, LHA, XAR and some 7z and CAB archives are not read"
        yield Remark("libarchive", Health.WARNING, said, _install("libarchive"))
        return
    words = f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"
    yield Remark("libarchive", Health.OK, f"{words}, the system's; its updates are those of the system")


def _library(least: Minimum) -> Iterator[Remark]:
    wanted = _pip(f"{least.name}>={least.version}")
    try:
        found = version(least.name)
    except PackageNotFoundError:
        yield Remark("libraries", Health.PROBLEM, f"{least.name} is missing", wanted)
        return
    if _numbers(found) < _numbers(least.version):
        known = f" ({least.advisory})" if least.advisory else ""
        said = f"{least.name} {found} is older than {least.version}{known}"
        yield Remark("libraries", Health.PROBLEM, said, wanted)


def _numbers(text: str) -> tuple[int, ...]:
    """Return the leading numbers of a version, zeros at the end left out; what follows them makes no difference."""
    match = re.match(r"\d+(?:\.\d+)*", text)
    numbers = [int(part) for part in match[0].split(".")] if match else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _days_of(build: int) -> float:
    return float((datetime.now(UTC).date() - pdfium_born(build)).days)


def _days_here(file: Path) -> float:
    """Return how long ago a file was installed: no wheel is younger than that."""
    return max(0.0, (time.time() - file.stat().st_mtime) / _DAY)


def _pip(what: str) -> str:
    return f"{sys.executable} -m pip install --upgrade '{what}'"


_INSTALLERS = {
    "debian": ("apt-get install", {"libarchive": "libarchive13"}),
    "ubuntu": ("apt-get install", {"libarchive": "libarchive13"}),
    "fedora": ("dnf install", {}),
    "rhel": ("dnf install", {}),
    "suse": ("zypper install", {"libarchive": "libarchive13"}),
    "alpine": ("apk add", {}),
    "arch": ("pacman -S", {}),
}


def _install(what: str) -> str:
    """Return how this system installs a package of its own; Debian's way where nothing is known of it."""
    kin: list[str] = []
    with contextlib.suppress(OSError):
        known = platform.freedesktop_os_release()
        kin = [known.get("ID", ""), *known.get("ID_LIKE", "").split()]
    command, names = next((_INSTALLERS[name] for name in kin if name in _INSTALLERS), _INSTALLERS["debian"])
    return f"{command} {names.get(what, what)}"
