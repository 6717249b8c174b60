"""Every error DocWarden raises on purpose; each says what happened and what to do next."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a config or rule file: where, at which key, and what.

    A `warning` is worth mending, but the file can be used as it is.
    """

    file: str
    key: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        """Return `file: key: message`, as a compiler would."""
        said = f"warning: {self.message}" if self.warning else self.message
        return ": ".join(part for part in (self.file, self.key, said) if part)


class DocWardenError(Exception):
    """Superclass of all errors raised on purpose. Never raised directly."""

    hint = ""


class UsageError(DocWardenError):
    """The command line asks for something that cannot be done."""


class FaultyFileError(DocWardenError):
    """A file the operator wrote has faults; all of them are reported together."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Take every fault found, in the order of the file."""
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class ConfigError(FaultyFileError):
    """The configuration cannot be used."""

    hint = "Run `docwarden config check` to see every fault, `docwarden config init` for a fresh file."


class PasswordError(ConfigError):
    """The file of passwords cannot be used."""

    hint = "It holds one password a line, and nobody else may read it; chmod 600 makes it so."


class RuleError(FaultyFileError):
    """Rule files cannot be used; every fault of every file is in it, so there is nothing more to see elsewhere."""


class StoreError(DocWardenError):
    """The state folder, the journal or the alert store cannot be used."""

    hint = "Check that the state folder exists, is yours and has free space; --state names another."


class WatchError(DocWardenError):
    """A tree cannot be watched. `asked` tells that nobody wants it to be: walks are what the configuration names."""

    asked = False


class WalksAskedError(WatchError):
    """A tree is seen by walks only, as the configuration asks for."""

    asked = True


class SandboxError(DocWardenError):
    """Documents would be less well shut in than the configuration asks for."""

    hint = (
        "`docwarden doctor` says what is missing and what mends it; `minimum` under [sandbox] in the configuration "
        "says how much is needed."
    )


class WorkerError(DocWardenError):
    """The worker processes cannot be started or keep dying at start."""

    hint = "Check that DocWarden is installed whole (pip check) and that --jobs leaves each worker enough memory."
