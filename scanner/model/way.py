"""The ways to learn what changes in a tree."""

from enum import StrEnum


class Way(StrEnum):
    """What an operator may ask for; without asking it is the best there is for each tree."""

    AUTO = "auto"
    FANOTIFY = "fanotify"
    INOTIFY = "inotify"
    WALK = "walk"
