"""Gives commands that only look the settings they need, whatever is wrong with the configuration."""

import os
from pathlib import Path

import click

from scanner.app.lenient import settings_to_look
from scanner.errors import Fault
from scanner.model.visible import visible
from scanner.settings.schema import Settings
from scanner.spool.database import state_folder


def looking_settings(config: Path | None, state: str | None) -> tuple[Settings, Path]:
    """Return settings and state folder; faults of the configuration are told on standard error in one line.

    Raises:
        StoreError: no folder is named and there is no home.
    """
    settings, faults = settings_to_look(config, os.environ)
    folder = state_folder(state or settings.state)
    if faults:
        said = f"the configuration cannot be used: {first(faults)}; going on with {visible(str(folder))}"
        click.echo(f"warning: {said}", err=True)
    return settings, folder


def first(faults: tuple[Fault, ...]) -> str:
    """Return the first fault, and how many more there are."""
    more = len(faults) - 1
    said = visible(str(faults[0]))
    return f"{said} (and {more} more: `docwarden config check`)" if more else said
