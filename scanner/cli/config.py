"""`docwarden config`: writes a fresh configuration, checks one, and shows what is in force."""

import contextlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import click

from scanner.app import check_ids, check_rules, passwords_for, settings_from, sources_for
from scanner.app.places import other_places, sink_places
from scanner.cli._options import CONFIG
from scanner.cli._policy import policy_warnings
from scanner.detect.scheme import load_schemes
from scanner.errors import ConfigError, Fault, RuleError, StoreError, UsageError
from scanner.extract import MOST_PASSWORDS
from scanner.model.codec import encode
from scanner.model.root import root
from scanner.model.visible import visible
from scanner.resources import bundled
from scanner.settings.environment import VARIABLES
from scanner.settings.lines import line_of
from scanner.settings.load import SYSTEM_CONFIG, ceilings_written, find_config, user_config, written_keys
from scanner.settings.schema import Settings
from scanner.settings.show import as_toml, without_secrets
from scanner.spool.database import state_folder
from scanner.trust import make_private_folder

_FAULTY = 2
_FILE = click.Path(path_type=Path)


@click.group("config")
def command() -> None:
    """Write, check and show the configuration."""


@command.command("init")
@click.option("-o", "--output", type=_FILE, help="Write here; - is standard output.")
@click.option("--example", is_flag=True, help="Write three realistic zones instead of every key with its default.")
def init(output: Path | None, *, example: bool) -> None:
    """Write a commented configuration where it will be found; nothing is overwritten."""
    text = (bundled("config") / ("example.toml" if example else "default.toml")).read_text(encoding="utf-8")
    if str(output) == "-":
        click.echo(text, nl=False)
        return
    target = output or _standard_place()
    if os.path.lexists(target):
        message = f"{visible(str(target))} is there already, and is left as it is; --output names another file"
        raise UsageError(message)
    try:
        make_private_folder(target.parent)
        fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with open(fd, "w", encoding="utf-8") as stream:  # noqa: PTH123 - a descriptor, no path
            stream.write(text)
    except OSError as error:
        message = f"{visible(str(target))} cannot be written: {error.strerror}"
        raise UsageError(message) from error
    click.echo(f"wrote {visible(str(target))}; edit it, then run: docwarden config check {visible(str(target))}")


@command.command("check")
@click.argument("file", required=False, type=_FILE)
def check(file: Path | None) -> int:
    """Tell everything that is wrong with FILE, or with the configuration in force."""
    path = find_config(file, os.environ)
    try:
        settings = settings_from(path, os.environ)
        named = tuple(sink_places(settings, _daemon(settings)))
        wrong = (fault for fault in named if not fault.warning)
        faults = (*_rule_faults(settings), *_password_faults(settings), *wrong)
    except ConfigError as error:
        settings, faults, named = Settings(), error.faults, ()
    _tell(faults, path)
    if faults:
        return _FAULTY
    for note in (*_notes(settings), *_ambiguous(path, settings)):
        click.echo(visible(f"note: {note}"), err=True)
    _tell((*policy_warnings(settings), *named, *other_places(settings)), path)
    parts = (
        _count(len(settings.zones), "zone"),
        _count(len(settings.sinks), "sink"),
        _count(len(settings.watch.paths), "watched folder"),
        _count(len(settings.rules.extra), "folder of more rules", "folders of more rules"),
    )
    source = "no configuration file, the defaults hold" if path is None else visible(str(path))
    click.echo(f"ok: {', '.join(parts)} ({source})")
    return 0


@command.command("show")
@CONFIG
@click.option("-f", "--format", "form", type=click.Choice(["toml", "json"]), default="toml", show_default=True)
def show(config: Path | None, form: str) -> None:
    """Show every setting in force, and whether the file, the environment or the default gave it."""
    path = find_config(config, os.environ)
    settings = settings_from(path, os.environ)
    origins = _origins(path)
    if form == "toml":
        head = "the defaults" if path is None else visible(str(path))
        click.echo(f"# in force: {head}\n{as_toml(settings, origins)}", nl=False)
        return
    source = None if path is None else str(path)
    shown = {"source": source, "settings": _without_source(settings), "origins": origins}
    click.echo(json.dumps(shown, ensure_ascii=True, indent=2))


def _standard_place() -> Path:
    place = SYSTEM_CONFIG if os.geteuid() == 0 else user_config(os.environ)
    if place is None:
        message = "no home folder is known; --output says where to write"
        raise UsageError(message)
    return place


def _daemon(settings: Settings) -> int:
    """Return the user who runs the daemon: who owns its state, else whoever asks."""
    try:
        return state_folder(settings.state).stat().st_uid
    except (OSError, StoreError):
        return os.geteuid()


def _tell(faults: Iterable[Fault], path: Path | None) -> None:
    """Print faults, each with its line in the file, as a compiler would, where that can be told."""
    text = ""
    if path is not None:
        with contextlib.suppress(OSError, ValueError):
            text = path.read_text(encoding="utf-8-sig")
    for fault in faults:
        line = line_of(text, fault.key) if fault.key and fault.file == visible(str(path)) else None
        placed = replace(fault, file=f"{fault.file}:{line}") if line else fault
        click.echo(visible(str(placed)), err=True)


def _rule_faults(settings: Settings) -> Iterator[Fault]:
    """Say what keeps the configured rules from being used; a scan would stop at it."""
    try:
        sources = sources_for(settings)
        check_rules(sources, ())
    except RuleError as error:
        yield from error.faults
        return
    for key in ("exclude", "prefer"):
        try:
            check_ids(sources, getattr(settings.rules, key))
        except UsageError as error:
            yield Fault(str(settings.source), f"rules.{key}", str(error))


def _password_faults(settings: Settings) -> Iterator[Fault]:
    """Say what keeps the passwords from being used; a scan would stop at it."""
    try:
        passwords_for(settings)
    except ConfigError as error:
        yield from error.faults


def _notes(settings: Settings) -> Iterator[str]:
    """Say what is no fault, and yet is often a slip of the pen."""
    for zone in settings.zones:
        if not any(Path(root(text).fixed).exists() for text in zone.roots):
            yield f"zone {visible(zone.name)}: nothing is there yet: {visible(', '.join(zone.roots))}"
    for folder in settings.watch.paths:
        if not Path(folder).is_dir():
            yield f"watch.paths: no such folder yet: {visible(folder)}"
    if (count := len(passwords_for(settings))) > MOST_PASSWORDS:
        yield f"unlock.passwords_file: {count} passwords; only the first {MOST_PASSWORDS} are tried"


def _ambiguous(path: Path | None, settings: Settings) -> Iterator[str]:
    """Say in which scheme a ceiling was read that several write the same, where the file does not say it."""
    if path is None:
        return
    schemes = load_schemes(sources_for(settings)).preferring(settings.rules.prefer)
    for where, text in ceilings_written(path.read_text(encoding="utf-8-sig")):
        label = schemes.read(text)
        if label is None or text.strip().startswith(f"{label.scheme}:") or label.scheme in settings.rules.prefer:
            continue
        others = sorted(other.scheme for other in schemes.alike(text, label))
        if others:
            known = ", ".join(others)
            yield (
                f"{visible(where)}: {visible(text)} is read as {label.scheme}:{label}; {known} write the same: put "
                f"`{others[0]}:` before it, or name your scheme in rules.prefer"
            )


def _origins(path: Path | None) -> dict[str, str]:
    written = written_keys(path.read_text(encoding="utf-8-sig")) if path is not None else frozenset()
    origins = dict.fromkeys(sorted(written - {"version", "zone", "sink"}), "file")
    given = {key: variable for variable, (key, _) in VARIABLES.items() if os.environ.get(variable)}
    return origins | {key: f"environment, {variable}" for key, variable in given.items()}


def _without_source(settings: Settings) -> dict[str, object]:
    sinks_shown = tuple(without_secrets(sink) for sink in settings.sinks)
    shown = replace(settings, sinks=sinks_shown)
    return {name: encode(getattr(shown, name)) for name in Settings.__slots__ if name != "source"}


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
