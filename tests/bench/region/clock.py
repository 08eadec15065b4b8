"""The clock of the year: it stands still at some hours of each day, and what was sent until then comes in."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime

from region.places import at

__all__ = ["DAILY", "FOUR_A_DAY", "Clock"]

MIDNIGHT = 5 / 60
FOUR_A_DAY = (MIDNIGHT, 11.0, 15 + 55 / 60, 16 + 5 / 60)
"""Just after midnight, when days end; in the morning; just before the post closes and just after."""
DAILY = (MIDNIGHT,)


class Clock:
    """All steps from day 0 up to the end of the last day."""

    def __init__(self, days: int, hours: Sequence[float] = FOUR_A_DAY) -> None:
        self.steps = [at(day, hour) for day in range(days + 1) for hour in hours]

    def after(self, moment: datetime) -> datetime | None:
        """The first step at or after a moment."""
        place = bisect_left(self.steps, moment)
        return self.steps[place] if place < len(self.steps) else None
