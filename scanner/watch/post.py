"""What is known of one place that is watched, and of the reader that stands there."""

from dataclasses import dataclass, field

from scanner.watch.canary import Canary
from scanner.watch.mounts import Mount
from scanner.watch.reader import Reader


@dataclass(slots=True)
class Post:
    """One root and the reader that stands there, or why none does; or a file system mounted below it, `of` that root.

    `asked` tells that no reader is wanted. `landmark` tells the folder that is watched from another one mounted over
    it; `lost` counts losses of events; `next_walk` is when the next walk is due by the clock. `mounted` is what is
    mounted below a root, and `inner` are the posts of those that the root's own reader does not hear. `proven` is when
    its reader was last known to hear.
    """

    root: str
    of: str = ""
    reader: Reader | None = None
    fault: str = ""
    landmark: tuple[int, int] | None = None
    lost: int = 0
    asked: bool = False
    next_walk: float = float("inf")
    retry_at: float = 0.0
    retries: int = 0
    proven: float = float("-inf")
    canary: Canary = field(default_factory=Canary)
    mounted: dict[str, Mount] = field(default_factory=dict)
    inner: dict[str, "Post"] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        """Whether changes are reported as they happen."""
        return self.reader is not None

    @property
    def name(self) -> str:
        """What status calls the way this root is watched."""
        return "walks only" if self.reader is None else self.reader.name

    @property
    def instead(self) -> str:
        """Why it is not watched in a better way."""
        return "" if self.reader is None else self.reader.instead

    @property
    def trouble(self) -> str:
        """What is wrong here, and with what is mounted below."""
        return "; ".join(filter(None, (self.fault, *(post.fault for post in self.inner.values()))))

    @property
    def unwatched(self) -> int:
        """How many folders no reader was let to."""
        posts = (self, *self.inner.values())
        return sum(post.reader.unwatched for post in posts if post.reader is not None)
