"""`docwarden demo`: makes a small share of leaky documents, scans it, and says what to try next."""

import shlex
import shutil
import sys
import tempfile
from pathlib import Path

import click

from scanner.cli import _share
from scanner.cli.scan import command as scan
from scanner.model.visible import visible


@click.command("demo")
@click.option("--folder", type=click.Path(path_type=Path), help="Write the share here instead of a temporary folder.")
@click.pass_context
def command(ctx: click.Context, folder: Path | None) -> int:
    """Make a small share of leaky documents in a temporary folder, scan it, and show the result.

    Every secret in it is made up. The folder is kept, so that you can go on trying; delete it when you are done.
    """
    home = folder or Path(tempfile.mkdtemp(prefix="docwarden-demo-"))
    share, policy = _share.make(home)
    click.echo(f"A small share with leaks in it now stands in {visible(str(share))}\n")
    program = "docwarden" if shutil.which("docwarden") else shlex.quote(sys.argv[0])
    command_line = f"{program} scan -c {shlex.quote(str(policy))} {shlex.quote(str(share))}"
    click.secho(f"$ {visible(command_line)}", bold=True)
    ctx.invoke(scan, **{**_defaults(ctx), "paths": (str(share),), "config": policy})
    said = f"""
What to try next:
  {command_line} -v
      every finding with the reasons it was believed for
  {program} scan .
      any folder of yours; no configuration is needed
  {program} watch -c {shlex.quote(str(policy))} --state {shlex.quote(str(home / "state"))} {shlex.quote(str(share))}
      watch the share, and copy something into it from another terminal
  {program} zones explain -c {shlex.quote(str(policy))} {shlex.quote(str(share / "public"))}
      what may stand there, and why

Delete {home} when you are done."""
    click.echo("\n".join(map(visible, said.split("\n"))))
    return 0


def _defaults(ctx: click.Context) -> dict[str, object]:
    """Return what `scan` takes when nothing is said."""
    parsed = scan.make_context("scan", ["."], parent=ctx)
    return dict(parsed.params)
