"""Which week's report is told of, and since when. Pure."""

from datetime import datetime, time, timedelta

from alerts.facts import WIB

__all__ = ["ready_since", "week_of"]

MORNING = time(7)
WEEK = timedelta(weeks=1)


def ready_since(now: datetime) -> datetime:
    """The last Monday morning, WIB: since then it is time to tell of the week before."""
    here = now.astimezone(WIB)
    monday = datetime.combine(here.date() - timedelta(days=here.weekday()), MORNING, WIB)
    return monday if monday <= now else monday - WEEK


def week_of(ready: datetime) -> str:
    """The week that was over then, as ISO 8601 writes it."""
    year, number, _ = (ready.astimezone(WIB) - WEEK).date().isocalendar()
    return f"{year}-W{number:02}"
