"""What docs/siem.md shows can be written into a configuration."""

import re
import tomllib
from pathlib import Path

from scanner.alert import sink_kind
from scanner.alert._forms import told
from scanner.model.alert import Change
from tests.alert._notices import every_kind, of_document

_DOCS = (Path(__file__).parents[2] / "docs" / "siem.md").read_text()
_TABLES = re.findall(r"```toml\n(.*?)```", _DOCS, re.DOTALL)


def test_every_configuration_shown_has_no_fault():
    sinks = [sink for text in _TABLES for sink in tomllib.loads(text)["sink"]]

    assert {sink["kind"] for sink in sinks} == {"syslog", "journald", "cef", "ecs", "ocsf"}
    for sink in sinks:
        options = {name: str(value) for name, value in sink.items() if name not in {"kind", "name"}}
        assert not list(sink_kind(sink["kind"]).check(options))


def test_every_name_and_event_is_explained():
    notices = [*every_kind().values(), of_document("a\nb", note="x", assignee="kim", resolution="y")]
    names = {name for notice in notices for name, _ in told(notice).facts}
    explained = set(re.findall("`([a-z_0-9]+)`", _DOCS))
    plain = {"time", "first_seen", "last_seen", "size", "media_type", "outcome"}

    assert names - plain - {name for name in names if name.startswith("flood_")} <= explained
    assert {change.value for change in Change} <= explained
