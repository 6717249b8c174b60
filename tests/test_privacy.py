"""What docs/privacy.md says of the store is so."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from scanner.alert._held import Held
from scanner.app.records import Records
from scanner.cli import _group
from scanner.settings.schema import AlertSettings
from scanner.spool.database import connect

_TEXT = (Path(__file__).parents[1] / "docs" / "privacy.md").read_text(encoding="utf-8")
_TABLES = _TEXT.partition("| table |")[2].partition("\n\n")[0]


@pytest.fixture
def tables(tmp_path):
    with closing(connect(tmp_path)) as connection:
        Records(connection, tmp_path, AlertSettings)
        Held(connection, "sink").prepare()
        rows = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
    return {name for (name,) in rows if not name.startswith("sqlite_")}


def test_it_names_every_table_and_no_other(tables):
    named = (
        {name for line in _TABLES.splitlines() for name in re.findall(r"`(\w+)`", line.split("|")[1])}
        if _TABLES
        else set()
    )

    assert named == tables


def test_it_names_the_times_that_the_configuration_has():
    known = AlertSettings()

    assert f"`keep` ({known.keep / 86400:g} days)" in _TEXT
    assert f"`keep_log` ({known.keep_log / 86400:g} days)" in _TEXT


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`docwarden ([a-z]+(?: [a-z]+)?)", _TEXT))))
def test_every_command_it_names_exists(name):
    first, *rest = name.split()
    known = _group.get_command(None, first)  # type: ignore[arg-type]  # the context is not looked at

    assert known is not None
    if hasattr(known, "commands"):
        assert rest[0] in known.commands
