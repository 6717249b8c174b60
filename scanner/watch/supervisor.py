"""Keeps the readers running, sees when one goes deaf, and tells systemd how things are."""

import os
import random
import socket

from scanner.errors import WatchError
from scanner.model.change import Change, ChangeKind
from scanner.model.visible import visible
from scanner.watch.canary import Canary
from scanner.watch.mounts import Mount, Mounts, below
from scanner.watch.pending import Pending
from scanner.watch.post import Post
from scanner.watch.reader import OpenReader, Reader
from scanner.watch.remote import is_remote, is_virtual
from scanner.watch.scope import Scope, is_in

__all__ = ["WALK_BELOW", "WALK_WITHOUT_READER", "Post", "Supervisor", "tell_systemd"]

_RETRY_FIRST = 5.0
_RETRY_MOST = 300.0
WALK_WITHOUT_READER = 60.0
"""The seconds between walks of a root that nothing is heard of; they rest nine times as long as they take."""
WALK_BELOW = 600.0
"""As above, for what is mounted below a root, since all of the root is walked with it."""
_WALK_WITH_CAVEAT = 600.0
_SPREAD = 0.25
_REST = 9.0
_SETTLING = 5.0


class Supervisor:
    """Starts a reader for each root, and another one when it dies, goes deaf, or its root is replaced.

    A root without a reader is walked every minute. A file system that is mounted below a root and that the root's
    reader does not hear has a reader of its own, or is named as not watched. Used from one thread; the readers report
    from theirs.
    """

    def __init__(self, scope: Scope, pending: Pending, open_reader: OpenReader, walk_every: float) -> None:
        """Take what is watched, where changes go, and the seconds between walks (0: none by the clock)."""
        self._scope = scope
        self._pending = pending
        self._open = open_reader
        self._walk_every = walk_every
        self._mounts = Mounts()
        self.posts = tuple(Post(root) for root in scope.roots)

    def start(self, now: float) -> None:
        """Start a reader for every root; one that cannot is in trouble, not an error."""
        for post in self.posts:
            self._start(post, now)
        self._look_below(now, first=True)

    def check(self, now: float) -> None:
        """Look at every reader and root; whatever was not reported meanwhile is lost until a walk."""
        changed = self._mounts.changed()
        anew = False
        for post in self._all():
            if changed:
                post.canary.due = now
            anew |= self._check(post, now)
            if now >= post.next_walk:
                post.next_walk = float("inf")
                self._plan_walk(post, now)
                self._pending.ask(post.of or post.root, _of(post, "it is time for a walk"))
        if changed or anew:
            self._look_below(now)

    def change(self, scope: Scope, open_reader: OpenReader | None, walk_every: float, now: float) -> None:
        """Watch what a new scope names, and no more what it does not; readers of roots in both go on.

        With `open_reader`, all readers are replaced, the new one of each root before the old one stops.
        """
        known = {post.root: post for post in self.posts}
        self._scope, self._walk_every = scope, walk_every
        self._open = open_reader or self._open
        self.posts = tuple(known.pop(root) if root in known else Post(root) for root in scope.roots)
        for post in self.posts:
            if post.landmark is None or open_reader is not None:
                before, post.reader = post.reader, None
                self._start(post, now)
                if before is not None:
                    before.stop()
        for gone in known.values():
            for post in (gone, *gone.inner.values()):
                _stop(post)
        self._look_below(now, first=True)

    def walked(self, root: str, seconds: float, now: float) -> None:
        """Take note how long a walk of a root took: the next one by the clock waits nine times as long."""
        for post in self.posts:
            if post.root == root:
                post.next_walk = max(post.next_walk, now + _REST * seconds)

    def cover(self, folder: str) -> None:
        """Have a folder watched that a walk has come to."""
        root = self._scope.root_of(folder)
        for post in self.posts:
            if post.root == root:
                for each in (post, *post.inner.values()):
                    if each.reader is not None and is_in(folder, each.root):
                        each.reader.cover(folder)

    def stop(self) -> None:
        """Stop every reader; which they were can still be said."""
        for post in self._all():
            if post.reader is not None:
                post.reader.stop()
        self._mounts.close()

    def _all(self) -> list[Post]:
        return [each for post in self.posts for each in (post, *post.inner.values())]

    def _check(self, post: Post, now: float) -> bool:
        """Start a reader where there is none or it is of no use; True where that was done."""
        if post.reader is None:
            if now < post.retry_at:
                return False
            self._start(post, now)
        elif not post.reader.alive():
            self._again(post, now, "its reader died")
        elif _landmark(post.root) != post.landmark:
            self._again(post, now, "it was replaced or went away")
        elif why := post.canary.deaf(post.reader, now):
            self._again(post, now, f"its reader went deaf: {why}")
        else:
            post.proven = max(post.proven, post.canary.proven)
            return False
        return True

    def _look_below(self, now: float, *, first: bool = False) -> None:
        """Compare what is mounted below the roots with what was; whatever is new there, no event told of."""
        table = self._mounts.all()
        for post in self.posts:
            found = {
                point: mount
                for point, mount in below(post.root, table).items()
                if self._scope.takes(point) and not is_virtual(mount.kind)
            }
            new = {point for point, mount in found.items() if post.mounted.get(point) != mount}
            own = {point for point, mount in found.items() if post.reader and not _hears(post.reader, mount)}
            for point in [point for point in post.inner if point in new or point not in own]:
                _stop(post.inner.pop(point))
            for point in sorted(own - set(post.inner)):
                post.inner[point] = inner = Post(point, of=post.root)
                self._start(inner, now)
            for point in sorted(new) if not first else ():  # a root is walked at the start, and all below it
                self._pending.put(post.root, Change(point, ChangeKind.TREE))
            post.mounted = found

    def _start(self, post: Post, now: float) -> None:
        root = post.of or post.root

        def put(change: Change) -> None:
            if self._scope.takes(change.path) and not self._pending.put(root, change):
                post.lost += 1

        def lose(why: str) -> None:
            self._lose(post, why)
            post.lost += 1

        post.landmark = _landmark(post.root)
        post.canary = Canary(now + _SETTLING)
        try:
            reader = self._open(post.root, put, lose)
            reader.start()
        except WatchError as error:
            post.fault, post.asked = str(error), error.asked
            post.retries += 1
            wait = min(_RETRY_FIRST * 2.0 ** (post.retries - 1), _RETRY_MOST)
            post.retry_at = now + wait
        else:
            if post.retries:
                self._lose(post, "it was not watched for a while")
            if post.reader is None and (post.retries or post.proven == float("-inf")):
                post.proven = now
            post.reader, post.fault, post.retries, post.asked = reader, reader.caveat, 0, False
        self._plan_walk(post, now)

    def _again(self, post: Post, now: float, why: str) -> None:
        _stop(post)
        post.lost += 1
        self._lose(post, why)
        self._start(post, now)

    def _lose(self, post: Post, why: str) -> None:
        self._pending.lose(post.of or post.root, _of(post, why))

    def _plan_walk(self, post: Post, now: float) -> None:
        every = self._walk_every or float("inf")
        if post.reader is None:
            every = min(every, WALK_BELOW if post.of else WALK_WITHOUT_READER)
        elif post.reader.caveat:
            every = min(every, _WALK_WITH_CAVEAT)
        elif post.of:
            return  # the walks of its root are enough
        wait = every * random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - so that not all roots come at once
        post.next_walk = min(post.next_walk, now + wait)  # trying to start a reader puts no walk off


def _of(post: Post, why: str) -> str:
    return f"{post.root}: {why}" if post.of else why


def _stop(post: Post) -> None:
    if post.reader is not None:
        post.reader.stop()
    post.reader = None


def _hears(reader: Reader, mount: Mount) -> bool:
    """Tell whether the reader of a root hears what is mounted below it, too."""
    return reader.crosses_mounts and not is_remote(mount.kind)


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
