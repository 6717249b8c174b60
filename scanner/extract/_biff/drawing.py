"""Reads what is drawn on Excel's sheets before 2007: text boxes, comments, and the words kept with shapes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from scanner.extract._biff.cells import Handler
from scanner.extract._biff.records import BiffStream, pieces
from scanner.extract._budget import Budget
from scanner.extract._lines import Lines
from scanner.extract._ole.escher import drawing_texts
from scanner.extract._ole.escher_pictures import shown_pictures
from scanner.extract._text.strings import document_strings
from scanner.model.document import Reason
from scanner.model.place import Part, Place

_COMMENT: Final = 0x19
_COMMON_OBJECT: Final = 0x15
_PLAIN_OBJECT: Final = 38
# A picture of the older versions, and the one behind the cells of a sheet ([MS-XLS], ImData, BkHim).
_BITMAPS: Final = (0x007F, 0x00E9)


class Drawings:
    """The drawn objects of one stream."""

    def __init__(self, stream: BiffStream, lines: Lines, base: Place, budget: Budget) -> None:
        """Write to `lines`, all in the document at `base`."""
        self.pictures = 0
        self.damaged: Counter[Reason] = Counter()
        self.unread: Counter[Reason] = Counter()
        self._budget = budget
        self._stream = stream
        self._lines = lines
        self._base = base
        self._kind = 0
        self._numbers = {Part.COMMENT: 0, Part.TEXT_BOX: 0}
        self._drawing = bytearray()
        self._objects = bytearray()

    def handlers(self) -> Mapping[int, Handler]:
        """Return what takes each record of a drawing, by its number."""
        return {
            0x005D: self._object,
            0x00EB: self._draw,
            0x00EC: self._draw,
            0x01B6: self._text,
            **dict.fromkeys(_BITMAPS, self._picture),
        }

    def settle(self) -> None:
        """Write the words kept with shapes; a drawing is whole only when its sheet has ended."""
        drawing = bytes(self._drawing)
        for picture in shown_pictures(drawing, self._budget):
            self.pictures += picture.more
            if picture.problem is not None:
                self.damaged[picture.problem] += 1
            if picture.text:
                self._lines.add(replace(self._base, part=Part.TEXT_BOX, title="picture"), picture.text)
        for part, title, text in drawing_texts(drawing, self.unread):
            self._lines.add(replace(self._base, part=part, title=title), text)
        self._drawing.clear()
        if self._objects:
            place = replace(self._base, part=Part.FORM_FIELD, title="control")
            self._lines.add(place, document_strings(bytes(self._objects)))
            self._objects.clear()

    def _draw(self, at: int, size: int) -> None:
        for piece in pieces(self._stream.data, at, size):
            self._drawing += piece

    def _picture(self, at: int, size: int) -> None:
        del at, size
        self.pictures += 1

    def _object(self, at: int, size: int) -> None:
        """[MS-XLS] 2.4.181; before BIFF8 the text of an object stands right in it."""
        data = self._stream.data[at : at + size]
        common = self._stream.unicode and int.from_bytes(data[:2], "little") == _COMMON_OBJECT
        self._kind = int.from_bytes(data[4:6], "little") if common else 0
        if size > _PLAIN_OBJECT:
            self._objects += b"\0\0"
            self._objects += data

    def _text(self, at: int, size: int) -> None:
        """[MS-XLS] 2.4.329: how many characters there are, and then they, in a record that continues this."""
        reader = self._stream.reader(at, size)
        reader.skip(10)
        count = reader.number(2)
        if not count:
            return
        reader.advance()
        text = reader.counted(count).replace("\r\n", "\n").replace("\r", "\n")
        part = Part.COMMENT if self._kind == _COMMENT else Part.TEXT_BOX
        self._numbers[part] += 1
        self._lines.add(replace(self._base, part=part, number=self._numbers[part]), text)
