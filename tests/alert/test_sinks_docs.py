"""What the documentation of sinks says is so."""

import re
import tomllib
from pathlib import Path

import pytest

from scanner.alert import kinds, sink_kind
from scanner.model.route import EVENTS
from scanner.settings.load import parse

_TEXT = (Path(__file__).parents[2] / "docs" / "sinks.md").read_text(encoding="utf-8")
_TABLES = re.findall(r"```toml\n(.*?)```", _TEXT, re.DOTALL)


def test_every_table_in_it_is_one_the_sinks_take():
    assert len(_TABLES) >= 3
    for text in _TABLES:
        (table,) = tomllib.loads(text)["sink"]
        (sink,) = parse(f"version = 1\n{text}", "f", lambda _: None).sinks
        assert list(sink_kind(table["kind"]).check(dict(sink.options))) == []


@pytest.mark.parametrize(
    "kind", [kind for kind in kinds() if sink_kind(kind).PACE.rate or kind in {"jsonl", "command"}]
)
def test_every_kind_stands_in_it_with_its_pace_and_options(kind):
    pace = sink_kind(kind).PACE
    (row,) = re.findall(rf"^\| `{kind}` \| (.*)\|$", _TEXT, re.MULTILINE)
    rate, group, quiet, options = (cell.strip() for cell in row.split("|"))
    ((_, message),) = [fault for fault in sink_kind(kind).check({"zzz": "1"}) if fault[0] == "zzz"]

    assert (rate, group, quiet) == (str(pace.rate), f"{pace.group:g} s" if pace.group else "0", pace.quiet.value)
    for option in message.partition("it knows ")[2].split(", "):
        assert f"`{option}`" in options


def test_every_kind_and_every_event_is_named():
    for word in (*kinds(), *EVENTS):
        assert f"`{word}`" in _TEXT
