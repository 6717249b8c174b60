"""Opens the alert store for `docwarden alerts`: for reading by whoever may read, for changes by whoever may write."""

import contextlib
import os
import pwd
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from scanner.alert.store import AlertStore
from scanner.alert.suppress import Suppressions
from scanner.app import settings_from
from scanner.app.alerts import alert_store
from scanner.app.key import installation_key
from scanner.cli._looking import looking_settings
from scanner.errors import StoreError, UsageError
from scanner.model.visible import visible
from scanner.settings.schema import Settings
from scanner.spool.database import DATABASE, connect, state_folder
from scanner.spool.readers import may_write, reading

STATE = click.option("--state", help="The folder of the alert store.")

_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept, and by which settings; `may_change` tells whether this user may change it.

    `key` is the secret of the installation, for who may change it.
    """

    settings: Settings
    store: AlertStore
    connection: sqlite3.Connection
    may_change: bool
    key: bytes | None = field(default=None, repr=False)

    @property
    def suppressions(self) -> Suppressions:
        """The suppressions beside the alerts; asked for by those who need them: a store may have no such tables yet."""
        return Suppressions(self.connection, self.key)


@contextlib.contextmanager
def looking(config: Path | None, state: str | None) -> Iterator[Kept | None]:
    """Open what is kept to look at it; None where there is nothing yet, for looking makes no folder.

    Raises:
        StoreError: it cannot be read.
    """
    settings, folder = looking_settings(config, state)
    if not _is_there(folder):
        click.echo(f"nothing was recorded yet in {visible(str(folder))}; --state names another folder", err=True)
        yield None
        return
    mine = may_write(folder)
    with contextlib.closing(connect(folder)) if mine else reading(folder) as connection:
        store = alert_store(connection, folder) if mine else AlertStore(connection)
        yield Kept(settings, store, connection, mine, installation_key(folder) if mine else None)


@contextlib.contextmanager
def changing(config: Path | None, state: str | None) -> Iterator[Kept]:
    """Open what is kept to change it, in one transaction: all that is done in it is done, or nothing.

    The daemon and other people wait meanwhile.

    Raises:
        UsageError: there is nothing yet, or this user may not change it.
        StoreError: it cannot be used.
    """
    settings = settings_from(config, os.environ)
    folder = state_folder(state or settings.state)
    if not _is_there(folder):
        message = f"nothing was recorded yet in {visible(str(folder))}; --state names another folder"
        raise UsageError(message)
    if not may_write(folder):
        allowed = " and ".join(dict.fromkeys((_owner(folder), "root")))
        message = f"{visible(str(folder))}: only {allowed} may change alerts; use sudo, which is written down"
        raise UsageError(message)
    with contextlib.closing(connect(folder)) as connection:
        store = alert_store(connection, folder)
        kept = Kept(settings, store, connection, may_change=True, key=installation_key(folder))
        try:
            with connection:
                connection.execute("begin immediate")
                yield kept
        except sqlite3.OperationalError as error:
            message = f"{visible(str(folder))}: nothing was changed: {error}"
            raise StoreError(message) from error


def who() -> str:
    """Return the name of the user who runs this, as the system says it, and who became that one by sudo."""
    uid = os.geteuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = f"user {uid}"
    became = visible(os.environ.get("SUDO_USER", ""))[:_LONGEST_NAME]
    return f"{name} (by sudo: {became})" if became and became != name else name


def me() -> str:
    """Return the name of the person who runs this: who became another user by sudo is still that person."""
    return visible(os.environ.get("SUDO_USER", ""))[:_LONGEST_NAME] or who()


def _owner(folder: Path) -> str:
    uid = (folder / DATABASE).stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _is_there(folder: Path) -> bool:
    """Tell whether there is a database.

    Raises:
        StoreError: that cannot be seen.
    """
    try:
        os.stat(folder / DATABASE)  # noqa: PTH116 - unlike exists(), it tells what may not be seen from what is not there
    except FileNotFoundError:
        return False
    except OSError as error:
        message = f"{visible(str(folder))}: {os.strerror(error.errno or 0)}"
        raise StoreError(message) from error
    return True
