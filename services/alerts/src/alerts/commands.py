"""What people do with an alert. Each step names the revision it saw, and its announcement waits in the outbox."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from alerts.alert import Alert, Decision, Refused
from alerts.announce import letters_of
from alerts.seen import seen_revision
from alerts.store import Store
from chassis.errors import Conflict, Problem
from chassis.metrics import ALERTS
from chassis.outbox import Outbox

__all__ = ["Commands", "unknown_alert"]


@dataclass(frozen=True)
class Commands:
    """Steps in the work on an alert."""

    store: Store
    outbox: Outbox
    now: Callable[[], datetime]

    async def take_up(self, id: str, if_match: str, step: Literal["acknowledge", "review"], by: str) -> Alert:
        """Acknowledge, or begin to review. Raises Problem 404, 409, 412 or 428."""
        return await self._change(id, if_match, lambda alert: alert.commanded(step, by, self.now()))

    async def decide(self, id: str, if_match: str, decision: Decision) -> Alert:
        """Confirm or dismiss, with a reason. Raises Problem 404, 409, 412 or 428."""
        return await self._change(id, if_match, lambda alert: alert.decided(decision))

    async def _change(self, id: str, if_match: str, step: Callable[[Alert], Alert]) -> Alert:
        seen = seen_revision(if_match)
        found = await self.store.alerts([id])
        if not found:
            raise unknown_alert()
        before = found[0]
        if before.revision != seen:
            raise _changed(before.revision)
        try:
            after = step(before)
        except Refused as error:
            raise _not_now(str(error)) from error
        try:
            await self.store.replace(before, after, list(letters_of(after)))
        except Conflict as error:
            raise _changed(None) from error
        self.outbox.wake()
        ALERTS.labels(after.rule, after.state).inc()
        return after


def unknown_alert() -> Problem:
    return Problem(404, "unknown_alert", id="Peringatan tidak dikenal.", en="Unknown alert.")


def _changed(revision: int | None) -> Problem:
    more = {} if revision is None else {"revision": revision}
    return Problem(
        412, "old_revision", id="Peringatan telah berubah; muat ulang.", en="The alert has changed; reload.", **more
    )


def _not_now(state: str) -> Problem:
    if state == "held":
        return Problem(409, "held", id="Peringatan sedang ditahan.", en="The alert is on hold.", state=state)
    return Problem(
        409, "wrong_state", id="Tidak mungkin dalam keadaan ini.", en="Not possible in this state.", state=state
    )
