"""Why people decided an alert or put it aside: under a key of the alert's own, which goes when its person does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from alerts.alert import Alert
from chassis.drawers import Drawers

__all__ = ["KEYS", "Reasons"]

KEYS = "alerts"


@dataclass(frozen=True)
class Reasons:
    """Shuts and opens them. Raises Unavailable, or Conflict where a key was replaced meanwhile."""

    drawers: Drawers

    async def shut(self, words: Mapping[str, str]) -> dict[str, bytes]:
        """The reason given for each of these alerts, as it rests."""
        shut = await self.drawers.shut(KEYS, [(id, text.encode()) for id, text in words.items()])
        return dict(zip(words, shut, strict=True))

    async def decided(self, pairs: Sequence[tuple[Alert, Alert]]) -> list[tuple[Alert, Alert]]:
        """Alerts before and after a decision that was given in words, which rests from here on."""
        given = {after.id: after.decision for _, after in pairs if after.decision is not None}
        shut = await self.shut({id: str(decision.reason) for id, decision in given.items()})
        return [
            (before, replace(after, decision=replace(given[after.id], reason=shut[after.id])))
            for before, after in pairs
        ]

    async def told(self, alerts: Sequence[Alert]) -> list[Alert]:
        """The same alerts with their reasons in words, to be shown; none is left where the key is gone."""
        sealed = [(alert.id, reason) for alert in alerts for reason in _sealed(alert)]
        words = dict(zip(sealed, await self.drawers.texts(KEYS, sealed), strict=True))
        return [_in_words(alert, words) for alert in alerts]


def _sealed(alert: Alert) -> Iterator[bytes]:
    given = [one.reason for one in (*([alert.decision] if alert.decision else ()), *alert.snoozes)]
    yield from (reason for reason in given if isinstance(reason, bytes))


def _in_words(alert: Alert, words: Mapping[tuple[str, bytes], str]) -> Alert:
    def said(reason: bytes | str) -> str:
        return words[alert.id, reason] if isinstance(reason, bytes) else reason

    decision = alert.decision and replace(alert.decision, reason=said(alert.decision.reason))
    return replace(
        alert, decision=decision, snoozes=tuple(replace(one, reason=said(one.reason)) for one in alert.snoozes)
    )
