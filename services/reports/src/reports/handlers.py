"""What the reports do when something is announced."""

from collections.abc import Sequence

from chassis.bus import Incoming
from contracts.messages import AlertChanged
from contracts.rule_messages import RuleTested
from contracts.snapshots import PersonChanged, PersonErased
from reports.store import Store
from reports.summaries import Row, of_alert, of_erased, of_person

__all__ = ["read_alert", "read_person", "take"]


def read_person(incoming: Incoming) -> Row | None:
    """The row of a snapshot; None for another message of the registry."""
    if incoming.type == PersonErased.TYPE:
        return of_erased(PersonErased.model_validate_json(incoming.body))
    if incoming.type not in (None, PersonChanged.TYPE):
        return None
    return of_person(PersonChanged.model_validate_json(incoming.body))


def read_alert(incoming: Incoming) -> Row | RuleTested | None:
    """The row of an alert, or the trial of a rule; None for another message of the alerts."""
    if incoming.type == RuleTested.TYPE:
        return RuleTested.model_validate_json(incoming.body)
    if incoming.type not in (None, AlertChanged.TYPE):
        return None
    return of_alert(AlertChanged.model_validate_json(incoming.body))


async def take(batch: Sequence[Row | RuleTested | None], store: Store) -> None:
    """Keep a batch of rows, and what was found in trials."""
    await store.take([row for row in batch if isinstance(row, Row)])
    for trial in (one for one in batch if isinstance(one, RuleTested)):
        await store.keep(trial)
