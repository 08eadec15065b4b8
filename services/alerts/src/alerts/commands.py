"""What people do with an alert. Each step names the revision it saw, and its announcement waits in the outbox."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from alerts.alert import DECIDED, Alert, Decision, Refused, Snooze
from alerts.announce import letters_of
from alerts.desk import Desk
from alerts.reasons import Reasons
from alerts.seen import seen_revision
from alerts.snooze import asleep, bindable, woken
from alerts.store import Store
from chassis.errors import Conflict, Problem
from chassis.metrics import ALERTS
from chassis.mongo import insist
from chassis.outbox import Outbox
from chassis.statement import Actor

__all__ = ["Aside", "Commands", "unknown_alert"]

Step = Callable[[Alert, bytes], Alert]
"""What becomes of an alert, and the reason as it rests."""


@dataclass(frozen=True)
class Aside:
    """The wish to put an alert aside while this fact stays as it is, for so many days at the most."""

    fact: str
    days: int
    reason: bytes | str


@dataclass(frozen=True)
class Commands:
    """Steps in the work on an alert."""

    store: Store
    desk: Desk
    outbox: Outbox
    reasons: Reasons
    now: Callable[[], datetime]

    async def take_up(self, id: str, if_match: str, step: Literal["acknowledge", "review"], by: str) -> Alert:
        """Acknowledge, or begin to review. Raises Problem 404, 409, 412 or 428."""
        return await self._change(id, if_match, lambda alert, _: alert.commanded(step, by, self.now()))

    async def decide(self, id: str, if_match: str, decision: Decision) -> Alert:
        """Confirm or dismiss, with a reason. Raises Problem 404, 409, 412 or 428."""
        reason = str(decision.reason)
        return await self._change(
            id, if_match, lambda alert, shut: alert.decided(replace(decision, reason=shut)), reason
        )

    async def put_aside(self, id: str, if_match: str, aside: Aside, actor: Actor) -> Alert:
        """Put aside, bound to a fact. Raises Problem 404, 409, 412, 422 or 428."""

        def step(alert: Alert, shut: bytes) -> Alert:
            return asleep(alert, self._snooze(alert, replace(aside, reason=shut), actor))

        return await self._change(id, if_match, step, str(aside.reason))

    async def take_again(self, id: str, if_match: str, actor: Actor) -> Alert:
        """Take up again what one's own agency put aside. Raises Problem 404, 409, 412 or 428."""
        return await self._change(id, if_match, lambda alert, _: woken(alert, actor.agency, self.now()))

    def _snooze(self, alert: Alert, aside: Aside, actor: Actor) -> Snooze:
        compiled, now = self.desk.rules.compiled.get(alert.rule), self.now()
        longest = self.desk.tables.limits.snooze_days
        if compiled is None or aside.fact not in bindable(compiled):
            raise _unfit("fact")
        if not 0 < aside.days <= longest:
            raise _unfit("days")
        value = alert.facts.get(aside.fact)
        until = now + timedelta(days=aside.days)
        return Snooze(aside.fact, value, alert.severity, aside.reason, actor.name, actor.agency, now, until)

    async def _change(self, id: str, if_match: str, step: Step, reason: str = "") -> Alert:
        seen = seen_revision(if_match)
        try:
            # A cause of a hold that came or went unseen is no reason to send anybody back: read again, try again.
            return await insist(lambda: self._changed(id, seen, step, reason))
        except Conflict as error:
            raise _changed(None) from error

    async def _changed(self, id: str, seen: int, step: Step, reason: str) -> Alert:
        found = await self.store.alerts([id])
        if not found:
            raise unknown_alert()
        before = found[0]
        if before.revision != seen:
            raise _changed(before.revision)
        shut = (await self.reasons.shut({id: reason}))[id] if reason else b""
        try:
            after = step(before, shut)
        except Refused as error:
            raise _not_now(str(error)) from error
        news = list(letters_of(after)) if after.revision > before.revision else []
        await self.store.replace(after, news, self.now() if _stirs(before, after) else None)
        if news:
            self.outbox.wake()
            ALERTS.labels(after.rule, after.state).inc()
        return after


def unknown_alert() -> Problem:
    return Problem(404, "unknown_alert", id="Peringatan tidak dikenal.", en="Unknown alert.")


def _stirs(before: Alert, after: Alert) -> bool:
    """Whether its subject is to be looked at again: for the end of a snooze, and for what stands behind the alert."""
    return after.snoozes != before.snoozes or (after.stage in DECIDED and before.stage not in DECIDED)


def _unfit(field: str) -> Problem:
    return Problem(
        422,
        "invalid_request",
        id="Fakta atau lama penundaan tidak mungkin untuk peringatan ini.",
        en="An alert of this kind cannot be put aside for this fact or time.",
        fields=[field],
    )


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
