"""Reads the table of rules of a configuration."""

from scanner.settings._table import Table
from scanner.settings._zones import read_folders
from scanner.settings.schema import RuleSettings


def read_rules(table: Table) -> RuleSettings:
    """Read `[rules]`."""
    rules = RuleSettings(
        extra=read_folders(table, "extra"), exclude=table.texts("exclude"), prefer=table.texts("prefer")
    )
    table.end()
    return rules
