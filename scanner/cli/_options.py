"""Option types that several commands share."""

from collections.abc import Sequence
from pathlib import Path

import click

from scanner.errors import UsageError
from scanner.model.label import Label
from scanner.model.units import read_size, read_time
from scanner.resources import RuleSource

CONFIG = click.option("-c", "--config", type=click.Path(path_type=Path), help="Use this configuration file.")


def size(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Read an option's number of bytes with an optional unit."""
    del ctx, param
    try:
        return None if value is None else read_size(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def seconds(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Read an option's number of seconds with an optional unit."""
    del ctx, param
    try:
        return None if value is None else read_time(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def read_ceilings(texts: Sequence[str], sources: Sequence[RuleSource], prefer: Sequence[str] = ()) -> tuple[Label, ...]:
    """Read ceilings given on the command line with the schemes among rule files; `none` is no ceiling.

    Raises:
        UsageError: a text is no marking of any scheme; all such texts are named.
    """
    from scanner.detect.scheme import load_schemes

    schemes = load_schemes(sources, trust_shipped=True).preferring(prefer)
    labels = {text: schemes.read(text) for text in texts if text.strip().lower() != "none"}
    unknown = [text for text, label in labels.items() if label is None]
    if unknown:
        said = "; ".join(f"--ceiling {text!r} is no marking of a known scheme" for text in unknown)
        message = (
            f'{said}. Write one as it stands on a document, such as "NATO RESTRICTED" or uk:SECRET; '
            "`docwarden rules list` shows the schemes"
        )
        raise UsageError(message)
    return tuple(label for label in labels.values() if label is not None)
