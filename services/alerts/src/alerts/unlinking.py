"""Long after an alert was dismissed, nothing says any more about whom it was; that there was one is still counted.

An alert whose ground still stands keeps its person: it would be raised again. What a case decided stays with the case.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from pymongo import DeleteOne, InsertOne

from alerts.alert import Alert
from alerts.desk import Desk
from alerts.documents import NEVER, SubjectState, alert_document, subject_document
from alerts.forgetting import unlinked
from alerts.reasons import KEYS
from alerts.shelves import ALL, SAFEGUARD
from alerts.store import Store
from alerts.writes import KEYS_OF
from chassis.drawers import destroying
from chassis.mongo import Document, insist
from chassis.writing import AsRead, Writes, some
from contracts.messages import Subject

__all__ = ["Unlinking", "is_over"]


def _linked(row: Document) -> bool:
    return bool(row["state"] == "dismissed" and row["subject"])


def is_over(alert: Alert, until: datetime) -> bool:
    """Whether it was dismissed by then, by itself, and its ground is gone."""
    decision = alert.decision
    named = alert.subject.kind == "person" and alert.subject.id != ""
    settled = decision is not None and decision.outcome == "dismissed" and decision.at <= until and not decision.case
    return named and settled and alert.noted is not None and alert.noted[0] == ""


@dataclass(frozen=True)
class Unlinking:
    """Works off what was dismissed long ago. `rename` makes of an alert's id one that nothing leads to."""

    store: Store
    desk: Desk
    rename: Callable[[str], str]
    now: Callable[[], datetime]

    async def tick(self) -> None:
        """Safe to stop anywhere and to repeat. Raises Unavailable or Conflict."""
        now = self.now()
        until = now - timedelta(days=self.desk.tables.limits.dismissed_days)
        found = [await self.store.changed_within((NEVER, now), shelf, _linked) for shelf in (ALL, SAFEGUARD)]
        for alert in chain.from_iterable(found):
            if is_over(alert, until):
                await insist(lambda alert=alert: self._unlink(alert.id, until, now))  # type: ignore[misc]

    async def _unlink(self, id: str, until: datetime, now: datetime) -> None:
        found = await self.store.alerts([id])
        if not found or not is_over(found[0], until):
            return
        alert = found[0]
        state = await self.store.subject(alert.keeper)
        bare = replace(unlinked(alert, now), id=self.rename(id), n=0, subject=Subject(kind=alert.subject.kind, id=""))
        rows = [DeleteOne({"_id": id, "n": alert.n}), InsertOne(alert_document(bare))]
        checked, gone = {"alerts": rows}, list[str]()
        if state is not None:
            gone = await self._let_go(state, alert)
            checked["subjects"] = [AsRead(subject_document(state), "n", state.n)]
        free: Writes = {
            "aliases": [DeleteOne({"_id": self.store.alias_id(key)}) for key in gone],
            f"{KEYS_OF}{KEYS}": destroying([id]),
        }
        await self.store.written(checked, some(free))

    async def _let_go(self, state: SubjectState, alert: Alert) -> list[str]:
        """The person no longer leads to the alert. Returns keys that no other alert of the person is tied to."""
        state.listed = [id for id in state.listed if id != alert.id]
        tied = {other.anchor for other in await self.store.alerts(state.listed)}
        gone = [key for key, anchor in state.keys.items() if anchor == alert.anchor and anchor not in tied]
        state.keys = {key: anchor for key, anchor in state.keys.items() if key not in gone}
        return gone
