"""Checks the configuration and the rules as the daemon would read them."""

import shlex
from collections.abc import Iterator

from scanner.app.doctor.remark import Health, Remark, Surroundings
from scanner.app.parts import check_rules, passwords_for, sources_for
from scanner.errors import ConfigError, RuleError, UsageError
from scanner.model.visible import visible


def configuration(around: Surroundings) -> Iterator[Remark]:
    """Tell what is wrong with the configuration, who may write it included."""
    where = visible(str(around.config)) if around.config else ""
    if around.faults:
        said = (
            f"{where or 'the environment'}: it cannot be used, and the daemon does not start with it; rules, "
            "passwords, sinks and watched folders are not looked at before it is put right"
        )
        yield Remark("configuration", Health.PROBLEM, said, "docwarden config check")
        for fault in around.faults:
            said, _, change = fault.message.partition("; run: ")
            key = f"{fault.key}: " if fault.key else ""
            run = change or "docwarden config check"
            yield Remark("configuration", Health.PROBLEM, f"{fault.file}: {key}{said}", run)
    elif not around.config:
        yield Remark("configuration", Health.OK, "there is none; every zone and limit is the default")
    else:
        zones = len(around.settings.zones)
        said = f"{where}: {zones} {'zone' if zones == 1 else 'zones'}"
        yield Remark("configuration", Health.OK, said)


def passwords(around: Surroundings) -> Iterator[Remark]:
    """Tell whether the file of passwords can be read, where there is one; without it, nothing is scanned."""
    named = around.settings.unlock.passwords_file
    try:
        known = passwords_for(around.settings)
    except ConfigError as error:
        for fault in error.faults:
            said, _, change = str(fault).partition("; run: ")
            yield Remark("passwords", Health.PROBLEM, said, change or f"ls -l {shlex.quote(visible(named))}")
    else:
        said = f"{len(known)} in {visible(named)}" if named else "there are none; locked documents stay locked"
        yield Remark("passwords", Health.OK, said)


def rules(around: Surroundings) -> Iterator[Remark]:
    """Tell what is wrong with the rule files: with a fault in any of them, nothing is scanned."""
    known = around.settings.rules
    try:
        sources = sources_for(around.settings)
        check_rules(sources, (*known.exclude, *known.prefer))
    except RuleError as error:
        for fault in error.faults:
            if not fault.warning:
                said, _, change = str(fault).partition("; run: ")
                yield Remark("rules", Health.PROBLEM, said, change or "docwarden rules check")
    except UsageError as error:
        yield Remark("rules", Health.PROBLEM, str(error), "docwarden rules list")
    else:
        yield Remark("rules", Health.OK, f"{len(sources)} files, all sound")
