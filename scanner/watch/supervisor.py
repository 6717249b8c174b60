"""Keeps the readers running, sees when one goes deaf, and tells systemd how things are."""

import os
import random
import socket
from dataclasses import dataclass

from scanner.errors import WatchError
from scanner.model.change import Change
from scanner.model.visible import visible
from scanner.watch.pending import Pending
from scanner.watch.reader import OpenReader, Reader
from scanner.watch.scope import Scope

_RETRY_FIRST = 5.0
_RETRY_MOST = 300.0
_WALK_WITHOUT_READER = 60.0
_WALK_WITH_CAVEAT = 600.0
_SPREAD = 0.25


@dataclass(slots=True)
class Post:
    """One root and the reader that stands there, or why none does.

    `landmark` tells the folder that is watched from another one mounted over it; `lost` counts losses of events;
    `next_walk` is when the next walk is due by the clock.
    """

    root: str
    reader: Reader | None = None
    trouble: str = ""
    landmark: tuple[int, int] | None = None
    lost: int = 0
    next_walk: float = float("inf")
    retry_at: float = 0.0
    retries: int = 0

    @property
    def live(self) -> bool:
        """Whether changes are reported as they happen."""
        return self.reader is not None

    @property
    def name(self) -> str:
        """What status calls the way this root is watched."""
        return "walks only" if self.reader is None else self.reader.name


class Supervisor:
    """Starts a reader for each root, and another one when it dies or its root is replaced.

    A root without a reader is walked every minute. Used from one thread; the readers report from theirs.
    """

    def __init__(self, scope: Scope, pending: Pending, open_reader: OpenReader, walk_every: float) -> None:
        """Take what is watched, where changes go, and the seconds between walks (0: none by the clock)."""
        self._scope = scope
        self._pending = pending
        self._open = open_reader
        self._walk_every = walk_every
        self.posts = tuple(Post(root) for root in scope.roots)

    def start(self, now: float) -> None:
        """Start a reader for every root; one that cannot is in trouble, not an error."""
        for post in self.posts:
            self._start(post, now)

    def check(self, now: float) -> None:
        """Look at every reader and root; whatever was not reported meanwhile is lost until a walk."""
        for post in self.posts:
            if post.reader is None:
                if now >= post.retry_at:
                    self._start(post, now)
            elif not post.reader.alive():
                self._again(post, now, "its reader died")
            elif _landmark(post.root) != post.landmark:
                self._again(post, now, "it was replaced or went away")
            if now >= post.next_walk:
                post.next_walk = float("inf")
                self._plan_walk(post, now)
                self._pending.lose(post.root, "it is time for a walk")

    def cover(self, folder: str) -> None:
        """Have a folder watched that a walk has come to."""
        root = self._scope.root_of(folder)
        for post in self.posts:
            if post.root == root and post.reader is not None:
                post.reader.cover(folder)

    def stop(self) -> None:
        """Stop every reader."""
        for post in self.posts:
            if post.reader is not None:
                post.reader.stop()

    def _start(self, post: Post, now: float) -> None:
        root = post.root

        def put(change: Change) -> None:
            if self._scope.takes(change.path) and not self._pending.put(root, change):
                post.lost += 1

        def lose(why: str) -> None:
            self._pending.lose(root, why)
            post.lost += 1

        post.landmark = _landmark(root)
        try:
            reader = self._open(root, put, lose)
            reader.start()
        except WatchError as error:
            post.trouble = str(error)
            post.retries += 1
            wait = min(_RETRY_FIRST * 2.0 ** (post.retries - 1), _RETRY_MOST)
            post.retry_at = now + wait
        else:
            if post.retries:
                self._pending.lose(root, "it was not watched for a while")
            post.reader, post.trouble, post.retries = reader, reader.caveat, 0
        self._plan_walk(post, now)

    def _again(self, post: Post, now: float, why: str) -> None:
        if post.reader is not None:
            post.reader.stop()
        post.reader = None
        post.lost += 1
        self._pending.lose(post.root, why)
        self._start(post, now)

    def _plan_walk(self, post: Post, now: float) -> None:
        every = self._walk_every or float("inf")
        if post.reader is None:
            every = min(every, _WALK_WITHOUT_READER)
        elif post.reader.caveat:
            every = min(every, _WALK_WITH_CAVEAT)
        wait = every * random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - so that not all roots come at once
        post.next_walk = min(post.next_walk, now + wait)  # trying to start a reader puts no walk off


def tell_systemd(*lines: str) -> None:
    """Send lines such as `READY=1` or `STATUS=…` to the service manager, if there is one: sd_notify(3)."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    message = "\n".join(map(visible, lines)).encode("utf-8", "backslashreplace")
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.sendto(message, address)
    except OSError:
        return  # nobody listens; the work matters more


def _landmark(root: str) -> tuple[int, int] | None:
    try:
        status = os.stat(root)  # noqa: PTH116 - the path may hold bytes that are no text
    except OSError:
        return None
    return status.st_dev, status.st_ino
