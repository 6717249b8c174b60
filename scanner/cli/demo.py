"""`docwarden demo`: makes a small share of leaky documents, scans it, and says what to try next."""

import contextlib
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

import click

from scanner.cli import _share
from scanner.cli.scan import command as scan
from scanner.model.visible import visible

_NAME = "docwarden"


@click.command("demo")
@click.option("--folder", type=click.Path(path_type=Path), help="Write the share here instead of a temporary folder.")
@click.pass_context
def command(ctx: click.Context, folder: Path | None) -> int:
    """Make a small share of leaky documents in a temporary folder, scan it, and show the result.

    Every secret in it is made up. The folder is kept, so that you can go on trying; delete it when you are done.
    """
    home = (folder or Path(tempfile.mkdtemp(prefix=f"{_NAME}-demo-"))).absolute()
    share, policy = _share.make(home)
    click.echo(f"A small share with leaks in it now stands in {visible(str(share))}\n")
    program, first = _program()
    begin = "\n".join(f"  {line}" for line in (f"cd {shlex.quote(str(home))}", *first))
    look = f"{program} scan -c {policy.name} {share.name}"
    click.secho(f"$ cd {visible(shlex.quote(str(home)))}\n$ {visible(look)}", bold=True)
    with contextlib.chdir(home):  # so that paths are short, in the report as in what is shown to be typed
        ctx.invoke(scan, **{**_defaults(ctx), "paths": (share.name,), "config": Path(policy.name)})
    said = f"""
What to try next:
{begin}
  {look} -v
      every finding with the reasons it was believed for
  {program} watch -c {policy.name} --state state {share.name}
      watch the share, and copy something into it from another terminal
  {program} zones explain -c {policy.name} {share.name}/public
      what may stand there, and why
  {program} scan ~/Documents
      any folder of yours; no configuration is needed

Delete {home} when you are done."""
    click.echo("\n".join(map(visible, said.split("\n"))))
    return 0


def _program() -> tuple[str, tuple[str, ...]]:
    """Return how to call the program from any folder, and what has to be typed before."""
    if shutil.which(_NAME):
        return _NAME, ()
    called = Path(sys.argv[0]).absolute()
    if called.name == _NAME:
        return _NAME, (f'PATH={shlex.quote(str(called.parent))}:"$PATH"',)
    return shlex.join((sys.executable, "-m", "scanner")), ()


def _defaults(ctx: click.Context) -> dict[str, object]:
    """Return what `scan` takes when nothing is said."""
    parsed = scan.make_context("scan", ["."], parent=ctx)
    return dict(parsed.params)
