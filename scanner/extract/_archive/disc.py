"""A file in the image of a disc, whichever tables list it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """A file, folder or link of an image. `extents` are the byte ranges it stands in, -1 where it has a hole."""

    path: str
    size: int
    is_folder: bool
    is_link: bool
    extents: tuple[tuple[int, int], ...]

    def content(self, data: bytes, most: int) -> bytes:
        """Return its bytes, no more than `most`; fewer than its size where the image ends before."""
        pieces: list[bytes] = []
        left = min(self.size, most)
        for start, length in self.extents:
            length = min(length, left)  # noqa: PLW2901 - the last extent is longer than what is used of it
            pieces.append(bytes(length) if start < 0 else data[start : start + length])
            left -= length
        return b"".join(pieces)
