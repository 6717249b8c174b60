"""A regular expression of a rule file, compiled when it is first used: most documents need few of a thousand."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_FLAGS: Final = re.IGNORECASE | re.MULTILINE
_MOST_KEPT: Final = 4096  # expressions; the shipped rules have a few hundred


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression; `text` is how it is written. Equal ones, of whatever file, are compiled once."""

    text: str

    @property
    def compiled(self) -> re.Pattern[str]:
        """What searches with it, in which case and lines matter as rule files say.

        Raises:
            re.error: the text is no regular expression; those of rule files are compiled once when they are checked.
        """
        return _compiled(self.text)


@lru_cache(maxsize=_MOST_KEPT)
def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(text, _FLAGS)
