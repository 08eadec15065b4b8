"""The clock of the year: it stands still at some hours of each day, and what was sent until then comes in."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime

from region.places import at

__all__ = ["FOUR_A_DAY", "RARELY", "Clock", "Pace"]

MIDNIGHT = 5 / 60


@dataclass(frozen=True)
class Pace:
    """Hours of a day, every so many days."""

    hours: tuple[float, ...]
    days: int = 1


FOUR_A_DAY = Pace((MIDNIGHT, 11.0, 15 + 55 / 60, 16 + 5 / 60))
"""Just after midnight, when days end; in the morning; just before the post closes and just after."""
RARELY = Pace((MIDNIGHT,), 3)


class Clock:
    """All steps from day 0 up to the end of the last day."""

    def __init__(self, days: int, pace: Pace = FOUR_A_DAY) -> None:
        self.steps = [at(day, hour) for day in range(0, days + 1, pace.days) for hour in pace.hours]

    def after(self, moment: datetime) -> datetime | None:
        """The first step at or after a moment."""
        place = bisect_left(self.steps, moment)
        return self.steps[place] if place < len(self.steps) else None
