"""Settings from the environment; they go over those of the file, and under those of the command line."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from scanner.errors import ConfigError, Fault
from scanner.model.units import read_size, read_time
from scanner.settings._table import quoted
from scanner.settings.schema import Settings


def overridden(settings: Settings, environ: Mapping[str, str]) -> Settings:
    """Return the settings as the environment changes them; an empty variable changes nothing.

    Raises:
        ConfigError: a variable has no usable value; all such variables.
    """
    faults: list[Fault] = []
    for variable, (_, change) in VARIABLES.items():
        value = environ.get(variable, "")
        if value:
            try:
                settings = change(settings, value)
            except ValueError as error:
                faults.append(Fault("environment", variable, str(error)))
    if faults:
        raise ConfigError(tuple(faults))
    return settings


def _state(settings: Settings, value: str) -> Settings:
    return replace(settings, state=_absolute(value))


def _workers(settings: Settings, value: str) -> Settings:
    return replace(settings, workers=_count(value))


def _rules(settings: Settings, value: str) -> Settings:
    """Folders add to those of the file, as those of the command line do."""
    folders = [_absolute(folder) for folder in value.split(os.pathsep) if folder]
    return replace(settings, rules=replace(settings.rules, extra=(*settings.rules.extra, *folders)))


def _file_size(settings: Settings, value: str) -> Settings:
    return replace(settings, limits=replace(settings.limits, file_bytes=read_size(value)))


def _depth(settings: Settings, value: str) -> Settings:
    return replace(settings, limits=replace(settings.limits, depth=_count(value)))


def _timeout(settings: Settings, value: str) -> Settings:
    return replace(settings, limits=replace(settings.limits, seconds=read_time(value)))


_Change = Callable[[Settings, str], Settings]

VARIABLES: Mapping[str, tuple[str, _Change]] = {
    "DOCWARDEN_STATE": ("state", _state),
    "DOCWARDEN_WORKERS": ("workers", _workers),
    "DOCWARDEN_RULES": ("rules.extra", _rules),
    "DOCWARDEN_MAX_FILE_SIZE": ("limits.file_bytes", _file_size),
    "DOCWARDEN_MAX_ARCHIVE_DEPTH": ("limits.depth", _depth),
    "DOCWARDEN_TIMEOUT": ("limits.seconds", _timeout),
}
"""Every variable there is, with the key of the configuration file it stands for."""


def _count(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        message = f"must be a whole number, not {quoted(value)}"
        raise ValueError(message)
    return int(value)


def _absolute(value: str) -> str:
    if not Path(value).is_absolute():
        message = f"must be an absolute path, not {quoted(value)}"
        raise ValueError(message)
    return os.path.normpath(value)
