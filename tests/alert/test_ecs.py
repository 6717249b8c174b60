"""What goes to collectors as JSON of the Elastic Common Schema."""

import json
import socket
from pathlib import Path

import pytest

from scanner.alert import ecs
from scanner.alert._forms import told
from scanner.alert._transport import Relay
from tests.alert._collectors import datagrams, streams
from tests.alert._notices import every_kind, flood, heartbeat, of_coverage, of_document

_DOCS = Path(__file__).parents[2] / "docs" / "siem.md"

_KINDS = {"alert", "asset", "enrichment", "event", "metric", "state", "pipeline_error", "signal"}
_TYPES = {
    "file": {"access", "change", "creation", "deletion", "info"},
    "host": {"access", "change", "end", "info", "start"},
}
"""What ECS 8.11 allows in event.kind, and in event.type beside each event.category (elastic/ecs, schemas/event.yml)."""

_FIELDS = {
    "@timestamp": str,
    "ecs.version": str,
    "message": str,
    "event.kind": str,
    "event.category": list,
    "event.type": list,
    "event.id": str,
    "event.action": str,
    "event.severity": int,
    "event.reason": str,
    "event.module": str,
    "event.dataset": str,
    "event.sequence": int,
    "event.start": str,
    "event.end": str,
    "observer.vendor": str,
    "observer.product": str,
    "observer.type": str,
    "observer.version": str,
    "observer.hostname": str,
    "host.hostname": str,
    "host.name": str,
    "file.path": str,
    "file.name": str,
    "file.directory": str,
    "file.extension": str,
    "file.type": str,
    "file.size": int,
    "file.mime_type": str,
    "file.hash.sha256": str,
    "related.hash": list,
    "rule.id": str,
    "rule.name": str,
    "rule.category": str,
    "tags": list,
}
"""The fields of ECS 8.11 that are used, and the types that the schemas of elastic/ecs give them."""


def _flat(found: dict, above: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in found.items():
        flat |= _flat(value, f"{above}{name}.") if isinstance(value, dict) else {f"{above}{name}": value}
    return flat


@pytest.fixture
def written(tmp_path):
    """Return the objects of some notices as they stand in a file."""

    def run(*notices):
        sink = ecs.start({"path": str(tmp_path / "alerts.ecs")})
        for notice in notices:
            sink.send(notice)
        sink.close()
        return [json.loads(line) for line in (tmp_path / "alerts.ecs").read_text().splitlines()]

    return run


def test_the_example_in_the_documentation_is_what_is_written(monkeypatch, written):
    monkeypatch.setattr(socket, "gethostname", lambda: "files1")
    (said,) = written(of_document())

    assert json.dumps(said, separators=(",", ":")) in _DOCS.read_text()


@pytest.mark.parametrize("notice", every_kind().values(), ids=every_kind())
def test_every_field_is_of_the_schema_and_of_its_type(written, notice):
    (said,) = written(notice)
    labels = said.pop("labels")

    assert said["ecs"] == {"version": "8.11.0"}
    for name, value in _flat(said).items():
        assert type(value) is _FIELDS[name]
        assert value not in ("", [], {})
    assert all(isinstance(text, str) and text for text in labels.values())
    assert not any("." in name for name in labels)
    assert said["event"]["kind"] in _KINDS
    (category,) = said["event"]["category"]
    assert set(said["event"]["type"]) <= _TYPES[category]


def test_a_document_is_told_with_its_file_its_rule_and_its_hash(written):
    (said,) = written(of_document())

    assert said["@timestamp"] == "2023-11-14T22:14:20.500Z"
    assert said["event"] == {
        "kind": "alert",
        "category": ["file"],
        "type": ["info"],
        "id": "f00d-siem-7",
        "action": "document-raised",
        "severity": 73,
        "reason": "SECRET in a zone whose ceiling is UNCLASSIFIED",
        "module": "docwarden",
        "dataset": "docwarden.alert",
        "sequence": 7,
    }
    assert said["file"] == {
        "path": "/srv/pub/plan.docx",
        "name": "plan.docx",
        "directory": "/srv/pub",
        "extension": "docx",
        "type": "file",
        "size": 8120,
        "mime_type": "application/pdf",
        "hash": {"sha256": "3f" * 32},
    }
    assert said["rule"] == {"id": "us", "category": "marking"}
    assert said["labels"]["key"] == "0123456789abcdef"


def test_only_what_needs_somebody_is_an_alert(written):
    kinds = every_kind()
    found = {name: said["event"] for name, said in zip(kinds, written(*kinds.values()), strict=True)}

    assert {name for name, event in found.items() if event["kind"] == "alert"} == {
        *("raised", "worsened", "copied", "reopened"),
        *("coverage lost", "flood", "flood of coverage", "flood of nothing"),
    }
    assert {name for name, event in found.items() if event["kind"] == "state"} == {"heartbeat", "troubled heartbeat"}


def test_a_loss_of_coverage_has_a_begin_and_an_end(written):
    kinds = every_kind()
    lost, found = written(of_coverage(), kinds["coverage found"])

    assert (lost["event"]["type"], lost["event"]["start"]) == (["start"], "2023-11-14T22:13:20.000Z")
    assert "end" not in lost["event"]
    assert (found["event"]["type"], found["event"]["end"]) == (["end"], "2023-11-14T22:13:32.000Z")
    assert lost["file"] == {"path": "/srv/pub", "name": "pub", "directory": "/srv", "type": "dir"}


def test_a_flood_and_a_sign_of_life_have_their_figures(written):
    many, beat = written(flood(), heartbeat())

    assert many["labels"].items() >= {"flood_entries": "250", "flood_alerts": "240", "flood_critical": "3"}.items()
    assert many["event"]["severity"] == 99
    assert beat["labels"].items() >= {"healthy": "true", "open_alerts": "55", "head": "ab12" * 8}.items()
    assert "file" not in beat


def test_an_object_is_one_line_of_a_connection_or_one_datagram(tmp_path, written):
    with streams() as server:
        sink = ecs.start({"transport": "tcp", "host": "127.0.0.1", "port": str(server.port)})
        _send(sink)
        lines = server.came()[0].splitlines()
    with datagrams(tmp_path / "collector") as server:
        sink = ecs.start({"transport": "unix", "socket": server.address})
        _send(sink)
        lines += server.came()

    assert [json.loads(line) for line in lines] == written(*([of_document(), heartbeat()] * 2))


def _send(sink: Relay) -> None:
    for notice in (of_document(), heartbeat()):
        sink.send(notice)
    sink.close()


def test_an_object_that_is_too_long_is_shortened_and_whole_json(tmp_path):
    with datagrams(tmp_path / "collector") as server:
        sink = ecs.start({"transport": "unix", "socket": server.address, "max_size": "4096"})
        sink.send(of_document("机" * 80, note="密" * 5000))
        sink.close()
        (data,) = server.came()
    said = json.loads(data)

    assert len(data) <= 4096
    assert "note" in said["labels"]["shortened"].split(",")
    assert said["file"]["path"] == told(of_document("机" * 80)).fact("path")


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({}, {"path"}),
        ({"transport": "unix"}, {"socket"}),
        ({"transport": "tcp", "host": "h"}, {"port"}),
        ({"transport": "udp", "host": "h", "port": "9", "max_size": "1KB"}, {"max_size"}),
        ({"transport": "tls", "host": "h", "port": "9", "facility": "daemon"}, {"facility"}),
    ],
)
def test_every_wrong_option_is_named(options, wrong):
    assert {name for name, _ in ecs.check(options)} == wrong
