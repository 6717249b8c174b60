"""Hours in which nobody is told of anything that can wait; what is found in them is recorded all the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60  # minutes

_WEEK = 7
_LONGEST = 2 * _WEEK  # days that are looked ahead; a span begins at most once in each


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A span of the day on some days of the week, in local time.

    `days` count from 0, Monday, as `datetime.weekday` does. `begin` and `end` are minutes after midnight, `end` up to
    2880: a span over midnight belongs to the day it begins on, so that "fri 22:00-06:00" ends on Saturday.
    """

    days: tuple[int, ...]
    begin: int
    end: int

    def holds(self, moment: datetime) -> bool:
        """Tell whether a local time is in the span: the first minute is, the end is not."""
        return self.ends(moment) is not None

    def ends(self, moment: datetime) -> datetime | None:
        """Return when the span ends that a local time is in, None where it is in none.

        The answer has the time zone of the question. Ask with a naive local time or one of `zoneinfo`: a fixed offset
        knows nothing of summer time, and is an hour off in the night it begins or ends.
        """
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        ends = [
            end
            for back in (0, 1, 2)
            if (day := midnight - timedelta(days=back)).weekday() in self.days
            and day + timedelta(minutes=self.begin) <= moment < (end := day + timedelta(minutes=self.end))
        ]
        return max(ends, default=None)

    def __str__(self) -> str:
        """Return the span as a configuration writes it, such as `mon-fri 22:00-06:00`."""
        days = "" if len(self.days) == _WEEK else _days(self.days)
        if (self.begin, self.end) == (0, DAY):
            return days or "00:00-24:00"
        end = self.end if self.end <= DAY else self.end - DAY
        return f"{days} {_clock(self.begin)}-{_clock(end)}".lstrip()


def quiet_until(hours: Iterable[QuietHours], moment: datetime) -> datetime | None:
    """Return when quiet ends that holds at a local time, None where none holds; spans that meet or overlap are one.

    Where it is quiet all week there is no end; the answer is then the end of a span some days ahead.
    """
    spans, until = tuple(hours), None
    for _ in range(_LONGEST * len(spans)):
        ends = [end for span in spans if (end := span.ends(moment)) is not None]
        if not ends:
            break
        until = moment = max(ends)
    return until


def _days(days: tuple[int, ...]) -> str:
    first, last = days[0], days[-1]
    if days == tuple(range(first, last + 1)) and last > first + 1:
        return f"{DAY_NAMES[first]}-{DAY_NAMES[last]}"
    return ",".join(DAY_NAMES[day] for day in days)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
