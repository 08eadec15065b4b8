"""What a source may declare covered: only what has really been sent. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["Known", "covered", "is_due"]

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
    def begins(self) -> datetime:
        """Where the next period begins: where the last one ended, unless the client was away for too long since."""
        return self.started if self.started - self.last_alive > LONGEST_OFF else self.covered_until


def covered(known: Known, now: datetime) -> tuple[datetime, datetime] | None:
    """The period to declare; None where there is nothing new. It ends before the oldest event that did not arrive."""
    until = now - MARGIN
    if known.outstanding is not None:
        until = min(until, known.outstanding - BEFORE)
    return (known.begins, until) if until > known.begins else None


def is_due(last: datetime | None, now: datetime) -> bool:
    """Whether it is time for the next declaration."""
    return last is None or now - last >= EVERY
