"""Reads Office documents written as one XML file: puts the parts into a package, which goes to the reader for it."""

import base64
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from typing import Final
from xml.parsers import expat

from scanner.extract._budget import Budget
from scanner.extract._text.encoding import decodings
from scanner.model.document import Blob, Member, Problem, Reason

MEDIA_TYPES: Final = frozenset({"application/vnd.ms-office.package+xml"})

_MOST_PARTS: Final = 10_000


def extract(blob: Blob, budget: Budget) -> Iterator[Member | Problem]:
    """Yield the package, and a problem where the XML breaks off: what comes before is in the package.

    Source: ECMA-376 part 2 knows packages, `http://schemas.microsoft.com/office/2006/xmlPackage` their flat form.
    """
    data = decodings(blob.data)[0].encode("utf-8", "replace")
    budget.expand(len(data))
    reading = _Parts(data)
    trouble = reading.feed()
    if reading.found:
        yield Member(replace(blob.place, members=(*blob.place.members, "package")), reading.packed())
    if trouble:
        yield Problem(blob.place, Reason.CORRUPT, trouble)


class _Parts:
    """Cuts the parts out of the bytes of a flat package."""

    def __init__(self, data: bytes) -> None:
        self.found: dict[str, bytes] = {}
        self._types: list[str] = []
        self._data = data
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._name = ""
        self._depth = 0
        self._begin = -1
        self._pieces: list[str] | None = None

    def feed(self) -> str:
        """Take the whole; return what is wrong with it, if anything."""
        try:
            self._parser.Parse(self._data, True)  # noqa: FBT003 - expat takes it by position
        except (expat.ExpatError, ValueError) as error:
            if self._begin >= 0:
                self._keep(self._data[self._begin :])
            return f"not well-formed XML: {type(error).__name__}"
        return ""

    def packed(self) -> bytes:
        """Return the package as a zip."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            types = "".join(self._types)
            rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            archive.writestr("[Content_Types].xml", f"<Types>{rels}{types}</Types>")
            for name, content in self.found.items():
                archive.writestr(name, content)
        return buffer.getvalue()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._begin == -2:  # noqa: PLR2004 - waits for where the content begins
            self._begin = self._parser.CurrentByteIndex
        local = name.rpartition(":")[2]
        said = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if self._depth == 2 and local == "part":  # noqa: PLR2004 - right in the package
            self._name = said.get("name", "").lstrip("/")
            kind = said.get("contentType", "")
            if kind:
                self._types.append(f'<Override PartName="/{_quoted(self._name)}" ContentType="{_quoted(kind)}"/>')
        elif self._depth == 3 and local == "xmlData":  # noqa: PLR2004 - right in a part
            self._begin = -2
        elif self._depth == 3 and local == "binaryData":  # noqa: PLR2004 - as above
            self._pieces = []

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if self._depth == 3 and local == "xmlData" and self._begin >= 0:  # noqa: PLR2004 - as above
            self._keep(self._data[self._begin : self._parser.CurrentByteIndex])
        elif self._depth == 3 and self._pieces is not None:  # noqa: PLR2004 - as above
            text = "".join(self._pieces)
            try:
                self._keep(base64.b64decode(text))
            except ValueError:
                self._keep(text.encode())
        self._depth -= 1

    def _text(self, data: str) -> None:
        if self._pieces is not None:
            self._pieces.append(data)

    def _keep(self, content: bytes) -> None:
        if self._name and self._name not in self.found and len(self.found) < _MOST_PARTS:
            self.found[self._name] = content
        self._begin = -1
        self._pieces = None


def _quoted(value: str) -> str:
    """Return the value of an attribute as XML writes it."""
    return escape(value).translate(_SPACES)


_SPACES: Final = str.maketrans({"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
