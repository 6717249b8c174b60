"""Who may read or change a file by the permissions it bears itself, apart from its owner."""

from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    """How many may have a file; each includes those before it. `NAMED` are users and groups that an ACL names."""

    OWNER = "owner"
    GROUP = "group"
    NAMED = "named"
    EVERYONE = "everyone"

    def exceeds(self, other: "Audience") -> bool:
        """Tell whether these are more people than others."""
        return _ORDER.index(self) > _ORDER.index(other)


class Right(StrEnum):
    """What somebody may do with a file. To run it shows nothing of it."""

    READ = "read"
    CHANGE = "change"


class Acl(StrEnum):
    """What is known of the access control list of a file: there is none, it was read, it could not be read."""

    NONE = "none"
    READ = "read"
    UNREAD = "unread"


NOTHING: frozenset[Right] = frozenset()


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a file's mode and POSIX access control list give to others than its owner, the mask applied.

    `mode` are the permission bits as `stat` has them. `users` and `groups` count the entries of the list that give
    something; who they are is not kept. `named` is what they give together.
    """

    mode: int
    group: frozenset[Right] = NOTHING
    others: frozenset[Right] = NOTHING
    named: frozenset[Right] = NOTHING
    users: int = 0
    groups: int = 0
    acl: Acl = Acl.NONE

    @property
    def audience(self) -> Audience:
        """The widest audience that may do anything. A list that could not be read may name anybody the mode lets it."""
        if self.others:
            return Audience.EVERYONE
        if self.named or (self.acl is Acl.UNREAD and self.group):
            return Audience.NAMED
        return Audience.GROUP if self.group else Audience.OWNER

    def words(self, allowed: Audience = Audience.OWNER) -> str:
        """Say in words what those may do that are more than an audience, the widest first."""
        said: list[str] = []
        if self.others and Audience.EVERYONE.exceeds(allowed):
            said.append(f"everybody may {_rights(self.others)}")
        if Audience.NAMED.exceeds(allowed):
            if self.named:
                said.append(f"{self._named()} may {_rights(self.named)}")
            elif self.acl is Acl.UNREAD and self.group:
                said.append("an access control list that cannot be read may open to more")
        if self.group and Audience.GROUP.exceeds(allowed):
            said.append(f"its group may {_rights(self.group)}")
        acl = ", with an access control list" if self.acl is not Acl.NONE else ""
        return f"{' and '.join(said) or 'nobody else may read or change'} (mode {self.mode:04o}{acl})"

    def _named(self) -> str:
        counts = ((self.users, "named user"), (self.groups, "named group"))
        return " and ".join(f"{count} {one}{'' if count == 1 else 's'}" for count, one in counts if count)


_ORDER = tuple(Audience)


def _rights(rights: frozenset[Right]) -> str:
    return " and ".join(right.value for right in Right if right in rights)
