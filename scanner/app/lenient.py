"""The settings for looking at what is kept: a faulty configuration does not take that away."""

from collections.abc import Mapping
from pathlib import Path

from scanner.app.parts import settings_from
from scanner.errors import ConfigError, Fault
from scanner.settings.load import find_config
from scanner.settings.salvage import salvaged
from scanner.settings.schema import Settings


def settings_to_look(config: Path | None, environ: Mapping[str, str]) -> tuple[Settings, tuple[Fault, ...]]:
    """Return the settings in force and no fault, or what can be had of them and all faults of the configuration."""
    try:
        return settings_from(config, environ), ()
    except ConfigError as error:
        return salvaged(find_config(config, environ), environ), error.faults
