"""What a check says, and what it is told."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from scanner.app.doctor.survey import Survey, survey
from scanner.app.lenient import settings_to_look
from scanner.errors import Fault
from scanner.settings.load import find_config
from scanner.settings.schema import Settings
from scanner.spool.database import state_folder


class Health(StrEnum):
    """How bad it is: with a problem files are missed or read unsafely, with a warning they may be one day."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Remark:
    """What one check says about one thing; `run` is the command that mends it, empty where nothing is to be done."""

    check: str
    health: Health
    what: str
    run: str = ""


@dataclass(slots=True)
class Surroundings:
    """What the checks look at.

    `faults` are those of the configuration; where it has any, the settings are of no use but for the state folder. The
    watched folders are walked once, when the first check asks for them.
    """

    settings: Settings
    state: Path
    config: Path | None = None
    faults: tuple[Fault, ...] = ()
    _survey: Survey | None = field(default=None, repr=False)

    @property
    def tree(self) -> Survey:
        """What a walk over the folders to be watched met."""
        if self._survey is None:
            self._survey = survey(self.settings.watch.paths, self.settings.watch.exclude)
        return self._survey


Check = Callable[[Surroundings], Iterator[Remark]]


def surroundings(config: Path | None, state: str | None, environ: Mapping[str, str]) -> Surroundings:
    """Find the configuration and the state folder as the daemon would.

    Raises:
        StoreError: no state folder is named and there is no home.
    """
    settings, faults = settings_to_look(config, environ)
    return Surroundings(settings, state_folder(state or settings.state, environ), find_config(config, environ), faults)
