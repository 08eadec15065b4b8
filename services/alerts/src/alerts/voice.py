"""How alerts are told of: aloud, on the exchanges and in figures, or to the protection desk alone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.announce import letters_of
from alerts.block import Block
from chassis.bus import Letter
from chassis.log import log, tracing
from chassis.metrics import ALERTS, DEADLINE_LATENESS, DEADLINES_OPEN, TO_ALERT

__all__ = ["ALOUD", "Voice", "aloud"]


@dataclass(frozen=True)
class Voice:
    """`letters` of what a block changed. A voice that is not `loud` counts and logs nothing."""

    letters: Callable[[Block], Sequence[Letter]]
    loud: bool = True

    def announced(self, block: Block, now: datetime) -> None:
        """Count what was announced."""
        for alert, origin in block.announced() if self.loud else ():
            if alert.side == "safeguard":
                continue  # what is watched for is not to be seen in public figures
            ALERTS.labels(alert.rule, alert.state).inc()
            if origin is not None:
                TO_ALERT.labels("event").observe(max(0.0, (now - origin.occurred_at).total_seconds()))
                TO_ALERT.labels("receipt").observe(max(0.0, (now - origin.received_at).total_seconds()))
                with tracing(origin.trace):
                    log.info("alert_announced", rule=alert.rule, state=alert.state)

    def worked_off(self, due: Iterable[datetime], now: datetime) -> None:
        """Count how late deadlines were looked at."""
        for moment in due if self.loud else ():
            DEADLINE_LATENESS.observe(max(0.0, (now - moment).total_seconds()))

    def armed(self, count: int) -> None:
        """Say how many deadlines are armed."""
        if self.loud:
            DEADLINES_OPEN.set(count)


def aloud(block: Block) -> list[Letter]:
    """On the exchange for all readers, and to each agency that is told."""
    return [
        letter
        for alert, origin in block.announced()
        for letter in letters_of(alert, origin, trace=block.trace_of(alert))
    ]


ALOUD = Voice(aloud)
