"""What a source may declare covered: only what has really been sent. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["Known", "Period", "covered", "is_due", "is_possible", "lived", "split"]

Period = tuple[datetime, datetime]

# A clock that shows an earlier time than this was written at has lost its battery and waits for the network.
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)

# A little under a day, so that a source with a rhythm of a day is never silent by a few minutes.
EVERY = timedelta(hours=20)
# What happened in the last minutes may be entered in a moment.
MARGIN = timedelta(minutes=15)
# A machine that is off at night is covered by what is entered in the morning; off for longer, a person has to say so.
LONGEST_OFF = timedelta(hours=24)
BEFORE = timedelta(seconds=1)


@dataclass(frozen=True)
class Known:
    """What the client knows of its own past."""

    covered_until: datetime
    last_alive: datetime
    started: datetime
    outstanding: datetime | None = None

    @property
    def was_away(self) -> bool:
        """Whether it was off for too long, or its clock was put back: then nobody knows for how long it was off.

        By less than the margin it may be put back: so far ahead nothing was declared.
        """
        return not -MARGIN <= self.started - self.last_alive <= LONGEST_OFF

    @property
    def begins(self) -> datetime:
        """Where the next period begins: where the last one ended, or now after a gap; never ahead of now."""
        return self.started if self.was_away else min(self.covered_until, self.started)


def covered(known: Known, now: datetime) -> Period | None:
    """The period to declare; None where there is nothing new. It ends before the oldest event that did not arrive."""
    return split((known.begins, now - MARGIN), known.outstanding)[0]


def lived(known: Known) -> Period | None:
    """What came before a gap and is not declared yet, as it could have been declared at its end."""
    gap = known.started - known.last_alive > LONGEST_OFF
    until = known.last_alive - MARGIN
    return (known.covered_until, until) if gap and until > known.covered_until else None


def split(period: Period, outstanding: datetime | None) -> tuple[Period | None, Period | None]:
    """What of a period may be declared, and what has to wait: from the oldest event on that did not arrive."""
    begins, until = period
    sound = until if outstanding is None else max(begins, min(until, outstanding - BEFORE))
    return ((begins, sound) if sound > begins else None), ((sound, until) if until > sound else None)


def is_possible(now: datetime) -> bool:
    """Whether the clock may be right."""
    return now >= EARLIEST


def is_due(last: datetime | None, now: datetime) -> bool:
    """Whether it is time for the next declaration."""
    return last is None or now - last >= EVERY
