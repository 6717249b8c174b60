"""Writes a path as a URI (RFC 3986): its bytes, percent-encoded, whatever they are."""

from urllib.parse import quote_from_bytes


def relative_uri(path: str, base: str) -> str | None:
    """Return the URI of a path relative to a folder it stands in, None where it stands elsewhere."""
    folder = base.rstrip("/") + "/"
    inside = path.removeprefix(folder)
    return None if not base or inside == path or not inside else _quoted(inside)


def file_uri(path: str, *, folder: bool = False) -> str:
    """Return the URI of an absolute path; that of a folder ends in a slash, so that others resolve below it."""
    end = "/" if folder and not path.endswith("/") else ""
    return f"file://{_quoted(path)}{end}"


def _quoted(path: str) -> str:
    return quote_from_bytes(_bytes(path), safe="/")


def _bytes(path: str) -> bytes:
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # from a system whose names are UTF-16
        return path.encode("utf-8", "surrogatepass")
