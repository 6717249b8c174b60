"""What goes to collectors as JSON of the Open Cybersecurity Schema Framework."""

import json
import socket
from pathlib import Path

import pytest

from scanner.alert import ocsf
from scanner.model.alert import Change
from tests.alert._notices import every_kind, flood, heartbeat, of_document

_DOCS = Path(__file__).parents[2] / "docs" / "siem.md"

_EVENT = {
    "time": int,
    "class_uid": int,
    "category_uid": int,
    "activity_id": int,
    "type_uid": int,
    "severity_id": int,
    "metadata": dict,
}
_REQUIRED: dict[int, dict[str, type]] = {
    0: _EVENT,
    2004: _EVENT | {"finding_info": dict},
    2006: _EVENT | {"finding_info": dict},
}
"""What OCSF 1.3.0 requires of each class (ocsf/ocsf-schema, events/base_event.json, events/findings/finding.json,
detection_finding.json and data_security_finding.json)."""

_OBJECTS: dict[str, dict[str, type]] = {
    "metadata": {"version": str, "product": dict},
    "metadata.product": {"vendor_name": str},
    "finding_info": {"uid": str, "title": str},
    "file": {"name": str, "type_id": int},
    "device": {"type_id": int},
}
"""What it requires of the objects (objects/metadata.json, product.json, finding_info.json, file.json, device.json)."""

_ENUMERATIONS = {
    "severity_id": {0, 1, 2, 3, 4, 5, 6, 99},
    "file.type_id": {0, 1, 2, 3, 4, 5, 6, 7, 99},
    "device.type_id": {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 99},
    "data_security.category_id": {0, 1, 2, 3, 4, 5, 6, 99},
    "data_security.confidentiality_id": {0, 1, 2, 3, 4, 5, 6, 99},
    "data_security.data_lifecycle_state_id": {0, 1, 2, 3, 99},
    "data_security.detection_system_id": {*range(13), 99},
}
_ACTIVITIES = {
    0: {0: "Unknown", 99: ""},
    **{key: {0: "Unknown", 1: "Create", 2: "Update", 3: "Close", 99: ""} for key in (2004, 2006)},
}
_STATUSES = {
    0: {0: "Unknown", 1: "Success", 2: "Failure", 99: ""},
    **{key: {0: "Unknown", 1: "New", 2: "In Progress", 3: "Suppressed", 4: "Resolved", 99: ""} for key in (2004, 2006)},
}
"""What it lists as values, from the same files and dictionary.json; the name beside 99 is the source's own."""

_KNOWN = {
    0: {*_EVENT, "activity_name", "severity", "message", "unmapped", "status", "status_id"},
    2004: {"finding_info", "comment", "device", "start_time", "end_time", "count"},
    2006: {"finding_info", "comment", "device", "file", "data_security"},
}
_KNOWN[2004] |= _KNOWN[0]
_KNOWN[2006] |= _KNOWN[0]
"""The attributes of each class that are used."""


@pytest.fixture
def written(tmp_path):
    """Return the events of some notices as they stand in a file."""

    def run(*notices):
        sink = ocsf.start({"path": str(tmp_path / "alerts.ocsf")})
        for notice in notices:
            sink.send(notice)
        sink.close()
        return [json.loads(line) for line in (tmp_path / "alerts.ocsf").read_text().splitlines()]

    return run


def _at(event: dict, dotted: str) -> object:
    found: object = event
    for name in dotted.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def test_the_example_in_the_documentation_is_what_is_written(monkeypatch, written):
    monkeypatch.setattr(socket, "gethostname", lambda: "files1")
    (said,) = written(of_document())

    assert json.dumps(said, separators=(",", ":")) in _DOCS.read_text()


@pytest.mark.parametrize("notice", every_kind().values(), ids=every_kind())
def test_every_event_has_what_its_class_requires_and_no_value_that_is_not_listed(written, notice):
    (said,) = written(notice)
    number, activity = said["class_uid"], said["activity_id"]

    assert {name: type(said.get(name)) for name in _REQUIRED[number]} == _REQUIRED[number]
    assert said.keys() <= _KNOWN[number]
    for dotted, required in _OBJECTS.items():
        part = _at(said, dotted)
        if isinstance(part, dict):
            assert {name: type(part.get(name)) for name in required} == required
    for dotted, values in _ENUMERATIONS.items():
        assert _at(said, dotted) in {*values, None}
    assert (said["category_uid"], said["type_uid"]) == (number // 1000, number * 100 + activity)
    assert said["activity_name"] == (_ACTIVITIES[number][activity] or said["activity_name"])
    if "status_id" in said:
        assert said["status"] == (_STATUSES[number][said["status_id"]] or said["status"])
    assert said["metadata"]["version"] == "1.3.0"
    assert ("device" in said) == ("host" in said["metadata"].get("profiles", []))
    assert all(isinstance(text, str) for text in said["unmapped"].values())


def test_what_happened_to_an_alert_is_the_life_of_a_finding(written):
    changes = [change for change in Change if change is not Change.FORGOTTEN]
    said = written(*(of_document(change=change) for change in changes))
    found = {
        change.value: (event["activity_id"], event["status_id"]) for change, event in zip(changes, said, strict=True)
    }

    assert {event["class_uid"] for event in said} == {2006}
    assert len({event["finding_info"]["uid"] for event in said}) == 1
    assert found == {
        "raised": (1, 1),
        **dict.fromkeys(("worsened", "copied", "left", "reopened", "assigned", "noted"), (2, 1)),
        "acknowledged": (2, 2),
        "suppressed": (3, 3),
        "resolved": (3, 4),
    }


def test_a_finding_tells_the_file_the_rule_and_the_policy(written):
    (said,) = written(of_document())

    assert said["time"] == 1_700_000_060_500
    assert said["file"] == {
        "name": "plan.docx",
        "path": "/srv/pub/plan.docx",
        "type_id": 1,
        "type": "Regular File",
        "size": 8120,
        "mime_type": "application/pdf",
        "hashes": [{"algorithm_id": 3, "algorithm": "SHA-256", "value": "3f" * 32}],
    }
    assert (
        said["data_security"].items()
        >= {
            "category": "Classification marking",
            "confidentiality": "SECRET",
            "detection_pattern": "us",
            "pattern_match": "SECRET//NOFORN",
            "policy": {"name": "public"},
        }.items()
    )
    assert (
        said["finding_info"].items()
        >= {
            "uid": "0123456789abcdef",
            "created_time": 1_700_000_000_000,
            "last_seen_time": 1_700_000_060_500,
        }.items()
    )
    assert (said["metadata"]["uid"], said["severity_id"]) == ("f00d-siem-7", 4)


def test_what_is_no_finding_about_data_is_not_called_one(written):
    kinds = every_kind()
    found = {name: said["class_uid"] for name, said in zip(kinds, written(*kinds.values()), strict=True)}

    assert {name for name, number in found.items() if number == 2004} == {
        *("coverage lost", "coverage found", "flood", "flood of coverage", "flood of nothing"),
    }
    assert {name for name, number in found.items() if number == 0} == {"heartbeat", "troubled heartbeat", "forgotten"}


def test_a_flood_and_a_sign_of_life_have_their_figures(written):
    many, beat, troubled = written(flood(), heartbeat(), heartbeat(healthy=False))

    assert (many["count"], many["start_time"], many["end_time"]) == (250, 1_700_000_000_000, 1_700_000_060_000)
    assert (many["finding_info"]["uid"], many["severity"]) == ("f00d-siem-9-258", "Critical")
    assert beat["unmapped"].items() >= {"number": "7", "head": "ab12" * 8, "open_alerts": "55"}.items()
    assert (beat["status"], troubled["status"]) == ("Success", "Failure")


def test_the_options_are_those_of_every_sink_of_lines():
    assert {name for name, _ in ocsf.check({"transport": "udp", "path": "/x"})} == {"host", "port", "path"}
