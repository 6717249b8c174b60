"""The environment goes over the file, variable by variable."""

import os

import pytest

from scanner.errors import ConfigError
from scanner.settings.environment import VARIABLES, overridden
from scanner.settings.schema import RuleSettings, Settings


def test_an_empty_environment_changes_nothing():
    assert overridden(Settings(workers=2), {}) == Settings(workers=2)
    assert overridden(Settings(), dict.fromkeys(VARIABLES, "")) == Settings()


def test_every_variable_changes_its_setting():
    settings = overridden(
        Settings(workers=2, rules=RuleSettings(extra=("/a",))),
        {
            "DOCWARDEN_STATE": "/var/state/",
            "DOCWARDEN_WORKERS": "7",
            "DOCWARDEN_RULES": os.pathsep.join(("/b", "", "/c")),
            "DOCWARDEN_MAX_FILE_SIZE": "25MB",
            "DOCWARDEN_MAX_ARCHIVE_DEPTH": "3",
            "DOCWARDEN_TIMEOUT": "1min",
            "DOCWARDEN_ELSE": "is for others",
        },
    )

    assert (settings.state, settings.workers, settings.rules.extra) == ("/var/state", 7, ("/a", "/b", "/c"))
    assert (settings.limits.file_bytes, settings.limits.depth, settings.limits.seconds) == (25_000_000, 3, 60.0)


def test_every_variable_without_a_usable_value_is_named():
    with pytest.raises(ConfigError) as caught:
        overridden(Settings(), dict.fromkeys(VARIABLES, "\x1bx"))

    assert [fault.key for fault in caught.value.faults] == list(VARIABLES)
    assert "\x1b" not in str(caught.value)
    assert 'environment: DOCWARDEN_WORKERS: must be a whole number, not "\\u001bx"' in str(caught.value)
