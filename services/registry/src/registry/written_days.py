"""Times that are good to the day only: the day is the one that was written down. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from registry.lines import WIB

__all__ = ["days_as_written", "on_the_day_written"]

TIMES = ("check_in_at", "check_out_at", "reported_at", "present_since")


def on_the_day_written(moment: datetime) -> datetime:
    """The same day and hour in WIB: midnight in Sarawak is the day before here, and no day was meant but that one.

    UTC is the clock of no place here: whoever writes it has converted the time, and it is converted back.
    """
    return moment.replace(tzinfo=WIB) if moment.utcoffset() else moment


def days_as_written(data: Mapping[str, Any]) -> dict[str, Any]:
    """What an event says, each time in it that tells when somebody was here on the day that was written."""
    said = {name: _written(value) if name in TIMES else value for name, value in data.items()}
    met = [days_as_written(found) for found in data.get("persons", ())]
    return {**said, "persons": met} if met else said


def _written(time: str) -> str:
    return on_the_day_written(datetime.fromisoformat(time)).isoformat()
