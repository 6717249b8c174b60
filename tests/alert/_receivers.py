"""Real receivers for every kind of sink: what a test starts a sink against, and what came out there."""

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Receiver:
    """What a sink is started with, and what came so far, one entry a notice.

    `raw` is as it came, without what frames a message on its way. `shown` is what somebody reads there, decoded.
    `path` takes the path of the document out of a shown notice, None where the format does not give names back.
    """

    options: dict[str, str]
    raw: Callable[[], list[bytes]]
    shown: Callable[[], list[str]]
    path: Callable[[str], str] | None = None


@contextlib.contextmanager
def _console(_: Path) -> Iterator[Receiver]:
    stream = io.BytesIO()

    def raw() -> list[bytes]:
        lines = stream.getvalue().splitlines(keepends=True)
        return [b"".join(lines[at : at + 2]) for at in range(0, len(lines), 2)]

    with contextlib.redirect_stdout(io.TextIOWrapper(stream, encoding="utf-8", write_through=True)) as text:
        yield Receiver({}, raw, lambda: [entry.decode() for entry in raw()])
        text.detach()


@contextlib.contextmanager
def _jsonl(folder: Path) -> Iterator[Receiver]:
    path = folder / "alerts.jsonl"

    def raw() -> list[bytes]:
        return path.read_bytes().splitlines()

    yield Receiver({"path": str(path)}, raw, lambda: [line.decode() for line in raw()], _path_in_record)


def _path_in_record(shown: str) -> str:
    return str(json.loads(shown)["path"])


RECEIVERS: dict[str, Callable[[Path], AbstractContextManager[Receiver]]] = {
    "console": _console,
    "jsonl": _jsonl,
}
