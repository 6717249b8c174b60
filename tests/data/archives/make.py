"""Make the archives again: PYTHONPATH=. python tests/data/archives/make.py.

Needs programs from Debian: p7zip-full jlha-utils gcab libarchive-tools rpm genisoimage ncompress lzip.
"""

import os
import subprocess
import tempfile
import zipfile
from pathlib import Path

from bench.hiding import word

_WHEN = (2026, 1, 1, 0, 0, 0)

# Name of the archive, the words in it (in the file a.txt, unless the command says otherwise), the command.
_COMMANDS = {
    "lzma.7z": "7z a -m0=LZMA OUT a.txt",
    "lzma2.7z": "7z a -m0=LZMA2 OUT a.txt",
    "ppmd.7z": "7z a -m0=PPMd OUT a.txt",
    "bzip2.7z": "7z a -m0=BZip2 OUT a.txt",
    "deflate.7z": "7z a -m0=Deflate OUT a.txt",
    "deflate64.7z": "7z a -m0=Deflate64 OUT a.txt",
    "copy.7z": "7z a -m0=Copy OUT a.txt",
    "delta.7z": "7z a -m0=Delta:4 -m1=LZMA OUT a.txt",
    "bcj.7z": "7z a -m0=BCJ -m1=LZMA2 OUT a.txt",
    "bcj2.7z": "7z a -m0=BCJ2 -m1=LZMA -m2=LZMA -m3=LZMA -mb0:1 -mb0s1:2 -mb0s2:3 OUT a.txt",
    "plain-header.7z": "7z a -mhc=off OUT a.txt",
    "several.7z": "7z a -ms=on OUT a.txt b.txt empty.txt folder",
    "split-folders.7z": "7z a -ms=off OUT a.txt b.txt empty.txt folder",
    "locked.7z": "7z a -pcorrect OUT a.txt",
    "locked-header.7z": "7z a -mhe=on -pcorrect OUT a.txt",
    "links.7z": "7z a -snl OUT link.txt a.txt",
    "deflate64.zip": "7z a -tzip -mm=Deflate64 OUT a.txt",
    "ppmd.zip": "7z a -tzip -mm=PPMd OUT a.txt",
    "lzma.zip": "7z a -tzip -mm=LZMA OUT a.txt",
    "locked.zip": "7z a -tzip -pcorrect OUT a.txt",
    "aes.zip": "7z a -tzip -pcorrect -mem=AES256 OUT a.txt",
    "lh5.lzh": "jlha aq OUT a.txt",
    "mszip.cab": "gcab -cz OUT a.txt b.txt",
    "stored.cab": "gcab -cn OUT a.txt",
    "zlib.xar": "bsdtar -cf OUT --format xar a.txt link.txt",
    "libarchive.7z": "bsdtar -cf OUT --format 7zip a.txt link.txt",
    "records.warc": "bsdtar -cf OUT --format warc a.txt",
    "joliet.iso": "genisoimage -quiet -J -V VOLUMEWORD -o OUT a.txt folder",
    "rock-ridge.iso": "genisoimage -quiet -R -V VOLUMEWORD -publisher PUBLISHERWORD -o OUT a.txt folder link.txt",
    "plain.iso": "genisoimage -quiet -o OUT a.txt",
    "udf.iso": "genisoimage -quiet -udf -V VOLUMEWORD -o OUT a.txt folder",
    "text.txt.Z": "compress -c a.txt",
    "text.txt.lz": "lzip -c a.txt",
}
_SPEC = """Name: probe
Version: 1
Release: 1
Summary: SUMMARY
License: MIT
BuildArch: noarch
%description
DESCRIPTION
%install
mkdir -p %{buildroot}/probe/FOLDER
echo CONTENT > %{buildroot}/probe/a.txt
ln -s TARGET %{buildroot}/probe/link
%files
/probe
%changelog
* Mon Jan 01 2024 A <a@b.example> - 1-1
- CHANGELOG
"""


def main() -> None:
    """Write every archive, all of them into one."""
    with zipfile.ZipFile(Path(__file__).parent / "made.zip", "w", zipfile.ZIP_DEFLATED) as made:
        for name, command in _COMMANDS.items():
            made.writestr(zipfile.ZipInfo(name, _WHEN), _made(name, command), zipfile.ZIP_DEFLATED)
        made.writestr(zipfile.ZipInfo("package.rpm", _WHEN), _package(), zipfile.ZIP_DEFLATED)


def _made(name: str, command: str) -> bytes:
    for place in ("volume", "publisher"):
        command = command.replace(f"{place.upper()}WORD", word("arc", f"{name} {place}"))
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder), name)
        out = Path(folder, "out." + name.rpartition(".")[2])
        words = [str(out) if part == "OUT" else part for part in command.split()]
        done = subprocess.run(words, cwd=folder, capture_output=True, check=True)
        return out.read_bytes() if out.exists() else done.stdout


def _write(folder: Path, name: str) -> None:
    filler = "".join(f"{number} bottles of ink stand in row {number % 7}.\n" for number in range(40))
    (folder / "a.txt").write_text(f"{filler}{word('arc', name)}\n{filler}")
    (folder / "b.txt").write_text(f"{filler}{word('arc', name + ' second')}\n")
    (folder / "empty.txt").write_bytes(b"")
    inner = folder / "folder" / word("arc", name + " folder")
    inner.mkdir(parents=True)
    (folder / "link.txt").symlink_to(word("arc", name + " target"))


def _package() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        spec = _SPEC
        for place in ("SUMMARY", "DESCRIPTION", "FOLDER", "CONTENT", "TARGET", "CHANGELOG"):
            spec = spec.replace(place, word("arc", "package.rpm " + place.lower()))
        Path(folder, "a.spec").write_text(spec)
        define = [
            "--define",
            f"_topdir {folder}",
            "--define",
            "_binary_payload w9.gzdio",
            "--define",
            "_buildhost host",
        ]
        subprocess.run(["rpmbuild", "-bb", *define, "a.spec"], cwd=folder, capture_output=True, check=True)
        return next(Path(folder, "RPMS").rglob("*.rpm")).read_bytes()


if __name__ == "__main__":
    os.umask(0o022)
    main()
