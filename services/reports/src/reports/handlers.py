"""What the reports do when something is announced."""

from collections.abc import Awaitable, Callable, Sequence

from chassis.bus import Incoming
from contracts.messages import AlertChanged
from contracts.snapshots import PersonChanged
from reports.summaries import Row, of_alert, of_person

__all__ = ["read_alert", "read_person", "take"]


def read_person(incoming: Incoming) -> Row | None:
    """The row of a snapshot; None for another message of the registry."""
    if incoming.type not in (None, PersonChanged.TYPE):
        return None
    return of_person(PersonChanged.model_validate_json(incoming.body))


def read_alert(incoming: Incoming) -> Row | None:
    """The row of an alert; None for another message of the alerts."""
    if incoming.type not in (None, AlertChanged.TYPE):
        return None
    return of_alert(AlertChanged.model_validate_json(incoming.body))


async def take(rows: Sequence[Row | None], keep: Callable[[Sequence[Row]], Awaitable[None]]) -> None:
    """Keep a batch of rows."""
    await keep([row for row in rows if row is not None])
