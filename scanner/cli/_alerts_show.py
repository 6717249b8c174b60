"""Lays out one alert for a person: what it is, where, why, what was done, and what to do now."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from scanner.cli._alerts_words import ceiling, counted, found, happened, matters, reason
from scanner.model.alert import Alert, Entry, Standing, State
from scanner.model.moment import moment
from scanner.model.visible import visible
from scanner.model.zone import Zone
from scanner.settings.schema import Settings

_PATHS = 10
_FINDINGS = 8
_PROBLEMS = 5
_ENTRIES = 12
_COLUMN = 10
_LEAST = 30


@dataclass(frozen=True, slots=True)
class Screen:
    """What is known of one alert.

    `files` are those that stand in it. `prefix` and `options` are what its commands need before and after them: `sudo`
    for who may only look, and the options of this call. `width` is that of the terminal, 0 for none: nothing is wrapped
    then. A path is never wrapped, so that it can be copied whole. `waits` says what became of the suppression that it
    was resolved by, where that is over and nobody has looked since.
    """

    alert: Alert
    files: Sequence[Standing]
    history: Sequence[Entry]
    settings: Settings
    width: int = 0
    every_path: bool = False
    prefix: str = ""
    options: str = ""
    waits: str = ""

    def lines(self) -> Iterator[str]:
        """Yield the lines, safe to print."""
        alert, verdict = self.alert, self.alert.verdict
        yield from self._prose(f"alert {alert.key}: {alert.severity.word}, {alert.state.value}{self._resolution()}", "")
        yield from self._prose(verdict.why, "")
        yield ""
        for name, text, wrapped in self._facts():
            yield from self._fact(name, text, wrapped=wrapped)
        yield from self._findings()
        yield from self._problems()
        yield from self._history()
        yield from self._advice()

    def _resolution(self) -> str:
        said = ", ".join(filter(None, (self.alert.resolution, self.waits)))
        return f" ({said})" if said else ""

    def _facts(self) -> Iterator[tuple[str, str, bool]]:
        alert, verdict = self.alert, self.alert.verdict
        if alert.coverage is not None:
            ended = alert.coverage.ended
            yield "folder", verdict.document.path, False
            until = f"until {moment(ended)}" if ended else "still"
            yield "unseen", f"since {moment(alert.coverage.begun)}, {until}", True
        else:
            yield from self._where()
        if verdict.labels:
            yield "label", ", ".join(map(str, verdict.labels)), True
        if alert.origin:
            yield "came from", alert.origin, True
        last = f"last change {moment(alert.last_seen)}, {alert.count:,} times" if alert.count > 1 else "no change since"
        yield "seen", f"first {moment(alert.first_seen)}, {last}", True
        if verdict.document.media_type:
            claimed = verdict.document.claimed_type
            note = f"; its name says {claimed}" if claimed else ""
            yield "kind", f"{verdict.document.media_type}, {verdict.document.size:,} bytes{note}", True
        if alert.assignee:
            yield "assignee", alert.assignee, True

    def _where(self) -> Iterator[tuple[str, str, bool]]:
        verdict = self.alert.verdict
        shown = verdict.document.path
        yield "file", shown, False
        others = [standing.path for standing in self.files if standing.path != shown]
        if others:
            yield "", f"and {counted(len(others), 'file')} with the same content:", True
            for path in others if self.every_path else others[: _PATHS - 1]:
                yield "", path, False
            if not self.every_path and len(others) >= _PATHS:
                yield "", f"and {len(others) - _PATHS + 1:,} more; --paths shows all", True
        elif self.files == () and self.alert.state is State.RESOLVED:
            yield "", "it does not stand there any more", True
        zone = self._zone()
        said = f"; {ceiling(zone.ceilings)}" if zone else ", which the configuration has no more"
        yield "zone", f"{verdict.zone}{said}", True
        if verdict.owner:
            yield "owner", verdict.owner, True

    def _zone(self) -> Zone | None:
        zones = (*self.settings.zones, self.settings.default)
        return next((zone for zone in zones if zone.name == self.alert.verdict.zone), None)

    def _findings(self) -> Iterator[str]:
        findings = self.alert.verdict.findings
        if findings:
            yield "\n  found"
        for finding in findings[:_FINDINGS]:
            yield from self._prose(f"{self._place(finding.where())}: {found(finding)}", "    ")
            if finding.reasons:
                yield from self._prose(f"because: {'; '.join(map(reason, finding.reasons))}", "        ")
        if len(findings) > _FINDINGS:
            yield f"    and {len(findings) - _FINDINGS:,} more; -f json shows all"

    def _problems(self) -> Iterator[str]:
        problems = self.alert.verdict.problems
        if problems:
            yield "\n  not read"
        for problem in problems[:_PROBLEMS]:
            said = ": ".join(filter(None, (problem.reason.value.replace("_", " "), problem.detail)))
            yield from self._prose(f"{self._place(problem.place.words())}: {said}", "    ")
        if len(problems) > _PROBLEMS:
            yield f"    and {len(problems) - _PROBLEMS:,} more; -f json shows all"

    def _place(self, words: str) -> str:
        """Leave out the name of the file where something follows on it: it stands above."""
        name = PurePath(self.alert.verdict.document.path).name
        rest = words.removeprefix(name)
        return rest.lstrip(" ▸,") if rest != words and rest else words

    def _history(self) -> Iterator[str]:
        if not self.history:
            return
        yield "\n  history"
        hidden = max(0, len(self.history) - _ENTRIES)
        if hidden:
            yield f"    {hidden:,} more before these; -f json shows all"
        for entry in self.history[hidden:]:
            yield from self._prose(f"{moment(entry.time)}  {happened(entry)}", "    ", " " * 26)

    def _advice(self) -> Iterator[str]:
        verdict = self.alert.verdict
        yield ""
        if self.alert.state is not State.RESOLVED:
            yield from self._fact("why care", matters(self.alert))
            if verdict.guidance:
                yield from self._fact("do now", verdict.guidance)
            if self.settings.alerts.reporting:
                yield from self._fact("report", self.settings.alerts.reporting)
            yield ""
        commands = tuple(self._commands())
        width = max(len(command) for command, _ in commands)
        fits = not self.width or self.width >= width + 2 + max(len(what) for _, what in commands) + 2
        for command, what in commands:
            yield f"  {command:<{width}}  # {what}" if fits else f"  # {what}\n  {command}"

    def _commands(self) -> Iterator[tuple[str, str]]:
        def command(name: str, rest: str = "") -> str:
            return f"{self.prefix}docwarden alerts {name} {self.alert.key}{rest}{self.options}"

        if self.alert.state is State.OPEN:
            yield command("ack"), "you have seen it"
        if self.alert.state is State.RESOLVED:
            yield command("reopen"), "it has to be looked at again"
            return
        if not self.alert.assignee:
            yield command("assign"), "you look after it"
        yield command("resolve", " --reason fixed"), "it was put right"
        if self.alert.coverage is None and self.alert.verdict.document.sha256:
            yield command("suppress", " --reason '...'"), "it may stand here, for a time"

    def _fact(self, name: str, text: str, *, wrapped: bool = True) -> Iterator[str]:
        head = f"  {name:<{_COLUMN}}"
        if wrapped:
            yield from self._prose(text, head, " " * len(head))
        else:
            yield f"{head}{visible(text)}"

    def _prose(self, text: str, indent: str, after: str | None = None) -> Iterator[str]:
        """Yield a sentence, wrapped between words where there is a terminal."""
        after = f"{indent}    " if after is None and indent else after or ""
        shown = visible(text)
        if not self.width:
            yield f"{indent}{shown}"
            return
        width = max(self.width, len(after) + _LEAST)
        yield from textwrap.wrap(
            shown, width, initial_indent=indent, subsequent_indent=after, break_long_words=False, break_on_hyphens=False
        ) or [indent.rstrip()]
