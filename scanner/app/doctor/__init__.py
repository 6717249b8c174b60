"""Looks for what on this machine would make DocWarden miss files, and names the command that mends it."""

from collections.abc import Iterator

from scanner.app.doctor import folders, machine, policy, shut_in, software, watching
from scanner.app.doctor.remark import Check, Health, Remark, Surroundings, surroundings

__all__ = ["CHECKS", "Health", "Remark", "Surroundings", "examine", "surroundings"]

CHECKS: tuple[Check, ...] = (
    policy.configuration,
    policy.rules,
    policy.passwords,
    shut_in.sandbox,
    software.interpreter,
    software.libraries,
    software.pdf_reader,
    software.file_types,
    software.unpacker,
    folders.state,
    folders.account,
    folders.sinks,
    folders.places,
    watching.folders,
    watching.readers,
    watching.limits,
    watching.mounts,
    machine.space,
    machine.scratch,
    machine.descriptors,
    machine.clock,
)
"""Every check, in the order it is told; each yields at least one remark."""

_BY_SETTINGS = frozenset(
    {
        policy.rules,
        policy.passwords,
        folders.sinks,
        folders.places,
        watching.folders,
        watching.readers,
        watching.limits,
        watching.mounts,
        machine.descriptors,
    }
)


def examine(around: Surroundings) -> Iterator[Remark]:
    """Yield what every check has to say; without a configuration that can be used, those that go by it say nothing."""
    for check in CHECKS:
        if not (around.faults and check in _BY_SETTINGS):
            yield from check(around)
