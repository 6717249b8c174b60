"""Knows below which roots something may go unseen and why, and raises it: when it begins, and when it is over."""

import os
from collections import Counter
from collections.abc import Sequence

from scanner.daemon.outage import loss_words
from scanner.daemon.plan import Records
from scanner.daemon.rounds import Rounds
from scanner.model.alert import Alert
from scanner.model.change import Change, ChangeKind
from scanner.spool.roots import Roots
from scanner.watch.pending import Pending
from scanner.watch.scope import Scope, is_in
from scanner.watch.supervisor import Post

_RETRY_EVERY = 60.0
_RETRIED = 100
_KEPT = 10_000


class Coverage:
    """Compares how each root is with what was said of it. `recovered` counts losses of events that a walk made good."""

    def __init__(self, roots: Roots, rounds: Rounds, records: Records) -> None:
        """Take who knows of losses, who walks, and where alerts are kept."""
        self._roots = roots
        self._rounds = rounds
        self._records = records
        self._said: dict[str, str] = {}
        self.recovered: Counter[str] = Counter()

    def update(self, posts: Sequence[Post]) -> list[Alert]:
        """Keep what has changed, in the transaction that is open, and return what is news."""
        alerts: list[Alert] = []
        for post in posts:
            why = self._why(post)
            if self._said.get(post.root) != why:
                alerts += filter(None, [self._records.cover(post.root, why, self._roots.get(post.root).lost_since)])
                self._said[post.root] = why
            if not self._roots.get(post.root).loss:
                self.recovered[post.root] = post.lost
        for root in self._said.keys() - {post.root for post in posts}:
            alerts += filter(None, [self._records.cover(root, "")])
            del self._said[root]
        return alerts

    def doubt(self) -> None:
        """Take nothing for said: it was not kept."""
        self._said.clear()

    def _why(self, post: Post) -> str:
        loss = self._roots.get(post.root).loss
        unwatched = "some folders cannot be watched, and only walks see what happens in them" if post.unwatched else ""
        walking = self._rounds.troubles.get(post.root, "")
        trouble = "" if post.asked else post.trouble  # what an operator asked for is no news to anybody
        said = (loss_words(loss), trouble, walking, unwatched)
        return "; ".join(dict.fromkeys(filter(None, said)))


class Unread:
    """The files that could not be opened and the folders that could not be listed, by root, with why.

    Nothing tells when a permission is given, so those are tried again each minute. At most 10,000 of each are kept.
    """

    def __init__(self) -> None:
        """Start with none; the first walk finds them."""
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        self._next = float("-inf")

    def file(self, path: str, why: str) -> None:
        """Take note why a file was not opened; with an empty `why`, that it was, or that it is gone."""
        if not why:
            self._files.pop(path, None)
        elif len(self._files) < _KEPT:
            self._files[path] = why

    def walked(self, top: str, gaps: Sequence[tuple[str, str]]) -> None:
        """Take note which folders a walk of all below `top` could not list."""
        self._folders = {path: why for path, why in self._folders.items() if not is_in(path, top)}
        self._folders.update(gaps[: _KEPT - len(self._folders)])

    def files(self, root: str) -> tuple[tuple[str, str], ...]:
        """Return the files below a root that were not opened."""
        return tuple((path, why) for path, why in self._files.items() if is_in(path, root))

    def folders(self, root: str) -> tuple[tuple[str, str], ...]:
        """Return the folders below a root that were not listed."""
        return tuple((path, why) for path, why in self._folders.items() if is_in(path, root))

    def retry(self, now: float, scope: Scope, pending: Pending) -> None:
        """Queue what can be read now, once a minute; what is kept longest is asked first."""
        if now < self._next:
            return
        self._next = now + _RETRY_EVERY
        for known, mode, kind in (
            (self._files, os.R_OK, ChangeKind.CLOSED),
            (self._folders, os.R_OK | os.X_OK, ChangeKind.TREE),
        ):
            for path in list(known)[:_RETRIED]:
                known[path] = known.pop(path)
                root = scope.root_of(path)
                if root is None:
                    del known[path]
                elif os.access(path, mode, effective_ids=True):
                    pending.put(root, Change(path, kind))
