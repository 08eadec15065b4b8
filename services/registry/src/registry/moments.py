"""The registry at another moment: what was so on a day, and what was known at a time. Pure.

Both choose among the lines of whom we take for one person today; the fold of what is left is the dossier of then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from registry.chains import effective
from registry.lines import Line, day_of

__all__ = ["Moment", "as_known_at", "as_of"]


def as_of(lines: Iterable[Line], day: date) -> list[Line]:
    """What had happened by the end of this day (WIB), by all that these lines tell.

    Corrections and withdrawals count whenever they were made: an event that was never true is not so on any day.
    """
    return [line for line in effective(lines) if day_of(line.at) <= day]


def as_known_at(lines: Iterable[Line], moment: datetime) -> list[Line]:
    """What had been received by then; what was corrected later stands as it stood."""
    return [line for line in lines if line.received_at <= moment]


@dataclass(frozen=True)
class Moment:
    """The moment that is asked about; nothing set: today, with all that is known."""

    day: date | None = None
    known_at: datetime | None = None

    def of(self, lines: Iterable[Line]) -> list[Line]:
        """The lines that count then."""
        known = list(lines) if self.known_at is None else as_known_at(lines, self.known_at)
        return known if self.day is None else as_of(known, self.day)
