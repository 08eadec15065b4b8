"""What a source may declare covered: only what has really been sent. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["Known", "covered", "is_due", "is_possible"]

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


def covered(known: Known, now: datetime) -> tuple[datetime, datetime] | None:
    """The period to declare; None where there is nothing new. It ends before the oldest event that did not arrive."""
    until = now - MARGIN
    if known.outstanding is not None:
        until = min(until, known.outstanding - BEFORE)
    return (known.begins, until) if until > known.begins else None


def is_possible(now: datetime) -> bool:
    """Whether the clock may be right."""
    return now >= EARLIEST


def is_due(last: datetime | None, now: datetime) -> bool:
    """Whether it is time for the next declaration."""
    return last is None or now - last >= EVERY
