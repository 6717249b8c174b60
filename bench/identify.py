"""Measures how often `identify` tells a file's type rightly, over folders of real files: `bench/identify.py FOLDER…`.

What a file's name ends in counts as the truth and has to be met exactly, so files that are damaged, encrypted or
misnamed on purpose are left out by the words in their names, and endings not in the table are not counted.
The answers that differ are listed with `--wrong`.
"""

import argparse
import time
from collections import Counter
from pathlib import Path

from scanner.identify import identify

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_TYPES = {
    "pdf": "application/pdf",
    "rtf": "application/rtf",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "xlt": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
    "docx": _OOXML + "wordprocessingml.document",
    "dotx": _OOXML + "wordprocessingml.template",
    "docm": "application/vnd.ms-word.document.macroEnabled.12",
    "dotm": "application/vnd.ms-word.template.macroEnabled.12",
    "xlsx": _OOXML + "spreadsheetml.sheet",
    "xltx": _OOXML + "spreadsheetml.template",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    "xltm": "application/vnd.ms-excel.template.macroEnabled.12",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    "pptx": _OOXML + "presentationml.presentation",
    "potx": _OOXML + "presentationml.template",
    "ppsx": _OOXML + "presentationml.slideshow",
    "pptm": "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
    "potm": "application/vnd.ms-powerpoint.template.macroEnabled.12",
    "ppsm": "application/vnd.ms-powerpoint.slideshow.macroEnabled.12",
    "vsdx": "application/vnd.ms-visio.drawing",
    "odt": _ODF + "text",
    "ods": _ODF + "spreadsheet",
    "odp": _ODF + "presentation",
    "fodt": _ODF + "text-flat-xml",
    "fods": _ODF + "spreadsheet-flat-xml",
    "fodp": _ODF + "presentation-flat-xml",
    "epub": "application/epub+zip",
    "xps": "application/vnd.ms-xpsdocument",
    "pages": "application/vnd.apple.pages",
    "numbers": "application/vnd.apple.numbers",
    "key": "application/vnd.apple.keynote",
    "eml": "message/rfc822",
    "mhtml": "message/rfc822",
    "mht": "message/rfc822",
    "mbox": "application/mbox message/rfc822",  # a mailbox of one mail is a mail
    "html": "text/html application/xhtml+xml",
    "xml": "application/xml application/xhtml+xml application/rss+xml application/atom+xml image/svg+xml",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "md": "text/plain",
    "csv": "text/plain",
    "tex": "text/plain",
    "json": "text/plain",
    "zip": "application/zip",
    "jar": "application/java-archive",
    "war": "application/java-archive",
    "ear": "application/java-archive",
    "tar": "application/x-tar",
    "gz": "application/gzip",
    "tgz": "application/gzip",
    "bz2": "application/x-bzip2",
    "tbz2": "application/x-bzip2",
    "xz": "application/x-xz",
    "7z": "application/x-7z-compressed",
    "rar": "application/vnd.rar",
    "zst": "application/zstd",
    "one": "application/onenote",
    "mdb": "application/x-msaccess",
    "dwg": "image/vnd.dwg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "heic": "image/heic",
    "wav": "audio/x-wav",
    "flac": "audio/flac",
    "mov": "video/quicktime",
}

_NOT_WHAT_THEY_SAY = (
    "corrupt",
    "truncat",
    "encrypt",
    "protected",
    "password",
    "invalid",
    "bad",
    "broken",
    "fake",
    "wrong",
)


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--wrong", action="store_true", help="list the files that were told wrongly")
    options = parser.parse_args()
    right: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    size, spent = 0, 0.0
    for folder in options.folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            ending = path.suffix.lower().removeprefix(".")
            name = path.name.lower()
            if ending not in _TYPES or any(word in name for word in _NOT_WHAT_THEY_SAY):
                continue
            data = path.read_bytes()
            if not data:
                continue
            start = time.perf_counter()
            found = identify(data)
            spent += time.perf_counter() - start
            size += len(data)
            seen[ending] += 1
            if found in _TYPES[ending].split():
                right[ending] += 1
            elif options.wrong:
                print(f"{found:60} {path}")
    total = sum(seen.values())
    for ending, count in seen.most_common():
        print(f"{ending:8} {right[ending]:5} of {count:5}")
    if total:
        print(f"right: {sum(right.values())} of {total} = {100 * sum(right.values()) / total:.1f} %")
        print(f"{1000 * spent / total:.2f} ms a file, {size / 1e6 / spent:.0f} MB/s")


if __name__ == "__main__":
    _main()
