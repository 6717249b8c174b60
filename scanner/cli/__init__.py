"""The command line: every module in this folder that does not start with `_` is one command."""

import errno
import importlib
import io
import os
import pkgutil
import sys

import click

from scanner import __version__
from scanner.cli._shield import shield
from scanner.errors import DocWardenError, FaultyFileError
from scanner.model.visible import visible

_BAD_USAGE = 2
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})


class _Commands(click.Group):
    """Finds commands by walking this folder and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the command names in alphabetical order."""
        del ctx
        return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"{__name__}.{cmd_name}").command
        return command


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="docwarden")
def _group() -> None:
    """DocWarden finds sensitive documents that stand where they should not.

    It never stores or prints what it protects, and opens no network connection but those of the sinks you configure.
    """


def _lines(error: DocWardenError) -> list[str]:
    """Return what an error says; each fault is one line, whatever it quotes."""
    return list(map(str, error.faults)) if isinstance(error, FaultyFileError) else str(error).split("\n")


def _show(error: click.ClickException) -> None:
    """Say what is wrong with the command line; what stands in it may be the name of a file."""
    said = io.StringIO()
    error.show(said)
    message = error.format_message()
    click.echo(said.getvalue().replace(message, visible(message)), nl=False, err=True)


def _forget_output() -> None:
    """Send what is left to nowhere: the interpreter would try again when it ends, and fail with a trace."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Run the command line; the only place that turns errors into exit codes."""
    shield()
    try:
        code = _group.main(standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        _show(error)
        sys.exit(_BAD_USAGE)
    except click.Abort:
        click.echo("Interrupted.", err=True)
        sys.exit(130)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        click.echo(f"docwarden: the output cannot be written: {error.strerror}", err=True)
        _forget_output()
        sys.exit(_BAD_USAGE)
    except DocWardenError as error:
        shown = "\n".join(map(visible, _lines(error)))
        click.echo(f"docwarden: {shown}", err=True)
        if error.hint:
            click.echo(error.hint, err=True)
        sys.exit(_BAD_USAGE)
    sys.exit(code if isinstance(code, int) else 0)
