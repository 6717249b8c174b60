"""Writes what happens to alerts: their rows, their files and the log together."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scanner.alert._log import Log
from scanner.alert._moved import Whereabouts
from scanner.alert._next import left, raised, seen_again, shown_by
from scanner.alert._originals import Originals
from scanner.alert._packed import pack
from scanner.alert._paths import Paths
from scanner.alert._rows import Kept, Rows
from scanner.alert._told import Seen
from scanner.alert.dedup import alert_key
from scanner.model.alert import Alert, Change, Standing
from scanner.model.verdict import Breach, Verdict


@dataclass(frozen=True, slots=True)
class Book:
    """All that is kept of alerts in one database; nothing is committed here. `secret` makes the keys of alerts."""

    rows: Rows
    paths: Paths
    log: Log
    originals: Originals
    secret: bytes

    def enter(  # noqa: PLR0913 - they are what an entry is
        self, change: Change | None, alert: Alert, kept: Kept, now: float, *, who: str = "", note: str = ""
    ) -> Alert:
        """Write an alert as it is now, and an entry where something happened to it that is worth one."""
        packed = pack(alert.verdict)
        if change is not None:
            number = self.log.append(change, alert, now, who=who, note=note, packed=packed)
            kept = replace(kept, entry=number, changed=now)
        self.rows.put(replace(kept, alert=alert), packed)
        return alert

    def see(self, verdict: Verdict, content: str, now: float) -> Alert:
        """Raise the alert of a file, or count it in the one where it belongs.

        Files with the same content in the same zone are one alert. A file that is alone in its alert stays in it
        however often it changes; one of several that changes leaves the others.
        """
        path, zone = verdict.document.path, verdict.zone
        here = self.paths.alert_of(path)
        kept = None if here is None else self.rows.get(here)
        if kept is not None and kept.alert.copies > 1 and (kept.content, kept.alert.verdict.zone) != (content, zone):
            self.leave({kept.alert.key: [path]}, now, "one of the files holds something else now")
            kept, here = None, None
        if kept is None:
            kept = self._place_for(verdict, content)
        if kept is None:
            alert = replace(raised(self._new_key(verdict), verdict, now), origin=self._where.origin(content, zone))
            self.paths.write(alert.key, Standing(path, now, now))
            note = Seen(None, verdict, joined=True, opened=self._was_allowed(verdict, content)).note(Change.RAISED)
            return self.enter(Change.RAISED, alert, Kept(alert, content), now, note=note)
        joined, changed = here is None, kept.content != content
        opened = joined and self._was_allowed(verdict, content)
        alert, change = seen_again(kept.alert, verdict, now, joined=joined, changed=changed, opened=opened)
        note = Seen(kept.alert, verdict, joined=joined, opened=opened).note(change)
        if joined or changed or change is not None:
            said = self.originals.sentence(content, zone)
            alert = replace(alert, origin=said or ("" if changed else alert.origin))
        self.paths.put(alert.key, path, now)
        if alert.origin != kept.alert.origin and change is None:
            change = Change.NOTED
        return self.enter(change, alert, replace(kept, content=content), now, note=note)

    def knows(self, path: str) -> bool:
        """Tell whether a file stands in an alert of which nobody said that it was put right."""
        here = self.paths.alert_of(path)
        kept = None if here is None else self.rows.get(here)
        return kept is not None and not kept.alert.claimed

    def leave(self, files: Mapping[str, Sequence[str]], now: float, why: str) -> None:
        """Take files out of the alerts they stand in; one that is left without any is resolved."""
        for key, paths in files.items():
            kept = self.rows.get(key)
            if kept is None:
                continue
            for path in paths:
                self.paths.leave(key, path, now)
            where = self._where.gone(kept, paths, why, now)
            alert, change = left(kept.alert, len(paths), where)
            if alert.copies and alert.verdict.document.path in set(paths):
                other = self.paths.one_of(key)
                alert = alert if other is None else shown_by(alert, other, os.path.basename(other))  # noqa: PTH119 - a name as the system gives it
            self.enter(change, alert, kept, now, note=where if change is Change.LEFT else "")

    def know_original(self, verdict: Verdict, content: str, now: float) -> None:
        """Keep where a content may stand, and say so in alerts about it elsewhere."""
        if not self.originals.keep(verdict, content, now):
            return
        for kept in tuple(self.rows.find("where content = ? and content <> ''", (content,))):
            origin = self.originals.sentence(content, kept.alert.verdict.zone)
            if origin and self._where.is_open(kept.alert.origin):
                self.enter(Change.NOTED, replace(kept.alert, origin=origin), kept, now)

    @property
    def _where(self) -> Whereabouts:
        return Whereabouts(self.paths, self.originals)

    def _was_allowed(self, verdict: Verdict, content: str) -> bool:
        """Tell whether a file is only wrong because its permissions were opened: it stood there, and might."""
        exposed = Breach.EXPOSURE in verdict.breaches
        return exposed and self.originals.stands(verdict.document.path, content, verdict.zone)

    def _place_for(self, verdict: Verdict, content: str) -> Kept | None:
        """Return the alert where a file belongs that stands in none: by its content, else by its name."""
        kept = self.rows.of_content(content, verdict.zone) if content else None
        if kept is not None:
            return kept
        last = self.paths.last_alert_of(verdict.document.path)
        kept = None if last is None else self.rows.get(last)
        return kept if kept is not None and not kept.alert.copies else None

    def _new_key(self, verdict: Verdict) -> str:
        turn = 0
        while self.rows.get(key := alert_key(verdict, self.secret, turn)) is not None:
            turn += 1
        return key
