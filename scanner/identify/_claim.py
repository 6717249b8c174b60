"""Knows what the ending of a name claims, and when the bytes truly say something else."""

import re
from typing import Final

_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."
_WORD: Final = r"application/msword|.*wordprocessingml.*|.*ms-word.*"
_SHEET: Final = r"application/vnd\.ms-excel.*|.*spreadsheetml.*"
_SLIDES: Final = r"application/vnd\.ms-powerpoint.*|.*presentationml.*"
_SEALED: Final = r"application/x-ole-encrypted"
_TEXT: Final = r"text/.*|application/(?:json|xml|javascript|mbox|x-ndjson|.*\+xml)|image/svg\+xml|message/.*"
_WEB: Final = r"text/.*|application/(?:xml|xhtml\+xml|.*-xml)|message/rfc822"
_ARCHIVE: Final = (
    r"application/(?:zip|.*\+zip|java-archive|vnd\.(?:android|apple|ms-xps|ms-visio|ms-word).*|oxps)"
    rf"|{_SHEET}|{_SLIDES}|.*wordprocessingml.*|.*opendocument.*"
)
_OPAQUE: Final = r"|application/octet-stream"


def _claims() -> dict[str, tuple[str, re.Pattern[str]]]:
    table = {
        "pdf": ("application/pdf", r"application/pdf"),
        "doc dot": ("application/msword", f"{_WORD}|application/rtf|{_SEALED}|{_WEB}"),
        "docx docm dotx dotm": (_OOXML + "wordprocessingml.document", f"{_WORD}|{_SEALED}"),
        "xls xlt xlw": ("application/vnd.ms-excel", f"{_SHEET}|{_SEALED}|{_WEB}"),
        "xlsx xlsm xltx xltm xlsb xlam": (_OOXML + "spreadsheetml.sheet", f"{_SHEET}|{_SEALED}"),
        "ppt pps pot": ("application/vnd.ms-powerpoint", f"{_SLIDES}|{_SEALED}"),
        "pptx pptm ppsx ppsm potx potm": (_OOXML + "presentationml.presentation", f"{_SLIDES}|{_SEALED}"),
        "odt ott fodt": (_ODF + "text", r".*opendocument\.text.*|application/xml"),
        "ods ots fods": (_ODF + "spreadsheet", r".*opendocument\.spreadsheet.*|application/xml"),
        "odp otp fodp": (_ODF + "presentation", r".*opendocument\.presentation.*|application/xml"),
        "rtf": ("application/rtf", r"application/rtf|text/rtf"),
        "txt md csv tsv log ini cfg conf yaml yml toml json py js ts c h cpp hpp java sh sql tex rst bat ps1": (
            "text/plain",
            _TEXT,
        ),
        "html htm xhtml": ("text/html", f"{_WEB}|{_TEXT}"),
        "xml xsd xsl xslt": ("application/xml", f"{_WEB}|{_TEXT}|.*\\+xml"),
        "svg": ("image/svg+xml", r"image/svg\+xml|application/xml|application/gzip"),
        "eml mht mhtml mbox": ("message/rfc822", r"message/.*|application/mbox|text/.*"),
        "msg": ("application/vnd.ms-outlook", r"application/vnd\.ms-outlook|message/rfc822|text/.*"),
        "zip": ("application/zip", _ARCHIVE),
        "jar war ear": ("application/java-archive", _ARCHIVE),
        "epub": ("application/epub+zip", _ARCHIVE),
        "tar": ("application/x-tar", r"application/(?:x-tar|gzip|x-bzip2|x-xz)"),
        "gz tgz": ("application/gzip", r"application/gzip|application/x-tar"),
        "bz2 tbz tbz2": ("application/x-bzip2", r"application/x-bzip2"),
        "xz txz": ("application/x-xz", r"application/x-xz"),
        "7z": ("application/x-7z-compressed", r"application/x-7z-compressed"),
        "rar": ("application/vnd.rar", r"application/vnd\.rar"),
        "jpg jpeg": ("image/jpeg", r"image/.*"),
        "png": ("image/png", r"image/.*"),
        "gif": ("image/gif", r"image/.*"),
        "bmp": ("image/bmp", r"image/.*"),
        "tif tiff": ("image/tiff", r"image/.*"),
        "webp": ("image/webp", r"image/.*"),
        "heic": ("image/heic", r"image/.*"),
        "mp3": ("audio/mpeg", r"(?:audio|video)/.*|application/ogg" + _OPAQUE),
        "wav": ("audio/wav", r"(?:audio|video)/.*" + _OPAQUE),
        "mp4 m4v": ("video/mp4", r"(?:audio|video)/.*" + _OPAQUE),
        "avi": ("video/x-msvideo", r"(?:audio|video)/.*" + _OPAQUE),
        "mov": ("video/quicktime", r"(?:audio|video)/.*" + _OPAQUE),
        "mkv": ("video/x-matroska", r"(?:audio|video|application/x-matroska).*" + _OPAQUE),
        "exe dll": (
            "application/vnd.microsoft.portable-executable",
            r"application/(?:x-dosexec|x-ms-dos-executable|x-msdownload|vnd\.microsoft\..*|zip|octet-stream)",
        ),
    }
    return {
        ending: (claimed, re.compile(agrees, re.IGNORECASE))
        for endings, (claimed, agrees) in table.items()
        for ending in endings.split()
    }


_CLAIMS: Final = _claims()


def claimed_type(name: str, media_type: str) -> str | None:
    """Return the media type that a file's name claims where the bytes are truly something else; None otherwise.

    Relatives agree (a template with its document, any text with `.log`, any picture with `.jpg`), an ending
    that claims nothing certain agrees with everything, and so does an empty file.
    """
    leaf = name.replace("\\", "/").rpartition("/")[2]
    dot = leaf.rfind(".")
    # What macOS keeps beside a file on other disks has the file's name, and none of its bytes.
    ending = leaf[dot + 1 :].lower() if dot > 0 and not leaf.startswith("._") else ""
    if ending not in _CLAIMS or media_type in {"", "application/x-empty", "inode/x-empty"}:
        return None
    claimed, agrees = _CLAIMS[ending]
    return None if agrees.fullmatch(media_type) else claimed
