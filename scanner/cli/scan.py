"""`docwarden scan`: looks at files and folders once and says what stands in the wrong place."""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner import __version__
from scanner.alert.baseline import Baseline
from scanner.app import (
    Bench,
    Judge,
    Scan,
    check_rules,
    checked_paths,
    label_names,
    passwords_for,
    recorder,
    settings_from,
    sources_for,
    worker_count,
)
from scanner.cli._options import read_ceilings, seconds, size
from scanner.cli._policy_words import policy_words
from scanner.cli._progress import progress
from scanner.cli._report_file import STANDARD_OUTPUT, earlier_report, report_stream
from scanner.errors import UsageError
from scanner.model.finding import Severity
from scanner.model.verdict import Outcome, Tally, Verdict
from scanner.model.visible import visible
from scanner.present import Report, Run, formats
from scanner.present._summary import sum_words
from scanner.settings.schema import Settings

if TYPE_CHECKING:  # whoever records nothing needs none of it
    from scanner.app.recording import Recording

VIOLATION, INCOMPLETE = 1, 3
_TABLES = ("", "txt", "log")  # what a file with a table in it may end in
_PIPE_CLOSED = 141  # as a shell says it: 128 and SIGPIPE

_ONLY: dict[str, Callable[[Verdict], bool]] = {
    "violations": lambda verdict: verdict.outcome is Outcome.VIOLATION,
    "findings": lambda verdict: bool(verdict.findings),
    "undetermined": lambda verdict: verdict.outcome is Outcome.UNDETERMINED,
}
_SEVERITIES = {severity.word: severity for severity in Severity}


_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True)
class _Options:
    paths: tuple[str, ...]
    config: Path | None
    form: str | None
    output: str
    quiet: bool
    verbose: bool
    no_color: bool
    jobs: int | None
    ceiling: tuple[str, ...]
    rule_folders: tuple[Path, ...]
    rule: tuple[str, ...]
    exclude_rule: tuple[str, ...]
    exclude: tuple[str, ...]
    max_file_size: int | None
    max_archive_depth: int | None
    timeout: float | None
    only: str | None
    baseline: Path | None
    write_baseline: Path | None
    show_match: bool
    fail_on: str
    exit_code: int
    keep: bool
    state: str | None
    passwords: Path | None


@click.command("scan")
@click.argument("paths", nargs=-1, required=True, type=click.Path(allow_dash=True, readable=False))
@click.option("-c", "--config", type=_FILE, help="Use this configuration file.")
@click.option(
    "-f", "--format", "form", type=click.Choice(sorted(formats())), help="table, or what the name of -o ends in."
)
@click.option(
    "-o",
    "--output",
    default="-",
    help="Write the report to this file, for you alone, when it is whole; - is standard output.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress, and no report but to a file named by -o.")
@click.option("-v", "--verbose", is_flag=True, help="Show every finding with its reasons, every file not read.")
@click.option("--no-color", is_flag=True, help="No colours; NO_COLOR in the environment does the same.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), help="Worker processes; one a core if not given.")
@click.option("--ceiling", multiple=True, help="What may stand here, as a marking such as uk:SECRET; once a scheme.")
@click.option("--rules", "rule_folders", multiple=True, type=click.Path(path_type=Path), help="A folder of more rules.")
@click.option("--rule", multiple=True, help="Use only this rule or marking scheme; may be repeated.")
@click.option("--exclude-rule", multiple=True, help="Leave this rule or marking scheme out; may be repeated.")
@click.option("--exclude", multiple=True, help="Leave out paths and names that match this glob; may be repeated.")
@click.option(
    "--max-file-size",
    callback=size,
    metavar="SIZE",
    help="Read at most this much of a file, such as 25MB; 0 is unlimited.",
)
@click.option("--max-archive-depth", type=click.IntRange(min=0), help="Levels of archives in archives; 0 is unlimited.")
@click.option("--timeout", callback=seconds, metavar="TIME", help="Time for one file, such as 30s; 0 is unlimited.")
@click.option("--passwords", type=_FILE, help="Try the passwords in this file, one a line, on locked documents.")
@click.option("--only", type=click.Choice(sorted(_ONLY)), help="Report only these files; the sum counts all.")
@click.option(
    "--baseline",
    type=_FILE,
    help="Accept what this baseline knows: files and copies with the same content and findings, in the same zone.",
)
@click.option("--write-baseline", type=_FILE, help="Write what is found now as a baseline.")
@click.option("--show-match", is_flag=True, help="Show matched values in full. They may be secrets. Not with --record.")
@click.option("--fail-on", type=click.Choice(list(_SEVERITIES)), default="info", show_default=True)
@click.option("--exit-code", type=click.IntRange(0, 255), default=VIOLATION, show_default=True)
@click.option(
    "--record",
    "keep",
    is_flag=True,
    help="Put the alerts into the alert store, too; what is gone below PATHS leaves it.",
)
@click.option("--state", help="The folder of the alert store, for --record.")
def command(**options: Any) -> int:
    """Look at PATHS once; no configuration is needed. A path of - reads standard input.

    Exit codes: 0 no violation, and whatever was not read in full is accepted. 1 at least one violation of the
    --fail-on severity (--exit-code gives another number). 2 wrong usage, a faulty configuration or rule, or a path
    that does not exist. 3 no violation, but something could not be read in full. Which reasons are accepted the
    configuration says: of itself that is pictures, whose words are not read. Where there is no file, it is 0.
    """
    try:
        return _run(_Options(**options))
    except BrokenPipeError:  # whoever read the report has read enough; what was not written tells nothing
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _PIPE_CLOSED


def _run(options: _Options) -> int:
    _check(options)
    settings = settings_from(options.config, os.environ, options.rule_folders)
    paths = checked_paths(options.paths)
    bench = _bench(options, settings)
    zones, default = settings.zones, settings.default
    if options.ceiling:
        ceilings = read_ceilings(options.ceiling, bench.sources, bench.prefer)
        default = replace(default, ceilings=ceilings)
        zones = tuple(replace(zone, ceilings=ceilings) for zone in zones)
    exclude = (*settings.watch.exclude, *options.exclude, *earlier_report(options.output))
    scan = Scan(paths, bench, Judge(zones, default, settings.accept), exclude)
    baseline = Baseline.read(options.baseline) if options.baseline else Baseline.new()
    found = Baseline.new()
    tally, failing, partial, known = Tally(), False, False, 0
    run = Run(
        __version__,
        bench.ruleset,
        paths,
        details=options.verbose,
        base=str(Path.cwd()),
        policy=policy_words(settings, options.ceiling, default),
        began=time.time(),
        shows_values=options.show_match,
    )
    began = time.monotonic()
    wanted = _ONLY.get(options.only or "")
    least = _SEVERITIES[options.fail_on]
    with _report(options, run) as report, _store(options, settings, bench) as record:
        try:
            for seen in progress(scan, tally, quiet=options.quiet):
                verdict = baseline.accept(seen)
                known += verdict is not seen
                tally.add(verdict)
                if record is not None:
                    record(verdict)
                found.add(seen)
                failing = failing or (verdict.outcome is Outcome.VIOLATION and verdict.severity >= least)
                if wanted is None or wanted(verdict):
                    report.add(verdict)
            if record is not None:
                record.sweep(paths)
        except KeyboardInterrupt:
            partial = True
        skipped = tuple(sorted(scan.skipped.items()))
        protection = str(scan.sandbox.protection) if scan.sandbox else ""
        seconds_ = time.monotonic() - began
        run = replace(run, seconds=seconds_, partial=partial, skipped=skipped, protection=protection, known=known)
        report.end(tally, run)
        sys.stdout.flush()
    _say_how_it_ended(options, tally, run)
    if options.write_baseline:
        found.write(options.write_baseline)
    if failing:
        return options.exit_code
    return INCOMPLETE if tally.unread or partial else 0


def _check(options: _Options) -> None:
    """Refuse what would be ignored in silence."""
    if options.state and not options.keep:
        message = "--state names the alert store, which only --record writes to"
        raise UsageError(message)
    if options.show_match and options.keep:
        message = (
            "--show-match and --record do not go together: the alert store would keep the values for good; "
            "record without --show-match, and look at the values in a scan that records nothing"
        )
        raise UsageError(message)
    if options.rule and not set(options.rule) - set(options.exclude_rule):
        message = "--exclude-rule leaves out every rule that --rule asks for"
        raise UsageError(message)
    ending = Path(options.output).suffix.removeprefix(".").lower()
    if ending not in {*formats(), *_TABLES} and not options.form and not options.quiet:
        message = (
            f"{visible(options.output)}: no format is called {visible(ending)}, so this will be a table; -f names one"
        )
        click.echo(message, err=True)


def _form(options: _Options) -> str:
    """Return the format asked for, else the one the file name ends in; a table where it ends in none."""
    ending = Path(options.output).suffix.removeprefix(".").lower()
    return options.form or (ending if ending in formats() else "table")


def _bench(options: _Options, settings: Settings) -> Bench:
    limits = settings.limits
    if options.max_file_size is not None:
        limits = replace(limits, file_bytes=options.max_file_size)
    if options.max_archive_depth is not None:
        limits = replace(limits, depth=options.max_archive_depth)
    if options.timeout is not None:
        limits = replace(limits, seconds=options.timeout)
    bench = Bench(
        sources_for(settings, options.rule_folders),
        limits,
        options.jobs or worker_count(settings),
        only_rules=options.rule,
        exclude_rules=(*settings.rules.exclude, *options.exclude_rule),
        show_match=options.show_match,
        labels=label_names(settings),
        prefer=settings.rules.prefer,
        least=settings.sandbox.least,
        passwords=passwords_for(settings, options.passwords),
    )
    check_rules(bench.sources, (*options.rule, *bench.exclude_rules, *bench.prefer), trust_shipped=True)
    return bench


@contextlib.contextmanager
def _report(options: _Options, run: Run) -> Iterator[Report]:
    form = formats()[_form(options)]
    color = options.output == STANDARD_OUTPUT and not options.no_color and "NO_COLOR" not in os.environ
    with report_stream(options.output, quiet=options.quiet, shows_values=options.show_match) as stream:
        yield form.start(stream, run, color=color)


def _say_how_it_ended(options: _Options, tally: Tally, run: Run) -> None:
    """Say on standard error what nobody would know who does not open the report."""
    to_file = options.output != STANDARD_OUTPUT
    words = [sum_words(tally)] if to_file else []
    if not tally.files:
        words.append("nothing was examined")
    if run.known:
        words.append(f"{run.known:,} accepted by the baseline")
    if run.partial:
        words.append("broken off: this is only what was found so far")
    if to_file:
        words.append(f"wrote {visible(options.output)}")
    shown = not to_file and not options.quiet and _form(options) == "table"  # which says it itself
    empty = not tally.files and not options.quiet
    if (to_file and not options.quiet) or ((run.partial or empty) and not shown):
        click.echo("; ".join(words), err=True)


@contextlib.contextmanager
def _store(options: _Options, settings: Settings, bench: Bench) -> Iterator["Recording | None"]:
    if not options.keep:
        yield None
        return
    with recorder(settings, options.state, bench) as record:
        yield record
