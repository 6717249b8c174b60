"""What `watch` makes sure of before it makes anything."""

import pytest

from scanner.app import watch as module
from scanner.app.watch import watch
from scanner.errors import StoreError, WatchError
from scanner.settings.schema import Settings
from scanner.spool import database


def test_root_who_names_no_folder_does_not_write_into_the_state_of_the_service(tmp_path, monkeypatch):
    service = tmp_path / "service"
    service.mkdir()
    monkeypatch.setattr(database, "SYSTEM_STATE", service)
    monkeypatch.setattr(module, "SYSTEM_STATE", service)
    monkeypatch.setattr(module, "state_folder", lambda _: service)
    monkeypatch.setattr(module.os, "geteuid", lambda: service.stat().st_uid + 1)

    with pytest.raises(StoreError, match="state of the service") as caught:
        watch(Settings(), (str(tmp_path),))
    assert "--state" in caught.value.hint
    assert list(service.iterdir()) == []


def test_nothing_to_watch_makes_no_state(tmp_path):
    with pytest.raises(WatchError, match="nothing to watch"):
        watch(Settings(), (), str(tmp_path / "state"))

    assert list(tmp_path.iterdir()) == []
