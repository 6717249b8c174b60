"""Takes from a configuration that cannot be used what is needed to look at the state of a daemon that runs."""

import contextlib
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from scanner.errors import ConfigError
from scanner.settings._alerts import read_alerts
from scanner.settings._file import read_trusted
from scanner.settings._rules import read_rules
from scanner.settings._table import Faults, Table
from scanner.settings.environment import overridden
from scanner.settings.schema import RuleSettings, Settings

_NEEDED = "DOCWARDEN_STATE"
_RULES = "DOCWARDEN_RULES"


def salvaged(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Return the state folder and `[alerts]` of a file with faults, as far as they have none; all else is the default.

    Of a file that others may write, or that is no TOML, nothing is taken.
    """
    settings = Settings() if path is None else _of_file(path)
    with contextlib.suppress(ConfigError):
        settings = overridden(settings, {_NEEDED: environ.get(_NEEDED, "")})
    return settings


def salvaged_rules(path: Path, environ: Mapping[str, str]) -> RuleSettings:
    """Return the `[rules]` of a file and of the environment, whatever else is wrong in them; what has faults is left.

    Raises:
        ConfigError: the file cannot be read, or others may write it.
    """
    try:
        data = tomllib.loads(read_trusted(path))
    except (ValueError, RecursionError):
        return RuleSettings()
    rules = read_rules(Table(data, "", Faults("")).table("rules"))
    with contextlib.suppress(ConfigError):
        return overridden(Settings(rules=rules), {_RULES: environ.get(_RULES, "")}).rules
    return rules


def _of_file(path: Path) -> Settings:
    try:
        data = tomllib.loads(read_trusted(path))
    except (ConfigError, ValueError, RecursionError):
        return Settings()
    faults = Faults("")
    top = Table(data, "", faults)
    state = top.absolute("state")
    known = Settings(state=None if faults.found else state or None)
    return replace(known, alerts=read_alerts(top.table("alerts")))
