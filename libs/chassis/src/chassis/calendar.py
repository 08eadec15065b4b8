"""Days and moments that somebody writes in a question, within years that every part can count in.

At both ends of the calendar the next day, or the same moment in another zone, is in no year any more.
"""

from datetime import date
from typing import Annotated, TypeVar

from pydantic import AfterValidator, AwareDatetime

from chassis.errors import Problem

__all__ = ["Day", "Instant", "reckoned"]

D = TypeVar("D", bound=date)
FIRST, LAST = 1900, 2199


def reckoned(day: D) -> D:
    """The same day or moment. Raises Problem 422 for one of another age."""
    if not FIRST <= day.year <= LAST:
        raise Problem(
            422,
            "out_of_calendar",
            id=f"Tanggal harus antara tahun {FIRST} dan {LAST}.",
            en=f"A date must be between the years {FIRST} and {LAST}.",
        )
    return day


Day = Annotated[date, AfterValidator(reckoned)]
Instant = Annotated[AwareDatetime, AfterValidator(reckoned)]
