"""What other systems than Linux report.

There is no Windows and no macOS here. watchdog's polling observer stands in: it reports the same kinds of events as
theirs, and no closes. What only those systems do, as dropping events, is not seen here.
"""

import pytest
from watchdog.observers.polling import PollingObserver

from scanner.errors import WatchError
from scanner.model.change import ChangeKind
from scanner.watch.native import NativeReader


def _observer():
    return PollingObserver(timeout=0.01)


@pytest.fixture
def reader(root, heard):
    reader = NativeReader(str(root), heard.changes.put, heard.losses.put, _observer)
    reader.start()
    yield reader
    reader.stop()


@pytest.mark.usefixtures("reader")
def test_files_are_created_and_moved_and_folders_have_to_be_walked(root, heard):
    (root / "a").write_text("x")
    heard.until(root / "a", ChangeKind.CREATED)
    (root / "a").rename(root / "b")
    heard.until(root / "b", ChangeKind.MOVED)
    (root / "c").mkdir()
    heard.until(root / "c", ChangeKind.TREE)


@pytest.mark.usefixtures("reader")
def test_a_file_that_is_written_to_is_never_taken_for_whole(root, heard):
    (root / "a").write_text("x")
    heard.until(root / "a", ChangeKind.CREATED)
    (root / "a").write_text("longer")

    assert heard.until(root / "a", ChangeKind.CREATED)


def test_it_is_alive_until_a_thread_ends_and_says_what_it_cannot_promise(reader):
    assert reader.alive()
    assert reader.caveat
    assert not reader.knock()
    (emitter,) = reader._observer.emitters
    emitter.stop()
    emitter.join(10)

    assert not reader.alive()


def test_a_root_that_is_not_there_cannot_be_watched(tmp_path, heard):
    reader = NativeReader(str(tmp_path / "none"), heard.changes.put, heard.losses.put, _observer)
    with pytest.raises(WatchError, match="cannot be watched"):
        reader.start()

    assert not reader.alive()
    reader.stop()
