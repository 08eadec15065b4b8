"""What comes of an attempt to deliver, and when the next one is. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

__all__ = ["DELIVERED", "FIRST", "GONE", "Outcome", "next_step"]

FIRST = timedelta(seconds=5)
FACTOR = 4
LONGEST = timedelta(hours=6)
SPREAD = 0.25


@dataclass(frozen=True)
class Outcome:
    """A stable code, never a text of the other side. `gone`: whoever is there wants nothing more."""

    code: str
    delivered: bool = False
    gone: bool = False


DELIVERED = Outcome("delivered", delivered=True)
GONE = Outcome("gone", gone=True)
Step = Literal["delivered", "gone", "given_up"]


def next_step(
    outcome: Outcome, *, attempt: int, age: timedelta, patience: timedelta, chance: float
) -> Step | timedelta:
    """What becomes of a notice after its n-th attempt: an end, or how long to wait for the next.

    Five seconds at first, four times as long each time up to six hours, a quarter more or less by `chance` (0 to 1);
    given up once `patience` has passed since the first attempt (`age`).
    """
    if outcome.delivered:
        return "delivered"
    if outcome.gone:
        return "gone"
    if age >= patience:
        return "given_up"
    wait = min(FIRST * int(FACTOR ** min(attempt - 1, 20)), LONGEST)
    return wait * (1 - SPREAD + 2 * SPREAD * chance)
