"""The options of `docwarden alerts` that say which alerts are meant."""

import functools
import glob
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from scanner.cli._alerts_store import me
from scanner.errors import UsageError
from scanner.model.alert import State
from scanner.model.finding import Severity
from scanner.model.units import read_time
from scanner.model.visible import visible
from scanner.model.wanted import Wanted
from scanner.settings.schema import Settings

_SEVERITIES = {severity.word: severity for severity in Severity}
_OPEN = (State.OPEN, State.ACKNOWLEDGED)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the options say."""

    only: tuple[str, ...] = ()
    severity: str | None = None
    zone: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    path: str = ""
    since: float | None = None
    until: float | None = None
    assignee: str | None = None
    mine: bool = False
    overdue: bool = False

    def wanted(self, settings: Settings, now: float) -> Wanted:
        """Return which alerts are meant.

        Raises:
            UsageError: two options contradict each other.
        """
        states = tuple(map(State, self.only))
        wanted = Wanted(
            states=states,
            severity=None if self.severity is None else _SEVERITIES[self.severity],
            zones=self.zone,
            labels=self.label,
            path=_absolute(self.path),
            since=self.since,
            until=self.until,
            assignee=me() if self.mine else self.assignee,
        )
        if self.mine and self.assignee is not None:
            message = "--mine is --assignee with your own name; give one of them"
            raise UsageError(message)
        return self._overdue(wanted, settings, now) if self.overdue else wanted

    def _overdue(self, wanted: Wanted, settings: Settings, now: float) -> Wanted:
        if not settings.alerts.overdue:
            message = "nothing is ever overdue: `overdue` under [alerts] in the configuration is 0"
            raise UsageError(message)
        if State.RESOLVED in wanted.states:
            message = "what is resolved is not overdue; leave --only resolved out"
            raise UsageError(message)
        before = now - settings.alerts.overdue
        until = before if wanted.until is None else min(before, wanted.until)
        return replace(wanted, states=wanted.states or _OPEN, until=until)


def _absolute(path: str) -> str:
    """Return a path from the root folder on: files are kept so. A glob that begins with * fits anywhere already."""
    if not path or path.startswith(("/", "*")):
        return path
    here = os.getcwd()  # noqa: PTH109 - a name as the system gives it
    wild = any(character in path for character in "*?[")
    return os.path.normpath(os.path.join(glob.escape(here) if wild else here, path))  # noqa: PTH118 - as above


def _moment(*, end: bool) -> Callable[[click.Context, click.Parameter, str | None], float | None]:
    def read(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
        del ctx, param
        if value is None:
            return None
        try:
            return read_moment(value, time.time(), end=end)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error

    return read


def read_moment(text: str, now: float, *, end: bool = False) -> float:
    """Return a time in seconds since the epoch: a date, a date and time, or an age such as 7d.

    It is UTC unless it says otherwise. With `end` a date is the end of that day.

    Raises:
        ValueError: the text is none of these; the message says what would be.
    """
    try:
        return now - read_time(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        if end and len(text.strip()) <= len("2026-01-31"):
            moment += timedelta(days=1)
        return moment.timestamp()
    except (ValueError, OverflowError) as error:
        message = (
            f'neither a date nor an age: "{visible(text)}"; write 2026-01-31, 2026-01-31T14:30 (UTC), or 7d, 12h, 30min'
        )
        raise ValueError(message) from error


_OPTIONS = (
    click.option(
        "--only",
        multiple=True,
        type=click.Choice([state.value for state in State]),
        help="Only alerts of this state; may be repeated.",
    ),
    click.option("--severity", type=click.Choice(list(_SEVERITIES)), help="Only alerts of at least this severity."),
    click.option("--zone", multiple=True, help="Only alerts in the zone of this name; may be repeated."),
    click.option(
        "--label", multiple=True, help="Only documents marked so, as SECRET or SECRET//NOFORN; may be repeated."
    ),
    click.option(
        "--path", default="", help="Only files below this folder, or whose whole path fits this glob, as '*/finance/*'."
    ),
    click.option(
        "--since",
        callback=_moment(end=False),
        metavar="TIME",
        help="Only what was seen later than this date, or in this time up to now, as 7d.",
    ),
    click.option(
        "--until", callback=_moment(end=True), metavar="TIME", help="Only what was first seen before this date or age."
    ),
    click.option("--assignee", help="Only what this person looks after; empty for nobody."),
    click.option("--mine", is_flag=True, help="Only what you look after."),
    click.option("--overdue", is_flag=True, help="Only what is open longer than the configuration allows."),
)
_NAMES = tuple(Chosen.__slots__)


def filtered(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say which alerts are meant; it gets them as `chosen`."""

    @functools.wraps(function)
    def command(**options: Any) -> Any:
        chosen = Chosen(**{name: options.pop(name) for name in _NAMES})
        return function(chosen=chosen, **options)

    for option in reversed(_OPTIONS):
        command = option(command)
    return command
